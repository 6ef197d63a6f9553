"""The labelled sets of the project, folded as users fold them: precision and recall over pairs of different tools."""

from __future__ import annotations

import pytest

from tests.accuracy.correlation import measure
from tests.accuracy.evidence import only
from tests.accuracy.labelled import LabelledSet, own_sets

SETS = tuple(own_sets())


@pytest.mark.parametrize("labelled", SETS, ids=lambda labelled: labelled.name)
def test_one_problem_is_one_finding(labelled: LabelledSet) -> None:
    """Every row of the labels is read, and the set shows what it must: 0.97 precision, 0.90 recall."""
    measured = measure(labelled)
    assert measured.read == len(measured.truth.rows)
    assert measured.is_enough, measured.score


@pytest.mark.parametrize("labelled", SETS, ids=lambda labelled: labelled.name)
def test_the_usual_rule_finds_less(labelled: LabelledSet) -> None:
    """The same CWE on the same line is what others merge by: the labels tell the difference."""
    with only("CWE and line alone"):
        usual = measure(labelled).score
    assert usual.recall < measure(labelled).score.recall
