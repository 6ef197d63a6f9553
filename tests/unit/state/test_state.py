"""Tests of :mod:`aggregator.state`: bytes and memory."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from aggregator.model.errors import StateError
from aggregator.model.finding import Baseline, Finding, Transition, UploadIdentity
from aggregator.model.outcome import Context
from aggregator.model.state import RunRecord, RunRef, ScopeRecord, State
from aggregator.state import decode, encode, next_state, state_schema, stream
from aggregator.state.history import (
    MOST_FRONTIER,
    MOST_RUNS,
    MOST_SIGHTINGS,
    MOST_TICKETS,
    MOST_TRANSITIONS,
    bounded,
    bounded_frontier,
    bounded_runs,
)
from tests.builders import BEFORE, LINE, NOW, RUN, finding, result, sighting, totals, tracked

UPLOAD = UploadIdentity("onefold/shop/Semgrep/src/", "Semgrep (Onefold)", "r")


def after(previous: State | None, *findings: Finding, days: int = 0, follows: str = "") -> State:
    """The state after a run with these findings."""
    return next_state(
        previous,
        findings,
        scopes=(ScopeRecord("Trivy", ".", NOW, 1), ScopeRecord("Semgrep", "src", NOW, 1)),
        context=Context(line=LINE, run=RUN, follows=follows),
        now=NOW + timedelta(days=days),
        totals=totals(new=1, breached=2, by_severity={"LOW": 1, "HIGH": 2, "INFO": 0}),
        retention_days=90,
    )


def test_a_state_survives_its_bytes() -> None:
    """What is written is what is read, and the same state gives the same bytes."""
    state = after(None, finding(history=(Transition(BEFORE, "new"),), upload=UPLOAD, tickets=("A-1",)))
    assert decode(encode(state), "s.json") == state
    assert encode(decode(encode(state), "s.json")) == encode(state)


@pytest.mark.parametrize("count", [0, 1, 512, 513, 1100])
def test_a_state_in_chunks_is_the_same_bytes(count: int) -> None:
    """However many findings there are, and whatever is written in their texts."""
    known = tracked(finding(title='"findings":[ \0 \\u0000 ]'))
    state = replace(after(None), findings=tuple(replace(known, id=f"F-{number:012x}") for number in range(count)))
    assert b"".join(stream(state)) == msgspec.json.encode(state, order="deterministic")


def test_times_are_utc() -> None:
    """Times are written in UTC, with a Z."""
    assert json.loads(encode(after(None)))["at"] == "2026-11-22T12:00:00Z"


def test_the_schema_accepts_the_state() -> None:
    """The published schema is valid and accepts what is written."""
    Draft202012Validator.check_schema(state_schema())
    content = json.loads(encode(after(None, finding(upload=UPLOAD))))
    assert list(Draft202012Validator(state_schema()).iter_errors(content)) == []


def test_a_finding_is_small() -> None:
    """One finding with two sources and a history takes at most 1.5 KiB."""
    whole = finding(
        history=tuple(Transition(NOW, "updated", "4711", "severity LOW -> HIGH") for _ in range(3)), upload=UPLOAD
    )
    assert len(msgspec.json.encode(tracked(replace(whole, sightings=whole.sightings * 2)))) < 1536


NESTED = encode(after(None)).replace(
    b'"findings":[]', b'"findings":[{"decision":' + b'{"overruled":[' * 5000 + b"]}" * 5000 + b"}]"
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"schema_version": 1}',
        b'{"schema_version": "hunter2"}',
        b'{"schema_version": "0.1"}',
        b'{"schema_version": "0.0", "line": {}}',
        b'{"schema_version":"0.1","line":{"product":"p"},"run":{"id":"1"},"at":"2026-01-01T00:00:00"}',
        b'{"schema_version":"0.1","line":{"product":"p"},"run":{"id":"1"},"at":"hunter2"}',
        b'{"schema_version":"0.4","later":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        NESTED,
        b'{"schema_version":"0.1","line":{"product":"\xff"},"run":{"id":"1"},"at":"2026-01-01T00:00:00Z"}',
    ],
)
def test_an_unreadable_state_is_an_error(data: bytes) -> None:
    """What cannot be read is refused, named, and never taken for an empty state; a time needs its zone."""
    with pytest.raises(StateError) as refused:
        decode(data, "s.json")
    assert refused.value.reason == "s.json is no state that Onefold can read."
    assert "nothing was overwritten" in refused.value.next_step


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z"])
def test_a_state_of_no_clock_s_time_is_refused(moment: str) -> None:
    """A state is of a moment that a clock may say."""
    data = encode(after(None)).replace(b'"at":"2026-11-22T12:00:00Z"', f'"at":"{moment}"'.encode())
    assert moment.encode() in data
    with pytest.raises(StateError, match="no state that Onefold can read"):
        decode(data, "s.json")


def test_a_state_whose_clock_starts_after_all_time_is_refused() -> None:
    """No days can be added to the last of all days."""
    state = after(None)
    far = replace(tracked(finding()), clock_start=datetime.max.replace(tzinfo=UTC))
    with pytest.raises(StateError, match="no state that Onefold can read"):
        decode(encode(replace(state, findings=(far,))), "s.json")


@pytest.mark.parametrize("version", ["0.5", "1.0", "10.0"])
def test_a_newer_state_is_refused(version: str) -> None:
    """A state of a newer schema is refused with both versions."""
    data = encode(after(None)).replace(b'"schema_version":"0.4"', f'"schema_version":"{version}"'.encode())
    with pytest.raises(StateError, match=f"newer Onefold .schema {version}, this one knows 0.4"):
        decode(data, "s.json")


def test_an_older_state_is_brought_up_step_by_step() -> None:
    """Each migration takes a state one version on."""
    state = after(None, finding())
    old = encode(state).replace(b'"schema_version":"0.4"', b'"schema_version":"0.1"')
    steps = {"0.1": lambda data: data.replace(b'"schema_version":"0.1"', b'"schema_version":"0.4"')}
    assert decode(old, "s.json", steps) == state


def test_the_first_schema_is_still_read() -> None:
    """A state of schema 0.1 knew neither commit nor frontier; everything in it is kept."""
    state = replace(after(None, finding()), commit="", frontier=())
    fields = json.loads(encode(state))
    del fields["commit"], fields["frontier"]
    assert decode(json.dumps({**fields, "schema_version": "0.1"}).encode(), "s.json") == state


def test_the_frontier_keeps_the_latest() -> None:
    """Of more names than a frontier holds, the largest numbers stay, in order."""
    names = [str(number) for number in range(95, 95 + MOST_FRONTIER + 10)]
    kept = bounded_frontier(reversed(names))
    assert kept == tuple(names[10:])


def test_everything_known_is_remembered() -> None:
    """A finding is remembered with all that its next run needs."""
    item = finding(upload=UPLOAD, tickets=("A-1",), aliases=("F-0",))
    (known,) = after(None, item).findings
    assert known == tracked(item)


def test_a_finding_that_was_never_dated_is_dated_now() -> None:
    """No state is ever without dates."""
    (known,) = after(None, finding(first_seen=None, last_seen=None, clock_start=None)).findings
    assert (known.first_seen, known.last_seen, known.clock_start) == (NOW, NOW, NOW)


def test_closed_findings_are_remembered_for_a_while() -> None:
    """A finding closed in this run or up to 90 days ago is kept, an older one is forgotten."""
    closed = after(None, finding(closed_at=NOW, baseline=Baseline.ABSENT))
    assert [each.closed_at for each in closed.findings] == [NOW]
    assert [each.id for each in after(closed, days=90).findings] == ["F-1111111111"]
    assert after(closed, days=91).findings == ()


def test_what_is_seen_again_is_remembered_once() -> None:
    """A closed finding that came back, or was absorbed by another, has no second entry."""
    closed = after(None, finding(closed_at=NOW, baseline=Baseline.ABSENT))
    assert [each.closed_at for each in after(closed, finding()).findings] == [None]
    absorbed = after(closed, finding(id="F-0", aliases=("F-1111111111",)))
    assert [each.id for each in absorbed.findings] == ["F-0"]


def test_findings_and_scopes_are_in_order() -> None:
    """The order of the findings that come in does not matter."""
    one, two = finding(id="F-1"), finding(id="F-2")
    assert after(None, two, one) == after(None, one, two)
    assert [scope.tool for scope in after(None).scopes] == ["Semgrep", "Trivy"]


def test_a_state_knows_what_it_continues() -> None:
    """The parent is the run before; of a merged state all merged runs are."""
    assert after(None).parents == ()
    first = State(line=LINE, run=RunRef("1"), at=BEFORE)
    assert after(first).parents == (RunRef("1"),)
    merged = replace(first, parents=(RunRef("0"), RunRef("1")))
    assert after(merged).parents == merged.parents


def test_each_run_leaves_its_numbers() -> None:
    """The totals of every run are kept, without zeros; the same run at the same time leaves them once."""
    first = after(None)
    assert first.runs == (RunRecord(run=RUN, at=NOW, open={"HIGH": 2, "LOW": 1}, new=1, breached=2),)
    assert after(first).runs == first.runs
    assert [record.at for record in after(first, days=1).runs] == [NOW, NOW + timedelta(days=1)]


def test_a_run_leaves_which_one_it_followed() -> None:
    """Its record names the run whose scans it read, and nothing where it followed none, as in older states."""
    (record,) = decode(encode(after(None, follows="6")), "s.json").runs
    assert record.follows == "6"
    assert b"follows" not in encode(after(None))


def test_histories_are_bounded() -> None:
    """A long history keeps its first line and its latest ones; a long line of runs keeps the latest."""
    steps = [Transition(BEFORE + timedelta(hours=hour), "updated") for hour in range(50)]
    kept = bounded(reversed(steps))
    assert kept == (steps[0], *steps[-MOST_TRANSITIONS + 1 :])
    assert bounded(steps[:3] * 2) == tuple(steps[:3])
    (known,) = after(None, finding(history=tuple(steps))).findings
    assert known.history == kept
    runs = [RunRecord(run=RUN, at=BEFORE + timedelta(hours=hour), open={}) for hour in range(MOST_RUNS + 9)]
    assert bounded_runs(runs) == tuple(runs[9:])


def test_a_run_without_reports_keeps_the_commit() -> None:
    """The commit is that of the last run which had reports, and so is the time of its looking."""
    kept = replace(after(None, finding()), commit="a" * 40)
    for before, expected in ((kept, kept.at), (replace(kept, scanned_at=BEFORE), BEFORE)):
        state = next_state(
            before,
            (finding(),),
            scopes=(),
            context=Context(line=LINE, run=RUN, commit="b" * 40),
            now=NOW + timedelta(days=1),
            totals=totals(),
            retention_days=90,
            is_scanned=False,
        )
        assert (state.commit, state.scanned_at) == ("a" * 40, expected)


def test_when_a_decision_was_first_made_is_not_forgotten() -> None:
    """Between the first line and the latest the first line of each decision stays, of the latest nine."""

    def line(hour: int, to: str, reason: str = "") -> Transition:
        return Transition(BEFORE + timedelta(hours=hour), to, "", reason)

    accepted, again = line(1, "risk_accepted", "Internal."), line(2, "risk_accepted", "Internal.")
    steps = [line(0, "new"), accepted, again, *(line(hour, "updated") for hour in range(3, 60)), line(60, "open")]
    assert bounded(steps) == (steps[0], accepted, *steps[-MOST_TRANSITIONS + 2 :])
    many = [line(0, "new"), *(line(hour, "mitigated", str(hour)) for hour in range(1, 40))]
    assert bounded(many) == (many[0], *many[-MOST_TRANSITIONS + 1 :])
    assert bounded((*bounded(steps[:40]), *steps[30:])) == bounded(steps)


def test_sources_and_tickets_are_bounded() -> None:
    """A source long silent is forgotten beside one that speaks, but the primary one and what was examined once."""
    old, new = sighting(result(), last_seen=BEFORE), sighting(result(tool="Bandit"))
    (known,) = after(None, finding(sightings=(old, new)), days=80).findings
    assert known.sightings == (new,)
    (known,) = after(None, finding(sightings=(old, new)), days=30).findings
    assert known.sightings == (old, new)
    (known,) = after(None, finding(sightings=(old, new)), days=300).findings
    assert known.sightings == (old, new)
    examined = sighting(result(scope="Pen test » src"), last_seen=BEFORE)
    (known,) = after(None, finding(sightings=(new, examined)), days=80).findings
    assert known.sightings == (new, examined)
    many = [sighting(result(), keys=(f"k{day}",), last_seen=NOW - timedelta(days=day)) for day in range(80)]
    tickets = tuple(f"A-{number:03}" for number in range(80))
    (known,) = after(None, finding(sightings=tuple(reversed(many)), tickets=tickets)).findings
    assert known.sightings == (many[-1], *reversed(many[: MOST_SIGHTINGS - 1]))
    assert known.tickets == tickets[:MOST_TICKETS]
    (known,) = after(None, finding(sightings=(*many, examined))).findings
    assert known.sightings == (*many[: MOST_SIGHTINGS - 1], examined)
