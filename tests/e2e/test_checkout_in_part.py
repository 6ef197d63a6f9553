"""A checkout holds less than was scanned before: a build did not run, or submodules and folders were left out."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.checkouts import Checkout, git
from tests.e2e.job import onefold

START = date(2026, 9, 30)
GENERATED, DELETED = "gen/api.py", "old.py"
MODULES = '[submodule "vendor/lib"]\n\tpath = vendor/lib\n\turl = ../lib.git\n'
TEXT = "".join(f"line {number}\n" for number in range(20))


def semgrep(*paths: str) -> Any:
    """Semgrep's report: a flaw in each of the files, and a clean one."""
    place = {"start": {"line": 3, "col": 1}, "end": {"line": 3, "col": 9}}
    rows = [
        {"check_id": "eval", "path": path, **place, "extra": {"message": "Eval.", "severity": "ERROR", "lines": "e()"}}
        for path in paths
    ]
    return {"version": "1.130.0", "errors": [], "paths": {"scanned": [*paths, "clean.py"]}, "results": rows}


def sarif(*paths: str) -> Any:
    """A report that means all that its tool was given: a flaw in each of the files."""
    rows = [
        {
            "ruleId": "eval",
            "message": {"text": "Eval."},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": 3}}}],
        }
        for path in paths
    ]
    driver = {"name": "Flaws", "version": "1.0", "rules": [{"id": "eval"}]}
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": rows}]}


def run(folder: Path, day: int, report: Any) -> dict[str, str]:
    """What one run says of each file's flaw; a flaw that is new turns it red."""
    (folder / "report.json").write_text(json.dumps(report))
    now = f"{START + timedelta(days=day):%Y-%m-%d}T08:00:00Z"
    options = ("--state", "state", "--now", now, "--source-root", "checkout", "--fail-on", "new:low")
    done = onefold("run", "report.json", *options, cwd=folder)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    answer = json.loads((folder / "onefold-out" / "findings.json").read_bytes())
    return {each["locations"][0]["path"]: each.get("baseline", "none") for each in answer["findings"]}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    made = Checkout(tmp_path / "checkout")
    made.commit(dict.fromkeys(("app.py", "clean.py", DELETED, "services/a/m.py", "services/b/m.py"), TEXT))
    return made


@pytest.mark.parametrize("is_built_here", [True, False])
def test_a_build_that_did_not_run_closes_nothing(tmp_path: Path, checkout: Checkout, *, is_built_here: bool) -> None:
    """What a build had made is not deleted, be it that the build ran in another job; what was the repository's is."""
    generated = checkout.root / GENERATED
    if is_built_here:
        generated.parent.mkdir()
        generated.write_text(TEXT)
    kept = ["app.py", "services/a/m.py", "services/b/m.py"]
    run(tmp_path, 1, semgrep(*kept, GENERATED, DELETED))
    if is_built_here:
        generated.unlink()
    git(checkout.root, "rm", "--quiet", DELETED)
    git(checkout.root, "commit", "--quiet", "--message=Delete")
    unchanged = dict.fromkeys([*kept, GENERATED], "unchanged")
    assert run(tmp_path, 2, semgrep(*kept)) == unchanged | {DELETED: "absent"}
    assert run(tmp_path, 3, semgrep(*kept, GENERATED)) == unchanged


def test_a_push_without_submodules_closes_nothing_in_them(tmp_path: Path, checkout: Checkout) -> None:
    """Neither the push's report nor its checkout has them; a report that has some was made where they are."""
    lib = [f"vendor/lib/{name}.py" for name in "abc"]
    checkout.commit({".gitmodules": MODULES})
    run(tmp_path, 1, sarif("app.py", *lib))
    (checkout.root / "vendor/lib").mkdir(parents=True)
    assert run(tmp_path, 2, sarif("app.py")) == dict.fromkeys(["app.py", *lib], "unchanged")
    assert run(tmp_path, 3, sarif("app.py", *lib[1:])) == dict.fromkeys(["app.py", *lib], "unchanged") | {
        lib[0]: "absent"
    }
    (checkout.root / lib[2]).write_text(TEXT)
    assert run(tmp_path, 4, sarif("app.py", lib[2])) == {
        "app.py": "unchanged",
        lib[1]: "absent",
        lib[2]: "unchanged",
    }


def test_a_sparse_checkout_closes_nothing_in_what_it_leaves_out(tmp_path: Path, checkout: Checkout) -> None:
    """What it leaves out was not looked at; what was deleted is not in the commit, so it was not left out."""
    ours, theirs = "services/a/m.py", "services/b/m.py"
    run(tmp_path, 1, sarif(ours, theirs, DELETED))
    checkout.commit({DELETED: None})
    git(checkout.root, "sparse-checkout", "set", "services/a")
    assert run(tmp_path, 2, sarif(ours)) == {ours: "unchanged", theirs: "unchanged", DELETED: "absent"}
    git(checkout.root, "sparse-checkout", "disable")
    assert run(tmp_path, 3, sarif(ours)) == {ours: "unchanged", theirs: "absent"}
