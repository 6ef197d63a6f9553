"""Tests of :mod:`aggregator.dedupe.keys.lines`."""

from __future__ import annotations

from aggregator.dedupe.entry import Entry
from aggregator.dedupe.keys.lines import Lines
from aggregator.model.result import Kind
from tests.unit.dedupe.flaws import flaw, misconfigured

SOURCE = "first\n\n  run( x )\n\tand more\n\nlast hunter2\n"


def lines(*entries: Entry) -> Lines:
    """Lines of one file, with a redactor that knows one secret."""
    return Lines({"app.py": SOURCE}, lambda text: text.replace("hunter2", "*"), entries)


def test_white_space_is_folded() -> None:
    """Indentation and inner spacing do not count."""
    assert lines().text(flaw(line=3, end=4)) == "run( x ) and more"


def test_context_skips_blank_lines() -> None:
    """The neighbours are the nearest lines with something on them, redacted."""
    assert lines().context(flaw(line=3, end=4)) == "first\nrun( x ) and more\nlast *"


def test_context_at_the_edges_of_a_file() -> None:
    """A neighbour that is not there is empty."""
    assert lines().context(flaw(line=1)) == "\nfirst\nrun( x )"
    assert lines().context(flaw(line=6)) == "and more\nlast *\n"


def test_no_text_without_a_place() -> None:
    """No checkout, no line, no file, a line past the end: no text, and no context."""
    assert Lines({}, str, ()).text(flaw()) == ""
    assert lines().text(flaw(line=None)) == ""
    assert lines().text(misconfigured()) == ""
    assert lines().context(flaw(line=99)) == ""
    assert lines().text(flaw(path="other.py")) == ""


def test_a_line_with_a_secret_is_never_given_out() -> None:
    """Neither to the tool that reports the secret nor to another that flags the same line or a neighbour."""
    secret = Entry((flaw("key", line=3, kind=Kind.SECRET, tool="Gitleaks"),), "gitleaks-json")
    fileless = Entry((misconfigured(),), "prowler-ocsf")
    hidden = lines(secret, fileless)
    assert hidden.text(secret.result) == ""
    assert hidden.text(flaw(line=3)) == ""
    assert hidden.context(flaw(line=1)) == "\nfirst\n"
    assert lines().text(flaw(line=3, cwes=(798,))) == ""


def test_lines_are_counted_by_their_digest() -> None:
    """As they are compared: redacted and with white space folded; a file that nobody knows has none."""
    read = Lines({"app.py": "run(x)\n  run(x)\nother\n"}, str, ())
    head = read.surroundings(flaw(line=1)).split(".")[1]
    assert [read.count(path, head) for path in ("app.py", "b.py")] == [2, 0]
    assert (read.count("app.py", "0" * 8), read.count("app.py", "")) == (0, 0)


def test_surroundings_are_told_of_lines_that_are_there() -> None:
    """A line past the end, an unknown file, no line and no checkout have none; asked twice, the answer is the same."""
    assert lines().surroundings(flaw(line=99)) == ""
    assert lines().surroundings(flaw(path="other.py")) == ""
    assert lines().surroundings(flaw(line=None)) == ""
    assert Lines({}, str, ()).surroundings(flaw(line=3)) == ""
    whole = lines()
    assert whole.surroundings(flaw(line=3)) == whole.surroundings(flaw(line=3)) != ""
