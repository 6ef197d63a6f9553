"""Tests of :mod:`aggregator.lifecycle.missing_files`: why a file that is not in the checkout may not be deleted."""

from msgspec.structs import replace

from aggregator.lifecycle.missing_files import doubt_of_deletion, gone, parts_named
from aggregator.model.coverage import Coverage
from aggregator.model.finding import Transition
from aggregator.model.location import Location
from tests.builders import NOW, result, scan
from tests.unit.lifecycle.cases import covering, known, unseen

PROOF = gone("app.py", "Semgrep")


def test_a_file_of_no_commit_was_not_deleted() -> None:
    """It was made by a build or fetched from elsewhere; one of the repository's own, or of before we knew, was."""
    then = known()
    (ours,) = then.sightings
    assert not doubt_of_deletion(then, ours)
    assert doubt_of_deletion(then, replace(ours, is_uncommitted=True))


def test_what_came_back_may_come_back_again() -> None:
    """Only after that very closing, not after another one, and not where another run had known one source more."""

    def doubted(*past: tuple[str, str]) -> bool:
        then = known(history=tuple(Transition(NOW, to, reason=reason) for to, reason in past))
        return bool(doubt_of_deletion(then, then.sightings[0]))

    assert doubted(("new", ""), ("absent", PROOF), ("risk_accepted", ""), ("reopened", ""), ("updated", ""))
    assert doubted(("absent", PROOF), ("reopened", ""), ("absent", "Looked at again."), ("reopened", ""))
    assert not doubted(("absent", "Looked at again."), ("reopened", ""))
    assert not doubted(("absent", PROOF), ("doubted", ""))


def test_a_report_names_parts_by_what_it_found_and_by_what_it_looked_at() -> None:
    """A result in a part counts, and so does a clean file of it that is listed as looked at."""
    unfetched = {"lib/a.py": "lib/", "lib/package-lock.json": "lib/", "b.py": "other/"}
    nowhere = result(location=None)
    assert parts_named(scan(results=(result(), nowhere)), unfetched) == frozenset()
    assert parts_named(scan(results=(result(location=Location("lib/a.py")),)), unfetched) == {"lib/"}
    targets = Coverage(targets=frozenset({"sca\x1flib/package-lock.json", "iac\x1f."}))
    assert parts_named(scan(coverage=targets), unfetched) == {"lib/"}


def test_a_part_that_is_left_out_is_so_for_all_that_is_in_it() -> None:
    """Each finding in it waits and says why; what is beside it closes."""
    paths = ("lib/a.py", "lib/b.py", "app.py")
    then = tuple(known(result(location=Location(path, 3)), id=f"F-{path}") for path in paths)
    case = unseen(covering(), unfetched=dict.fromkeys(paths[:2], "lib/"))._replace(remembered=then)
    reasons = [each.observation_reason for each in case.advanced().findings]
    assert reasons == [
        "The checkout leaves out the part that lib/a.py is in, and semgrep.json names no file there.",
        "The checkout leaves out the part that lib/b.py is in, and semgrep.json names no file there.",
        "",
    ]
