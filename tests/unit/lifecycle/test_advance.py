"""Tests of :mod:`aggregator.lifecycle` beyond the tables: what is said, counted and carried."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.lifecycle import missing_reports
from aggregator.model.coverage import Completeness, Coverage, Extent
from aggregator.model.finding import (
    AGREEMENT,
    Baseline,
    Decision,
    Disposition,
    Finding,
    Observation,
    Transition,
    UploadIdentity,
)
from aggregator.model.hierarchy import Belonging
from aggregator.model.report import ReadFailure
from aggregator.model.result import ACCEPTED as ACCEPTED_SECRET
from aggregator.model.result import Kind
from aggregator.model.severity import Cvss
from aggregator.model.state import RunRef, ScopeRecord, Tracked
from aggregator.policy import Expected, Policy
from tests.builders import BEFORE, NOW, RUN, finding, result, scan, sighting, tracked
from tests.unit.lifecycle.cases import (
    ACCEPTED,
    BOTH,
    CLOUD,
    EXAMINED,
    LAST,
    LIB,
    LONG_AGO,
    OLD_RUN,
    OTHER_ROW,
    SECRET,
    TILL,
    TRIVY,
    WEB,
    Case,
    closed,
    covering,
    crowd,
    fresh,
    known,
    listed,
    many,
    prowler,
    seen,
    unseen,
)

UPLOAD = UploadIdentity("onefold/shop/Semgrep/src/", "Semgrep (Onefold)", "r")


def test_everything_people_own_is_carried() -> None:
    """Decision, tickets, upload identity, reopening date and history survive a run that sees the finding."""
    history = (Transition(BEFORE, "new"),)
    then = known(decision=ACCEPTED, tickets=("SHOP-1",), upload=UPLOAD, reopened_at=BEFORE, history=history)
    (found,) = seen(then).advanced().findings
    assert (found.decision, found.tickets, found.upload) == (ACCEPTED, ("SHOP-1",), UPLOAD)
    assert (found.reopened_at, found.history, found.last_seen) == (BEFORE, history, NOW)


def test_a_tool_that_is_added_floods_nobody() -> None:
    """What it brings is told in one sentence, once; what it shares with a known tool is that tool's news."""
    shared = fresh(result(), TRIVY, id="F-both")
    case = Case(
        (*crowd(11, TRIVY), shared), (), (scan(), scan(TRIVY)), scopes=(ScopeRecord("Semgrep", "src", LAST, 1),)
    )
    advanced = case.advanced()
    assert [found.baseline for found in advanced.findings] == [None] * 11 + [Baseline.NEW]
    (said,) = advanced.diagnostics
    assert (said.code, said.subject) == ("tool-first-heard", "Trivy")
    assert "its 11 findings are its baseline" in said.reason
    again = case._replace(remembered=tuple(map(tracked, advanced.findings)), scopes=advanced.scopes).advanced()
    assert again.diagnostics == ()
    assert {found.baseline for found in again.findings} == {Baseline.UNCHANGED}


def parted(whole: Tracked, id_: str = "F-2", **fields: Any) -> Finding:
    """The second half of a remembered finding that was one until this run."""
    halves = (fresh(result(), id=whole.id), fresh(TRIVY, id=id_, parted_from=whole.id))
    case = Case(halves, (whole,), (scan(), scan(TRIVY)), **fields)
    first, second = case.advanced().findings
    assert (first.decision, first.upload, first.tickets) == (whole.decision, whole.upload, whole.tickets)
    return second


def test_a_part_is_as_old_as_the_whole() -> None:
    """What was split off is not new and its clock goes on; the decision, the tickets and the alert stay behind."""
    line = Transition(BEFORE, "risk_accepted", "", "Internal.")
    found = parted(known(result(), TRIVY, decision=ACCEPTED, tickets=("A-1",), upload=UPLOAD, history=(line,)))
    assert (found.first_seen, found.clock_start, found.baseline) == (BEFORE, BEFORE, Baseline.UPDATED)
    assert (found.decision, found.upload, found.tickets) == (Decision(), None, ())
    assert found.history == (line, Transition(NOW, "updated", RUN.id, "was a part of F-1111111111"))
    assert found.changes == ("was a part of F-1111111111",)


