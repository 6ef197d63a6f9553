import hashlib

import pytest

from aggregator.normalize.secret_digests import seal_detected
from aggregator.normalize.secrets import seal


def digest_of(value: str) -> str:
    return hashlib.sha1(value.encode(), usedforsecurity=False).hexdigest()


def test_a_digest_of_a_whole_value_is_sealed() -> None:
    """It is the seal that a tool which knows the value gives it."""
    assert seal_detected("secret-keyword", digest_of("hunter2hunter2"), b"key") == seal("hunter2hunter2", b"key")


@pytest.mark.parametrize(
    ("kind", "captured"),
    [("github-token", "ghp"), ("private-key", "BEGIN RSA PRIVATE KEY"), ("npm-tokens", ""), ("secret-keyword", "")],
)
def test_a_digest_of_a_part_tells_nothing(kind: str, captured: str) -> None:
    """All GitHub tokens would be one secret, and none that which another tool knows by its value."""
    assert seal_detected(kind, digest_of(captured), b"key") == ""
