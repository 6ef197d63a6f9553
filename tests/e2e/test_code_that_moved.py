"""Code that moved between two commits, in ways that only the repository's history can tell."""

import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.checkouts import Checkout, git
from tests.e2e.job import onefold

FIRST, LATER = "2026-10-01T08:00:00Z", "2026-11-22T12:00:00Z"
SINK = "    eval(data)\n"
AROUND = "    step()\n" * 8
APP, WEB = "src/app.py", "src/web.py"


def block(name: str) -> str:
    """A stretch of code with a flaw, that has its name in its first line and is like every other below it."""
    return f"# {name}\n{AROUND}{SINK}{AROUND}"


def file(*names: str) -> str:
    return "import os\n" + "".join(map(block, names))


def semgrep(code: Path) -> dict[str, Any]:
    """What Semgrep says about every flaw in a checkout; it shows no text."""
    results, files = [], sorted(code.rglob("*.py"))
    for path in files:
        for number, line in enumerate(path.read_text().splitlines(keepends=True), 1):
            if line.startswith(SINK[: SINK.index("data")]):
                results.append(
                    {
                        "check_id": "python.eval",
                        "path": path.relative_to(code).as_posix(),
                        "start": {"line": number, "col": 5, "offset": 0},
                        "end": {"line": number, "col": 15, "offset": 0},
                        "extra": {"message": "Eval.", "metadata": {}, "severity": "ERROR", "lines": "requires login"},
                    }
                )
    scanned = [path.relative_to(code).as_posix() for path in files]
    return {"version": "1.130.0", "errors": [], "paths": {"scanned": scanned}, "results": results}


def run(folder: Path, commit: str, now: str, code: str = "code") -> dict[str, Any]:
    """One run over a checkout: the answer as it is published."""
    (folder / "semgrep.json").write_text(json.dumps(semgrep(folder / code)))
    arguments = ("--state", "state", "--now", now, "--source-root", code, "--commit", commit)
    done = onefold("run", "semgrep.json", *arguments, cwd=folder)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    answer: dict[str, Any] = json.loads((folder / "onefold-out" / "findings.json").read_bytes())
    return answer


def flaws(answer: dict[str, Any], code: Path) -> dict[str, tuple[str, str]]:
    """Id and baseline of each open flaw, by the name of its block."""
    found = {}
    for item in answer["findings"]:
        if item["status"] == "active":
            (where,) = item["locations"]
            above = (code / where["path"]).read_text().splitlines()[: where["start_line"]]
            name = next(line.removeprefix("# ") for line in reversed(above) if line.startswith("# "))
            found[name] = (item["id"], item["baseline"])
    return found


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A repository in the folder of a job."""
    return Checkout(tmp_path / "code")


def carried(before: dict[str, tuple[str, str]], after: dict[str, tuple[str, str]]) -> set[str]:
    """The blocks whose flaw has the id that it had."""
    return {name for name in before.keys() & after.keys() if before[name][0] == after[name][0]}


def test_equal_flaws_are_followed_to_where_they_went(checkout: Checkout, tmp_path: Path) -> None:
    """Of flaws that nothing tells apart for lines around, each keeps its id among others that came and went."""
    old = checkout.commit({APP: file("one", "two", "three")})
    before = flaws(run(tmp_path, old, FIRST), checkout.root)
    new = checkout.commit({APP: file("new", "two", "newer", "three")})
    answer = run(tmp_path, new, LATER)
    after = flaws(answer, checkout.root)
    assert set(before) == {"one", "two", "three"}
    assert carried(before, after) == {"two", "three"}
    (three,) = (item for item in answer["findings"] if item["id"] == after["three"][0])
    assert [record["key"] for record in three["carried"]] == ["history"]


def test_renamed_file_is_followed(checkout: Checkout, tmp_path: Path) -> None:
    """Flaws in a file that was renamed and edited keep their ids, and so do equal ones in a file that stayed."""
    old = checkout.commit({APP: file("one", "two"), WEB: file("three", "four")})
    before = flaws(run(tmp_path, old, FIRST), checkout.root)
    new = checkout.commit({WEB: None, "lib/page.py": file("new", "three", "four"), APP: file("newer", "one", "two")})
    after = flaws(run(tmp_path, new, LATER), checkout.root)
    assert carried(before, after) == {"one", "two", "three", "four"}
    assert {name for name, (_, baseline) in after.items() if baseline == "new"} == {"new", "newer"}


def test_shallow_clone_says_what_would_help(checkout: Checkout, tmp_path: Path) -> None:
    """Where flaws of one rule came and went, and the clone is too shallow to tell why, a note says so once."""
    old = checkout.commit({APP: file("one"), WEB: "import re\n"})
    run(tmp_path, old, FIRST)
    new = checkout.commit({APP: "import os\n", WEB: f"import re\nwalk()\n{SINK.replace('data', 'other')}"})
    git(tmp_path, "clone", "--quiet", "--depth=1", checkout.root.as_uri(), "shallow")
    shutil.copytree(tmp_path / "state", tmp_path / "kept")
    for code, notes in (("shallow", ["history-unread"]), ("code", [])):
        shutil.rmtree(tmp_path / "state")
        shutil.copytree(tmp_path / "kept", tmp_path / "state")
        answer = run(tmp_path, new, LATER, code)
        assert answer["totals"]["new"] == answer["totals"]["absent"] == 1
        assert [item["code"] for item in answer["diagnostics"] if item["code"] == "history-unread"] == notes


def test_repository_of_somebody_else_is_read(checkout: Checkout, tmp_path: Path) -> None:
    """It makes no difference who owns the checkout: in the image it is never the one who runs."""
    old = checkout.commit({APP: file("one", "two", "three")})
    before = flaws(run(tmp_path, old, FIRST), checkout.root)
    new = checkout.commit({APP: file("new", "two", "newer", "three")})
    with suppress(PermissionError):  # where tests do not run as root the checkout stays ours
        shutil.chown(checkout.root, 4711, 4711)
        shutil.chown(checkout.root / ".git", 4711, 4711)
    assert carried(before, flaws(run(tmp_path, new, LATER), checkout.root)) == {"two", "three"}
