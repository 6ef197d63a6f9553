"""Tests of :mod:`aggregator.policy.selector`."""

from __future__ import annotations

from typing import get_args

import pytest

from aggregator.model.errors import UsageError
from aggregator.model.hierarchy import OWN, Belonging
from aggregator.model.location import Component, Location, Resource
from aggregator.model.result import Kind
from aggregator.model.severity import WORST_FIRST
from aggregator.model.state import Line
from aggregator.policy import read_policy
from aggregator.policy.selector import Choice, KindWord, Selector, SeverityWord
from tests.builders import LINE, finding


def test_the_words_are_those_of_the_model() -> None:
    """Every kind and every severity can be named, and nothing else."""
    assert list(get_args(KindWord)) == [kind.value for kind in Kind]
    assert list(get_args(SeverityWord)) == [severity.value.lower() for severity in WORST_FIRST]


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ({}, True),
        ({"kind": "sast"}, True),
        ({"kind": "sca"}, False),
        ({"severity": "high"}, True),
        ({"severity": "low"}, False),
        ({"path": "src/"}, True),
        ({"path": "lib/"}, False),
        ({"purl": "pkg:npm/*"}, True),
        ({"purl": "pkg:pypi/*"}, False),
        ({"resource": "arn:*"}, True),
        ({"resource": "x"}, False),
        ({"kind": "sast", "path": "lib/"}, False),
    ],
)
def test_all_that_is_written_must_fit(said: dict[str, str], fits: bool) -> None:
    """A finding is meant when every selector that is written fits it."""
    item = finding(
        location=Location("src/app.py", 1), component=Component("pkg:npm/x", "x"), resource=Resource("arn:aws:1")
    )
    selector = Selector.model_validate(said)
    assert selector.fits(item) is fits
    choice = Choice([selector], LINE)
    assert [(choice.of(item) is selector) for _ in range(2)] == [fits, fits]


@pytest.mark.parametrize("said", [{"purl": "*"}, {"resource": "*"}])
def test_what_a_finding_lacks_fits_nothing(said: dict[str, str]) -> None:
    """Not even a pattern for everything fits a package or a resource that is not there."""
    assert not Selector.model_validate(said).fits(finding())
    assert Choice([Selector.model_validate(said)], LINE).of(finding()) is None


def test_what_a_finding_does_not_say_is_as_the_run_says() -> None:
    """An entry for a product or an environment means findings of the run's own where they say no other."""
    entries = [Selector(product="other"), Selector(environment="prod*")]
    assert Choice(entries, LINE).of(finding()) is None
    assert Choice(entries, Line("shop", "production")).of(finding()) is entries[1]


def test_a_finding_is_asked_where_it_belongs() -> None:
    """Two findings that differ in nothing but their product are meant by different entries, and looked for once."""
    entries = [Selector(product="till"), Selector(product="shop", environment="test")]
    choice, homes = Choice(entries, LINE), [Belonging(product="till"), Belonging(environment="test"), OWN]
    for _ in range(2):
        assert [choice.of(finding(belonging=home)) for home in homes] == [entries[0], entries[1], None]


def test_a_wrong_word_is_answered_with_the_nearest() -> None:
    """A mistake in a rule names its place and the word that was probably meant."""
    with pytest.raises(UsageError) as caught:
        read_policy("sla:\n  rules:\n    - { kind: sasst, days: 3 }\n    - { path: a }\n", "onefold.yml")
    assert "onefold.yml:3: sla.rules[0].kind" in str(caught.value)
    assert "did you mean sast?" in str(caught.value)
    assert "sla.rules[1].days is missing" in str(caught.value)
