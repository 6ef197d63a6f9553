import pytest

from aggregator.model.diagnostic import Level
from aggregator.model.location import Location
from aggregator.planning.actions import Annotate
from aggregator.runner.commands import MESSAGE_LIMIT, annotation, masks


def test_annotation_names_the_place() -> None:
    """An annotation carries the file, the line, the column and a title, properties before the message."""
    action = Annotate(Level.ERROR, "high: SQL", "Semgrep sql (F-1)", Location("shop/app.py", 12, 5, 14))
    assert annotation(action) == (
        "::error file=shop/app.py,line=12,endLine=14,col=5,title=high%3A SQL::Semgrep sql (F-1)"
    )


@pytest.mark.parametrize(
    ("level", "kind"), [(Level.ERROR, "error"), (Level.WARNING, "warning"), (Level.NOTE, "notice")]
)
def test_levels_are_the_runners(level: Level, kind: str) -> None:
    """Our three levels are the runner's three kinds of annotation."""
    assert annotation(Annotate(level, "T", "m")).startswith(f"::{kind} title=T::")


def test_hostile_text_starts_no_command() -> None:
    """A title, a path and a message cannot end their place in the command or start another one."""
    text = "x::set-output name=total::0\n::add-mask::a\r\n##[add-mask]b,line=1:%0A"
    line = annotation(Annotate(Level.NOTE, text, text, Location(text)))
    assert "\n" not in line
    assert "\r" not in line
    assert "##[" not in line
    properties, _, _ = line.removeprefix("::notice ").partition("::")
    assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "title"]
    assert "%250A" in line


def test_message_is_cut_before_the_runner_cuts() -> None:
    """A message is cut below the runner's limit, visibly."""
    data = annotation(Annotate(Level.NOTE, "T", "a" * 9000)).rpartition("::")[2]
    assert len(data) == MESSAGE_LIMIT
    assert data.endswith("...")


def test_each_line_of_a_secret_is_masked() -> None:
    """A secret of several lines is masked line by line; an empty one is not masked at all."""
    assert masks("one\n\ntwo%") == ["::add-mask::one", "::add-mask::two%25"]
    assert masks(" ") == []
