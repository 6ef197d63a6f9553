import fcntl
import io
import os
import struct
import subprocess
import sys
import termios

import pytest

from aggregator.cli.screen import LOG_WIDTH, NARROWEST, Screen


class Terminal(io.StringIO):
    """A stream that a person is watching."""

    def isatty(self) -> bool:
        """Somebody is there."""
        return True


def test_two_streams() -> None:
    """What is said goes to one stream, what is warned of to the other."""
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(out=out, err=err)
    screen.say("yes")
    screen.warn("no")
    assert (out.getvalue(), err.getvalue()) == ("yes\n", "no\n")


@pytest.mark.parametrize(("stream", "colour"), [(Terminal, True), (io.StringIO, False)])
def test_colour_needs_a_terminal(stream: type[io.StringIO], *, colour: bool) -> None:
    """There may be colour only on a terminal."""
    assert Screen(out=stream(), err=io.StringIO()).colour is colour


def test_poor_terminal_gets_escapes() -> None:
    """A stream that cannot show a letter gets its number; nothing is lost and nothing fails."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Screen(out=stream).say("caf\u00e9")
    assert stream.detach().getvalue() == b"caf\\xe9\n"


def test_reader_may_go_away() -> None:
    """When nobody reads standard output any more the program goes on and ends well."""
    program = "from aggregator.cli.screen import Screen; s = Screen(); [s.say('x' * 99) for _ in range(9999)]"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_log_sees_no_status() -> None:
    """In a log nothing is shown but what is said."""
    err = io.StringIO()
    Screen(out=io.StringIO(), err=err).status("Reading")
    assert err.getvalue() == ""


def test_status_is_replaced_and_cleared() -> None:
    """On a terminal each status covers the one before, none is wider than the terminal, and lines are not mixed in."""
    out, err = io.StringIO(), Terminal()
    screen = Screen(out=out, err=err)
    screen.status("Reading " + "x" * 200)
    screen.status("Folding")
    screen.say("Done.")
    screen.status("")
    first, second, cleared, last, end = err.getvalue().split("\r")[1:]
    assert (len(first), second.rstrip(), len(second)) == (79, "Folding", 79)
    assert (cleared.strip(), len(cleared), last, end) == ("", 7, "", "")
    assert out.getvalue() == "Done.\n"


@pytest.mark.parametrize(("columns", "width"), [(97, 97), (20, NARROWEST)])
def test_lines_are_as_wide_as_the_terminal(columns: int, width: int) -> None:
    """A terminal says how wide it is; a log, which has no width, gets a comfortable one."""
    parent, child = os.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(parent), os.fdopen(child, "w") as stream:
        assert Screen(out=stream).width == width
    assert Screen(out=io.StringIO()).width == LOG_WIDTH
