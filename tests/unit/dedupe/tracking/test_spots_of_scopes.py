"""Tests of :mod:`aggregator.dedupe.tracking.spots_of_scopes`: a report in another format tells of the same lines."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from aggregator.dedupe.tracking.scope_renames import NOTHING_HEARD, Heard
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report, vulnerability

RULES = ("AWS-0001", "AWS-0002")


def asked(name: str, *places: tuple[str, int], resource: str = "", snippet: str = "") -> list[Result]:
    """What a scan of infrastructure as code asks for in these lines, by its number in the resource if it names one."""
    return [
        flaw(
            rule,
            path,
            line,
            tool="Trivy",
            scope=name,
            kind=Kind.IAC,
            resource=resource and f"{resource}.{line}",
            snippet=snippet and f"{snippet} {line}",
        )
        for path, line in places
        for rule in RULES
    ]


def ids_kept(then: Iterable[Result], now: Iterable[Result], heard: Heard = NOTHING_HEARD) -> tuple[int, int]:
    """How many findings of now were known, and how many there are."""
    previous = remember(folded(report(*then)).findings)
    found = folded(report(*now), previous=previous, now=LATER, heard=heard).findings
    return len({each.id for each in found} & {each.id for each in previous}), len(found)


PLACES = [("main.tf", line) for line in (1, 20, 40)] + [("db.tf", 7)]
SPOKEN: tuple[dict[str, str], ...] = {"resource": "aws_s3_bucket.logs"}, {"snippet": "bucket"}, {}


@pytest.mark.parametrize("then", SPOKEN)
@pytest.mark.parametrize("now", SPOKEN)
def test_another_format_is_no_other_scope(then: dict[str, str], now: dict[str, str]) -> None:
    """JSON names the resource, SARIF the place or the line's text: without a checkout only the line is equal."""
    before, after = asked("trivy.json", *PLACES, **then), asked("trivy.sarif", *PLACES, **now)
    assert ids_kept(before, after) == (8, 8)


def test_a_format_that_knows_a_rule_by_an_older_name() -> None:
    """What the tool calls the rule in its other format is asked first."""
    before = [replace(each, rule_id="AWS-0104") for each in asked("trivy.json", *PLACES, resource="aws")[::2]]
    after = [replace(each, rule_id="aws-vpc-no-public-egress-sgr") for each in asked("trivy.sarif", *PLACES)[::2]]
    assert ids_kept(before, after) == ids_kept(after, before) == (4, 4)


def test_equal_files_of_another_module_are_others() -> None:
    """Where both tell of a line by the same evidence, and it differs, the two are not one though the lines are."""
    for before, after in (({"resource": "aws"}, {"resource": "gcp"}), ({"snippet": "a"}, {"snippet": "b"})):
        assert ids_kept(asked("a.json", *PLACES, **before), asked("b.json", *PLACES, **after)) == (0, 8)


def test_a_report_that_is_still_there_was_not_renamed() -> None:
    """One that found nothing now, or goes on beside the other, is no other name of it."""
    before, after = asked("trivy.json", *PLACES, resource="aws"), asked("trivy.sarif", *PLACES)
    clean = Heard(now=frozenset({("Trivy", "trivy.json")}))
    assert ids_kept(before, after, clean) == (0, 8)
    previous = remember(folded(report(*before)).findings)
    both = folded(report(*before), report(*after), previous=previous, now=LATER)
    assert {each.id for each in previous} <= {each.id for each in both.findings}
    assert not {**both.renamed, **both.begun}


def test_most_of_the_lines_must_be_known() -> None:
    """A few equal lines among many others make no other name."""
    before = asked("a.json", *PLACES, resource="aws")
    after = asked("b.sarif", *PLACES[:1], *((f"{number}.tf", 99) for number in range(4)))
    assert ids_kept(before, after) == (0, 10)


def test_what_stands_in_no_file_is_told_by_its_keys() -> None:
    """Packages have the same keys in every format."""
    package = vulnerability()
    before = [*asked("trivy.json", *PLACES, resource="aws"), replace(package, scope="trivy.json")]
    after = [*asked("trivy.sarif", *PLACES), replace(package, scope="trivy.sarif")]
    assert ids_kept(before, after) == (9, 9)
