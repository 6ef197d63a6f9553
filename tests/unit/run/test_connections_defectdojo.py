"""Tests of how :mod:`aggregator.run.connections` tries a DefectDojo."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from aggregator.model.errors import ServiceError, UsageError
from aggregator.policy import Policy
from aggregator.run.connections import Asked, connections
from aggregator.run.outside import Outside
from aggregator.settings import Settings, Surroundings
from tests.fakes.defectdojo.server import FakeDefectDojo
from tests.fakes.github.clock import FakeClock


def asked(dojo: FakeDefectDojo, url: str, mode: str = "auto", token: str = "k3y") -> Asked:  # noqa: S107 - of a double
    """What may be asked, with this address."""
    settings = Settings(defectdojo_url=url, defectdojo_token=SecretStr(token))
    policy = Policy.model_validate({"defectdojo": {"mode": mode}})
    return Asked(settings, Surroundings(), policy, Outside(clock=FakeClock, patient=lambda _: dojo))


def test_it_is_asked_where_it_is_configured() -> None:
    """With a question that leaves nothing behind."""
    dojo = FakeDefectDojo()
    (connection,) = connections(asked(dojo, dojo.origin))
    assert (connection.service, connection.ask()) == ("DefectDojo", "DefectDojo answers and takes the token.")
    assert [call.method for call in dojo.calls] == ["GET"]


@pytest.mark.parametrize(("url", "mode"), [("", "auto"), ("https://dojo.example", "off")])
def test_without_an_address_nobody_is_asked(url: str, mode: str) -> None:
    """Nor where the policy switches it off."""
    assert connections(asked(FakeDefectDojo(), url, mode)) == ()


def test_what_is_wrong_is_said() -> None:
    """A token that it does not know, and an address that is none."""
    dojo = FakeDefectDojo()
    with pytest.raises(ServiceError, match="does not know the token"):
        connections(asked(dojo, dojo.origin, token="other"))[0].ask()
    with pytest.raises(UsageError, match="no address"):
        connections(asked(dojo, "dojo"))[0].ask()