def test_a_part_that_was_a_finding_before_keeps_the_decision() -> None:
    """Where it has its old id again, what holds for the whole holds for it until somebody says otherwise."""
    assert parted(known(result(), TRIVY, decision=ACCEPTED, aliases=("F-2",))).decision == ACCEPTED


def test_a_part_of_what_was_closed_comes_back() -> None:
    """Both halves are reopened, and the clock does what it does for one that comes back."""
    whole = known(result(), TRIVY, closed_at=LAST, closed_reason="Proof.")
    found = parted(replace(whole, sightings=tuple(replace(each, misses=1) for each in whole.sightings)))
    assert (found.baseline, found.reopened_at, found.clock_start) == (Baseline.NEW, NOW, BEFORE)


def test_a_retry_calls_a_part_what_it_called_the_whole() -> None:
    """What an earlier attempt of the run called new is new in both halves."""
    whole = known(result(), TRIVY, history=(Transition(LAST, "new", OLD_RUN.id),))
    assert parted(whole, run=replace(OLD_RUN, attempt=2)).baseline is Baseline.NEW


def test_how_bad_it_is_is_remembered() -> None:
    """The rating and the life of a secret come from the reports that name it, and stay while none does."""
    live = result(kind=Kind.SECRET, cvss=Cvss("3.1", 8.0, "AV:N"), message=ACCEPTED_SECRET)
    (found,) = Case((fresh(live),), (), (scan(live),)).advanced().findings
    assert (found.cvss, found.is_live) == (Cvss("3.1", 8.0), True)
    (kept,) = unseen(then=tracked(found)).advanced().findings
    assert (kept.cvss, kept.is_live) == (Cvss("3.1", 8.0), True)
    (again,) = seen(tracked(found), replace(live, cvss=None, message="")).advanced().findings
    assert (again.cvss, again.is_live) == (None, False)


def test_everything_people_own_is_carried_unseen() -> None:
    """The same survives a run that does not look at the finding."""
    then = known(decision=ACCEPTED, tickets=("SHOP-1",), upload=UPLOAD, reopened_at=BEFORE, aliases=("F-9",))
    (found,) = unseen(scan(TRIVY), then=then).advanced().findings
    assert (found.decision, found.tickets, found.upload) == (ACCEPTED, ("SHOP-1",), UPLOAD)
    assert (found.reopened_at, found.aliases, found.last_seen) == (BEFORE, ("F-9",), LAST)


def test_changes_are_told() -> None:
    """An update says in words what changed, and the history keeps it."""
    (found,) = seen(known(result(), TRIVY), sightings=BOTH)._replace(scans=(scan(), scan(TRIVY))).advanced().findings
    assert found.changes == ("no longer reported by Trivy",)
    assert found.history == (Transition(NOW, "updated", RUN.id, "no longer reported by Trivy"),)


def test_a_tool_that_fell_silent_is_told_once() -> None:
    """A source that was proven silent stays silent without a further word, and comes back with one."""
    silent = known(sightings=(sighting(result()), replace(sighting(TRIVY), misses=1)))
    again = fresh(sightings=silent.sightings)
    case = Case((again,), (silent,), (scan(), scan(TRIVY)))
    (found,) = case.advanced().findings
    assert (found.baseline, found.sightings) == (Baseline.UNCHANGED, silent.sightings)
    (back,) = seen(silent, result(), TRIVY).advanced().findings
    assert back.changes == ("now also reported by Trivy",)


def test_a_change_of_tool_is_told() -> None:
    """When another tool carries the finding on, the clock goes on and the change is named; the first tool may wait."""
    case = seen(known(), TRIVY, sightings=(*known().sightings, sighting(TRIVY)))
    (found,) = case.advanced().findings
    assert found.clock_start == BEFORE
    assert found.changes == ("now also reported by Trivy",)
    (found,) = case._replace(scans=(scan(), scan(TRIVY))).advanced().findings
    assert found.changes == ("now also reported by Trivy", "no longer reported by Semgrep")
    assert [each.misses for each in found.sightings] == [1, 0]


def test_a_component_of_unknown_version_is_told() -> None:
    """A version that one report omits is called unknown, not left blank."""
    then = known(result(component=replace(LIB, version="")))
    (found,) = seen(then, result(component=LIB)).advanced().findings
    assert found.changes == ("version unknown -> 1.0",)


REOPENED = Decision(reason="Look again.", author="ann", origin="github", decided_at=LAST)
VERIFIED = Decision(Disposition.VERIFIED, "It is one.", "ann", "github", LAST)


