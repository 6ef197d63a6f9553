"""What titles of rules are about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.knowledge.rule_words import likeness, words_of


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Ensure the S3 bucket has access logging enabled", {"access", "log"}),
        ("S3 Bucket Logging Disabled", {"log"}),
        ("aws-kms-no-rotation", {"key", "rotation"}),
        ("seccompProfileNotSet", {"seccomp", "profile"}),
        ("Port 22 exposed", {"port", "22", "public"}),
        ("Enable encryption of volumes. It protects from theft.", {"encrypt"}),
        ("", set()),
    ],
)
def test_what_tells_one_check_from_another_stays(title: str, words: set[str]) -> None:
    """Neither services, nor which side fails; words of one meaning are one word."""
    assert words_of(title) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ensure no security groups allow ingress to port 22", "Ensure no security groups allow ingress to port 3389"),
        ("Ensure all data is encrypted", "Ensure all data is encrypted by customer managed keys"),
        ("CPU limits should be set", "CPU requests should be set"),
        ("Encryption at rest", "Encryption in transit"),
        ("Bucket versioning", "Bucket logging"),
        ("Ensure it is set", "Ensure it is enabled"),
    ],
)
def test_a_telling_word_parts_titles(one: str, other: str) -> None:
    """Ports, sides of a limit and whose key it is are what a check is about, however much else is the same."""
    assert likeness(one, other) == 0


@given(st.text(), st.text())
def test_likeness_is_a_share(one: str, other: str) -> None:
    """Between nothing and all, the same from either side; all with itself, if it has a word."""
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1 + 1e-9
    assert likeness(one, one) == pytest.approx(1 if words_of(one) else 0)
