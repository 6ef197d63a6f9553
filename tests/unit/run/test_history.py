from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Baseline, Finding
from aggregator.model.location import Location
from aggregator.model.outcome import Context
from aggregator.model.passage import Passage, Run
from aggregator.model.state import State
from aggregator.run import history as module
from aggregator.run.history import Past, checked_out, read_history, remark_on
from aggregator.run.sources import read_sources
from tests.builders import BEFORE, LINE, NOW, RUN, finding, outcome, result, sighting, tracked
from tests.checkouts import Checkout, git

CODE = "".join(f"step({number})\n" for number in range(20))
EDITED = CODE.replace("step(3)", "step(three)").replace("step(9)\n", "")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A repository without commits."""
    return Checkout(tmp_path / "checkout")


def seen(*paths: str) -> tuple[Finding, ...]:
    return tuple(finding(result(location=Location(path, 1)), id=f"F-{path}") for path in paths)


def remembered(commit: str, *paths: str) -> State:
    """A state of a commit, with a finding in each of the files."""
    return State(line=LINE, run=RUN, at=NOW, commit=commit, findings=tuple(map(tracked, seen(*paths))))


def past(checkout: Checkout, state: State, commit: str = "", *more: str) -> Past:
    """Read history as a run does, which has read the files that the state and its reports name."""
    named = [item.location.path for item in state.findings if item.location]
    return read_history(checkout.root, state, commit, read_sources(checkout.root, [*named, *more]))


def test_lines_are_followed(checkout: Checkout) -> None:
    """A file that was edited maps its unchanged lines; one that was not maps all of them, and is the same."""
    old = checkout.commit({"a.py": CODE, "b/c.py": CODE})
    checkout.commit({"a.py": "# new\n" + EDITED})
    assert past(checkout, remembered(old, "a.py", "b/c.py")).history == {
        "a.py": Passage("a.py", (Run(1, 2, 3), Run(5, 6, 5), Run(11, 11, 10))),
        "b/c.py": Passage("b/c.py", (Run(1, 1, 20),)),
    }


def test_lines_of_a_notebook_are_not_followed(checkout: Checkout) -> None:
    """Tools count those of its cells, so nothing is known of them once it changed."""
    old = checkout.commit({"a.ipynb": CODE})
    checkout.commit({"a.ipynb": "# new\n" + CODE})
    assert past(checkout, remembered(old, "a.ipynb")).history == {"a.ipynb": Passage("a.ipynb", ())}


def test_what_is_checked_out_counts(checkout: Checkout) -> None:
    """Now is what lies in the workspace, committed or not."""
    old = checkout.commit({"a.py": CODE})
    (checkout.root / "a.py").write_text("# not committed\n" + CODE)
    assert past(checkout, remembered(old, "a.py")).history["a.py"].runs == (Run(1, 2, 20),)


def test_ends_of_lines_make_no_difference(checkout: Checkout) -> None:
    """A file that was checked out with other ends of lines, or in another encoding is followed all the same."""
    old = checkout.commit({"a.py": CODE, "b.py": CODE.encode() + b"caf\xe9\n"})
    (checkout.root / "a.py").write_bytes(CODE.replace("\n", "\r\n").encode())
    history = past(checkout, remembered(old, "a.py", "b.py")).history
    assert history["a.py"].runs == (Run(1, 1, 20),)
    assert history["b.py"] == Passage("b.py", (Run(1, 1, 21),))


def test_renames_are_followed(checkout: Checkout) -> None:
    """A file that was renamed, edited too or not, is followed to its new path; one that is gone is gone."""
    old = checkout.commit({"a.py": CODE, "b.py": CODE.replace("step", "walk"), "c.py": CODE.replace("step", "run")})
    checkout.commit(
        {
            "a.py": None,
            "lib/new.py": EDITED,
            "b.py": None,
            "lib/b.py": CODE.replace("step", "walk"),
            "c.py": None,
            "other.py": "print()\n",
        }
    )
    assert past(checkout, remembered(old, "a.py", "b.py", "c.py"), "", "lib/b.py").history == {
        "a.py": Passage("lib/new.py", (Run(1, 1, 3), Run(5, 5, 5), Run(11, 10, 10))),
        "b.py": Passage("lib/b.py", (Run(1, 1, 20),)),
        "c.py": Passage("", ()),
    }


def test_moved_folder_takes_its_files_along(checkout: Checkout) -> None:
    """A file that was rewritten is followed to where the other files of its folder went."""
    walk, run, sing = (CODE.replace("step", word) for word in ("walk", "run", "sing"))
    old = checkout.commit({"app/a.py": walk, "app/b.py": run, "app/c.py": CODE + "same()\n"})
    gone = dict.fromkeys(("app/a.py", "app/b.py", "app/c.py"))
    checkout.commit({**gone, "src/app/a.py": walk, "src/app/b.py": run, "src/app/c.py": sing + "same()\n"})
    assert past(checkout, remembered(old, "app/c.py")).history == {
        "app/c.py": Passage("src/app/c.py", (Run(21, 21, 1),))
    }


def test_file_that_is_gone_alone(checkout: Checkout) -> None:
    """When no file is new, one that is not there any more is gone for good."""
    old = checkout.commit({"a.py": CODE, "b.py": ""})
    checkout.commit({"a.py": None})
    assert past(checkout, remembered(old, "a.py")).history == {"a.py": Passage("", ())}


def test_doubtful_renames_are_nobodys(checkout: Checkout) -> None:
    """With two equally good new files, equal or edited, or a file that was binary, nobody knows."""
    walk = EDITED.replace("step", "walk")
    old = checkout.commit({"a.py": CODE, "b.py": CODE.replace("step", "walk"), "c.bin": b"\0\1", "d.py": CODE + "d\n"})
    gone = {"a.py": None, "b.py": None, "c.bin": None}
    checkout.commit({**gone, "x.py": CODE, "y.py": CODE, "v.py": walk, "w.py": walk + "end\n"})
    assert past(checkout, remembered(old, "a.py", "b.py", "c.bin")).history == {}


def test_look_alikes_that_stayed_make_boilerplate(checkout: Checkout) -> None:
    """A new file that has in common with one that is gone only what other files hold too is another file."""
    frame = "".join(f"frame {number}\n" for number in range(30))
    cases = {f"case{number}.py": f"{frame}{number}{number}{number}{number}\n" for number in range(3)}
    old = checkout.commit({**cases})
    checkout.commit({"case1.py": None, "case2.py": None, "case9.py": f"{frame}9999\n"})
    assert past(checkout, remembered(old, *cases)).history["case1.py"] == Passage("", ())


def test_uncommitted_removal_is_nobodys(checkout: Checkout) -> None:
    """A file that is not there, though the commit that is checked out has it, may be anywhere."""
    old = checkout.commit({"a.py": CODE})
    (checkout.root / "a.py").unlink()
    assert past(checkout, remembered(old, "a.py")).history == {}


def test_run_says_its_commit_where_the_checkout_does_not(checkout: Checkout) -> None:
    """Where the head cannot be told the commit of the run stands in; without either no file is called renamed."""
    old = checkout.commit({"a.py": CODE})
    new = checkout.commit({"a.py": None, "b.py": CODE})
    (checkout.root / ".git/HEAD").write_text("ref: refs/heads/nowhere\n")
    assert past(checkout, remembered(old, "a.py"), new).history["a.py"].path == "b.py"
    assert past(checkout, remembered(old, "a.py"), "main").history == {}


def test_only_what_the_last_run_saw_is_followed(checkout: Checkout) -> None:
    """A file with an open finding that the last run did not see is of another commit; closed ones do not matter."""
    old = checkout.commit({"a.py": CODE, "b.py": CODE})
    earlier = NOW - timedelta(days=1)
    a, b = (result(location=Location(path, 1)) for path in ("a.py", "b.py"))
    stale = finding(a, sightings=(sighting(a, last_seen=earlier),))
    closed = finding(b, sightings=(sighting(b, last_seen=earlier),), closed_at=earlier)
    state = remembered(old, "a.py", "b.py")
    more = tuple(map(tracked, (stale, closed, finding(result(location=None)))))
    assert set(past(checkout, replace(state, findings=state.findings + more)).history) == {"b.py"}
    assert past(checkout, replace(state, findings=more)).history == {}


def test_a_run_without_reports_hides_nothing(checkout: Checkout) -> None:
    """Where a tick came after the last look, files are followed from the commit of that look."""
    old = checkout.commit({"a.py": CODE})
    state = replace(remembered(old, "a.py"), at=NOW + timedelta(days=1))
    assert past(checkout, state).history == {}
    assert set(past(checkout, replace(state, scanned_at=NOW)).history) == {"a.py"}


def test_what_git_does_not_hold_is_unknown(checkout: Checkout) -> None:
    """Files that were not committed, links, and files that became something else are unknown."""
    old = checkout.commit({"a.py": CODE, "b.py": CODE, "d.py": CODE})
    (checkout.root / "new.py").write_text(CODE)
    (checkout.root / "b.py").unlink()
    (checkout.root / "b.py").symlink_to("/etc/passwd")
    (checkout.root / "d.py").write_text("")
    assert past(checkout, remembered(old, "new.py", "b.py", "d.py", "../a.py", "/etc/passwd")).history == {}


def test_renamed_file_may_be_unreadable(checkout: Checkout) -> None:
    """A rename whose new file is not to be read leads nowhere."""
    old = checkout.commit({"a.py": CODE})
    checkout.commit({"a.py": None, "b.py": CODE})
    (checkout.root / "b.py").unlink()
    (checkout.root / "b.py").symlink_to("/etc/passwd")
    assert past(checkout, remembered(old, "a.py")).history == {}


def test_binary_files_are_unknown(checkout: Checkout) -> None:
    """A file that was binary maps no line."""
    old = checkout.commit({"a.bin": b"\0\1\n"})
    checkout.commit({"a.bin": b"\0\2\n"})
    assert past(checkout, remembered(old, "a.bin")).history == {}


def test_shallow_clone_is_cut_off(checkout: Checkout, tmp_path: Path) -> None:
    """A shallow clone does not have the remembered commit, and says why; a repository that never had it does not."""
    old = checkout.commit({"a.py": CODE})
    checkout.commit({"a.py": EDITED})
    git(tmp_path, "clone", "--quiet", "--depth=1", checkout.root.as_uri(), "shallow")
    state = remembered(old, "a.py")
    assert read_history(tmp_path / "shallow", state, "", read_sources(None, [])) == Past(is_cut_off=True)
    assert past(checkout, remembered("0" * 40, "a.py")) == Past()


def test_without_memory_or_repository_nothing_is_known(checkout: Checkout, tmp_path: Path) -> None:
    """Without a checkout, a state, a commit it names, or a repository, nothing is known."""
    old = checkout.commit({"a.py": CODE})
    state = remembered(old, "a.py")
    nothing = read_sources(None, [])
    assert read_history(None, state, "", nothing) == Past()
    assert read_history(checkout.root, None, "", nothing) == Past()
    assert read_history(tmp_path, state, "", nothing) == Past()
    for name in ("", "main", "A" * 40, old + "\n"):
        assert past(checkout, remembered(name, "a.py")) == Past()
    (checkout.root / ".git/objects").rename(tmp_path / "objects")
    (checkout.root / ".git/objects").symlink_to(tmp_path / "objects")
    assert past(checkout, state) == Past()


def test_limits_are_kept(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number of changed files, or of bytes, the rest is unknown; what did not change costs nothing."""
    old = checkout.commit({"a.py": CODE, "b.py": CODE + "b\n", "c.py": CODE, "d.py": CODE + "d\n"})
    checkout.commit({"a.py": EDITED, "b.py": EDITED, "c.py": CODE, "d.py": None, "e.py": EDITED + "d\n"})
    state = remembered(old, "a.py", "b.py", "c.py", "d.py")
    assert set(past(checkout, state).history) == {"a.py", "b.py", "c.py", "d.py"}
    with monkeypatch.context() as patch:
        patch.setattr(module, "MOST_FILES", 1)
        assert set(past(checkout, state).history) == {"a.py", "c.py"}
    with monkeypatch.context() as patch:
        patch.setattr(module, "MOST_BYTES", 10)
        assert set(past(checkout, state).history) == {"a.py", "c.py"}
    with monkeypatch.context() as patch:
        patch.setattr(module, "MOST_CANDIDATES", 0)
        assert set(past(checkout, state).history) == {"a.py", "b.py", "c.py"}