@pytest.mark.parametrize(("word", "other"), [(REOPENED, "open, risk_accepted"), (VERIFIED, "verified, risk_accepted")])
def test_different_decisions_meet(word: Decision, other: str) -> None:
    """When two findings become one, the strictest decision holds, tickets add up, and the run says so."""
    one = known(decision=word, tickets=("A-1",))
    two = known(id="F-2", decision=ACCEPTED, tickets=("A-2",), upload=UPLOAD)
    advanced = seen(one, aliases=("F-2",))._replace(remembered=(two, one)).advanced()
    (found,) = advanced.findings
    assert (replace(found.decision, overruled=()), found.tickets, found.upload) == (word, ("A-1", "A-2"), UPLOAD)
    (said,) = advanced.diagnostics
    assert (said.code, said.subject) == ("decisions-differ", "F-1111111111")
    assert other in said.reason
    (step,) = found.history
    assert (step.to, step.at) == (word.disposition.value, NOW)
    assert step.reason == "Decided about F-1111111111, which is one with F-2 now."


@pytest.mark.parametrize("word", [ACCEPTED, VERIFIED])
@pytest.mark.parametrize("days", [9, -9])
def test_a_decision_outweighs_no_decision(word: Decision, days: int) -> None:
    """What somebody decided holds when its finding unites with one nobody decided about, the older or the younger."""
    past = (Transition(BEFORE, "new"), Transition(LAST, word.disposition.value, "4700", "A word."))
    one = known(first_seen=BEFORE + timedelta(days=days), decision=word, history=past)
    two = known(id="F-2", history=(Transition(BEFORE, "new"),))
    advanced = seen(one, aliases=("F-2",))._replace(remembered=(two, one)).advanced()
    (found,) = advanced.findings
    assert (found.decision, advanced.diagnostics) == (word, ())
    told = "Decided about F-1111111111, which is one with F-2 now."
    assert found.history == (*past, Transition(NOW, word.disposition.value, RUN.id, told))


def test_what_was_decided_about_both_is_remembered() -> None:
    """The milder word holds when the stricter one ends; that people said it is open outweighs it for good."""
    false = Decision(Disposition.FALSE_POSITIVE, "Constant.", "lee", "issues", LAST)
    until = Decision(Disposition.RISK_ACCEPTED, "For now.", "kim", "alerts", LAST, NOW + timedelta(days=9))
    for word, others in ((until, (false,)), (Decision(decided_at=LAST), ())):
        case = seen(known(decision=word), aliases=("F-2",))
        (found,) = case._replace(remembered=(known(decision=word), known(id="F-2", decision=false))).advanced().findings
        assert found.decision == replace(word, overruled=others)


def test_a_word_outweighs_tools_that_agree() -> None:
    """What people set aside stays so when it unites with what is verified only because several tools report it."""
    agreed = Decision(Disposition.VERIFIED, "Two report it.", origin=AGREEMENT, decided_at=LAST)
    advanced = seen(known(), aliases=("F-2",))._replace(
        remembered=(known(decision=agreed), known(id="F-2", decision=ACCEPTED))
    )
    answer = advanced.advanced()
    assert ([each.decision for each in answer.findings], answer.diagnostics) == ([ACCEPTED], ())


def test_a_closed_twin_is_absorbed_without_a_word() -> None:
    """A closed finding that turns out to be an open one lends its history and reopens nothing."""
    one, two = known(), replace(closed(3), id="F-2", decision=ACCEPTED, clock_start=LAST)
    advanced = seen(one, aliases=("F-2",))._replace(remembered=(one, two)).advanced()
    (found,) = advanced.findings
    assert (found.baseline, found.clock_start, advanced.diagnostics) == (Baseline.UNCHANGED, BEFORE, ())


def test_an_alias_finds_its_memory() -> None:
    """A finding that comes under an id it had absorbed before is recognised."""
    then = known(id="F-9", aliases=("F-1111111111",))
    (found,) = seen(then).advanced().findings
    assert (found.baseline, found.first_seen) == (Baseline.UNCHANGED, BEFORE)


def test_closed_findings_stay_out_of_the_list() -> None:
    """What was closed earlier and is not seen now is not part of this run."""
    assert Case(remembered=(closed(3),), scans=(covering(),)).advanced().findings == ()


