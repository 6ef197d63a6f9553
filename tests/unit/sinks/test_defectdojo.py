"""Tests of :mod:`aggregator.sinks.defectdojo`."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.errors import ServiceError
from aggregator.planning.actions import SetOutput
from aggregator.planning.defectdojo_actions import Edit, PushTest
from aggregator.sinks.defectdojo import DefectDojoSink, check_connection
from aggregator.sinks.defectdojo_api import DojoApi
from aggregator.transport.exchange import Reply
from aggregator.transport.session import Session
from aggregator.writers.defectdojo_findings import dojo_finding, render_dojo_report
from tests.builders import finding, tracked
from tests.fakes.defectdojo.server import FakeDefectDojo
from tests.fakes.github.clock import FakeClock

PUSH = PushTest(
    channel="c",
    product_type="Retail",
    product="shop",
    engagement="Onefold (main)",
    test="Semgrep src",
    environment="Production",
    branch="main",
    commit="c" * 200,
    build=" ",
    tags=("onefold", "team a"),
)


def report(*ids: str) -> bytes:
    """A report of findings with these ids."""
    known = {id_: tracked(finding(id=id_)) for id_ in ids}
    return render_dojo_report([dojo_finding(item, "t", lines=False) for item in known.values()], known, {}, ())


class World:
    """A sink and its server."""

    def __init__(self, **attributes: Any) -> None:
        self.dojo = FakeDefectDojo()
        for name, value in attributes.items():
            setattr(self.dojo, name, value)
        self.report = report("F-1")
        self.api = DojoApi(Session(self.dojo, FakeClock()), self.dojo.origin, self.dojo.token)
        self.sink = DefectDojoSink(self.api, self.dojo.origin, lambda _: self.report)


def test_a_push_goes_where_it_belongs() -> None:
    """With its environment, branch, commit and tags; what is empty is left out, and what is too long cut."""
    world = World()
    assert world.sink.accepts(PUSH)
    assert world.sink.apply(PUSH) == "https://dojo.example/test/1"
    test = world.dojo.tests["shop", "Onefold (main)", "Semgrep src"]
    assert (test.environment, test.branch_tag, test.commit_hash, test.build_id) == ("Production", "main", "c" * 150, "")
    assert test.tags == ["onefold", "team a"]
    assert world.dojo.products["shop"].product_type == "Retail"
    (form,) = world.dojo.forms
    assert form["close_old_findings"] == ["false"]
    assert not {"active", "verified", "scan_date", "minimum_severity", "service", "build_id"} & form.keys()


def test_others_actions_are_not_its_own() -> None:
    """It pushes and does nothing else."""
    world = World()
    assert not world.sink.accepts(SetOutput("a", "b"))
    assert world.sink.apply(SetOutput("a", "b")) is None
    assert world.dojo.calls == []


def test_a_product_stays_where_people_put_it() -> None:
    """Once it is there its type is not named: DefectDojo would refuse another one."""
    world = World()
    world.sink.apply(PUSH)
    world.dojo.products["shop"].product_type = "Moved by somebody"
    world.sink.apply(replace(PUSH, test="Trivy lib"))
    again = World()
    again.dojo.products = world.dojo.products
    again.sink.apply(PUSH)
    assert [("product_type_name" in form) for form in (*world.dojo.forms, *again.dojo.forms)] == [True, False, False]
    assert [call.method for call in world.dojo.calls] == ["GET", "POST", "GET", "POST"]


def test_a_test_that_was_left_names_no_product_type() -> None:
    """What is only remembered by its channel goes to a product that is there, and nowhere when there is none."""
    world = World()
    assert world.sink.apply(replace(PUSH, product_type="")) is None
    world.sink.apply(PUSH)
    assert world.sink.apply(replace(PUSH, product_type=""))
    assert [call.method for call in world.dojo.calls] == ["GET", "GET", "POST", "GET", "POST"]


def test_a_step_that_closes_lets_defectdojo_close() -> None:
    """What is not in the report any more is mitigated there, and only then."""
    world = World()
    world.report = report("F-1", "F-2")
    world.sink.apply(PUSH)
    world.report = report("F-1")
    world.sink.apply(PUSH)
    assert world.dojo.open() == ["F-1", "F-2"]
    world.sink.apply(replace(PUSH, steps=("close",)))
    assert world.dojo.open() == ["F-1"]


def test_one_test_for_everything_is_asked_before_it_is_closed() -> None:
    """Rows that nobody remembers here may be of a tool that a lost memory knew: they stay, and it is said aloud."""
    world = World()
    world.report = report(*(f"F-{number}" for number in range(300)))
    world.sink.apply(PUSH)
    world.report = report("F-0")
    push = replace(PUSH, steps=("tell", "close"), asks=True)
    world.sink.apply(push)
    assert len(world.dojo.open()) == 300
    assert ["300 open findings there are" in note.sentence() for note in world.sink.notes] == [True]
    for known, left, said in (("F-0",), 300, 1), (tuple(f"F-{number}" for number in range(300)), 1, 0):
        sink = DefectDojoSink(world.api, world.dojo.origin, lambda _: world.report, frozenset(known))
        sink.apply(push)
        assert len(world.dojo.open()) == left
        assert len(sink.notes) == said


def test_what_a_reimport_leaves_is_edited() -> None:
    """Severity, title and version; and what silenced a finding is taken back. One that is not there is passed over."""
    world = World()
    world.sink.apply(PUSH)
    (row,) = world.dojo.rows
    row.fields |= {"risk_accepted": True, "active": False}
    edits = (Edit("F-1/t", "New", "Low", "2.0", reopens=True), Edit("F-9/t", "Gone", "Low"))
    world.sink.apply(replace(PUSH, steps=("tell", "edit", "close"), edits=edits))
    assert (row.title, row.severity, row.component_version, row.is_open, row.risk_accepted) == (
        *("New", "Low", "2.0"),
        *(True, False),
    )
    world.sink.apply(replace(PUSH, steps=("tell", "edit"), edits=(Edit("F-1/t", "Newer", "High"),)))
    assert (row.title, row.component_version) == ("Newer", "2.0")
    assert world.sink.notes == ()


@pytest.mark.parametrize(("count", "said"), [(1, "1 finding kept"), (2, "2 findings kept")])
def test_a_token_that_may_only_import_is_said_aloud(count: int, said: str) -> None:
    """The push counts, and people are told what it could not change."""
    world = World(may_edit=False)
    world.report = report("F-1", "F-2")
    edits = tuple(Edit(f"F-{number + 1}/t", "New", "Low") for number in range(count))
    assert world.sink.apply(replace(PUSH, steps=("tell", "edit"), edits=edits))
    assert [said in note.sentence() for note in world.sink.notes] == [True]


def test_after_a_failure_nothing_closes() -> None:
    """What moved to a test that could not be pushed is not closed in the one it left."""
    world = World()
    other = replace(PUSH, test="Trivy lib", product="till")
    world.sink.apply(other)
    calls = len(world.dojo.calls)
    world.dojo.faults = lambda number, _: Reply(500) if number == calls + 1 else None
    world.report = report("F-2")
    with pytest.raises(ServiceError, match="HTTP status 500"):
        world.sink.apply(PUSH)
    with pytest.raises(ServiceError, match="a push before it failed"):
        world.sink.apply(replace(other, steps=("close",), is_second=True))
    assert world.dojo.open() == ["F-1"]
    assert world.sink.apply(replace(other, test="Bandit src"))


def test_what_was_told_is_closed_without_another_word() -> None:
    """The second push of a test shows no link again, and asks about the test that the first one named."""
    world = World()
    world.sink.apply(PUSH)
    second = replace(PUSH, steps=("close",), is_second=True, asks=True)
    assert world.sink.apply(second) is None
    assert [call.method for call in world.dojo.calls] == ["GET", "POST", "GET"]
    assert len(world.sink.notes) == 1


def test_an_answer_without_a_number_has_no_place() -> None:
    """Where the server does not say which test it was, there is no link."""
    world = World(faults=lambda number, _: Reply(201, {}, b"{}") if number == 1 else None)
    assert world.sink.apply(PUSH) is None


def test_the_connection_is_checked() -> None:
    """One sentence, or the reason why pushing would not work."""
    world = World()
    assert check_connection(world.api) == "DefectDojo answers and takes the token."
    world.dojo.token = "other"
    with pytest.raises(ServiceError, match="does not know the token"):
        check_connection(world.api)
