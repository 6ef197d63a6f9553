"""Tests of :mod:`aggregator.planning.commands`."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.finding import Disposition
from aggregator.planning.commands import USAGE, Command, Mistake, is_command, understand
from tests.builders import NOW

END = datetime(2027, 2, 1, tzinfo=UTC)
ACCEPTED, FALSE = Disposition.RISK_ACCEPTED, Disposition.FALSE_POSITIVE


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("/onefold accept until 2027-01-31 because it is old", Command(ACCEPTED, "it is old", END)),
        ("  /Onefold ACCEPT until 2027-01-31 because: old\nmore talk", Command(ACCEPTED, "old", END)),
        ("/onefold accept F-1a until 2027-01-31 because old", Command(ACCEPTED, "old", END, "F-1a")),
        ("/onefold false-positive because of tests", Command(FALSE, "of tests")),
        ("/onefold false-positive f-2 because x", Command(FALSE, "x", None, "F-2")),
        ("/onefold verify", Command(Disposition.VERIFIED)),
        ("/onefold verify because I saw it", Command(Disposition.VERIFIED, "I saw it")),
        ("/onefold reopen", Command(Disposition.OPEN)),
        ("/onefold reopen F-3", Command(Disposition.OPEN, "", None, "F-3")),
        (
            "/onefold accept until 2026-11-22 because today",
            Command(ACCEPTED, "today", datetime(2026, 11, 23, tzinfo=UTC)),
        ),
    ],
)
def test_what_is_understood(said: str, meant: Command) -> None:
    """Each form, with a reason, a last day that counts whole, and the one finding that is meant."""
    assert is_command(said)
    assert understand(said, NOW) == meant


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("/onefold", "none of the commands"),
        ("/onefold ignore", "none of the commands"),
        ("/onefold verify now", "none of the commands"),
        ("/onefold accept until 2027-01-31", "needs a reason"),
        ("/onefold false-positive", "needs a reason"),
        ("/onefold accept because I say so", "needs a last day"),
        ("/onefold accept until tomorrow because x", "no day"),
        ("/onefold accept until 2027-02-30 because x", "no day"),
        ("/onefold accept until 3000-01-01 because x", "no day"),
        ("/onefold accept until 2026-11-21 because x", "was over"),
        ("/onefold verify until 2027-01-01", "takes no day"),
        (f"/onefold false-positive because {'x' * 2001}", "more than 2000"),
    ],
)
def test_what_is_refused(said: str, why: str) -> None:
    """A command that is not wholly right does nothing, and the answer says what is wrong."""
    wrong = understand(said, NOW)
    assert isinstance(wrong, Mistake)
    assert why in wrong.reason


@pytest.mark.parametrize("said", ["", "  ", "thanks /onefold accept", "/onefolder accept", "> /onefold verify"])
def test_talk_is_no_command(said: str) -> None:
    """Only a comment that begins with our word is for us."""
    assert not is_command(said)


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    """Whatever follows our word is understood or refused."""
    assert isinstance(understand(f"/onefold {text}", NOW), Command | Mistake)


def test_the_forms_we_show_are_those_we_take() -> None:
    """Each form in our texts is understood once its blanks are filled in."""
    for form in USAGE:
        assert isinstance(understand(form.replace("YYYY-MM-DD", "2027-01-31"), NOW), Command)