def test_a_closing_that_did_not_know_a_source_is_taken_back() -> None:
    """Runs raced: one closed on Semgrep's silence, another had read Trivy. Nobody asked Trivy, so it is open again."""
    asked, unasked = (replace(each, misses=misses) for each, misses in zip(BOTH, (1, 0), strict=True))
    merged = replace(closed(1), sightings=(asked, unasked))
    (found,) = Case(remembered=(merged,), scans=(covering(),)).advanced().findings
    assert (found.closed_at, found.observation) == (None, Observation.NOT_COVERED)
    assert found.history[-1].to == "doubted"
    assert f"did not know of {unasked.tool}" in found.history[-1].reason


def test_every_source_of_a_closing_is_silent() -> None:
    """What closes leaves no source that looks as if nobody had asked it."""
    (found,) = Case(remembered=(known(),), scans=(covering(),)).advanced().findings
    assert found.closed_at == NOW
    assert all(each.misses for each in found.sightings)


@pytest.mark.parametrize(("still_there", "held"), [(7, False), (6, True)])
def test_the_brake_works_above_its_share_only(still_there: int, *, held: bool) -> None:
    """Three of ten may close at once; four of ten are all held, with a warning that counts them."""
    there = tuple(fresh(id=f"F-{number:03}") for number in range(still_there))
    advanced = Case(there, many(10), (covering(),)).advanced()
    unseen_now = [each for each in advanced.findings if not each.sources]
    assert {each.observation is Observation.HELD for each in unseen_now} == {held}
    assert [said.code for said in advanced.diagnostics] == ["closes-held"] * held
    assert all("4 of 10" in said.reason for said in advanced.diagnostics)


def test_the_brake_needs_ten_findings() -> None:
    """A tool with nine open findings may close them all at once."""
    assert all(each.closed_at for each in Case(remembered=many(9), scans=(covering(),)).advanced().findings)


def test_the_brake_can_be_released() -> None:
    """With a share of 1 everything that is proven gone closes."""
    policy = Policy.model_validate({"closing": {"brake-share": 1}})
    case = Case(remembered=many(20), scans=(covering(),), policy=policy)
    assert all(each.closed_at for each in case.advanced().findings)


def test_each_product_has_a_brake_of_its_own() -> None:
    """What vanishes from one product is held by its own numbers, however much stays in another."""
    till = tuple(replace(each, id=f"T-{each.id}", belonging=Belonging(product="till")) for each in many(10))
    here = tuple(fresh(id=f"F-{number:03}") for number in range(90))
    advanced = Case(here, (*many(90), *till), (scan(),)).advanced()
    assert {each.observation for each in advanced.findings if not each.sources} == {Observation.HELD}
    (said,) = advanced.diagnostics
    assert (said.code, said.subject) == ("closes-held", "Semgrep (till)")


def test_small_products_share_a_brake() -> None:
    """Where each product has too few findings to be counted alone, one warning counts them together."""
    small = tuple(replace(each, belonging=Belonging(product=f"p{place % 5}")) for place, each in enumerate(many(20)))
    large = tuple(replace(each, id=f"T-{each.id}", belonging=TILL) for each in many(30))
    here = tuple(fresh(id=each.id) for each in large)
    advanced = Case(here, (*small, *large), (scan(),)).advanced()
    assert {each.observation for each in advanced.findings if not each.sources} == {Observation.HELD}
    (said,) = advanced.diagnostics
    assert (said.subject, said.reason[:8]) == ("Semgrep (products and accounts with few findings)", "20 of 20")


def test_a_small_product_is_held_by_what_the_whole_tool_loses() -> None:
    """Where a large product closes little enough, that stands; the small one beside it is not believed."""
    till = tuple(replace(each, id=f"T-{each.id}", belonging=TILL) for each in many(4))
    here = tuple(fresh(id=f"F-{number:03}") for number in range(8))
    advanced = Case(here, (*many(11), *till), (scan(),)).advanced()
    missing = {each.id[:1]: each.observation for each in advanced.findings if not each.sources}
    assert missing == {"F": Observation.OBSERVED, "T": Observation.HELD}
    (said,) = advanced.diagnostics
    assert said.subject == "Semgrep"
    assert said.reason.startswith(
        "7 of 15 open findings would close at once, more than 30%: none was closed in products"
    )


