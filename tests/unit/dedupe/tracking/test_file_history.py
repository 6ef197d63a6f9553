"""Tests of :mod:`aggregator.dedupe.tracking.file_history` and of ``testimony`` beside it, through all stages."""

from __future__ import annotations

from aggregator.model.passage import Passage, Run
from tests.unit.dedupe.flaws import flaw
from tests.unit.dedupe.tracking.test_file_texts import carried


def test_history_says_where_a_line_is_now() -> None:
    """A line that did not change is followed to where it stands, in a file of another name too."""
    history = {"a.py": Passage("b.py", (Run(1, 4, 20),))}
    found = carried(
        [flaw(path="a.py", line=7), flaw(path="a.py", line=9)], [flaw(path="b.py", line=12)], history=history
    )
    assert found == {("b.py", 12): ("a.py", 9)}


def test_history_forbids_a_pair() -> None:
    """What went is not what came: the one line changed, and the other stood there before."""
    history = {"a.py": Passage("a.py", (Run(1, 1, 4), Run(6, 6, 20)))}
    before, after = [flaw(path="a.py", line=5)], [flaw(path="a.py", line=8)]
    assert carried(before, after) == {("a.py", 8): ("a.py", 5)}
    assert carried(before, after, history=history) == {}
    assert carried([flaw(path="a.py", line=8)], [flaw(path="a.py", line=5)], history=history) == {}
    assert carried([flaw(path="a.py", line=5)], [flaw(path="a.py", line=5)], history=history) == {
        ("a.py", 5): ("a.py", 5)
    }


def test_a_file_that_is_gone_forbids_nothing_elsewhere() -> None:
    """A file that history says is gone leaves its findings to be found by their texts."""
    history = {"a.py": Passage("", ()), "c.py": Passage("c.py", (Run(5, 5, 9),))}
    before = [flaw(path="a.py", line=5, snippet="run(secretly)")]
    after = [flaw(path="c.py", line=3, snippet="run(secretly)"), flaw("s", line=None, path="d.py")]
    assert carried([*before, flaw("s", line=None, path="d.py")], after, history=history)["c.py", 3] == ("a.py", 5)


def test_more_findings_on_the_line_than_before_tell_nothing() -> None:
    """When a rule flags a line more often than before, history alone does not choose."""
    history = {"app.py": Passage("app.py", (Run(1, 2, 9),))}
    after = [flaw(line=6, columns=(1, 5)), flaw(line=6, columns=(7, 11))]
    assert len(carried([flaw(line=5, columns=(1, 5))], after, history=history)) <= 1