def test_large_new_files_are_no_candidates(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file above the limit of sources is nobody's rename, and differences too large to look at are nobody's."""
    old = checkout.commit({"a.py": CODE})
    checkout.commit({"a.py": None, "b.py": EDITED})
    with monkeypatch.context() as patch:
        patch.setattr(module, "MOST_BYTES_A_FILE", 10)
        assert past(checkout, remembered(old, "a.py")).history == {"a.py": Passage("", ())}
    monkeypatch.setattr("aggregator.run.repository.MOST_ENTRIES", 0)
    assert past(checkout, remembered(old, "a.py")).history == {}


def test_large_files_are_followed_by_name(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equal content needs no reading: a lock file above the limit, or no text at all, is known to have moved."""
    old = checkout.commit({"a/go.sum": CODE, "b/x.jar": "PK\0"})
    checkout.commit({"a/go.sum": None, "b/x.jar": None, "c/a/go.sum": CODE, "c/b/x.jar": "PK\0"})
    monkeypatch.setattr(module, "MOST_BYTES_A_FILE", 10)
    state = remembered(old, "a/go.sum", "b/x.jar")
    followed = {"a/go.sum": Passage("c/a/go.sum", ()), "b/x.jar": Passage("c/b/x.jar", ())}
    assert past(checkout, state).history == followed
    (checkout.root / "c/a/go.sum").unlink()
    assert past(checkout, state).history == {"b/x.jar": followed["b/x.jar"]}


def test_baseline_has_no_past(checkout: Checkout) -> None:
    """What a state saw before its commit was known is not followed."""
    state = State(line=LINE, run=RUN, at=BEFORE, findings=())
    assert past(checkout, state) == Past()


def test_shallow_clone_is_told_where_it_matters() -> None:
    """That the clone is too shallow is said once, and only when a finding came and one of the same rule went."""
    came, went = finding(baseline=Baseline.NEW), finding(baseline=Baseline.ABSENT)
    other = finding(result(rule_id="other"), baseline=Baseline.ABSENT)
    (note,) = remark_on(Past(is_cut_off=True), outcome(came, came, went))
    assert note.code == "history-unread"
    for past, findings in (
        (Past(), (came, went)),
        (Past(is_cut_off=True), (came, other)),
        (Past(is_cut_off=True), (went, other)),
        (Past(is_cut_off=True), (came,)),
    ):
        assert list(remark_on(past, outcome(*findings))) == []


@pytest.mark.parametrize(
    ("commit", "is_told"), [("", False), ("a" * 40, False), ("b" * 64, False), ("abc", True), ("main", True)]
)
def test_a_commit_that_cannot_be_looked_up_is_told(commit: str, is_told: bool) -> None:
    """What is no full id leads nowhere in the next run; silence about the commit is no mistake."""
    told = remark_on(Past(), outcome(context=Context(line=LINE, run=RUN, commit=commit)))
    assert [each.code for each in told] == ["commit-unclear"] * is_told


def test_what_is_checked_out(checkout: Checkout, tmp_path: Path) -> None:
    """The commit of a branch or of none, and nothing where there is no repository, or none that is whole."""
    assert checked_out(checkout.root, 40) == ""
    commit = checkout.commit({"a.py": CODE})
    assert checked_out(checkout.root, 40) == commit
    git(checkout.root, "checkout", "--quiet", "--detach")
    assert checked_out(checkout.root, 40) == commit
    assert [checked_out(root, 40) for root in (None, tmp_path)] == ["", ""]
    (checkout.root / ".git" / "objects").rename(tmp_path / "objects")
    assert checked_out(checkout.root, 40) == ""
