"""Tests of :mod:`aggregator.dedupe.correlation.compatibility.code`: flaws that two tools found in one place."""

from __future__ import annotations

from tests.unit.dedupe.flaws import flaw, folded, report


def test_a_rule_of_ones_own_with_a_known_word_in_its_name() -> None:
    """A missing timeout is not the call it is missing in, so no decision on the one silences the other."""
    ours = flaw("mcp-python-no-timeout-subprocess-run")
    assert len(folded(report(ours), report(flaw("B603", tool="Bandit", cwes=(78,)))).findings) == 2


def test_a_guess_keeps_nobody_away() -> None:
    """What a name is taken for may be wrong: the CWE, which says the same as the other tool, counts as well."""
    ours = flaw("acme-des-key-generator", cwes=(338,))
    theirs = flaw("B311", tool="Bandit", cwes=(330,))
    assert len(folded(report(ours), report(theirs)).findings) == 1
