"""The key a user supplies."""

from aggregator.normalize.secret_key import SecretKey, key_name_of, may_be_stored
from aggregator.normalize.secrets import seal, seal_digest
from aggregator.readers.base import ReadContext

SAID = "a long sentence that nobody guesses"


def test_only_a_users_key_makes_seals_to_keep() -> None:
    """A seal says whose key made it, so that one of a run's own key can never be stored by mistake."""
    ours, run = seal("hunter22", SecretKey(SAID)), seal("hunter22", bytes(SecretKey(SAID)))
    assert may_be_stored(ours)
    assert not may_be_stored(run)
    assert ours == f"{SecretKey(SAID).name}.{run}"
    assert (key_name_of(ours), key_name_of(run)) == (SecretKey(SAID).name, "")


def test_a_key_lasts() -> None:
    """The same words make the same key in every run, other words another."""
    assert (SecretKey(SAID), SecretKey(SAID).name) == (SecretKey(SAID), SecretKey(SAID).name)
    assert SecretKey(SAID).name != SecretKey(SAID + "!").name
    assert SecretKey("\ud83d") != SecretKey("")


def test_what_is_masked_stays_unsealed() -> None:
    """A value that its tool masked, and a digest that is none, have no seal, whoever's the key is."""
    assert seal("REDACTED", SecretKey(SAID)) == seal_digest("no digest", SecretKey(SAID)) == ""


def test_a_key_is_never_shown() -> None:
    """Neither by itself nor inside what holds it."""
    key = SecretKey(SAID)
    assert repr(key) == str(key) == f"{key!r}" == "<secret key>"
    assert "<secret key>" in repr(ReadContext("a", "a", seal_key=key))
