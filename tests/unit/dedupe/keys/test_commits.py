"""Tests of :mod:`aggregator.dedupe.keys.commits`."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.dedupe.keys.commits import PAST, commit_in, commit_keys
from aggregator.dedupe.keys.identity import identity_keys
from aggregator.dedupe.keys.lines import Lines
from aggregator.model.result import UNTOLD, Kind
from tests.unit.dedupe.flaws import flaw

LEAK = replace(flaw("key", "a.env", 3, columns=(5, 9), kind=Kind.SECRET), commit="c1")


def test_a_place_in_a_commit_has_a_key_of_its_own() -> None:
    """Another commit, line or column is another place; the one that is checked out is no past."""
    (key,) = commit_keys(LEAK, "c1")
    assert commit_keys(LEAK, "c2") == commit_keys(LEAK, "") == (key, PAST)
    others = [replace(LEAK, commit="c2"), flaw("key", "a.env", 4), flaw("key", "a.env", 3, columns=(6, 9))]
    assert key not in {commit_keys(replace(each, commit=each.commit or "c1"), "")[0] for each in others}


def test_what_names_no_commit_has_no_such_key() -> None:
    """Neither a place in the files as they are, nor one of which nobody knows, nor what lies nowhere."""
    for each in (replace(LEAK, commit=""), replace(LEAK, commit=UNTOLD), replace(LEAK, location=None)):
        assert commit_keys(each, "") == ()


def test_an_id_does_not_depend_on_the_commit() -> None:
    """The strongest key is the one without a commit: a branch that is squashed keeps its ids."""
    lines = Lines({}, str, ())
    keys, other = (
        identity_keys(each, lines, trusts_native_id=True, head="c9") for each in (LEAK, replace(LEAK, commit="c2"))
    )
    assert keys[0] == other[0]
    assert commit_in(keys) != commit_in(other)
    assert commit_in(identity_keys(replace(LEAK, commit=""), lines, trusts_native_id=True)) == commit_in(()) == ""