def test_what_was_examined_once_is_no_trouble_of_a_pipeline() -> None:
    """A run without the examination's reports does not ask for them, one with a partial report of it does."""
    assert unseen(scan(WEB), then=known(EXAMINED)).advanced().diagnostics == ()
    broken = scan(EXAMINED, completeness=Completeness.FAILED, reason="Broken.")
    (said,) = unseen(broken, then=known(EXAMINED)).advanced().diagnostics
    assert (said.code, said.subject) == ("scope-not-covered", "ZAP (Pen test » shop)")


def test_an_examination_given_again_elsewhere_says_what_it_lacks() -> None:
    """Where its reports are there and none is about the place, that is said, and not that it was not given again."""
    elsewhere = scan(replace(EXAMINED, scope="Pen test » till"))
    for scans, reason in (
        ((elsewhere,), "Pen test found it in shop, which no report of this run is about."),
        ((scan(TRIVY),), "Pen test found it: only its own reports, given again, or a decision close it."),
    ):
        (found,) = unseen(*scans, then=known(EXAMINED)).advanced().findings
        assert (found.observation, found.observation_reason) == (Observation.NOT_COVERED, reason)


def test_an_examination_is_whole_as_it_was() -> None:
    """Its reports must all be there again, however long ago they were."""
    record = ScopeRecord("ZAP", EXAMINED.scope, LONG_AGO, 2)
    case = unseen(scan(EXAMINED), then=known(EXAMINED), scopes=(record, replace(record, scope="shop")))
    advanced = case.advanced()
    assert [each.observation for each in advanced.findings] == [Observation.NOT_COVERED]
    assert advanced.scopes == (record,)


def test_what_the_brake_holds_closes_later() -> None:
    """A held finding closes in the next run that covers it with the brake released, not in one that does not."""
    first = Case(remembered=many(10), scans=(covering(),)).advanced()
    held = tuple(known(id=each.id, sightings=each.sightings, observation=each.observation) for each in first.findings)
    kept = Case(remembered=held, scans=(scan(TRIVY),)).advanced().findings
    assert {each.observation for each in kept} == {Observation.NOT_COVERED}
    policy = Policy.model_validate({"closing": {"brake-share": 1}})
    assert all(each.closed_at for each in Case(remembered=held, scans=(covering(),), policy=policy).advanced().findings)


def test_deleted_secrets_may_close_by_policy() -> None:
    """Where the policy says so, a secret closes like everything else."""
    policy = Policy.model_validate({"closing": {"deleted-secrets": True}})
    (found,) = unseen(scan(SECRET), then=known(SECRET), policy=policy).advanced().findings
    assert found.closed_at == NOW


def test_a_retry_counts_a_first_miss() -> None:
    """Another attempt of the same run counts a miss that the first attempt did not see, once."""
    (found,) = unseen(scan(WEB), then=known(WEB), run=RunRef("4700", 2)).advanced().findings
    assert [each.misses for each in found.sightings] == [1]


@pytest.mark.parametrize(
    ("run", "to", "baseline"),
    [
        (RunRef("4700", 2), "new", Baseline.NEW),
        (RunRef("4700", 2), "reopened", Baseline.NEW),
        (RunRef("4700", 2), "updated", Baseline.UNCHANGED),
        (RunRef("4700", 1), "new", Baseline.UNCHANGED),
        (RunRef("4711", 1), "new", Baseline.UNCHANGED),
    ],
)
def test_a_retry_finds_new_what_its_run_found(run: RunRef, to: str, baseline: Baseline) -> None:
    """What came with an earlier attempt of this run is new to all its attempts, and is written down once."""
    then = known(history=(Transition(LAST, to, run="4700"),))
    (found,) = seen(then)._replace(run=run).advanced().findings
    assert (found.baseline, found.history) == (baseline, then.history)


def test_a_retry_calls_new_what_it_does_not_see() -> None:
    """A second attempt whose scan failed, or that has no reports, does not turn a red gate green; a closing does."""
    then, again = known(history=(Transition(LAST, "new", run="4700"),)), RunRef("4700", 2)
    failed = scan(completeness=Completeness.FAILED, reason="Broken.")
    for case in (unseen(failed, then=then), unseen(then=then)):
        assert [each.baseline for each in case._replace(run=again).advanced().findings] == [Baseline.NEW]
        assert [each.baseline for each in case.advanced().findings] == [Baseline.UNCHANGED]
    (mended,) = unseen(covering(), then=then, run=again).advanced().findings
    assert mended.baseline is Baseline.ABSENT


