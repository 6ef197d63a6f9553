import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

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


def test_message_is_measured_as_the_runner_measures() -> None:
    """Characters beyond the sixteen bits count twice, and none is cut in two."""
    data = annotation(Annotate(Level.NOTE, "T", "a" + "\U0001f40d" * 3000)).rpartition("::")[2]
    assert len(data.encode("utf-16-le")) <= 2 * MESSAGE_LIMIT
    assert set(data) == set("a\U0001f40d.")


@settings(max_examples=300)
@given(st.text(st.sampled_from("a:,=%;#[]\r\n\x85\u2028\u200b \t") | st.characters(), max_size=60))
@example("::set-output name=a::b")
@example("#\u200b#[add-mask]x")
@example("#" * 60 + "[group]")
@example("%3A%3A %0A##[error]")
def test_nothing_leaves_its_place(text: str) -> None:
    """Whatever a title, a message or a path says, the runner reads one command with our properties and no other."""
    line = annotation(Annotate(Level.ERROR, text, text, Location(f"a{text}", 3)))
    assert not set(line) & set("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
    assert "##[" not in line
    command, _, properties = line.split("::", 2)[1].partition(" ")
    assert command == "error"
    assert [part.partition("=")[0] for part in properties.split(",")] == ["file", "line", "title"]


def test_each_line_of_a_secret_is_masked() -> None:
    """A secret of several lines is masked line by line; an empty one is not masked at all."""
    assert masks("one\n\ntwo%") == ["::add-mask::one", "::add-mask::two%25"]
    assert masks(" ") == []


def test_blanks_around_a_secret_do_not_keep_it_from_being_hidden() -> None:
    """The runner hides the value that we use, which has no blanks around it."""
    assert masks(" token \n  name = https://a ") == ["::add-mask::token", "::add-mask::name = https://a"]
