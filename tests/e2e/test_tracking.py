"""Real reports on edited trees: the edit script knows where each line went, so the truth is not guessed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.accuracy import tracking_score
from tests.accuracy.author import author
from tests.accuracy.edits import EDITS, Edit, line_map, planted
from tests.accuracy.linemap import agreed, from_git
from tests.accuracy.tracking_history import checked_out
from tests.accuracy.tracking_samples import kept_steps
from tests.accuracy.tracking_score import NOTHING, Runs, Score

STEPS = tuple(kept_steps())
TOOLS = sorted({step.tool for step in STEPS})
WITH_SNIPPETS = ("Bandit", "Checkov")


@pytest.fixture(autouse=True, scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Repositories are made once for all tests and go with them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tracking_score, "checked_out", partial(checked_out, shelf=tmp_path_factory.mktemp("checkouts")))
        yield


def _total(mode: str, tool: str) -> Score:
    runs = Runs(mode)
    return sum((runs.score(step) for step in STEPS if step.tool == tool), NOTHING)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_the_edit_script_says_where_lines_went(edit: Edit) -> None:
    """Each line that an edit kept is the same line at its new place, and what it took out is told."""
    base = planted(author(3, modules=3))
    tree = {path: list(rows) for path, rows in base.items()}
    edit(tree, Random(5))  # noqa: S311 - the same edit every time is the point
    told = line_map(base, tree)
    assert len(told.lines) + len(told.gone) == sum(map(len, base.values()))
    for (path, line), (new_path, new_line) in told.lines.items():
        before, after = base[path][line - 1].text.strip(), tree[new_path][new_line - 1].text.strip()
        assert before == after or before.startswith(("#", "//"))


def test_two_diffs_say_where_lines_went(tmp_path: Path) -> None:
    """Lines of a renamed file are followed, a removed file has none, and only what both algorithms say is told."""
    old = {"a.py": b"one\ntwo\nthree\nfour\n", "b.py": b"x\n", "c.py": b"same\n"}
    new = {"d.py": b"one\nmore\ntwo\nthree\nfour\n", "c.py": b"same\n"}
    root, before, after = checked_out(old, new, tmp_path)
    heights = {path: text.count(b"\n") for path, text in old.items()}
    told = agreed(*(from_git(root, before, after, name, heights) for name in ("histogram", "minimal")))
    lines = {("a.py", 1): ("d.py", 1), ("a.py", 2): ("d.py", 3), ("a.py", 3): ("d.py", 4), ("a.py", 4): ("d.py", 5)}
    assert told.lines == {**lines, ("c.py", 1): ("c.py", 1)}
    assert told.files == {"a.py": "d.py", "c.py": "c.py"}


def test_five_tools_and_more_are_judged() -> None:
    """The samples hold enough findings of enough tools to say something."""
    assert len(TOOLS) >= 5
    assert sum(_total("no checkout", tool).persisting for tool in TOOLS) > 1000


@pytest.mark.parametrize("mode", ["history", "checkout"])
@pytest.mark.parametrize("tool", TOOLS)
def test_with_the_checkout_nearly_all_are_followed(tool: str, mode: str) -> None:
    """Of what persists 99.5 % keep their id, and no id goes to another finding."""
    score = _total(mode, tool)
    assert (score.wrong, score.stolen) == (0, 0), score.cases
    assert score.correct >= 0.995 * score.persisting, score.cases


@pytest.mark.parametrize("tool", TOOLS)
def test_without_the_checkout_most_are_followed(tool: str) -> None:
    """Nearly all keep their id where reports carry snippets, else 93 %, and no id goes to another finding."""
    score = _total("no checkout", tool)
    assert (score.wrong, score.stolen) == (0, 0), score.cases
    assert score.correct >= (0.99 if tool in WITH_SNIPPETS else 0.93) * score.persisting, score.cases