def test_a_declared_tool_closes_files_that_are_gone() -> None:
    """A tool declared complete closes what was in a deleted file even when its scan is partial."""
    policy = Policy.model_validate({"closing": {"complete": ["Semgrep"]}})
    case = unseen(listed("b.py", completeness=Completeness.PARTIAL), gone=frozenset({"app.py"}), policy=policy)
    assert [each.closed_at for each in case.advanced().findings] == [NOW]


def test_a_place_without_a_path_is_not_listed() -> None:
    """A finding without file or resource is never covered by a list of files or rows."""
    bare = known(result(location=None), location=None)
    for report in (listed("app.py"), replace(prowler(), tool="Semgrep", scope="src")):
        (found,) = unseen(report, then=bare).advanced().findings
        assert found.observation is Observation.NOT_COVERED


def test_a_component_is_looked_for_in_its_manifest() -> None:
    """Without a location of its own, a component's place is its manifest."""
    bare = result(location=None, component=LIB)
    (found,) = unseen(listed("package-lock.json"), then=known(bare, location=None)).advanced().findings
    assert found.closed_at == NOW


def test_every_report_that_could_show_it_must_cover_it() -> None:
    """Of two reports of a scope, one without the rule is no witness; one with it must have read the file."""
    other_rules = replace(covering(rules=frozenset({"another"})), report="b.json")
    (found,) = unseen(covering(), other_rules).advanced().findings
    assert found.closed_at == NOW
    unread = replace(listed("b.py"), report="b.json")
    (kept,) = unseen(covering(), unread).advanced().findings
    assert kept.observation is Observation.NOT_COVERED


def test_a_rule_ran_under_its_name_of_today() -> None:
    """A tool that calls its rules by numbers now has looked for what it had called by a word."""
    word = result(tool="Trivy", scope="src", rule_id="aws-vpc-no-public-egress-sgr")
    then, ran = known(word), scan(word, coverage=Coverage(extent=Extent.SCOPE, rules=frozenset({"AWS-0104"})))
    (found,) = unseen(ran, then=then).advanced().findings
    assert found.closed_at == NOW


def test_a_finding_without_sightings_is_never_closed() -> None:
    """Where nothing is remembered about who reported it, nobody can take it back."""
    (found,) = unseen(covering(), then=known(sightings=())).advanced().findings
    assert (found.observation, found.closed_at) == (Observation.NOT_COVERED, None)


def test_a_scope_that_proves_nothing_is_named_once() -> None:
    """However many findings it leaves open, a scope is warned about once, with their number and the report's name."""
    failed = replace(covering(completeness=Completeness.FAILED), reason="Semgrep crashed.")
    (said,) = Case(remembered=many(12), scans=(failed,)).advanced().diagnostics
    assert (said.code, said.subject) == ("scope-not-covered", "Semgrep (src)")
    assert "semgrep.json" in said.reason
    assert "12 findings stay as they were." in said.reason


def test_an_ignored_file_is_no_report() -> None:
    """A file that a glob caught by chance makes no run out of a tick."""
    ignored = ReadFailure(name="x.txt", place="x.txt", reason="No report.", next_step="", ignored=True)
    (found,) = unseen(failures=(ignored,)).advanced().findings
    assert found.observation is Observation.OBSERVED


def test_a_cloud_resource_closes_after_two_runs_of_a_declared_tool() -> None:
    """What a declared tool no longer lists closes with the second run that does not."""
    policy = Policy.model_validate({"closing": {"complete": ["Prowler"]}})
    once = known(CLOUD, sightings=(replace(sighting(CLOUD), misses=1),))
    (found,) = unseen(prowler(OTHER_ROW), then=once, policy=policy).advanced().findings
    assert found.closed_at == NOW


def test_scopes_remember_how_many_reports_they_have() -> None:
    """A whole scope is renewed, one with fewer reports or a failed one keeps its record, an old record is dropped."""
    old = ScopeRecord("ZAP", "shop", NOW - timedelta(days=91), 3)
    case = unseen(
        covering(),
        replace(scan(TRIVY), completeness=Completeness.FAILED),
        scan(tool="Bandit", scope="."),
        scan(tool="Bandit", scope=".", report="b.json"),
        scopes=(ScopeRecord("Semgrep", "src", LAST, 2), ScopeRecord("Trivy", "image", LAST, 1), old),
    )
    assert case.advanced().scopes == (
        ScopeRecord("Bandit", ".", NOW, 2),
        ScopeRecord("Semgrep", "src", LAST, 2),
        ScopeRecord("Trivy", "image", LAST, 1),
    )


