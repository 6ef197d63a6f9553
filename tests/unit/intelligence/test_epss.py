"""Tests of :mod:`aggregator.intelligence.epss`."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from aggregator.intelligence import add_epss
from aggregator.model.errors import UnusableData
from aggregator.model.intelligence import NOTHING_KNOWN, Intelligence, Likelihood

HEAD = b"#model_version:v2025.03.14,score_date:2026-11-20T12:55:00Z\ncve,epss,percentile\n"
FILE = HEAD + b"CVE-2026-1,0.5,0.98\nCVE-2026-2,1e-05,0.01\nCVE-2026-3,0.1,0.2\n"
WANTED = frozenset({"CVE-2026-1", "CVE-2026-2", "CVE-2026-9"})


@pytest.mark.parametrize("data", [FILE, gzip.compress(FILE), FILE.replace(b"\n", b"\r\n")], ids=["csv", "gzip", "crlf"])
def test_what_is_wanted_is_read(data: bytes) -> None:
    """Ratings of the wanted CVEs with the file's day and model, packed or not, and nothing of the others."""
    known = add_epss(Intelligence(kev_at=date(2026, 1, 1)), data, WANTED)
    assert known.epss == {"CVE-2026-1": Likelihood(0.5, 0.98), "CVE-2026-2": Likelihood(1e-05, 0.01)}
    assert (known.epss_at, known.epss_model) == (date(2026, 11, 20), "v2025.03.14")
    assert known.kev_at == date(2026, 1, 1)


def test_a_model_is_a_word() -> None:
    """The name of the model is shown to people, so it is cut to what a version is made of."""
    data = FILE.replace(b"v2025.03.14", b"<script>" + b"9" * 90)
    assert add_epss(NOTHING_KNOWN, data, WANTED).epss_model == "script" + "9" * 34


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "does not begin"),
        (b"<html>", "does not begin"),
        (FILE.removeprefix(b"#"), "does not begin"),
        (FILE.replace(b"percentile", b"rank"), "does not begin"),
        (HEAD, "cut off"),
        (FILE[:-7], "cut off"),
        (gzip.compress(FILE)[:-9], "gzip"),
        (FILE.replace(b"0.5", b"half"), "no number"),
        (FILE.replace(b"CVE-2026-1,", b"CVE-2026-1,1,"), "no number"),
        (FILE.replace(b"0.5", b"1.5"), "no probability"),
        (FILE.replace(b"0.98", b"nan"), "no probability"),
        (FILE.replace(b",score_date:2026-11-20T12:55:00Z", b""), "which day"),
        (FILE.replace(b"2026-11-20", b"1999-11-20"), "which day"),
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes, why: str) -> None:
    """A file that is another, is cut off or rates a wanted CVE with nonsense is refused with the reason."""
    with pytest.raises(UnusableData, match=why):
        add_epss(NOTHING_KNOWN, data, WANTED)
