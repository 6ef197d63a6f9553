"""Tests of :mod:`aggregator.dedupe.keys.identity`."""

from __future__ import annotations

from aggregator.dedupe.keys.identity import evidence_of, identity_keys
from aggregator.dedupe.keys.lines import Lines
from tests.unit.dedupe.flaws import flaw

NOWHERE = Lines({}, str, ())


def evidence(snippet: str, *cwes: int) -> list[str]:
    """What kinds of evidence a result with this snippet leaves when there is no checkout."""
    keys = identity_keys(flaw(snippet=snippet, cwes=cwes), NOWHERE, trusts_native_id=True)
    return [evidence_of(key) for key in keys]


def test_a_snippet_is_kept_as_digests() -> None:
    """A report's snippet leaves keys for its file and for anywhere, and its first line apart from the others."""
    assert evidence("run(x)") == ["snippet", "place", "moved-snippet", "flagged", "unformatted"]
    one, two = (identity_keys(flaw(snippet=f"run(\n{more})"), NOWHERE, trusts_native_id=True)[-2] for more in "ab")
    assert one.rpartition(".")[0] == two.rpartition(".")[0]
    assert one != two


def test_the_snippet_of_a_credential_is_not() -> None:
    """Of a line that holds a credential nothing is kept but its place."""
    assert evidence("key = 'hunter2'", 798) == ["place"]


def test_what_is_no_key_stands_on_nothing() -> None:
    """A state that somebody edited may hold anything; no run fails of it."""
    assert [evidence_of(key) for key in ("", "broken", "v1:", "v1:place:abc:d")] == ["", "", "", "place"]