def test_findings_stay_in_the_order_they_came() -> None:
    """This run's findings come first and as they came; what becomes of each depends on no order."""
    there = tuple(fresh(id=f"F-{number:03}") for number in range(8))
    case = Case(there, many(9), (covering(), scan(TRIVY)))
    turned = case._replace(current=there[::-1], remembered=many(9)[::-1], scans=case.scans[::-1])
    straight, back = case.advanced(), turned.advanced()
    assert sorted(straight.findings, key=_id) == sorted(back.findings, key=_id)
    assert (straight.diagnostics, straight.scopes) == (back.diagnostics, back.scopes)
    assert [each.id for each in straight.findings] == [f"F-{number:03}" for number in range(9)]


def _id(finding: Finding) -> str:
    return finding.id


@pytest.mark.parametrize(
    ("wanted", "is_missing"),
    [
        ({"tool": "semgrep"}, False),
        ({"tool": "Semgrep", "scope": "s*"}, False),
        ({"tool": "Semgrep", "scope": "lib"}, True),
        ({"tool": "Semgrep", "report": "**/semgrep.json"}, False),
        ({"tool": "Semgrep", "report": "reports/*"}, True),
        ({"tool": "Trivy"}, True),
    ],
)
def test_expected_reports(wanted: dict[str, str], *, is_missing: bool) -> None:
    """An expected report is missing when no usable scan of the tool has the scope and the name."""
    scans = (scan(), scan(TRIVY, completeness=Completeness.FAILED))
    said = missing_reports((Expected(**wanted),), scans, ())
    assert [each.code for each in said] == ["expected-report-missing"] * is_missing
    assert all(each.subject.startswith(wanted["tool"]) for each in said)


def test_an_examination_is_never_what_is_expected() -> None:
    """Reports of a single examination answer for nothing, and a run that reads only those expects nothing."""
    wanted, once, other = (Expected(tool="ZAP"),), scan(EXAMINED), scan()
    failure = ReadFailure(name="x", place="x", reason="Broken.", next_step="")
    assert missing_reports(wanted, [once], []) == missing_reports(wanted, [once], [failure]) == ()
    assert len(missing_reports(wanted, [once, other], [])) == len(missing_reports(wanted, [], [failure])) == 1
    assert missing_reports(wanted, [once, other, scan(WEB)], []) == ()
    policy = Policy.model_validate({"expected": [{"tool": "ZAP", "scope": "*", "report": "ci/*"}]})
    assert unseen(once, then=known(EXAMINED), policy=policy).advanced().findings[0].closed_at == NOW


def test_a_tick_expects_nothing() -> None:
    """A run without any report misses none; one with only unreadable reports does."""
    failure = ReadFailure(name="s.json", place="s.json", reason="It ends early.", next_step="")
    assert missing_reports((Expected(tool="Semgrep"),), (), ()) == ()
    assert len(missing_reports((Expected(tool="Semgrep"),), (), (failure,))) == 1


def test_the_finding_of_a_first_run_has_no_baseline() -> None:
    """Without a state the clock starts and nothing is compared."""
    (found,) = Case((fresh(),), None).advanced().findings
    assert (found.baseline, found.first_seen, found.last_seen, found.clock_start) == (None, NOW, NOW, NOW)
    assert finding().baseline is not None


def test_tools_that_prove_the_same_say_it_together() -> None:
    """The proof of a closing names every tool once, in one sentence where they say the same."""
    other = result(tool="Bandit", scope="bandit", report="bandit.sarif", rule_id="B1")
    again = result(pointer="/results/9", rule_id="python.second")
    then = known(result(), TRIVY, other, again)
    (found,) = unseen(scan(), scan(TRIVY), scan(other), then=then).advanced().findings
    assert found.closed_reason == "Semgrep, Trivy and Bandit looked at app.py again and no longer found it."
    (alone,) = unseen(listed("b.py"), then=known(), gone=frozenset({"app.py"})).advanced().findings
    assert alone.closed_reason == "app.py is gone from the checkout, and Semgrep ran without it."
