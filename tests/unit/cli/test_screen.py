import io
import os
import subprocess
import sys

import pytest

from aggregator.cli import screen as module
from aggregator.cli.screen import Screen


class Terminal(io.StringIO):
    """A stream that a person is watching."""

    def isatty(self) -> bool:
        """Somebody is there."""
        return True


def test_two_streams() -> None:
    """What is said goes to one stream, what is warned of to the other."""
    out, err = io.StringIO(), io.StringIO()
    screen = Screen(colour=True, out=out, err=err)
    screen.say("yes")
    screen.warn("no")
    assert (out.getvalue(), err.getvalue()) == ("yes\n", "no\n")


@pytest.mark.parametrize(
    ("stream", "wanted", "colour"), [(Terminal, True, True), (Terminal, False, False), (io.StringIO, True, False)]
)
def test_colour_needs_a_terminal(stream: type[io.StringIO], *, wanted: bool, colour: bool) -> None:
    """There is colour only on a terminal, and only when it is wanted."""
    assert Screen(colour=wanted, out=stream(), err=io.StringIO()).colour is colour


def test_poor_terminal_gets_escapes() -> None:
    """A stream that cannot show a letter gets its number; nothing is lost and nothing fails."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Screen(colour=False, out=stream).say("caf\u00e9")
    assert stream.detach().getvalue() == b"caf\\xe9\n"


def test_reader_may_go_away() -> None:
    """When nobody reads standard output any more the program goes on and ends well."""
    program = (
        "from aggregator.cli.screen import Screen; s = Screen(colour=False); [s.say('x' * 99) for _ in range(9999)]"
    )
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-c", program], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_log_sees_no_progress() -> None:
    """In a log items are handed on and nothing is shown."""
    err = io.StringIO()
    assert list(Screen(colour=False, out=io.StringIO(), err=err).watch([1, 2, 3], "Reading")) == [1, 2, 3]
    assert err.getvalue() == ""


def test_quick_work_shows_no_progress() -> None:
    """A person who waits less than half a second sees no progress either."""
    err = Terminal()
    assert list(Screen(colour=False, out=io.StringIO(), err=err).watch([1, 2, 3], "Reading")) == [1, 2, 3]
    assert err.getvalue() == ""


def test_long_work_shows_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """After half a second a person sees how far it is; every item is handed on once."""
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    err = Terminal()
    screen = Screen(colour=False, out=io.StringIO(), err=err)
    assert list(screen.watch([1, 2, 3, 4], "Reading reports")) == [1, 2, 3, 4]
    assert "Reading reports" in err.getvalue()
