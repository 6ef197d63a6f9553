from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.finding import Baseline, Decision, Disposition, Finding
from aggregator.model.outcome import Outcome, Ruling, Verdict
from aggregator.model.state import RunRef
from aggregator.planning.comment import Mode, is_worth_saying, may_be_overtaken, plan_comment
from aggregator.planning.observed import Observed, SeenComment
from aggregator.writers.comment import CLEARED, CommentFacts, render_comment
from tests.builders import NOW, finding, note, outcome, scan

FACTS = CommentFacts(key="k", number=7, head="1" * 40)
NOBODY = Observed(comment_known=True)
NEW = finding(id="F-NEW", baseline=Baseline.NEW)
BACK = finding(id="F-BACK", baseline=Baseline.NEW, reopened_at=NOW)
ACCEPTED = replace(NEW, decision=Decision(Disposition.RISK_ACCEPTED))
FIXED = finding(id="F-GONE", baseline=Baseline.ABSENT, closed_at=NOW)
QUIET = outcome(finding())


def there(body: str, number: int = 11) -> Observed:
    return Observed(comment=SeenComment(number, body), comment_known=True)


def planned(
    of: Outcome, observed: Observed = NOBODY, mode: Mode = "auto", **facts: Any
) -> list[tuple[int, int | None]]:
    """Give the pull request and the comment of each write."""
    actions, held = plan_comment(of, replace(FACTS, **facts), mode, observed)
    assert held == ()
    return [(action.pull_request, action.comment_id) for action in actions]


def reasons(of: Outcome, observed: Observed = NOBODY, **facts: Any) -> list[str]:
    """Give why each write is held."""
    actions, held = plan_comment(of, replace(FACTS, **facts), "auto", observed)
    assert actions == ()
    return [each.reason for each in held]


FAILED = outcome(finding(), verdict=Verdict(Ruling.FAIL, "1.", ("F-1111111111",)))
WORTH = [
    ("quiet", QUIET, {"always"}),
    ("new", outcome(NEW), {"auto", "always", "changes"}),
    ("back", outcome(BACK), {"auto", "always", "changes"}),
    ("accepted at once", outcome(ACCEPTED), {"always"}),
    ("fixed", outcome(FIXED), {"always", "changes"}),
    ("gate fails", FAILED, {"auto", "always"}),
    ("first run", outcome(finding(baseline=None), is_baseline=True), {"auto", "always"}),
    ("scan failed", outcome(scans=(scan(completeness=Completeness.FAILED),)), {"auto", "always"}),
    ("scan partial", outcome(scans=(scan(completeness=Completeness.PARTIAL),)), {"always"}),
    ("report unusable", outcome(diagnostics=(note(code="report-unreadable"),)), {"auto", "always"}),
    ("report missing", outcome(diagnostics=(note(code="expected-report-missing"),)), {"auto", "always"}),
    ("scope left out", outcome(diagnostics=(note(code="scope-not-covered"),)), {"always"}),
]


@pytest.mark.parametrize("mode", ["auto", "always", "changes", "off"])
@pytest.mark.parametrize(("of", "modes"), [row[1:] for row in WORTH], ids=[row[0] for row in WORTH])
def test_first_comment(of: Outcome, modes: set[str], mode: Mode) -> None:
    """Each mode gives a pull request its first comment for what that mode finds worth saying, and for nothing else."""
    assert is_worth_saying(of, mode) == (mode in modes)
    assert planned(of, mode=mode) == ([(7, None)] if mode in modes else [])


@pytest.mark.parametrize("mode", ["auto", "always", "changes"])
def test_kept_up_to_date(mode: Mode) -> None:
    """A comment that is there is kept true, also when nothing is worth a comment any more."""
    assert planned(QUIET, there("old"), mode) == [(7, 11)]


def test_off() -> None:
    """Switched off, a comment that is there is not touched."""
    assert planned(outcome(NEW), there("old"), "off") == []


@pytest.mark.parametrize("mode", ["auto", "always", "changes"])
def test_silent_when_nothing_changed(mode: Mode) -> None:
    """The same text is not written again, whatever GitHub made of its line ends and whichever run comes."""
    body = render_comment(outcome(NEW), FACTS).replace("\n", "\r\n").rstrip()
    assert planned(outcome(NEW), there(body), mode) == []
    assert planned(outcome(NEW), there(body), mode, run_url="https://github.com/a/b/actions/runs/2") == []
    assert planned(outcome(NEW, FIXED), there(body), mode) == [(7, 11)]


def test_cleared_not_deleted() -> None:
    """When all that was new is fixed, the comment says so, over itself, once."""
    first = render_comment(outcome(NEW), FACTS)
    clean = outcome(scans=(scan(),))
    (write,), _ = plan_comment(clean, FACTS, "auto", there(first))
    assert write.comment_id == 11
    assert CLEARED in write.body
    assert planned(clean, there(write.body)) == []


def test_no_pull_request() -> None:
    """A run that is about no pull request has nothing to hold either."""
    assert planned(outcome(NEW), number=None) == []
    assert planned(outcome(NEW), mode="always", number=None) == []


@pytest.mark.parametrize("author", ["a fork", "Dependabot"])
def test_token_only_reads(author: str) -> None:
    """Where the token cannot write, the plan says whose run it is and who can."""
    (reason,) = reasons(outcome(NEW), reads_only=author)
    assert f"a run for {author} only reads" in reason
    assert "workflow_run" in reason
    assert reasons(QUIET, reads_only=author) == []


def test_number_not_proven() -> None:
    """Without a proof of the number nothing is written, and the doubt is named."""
    doubt = "no open pull request has this commit as its head"
    assert reasons(outcome(NEW), number=None, doubt=doubt) == [doubt]
    _, (held,) = plan_comment(outcome(NEW), replace(FACTS, number=None, doubt=doubt), "auto", NOBODY)
    assert held.sentence() == f"not: comment on the pull request ({doubt})"
    (action,), _ = plan_comment(outcome(NEW), FACTS, "auto", there("old"))
    assert action.sentence() == "update the comment on pull request 7"


def test_unread_comments() -> None:
    """Where the comments could not be read, a second one might be written: it is held."""
    (reason,) = reasons(outcome(NEW), Observed())
    assert "could not be read" in reason


@pytest.mark.parametrize("url", ["", "https://github.com/octo/shop/actions/runs/4711"])
@pytest.mark.parametrize(
    ("run", "is_later"),
    [("4710", True), ("999", True), ("4711", False), ("4712", False), ("10000", False), ("20261122T120000Z", False)],
)
def test_a_later_run_is_told_by_its_number(run: str, url: str, *, is_later: bool) -> None:
    """Of a run and the one that wrote what is there, linked or not, the one with the higher number is later."""
    body = render_comment(outcome(NEW), replace(FACTS, run_url=url))
    assert may_be_overtaken(RunRef(run), SeenComment(11, body.replace("\n", "\r\n"))) is is_later


def test_who_may_be_overtaken_where_no_number_stands() -> None:
    """Where there is no comment it is a run that is asked for again, and none where a comment names no run."""
    assert [may_be_overtaken(RunRef("1", attempt), None) for attempt in (1, 2)] == [False, True]
    assert not may_be_overtaken(RunRef("1", 2), SeenComment(11, "Run 7"))


def test_order_of_findings_is_the_outcomes() -> None:
    """The same outcome gives the same action, byte for byte."""
    items: tuple[Finding, ...] = (NEW, BACK, FIXED, ACCEPTED)
    assert plan_comment(outcome(*items), FACTS, "auto", NOBODY) == plan_comment(outcome(*items), FACTS, "auto", NOBODY)
