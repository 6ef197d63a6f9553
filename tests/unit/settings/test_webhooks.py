import pytest

from aggregator.model.errors import UsageError
from aggregator.settings import Settings, from_arguments, from_inputs, job_token, surroundings
from aggregator.settings.webhooks import addresses_in, read_webhooks
from tests.fakes.chat import SLACK, TEAMS

WRONG = [
    "not-an-address",
    "hooks.slack.com/services/T0CANARY",
    "http://hooks.slack.com/services/T0CANARY",
    "https://",
    "https:///T0CANARY",
    "https://hooks.slack.com",
    "https://hooks.slack.com/",
    "https://user:T0CANARY@hooks.slack.com/services",
    "https://hooks.slack.com/services/T0 CANARY",
    "https://hooks.slack.com/services/T0CANARY\u00e9",
    "https://hooks.slack.com:T0CANARY/services",
    "https://[T0CANARY/services",
    f"a b={SLACK}",
    f"={SLACK}",
    f"{SLACK}\n{SLACK}",
    f"a={SLACK}\na={TEAMS}",
    "https://hooks.slack.com/" + "T0CANARY" * 300,
]


def test_an_address_alone_is_the_default() -> None:
    """One address without a name is the default one."""
    assert read_webhooks(f" {SLACK}\n") == {"default": SLACK}


def test_addresses_have_names() -> None:
    """A line gives an address its name; what stands after the first sign of equality is all of it."""
    assert read_webhooks(f"security={SLACK}\n\n team-a = {TEAMS}") == {"security": SLACK, "team-a": TEAMS}
    assert read_webhooks("") == {}


def test_names_whose_secrets_are_empty_say_nothing() -> None:
    """A run that is given no secret, as that of a fork, has names without addresses: they count as not said."""
    settings = from_inputs({"INPUT_SLACK-WEBHOOK": "security=\npayments= \n", "INPUT_TEAMS-WEBHOOK": f"a=\nb={TEAMS}"})
    assert not settings.slack_webhook.get_secret_value()
    assert read_webhooks(settings.teams_webhook.get_secret_value()) == {"b": TEAMS}


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "[::1]:9"])
def test_an_address_on_this_machine_needs_no_encryption(host: str) -> None:
    """What never leaves the machine may go without TLS."""
    assert read_webhooks(f"http://{host}/services/x")


@pytest.mark.parametrize("said", WRONG)
def test_what_is_no_address_is_refused(said: str) -> None:
    """What cannot be posted to is refused at the start, by the input's name and without a part of it."""
    with pytest.raises(UsageError) as refused:
        from_inputs({"INPUT_SLACK-WEBHOOK": said})
    assert str(refused.value).startswith("input slack-webhook: must ")
    assert "CANARY" not in str(refused.value).upper().replace("CANARIES", "")


def test_a_variable_is_called_by_its_name() -> None:
    """On the command line the mistake names the variable, for there is no flag."""
    with pytest.raises(UsageError, match=r"^ONEFOLD_TEAMS_WEBHOOK: must "):
        from_arguments({}, {"ONEFOLD_TEAMS_WEBHOOK": "nowhere"})
    with pytest.raises(UsageError, match=r"^--now: must "):
        from_arguments({"now": "yesterday"}, {})


def test_addresses_are_masked_without_their_names() -> None:
    """On a runner every address is masked by itself, whatever else stands in the input."""
    environ = {"GITHUB_ACTIONS": "true", "INPUT_SLACK-WEBHOOK": f"a={SLACK}\nb=", "INPUT_TEAMS-WEBHOOK": TEAMS}
    assert {SLACK, TEAMS} <= set(surroundings(environ).credentials)
    assert addresses_in(f"a={SLACK}\nb=") == (SLACK,)


def test_settings_show_no_address() -> None:
    """Printed settings hide the addresses."""
    settings = Settings.model_validate({"slack_webhook": SLACK, "teams_webhook": f"x={TEAMS}"})
    assert "cAnArY" not in repr(settings)


def test_the_token_of_a_job_is_found() -> None:
    """To try the services the job's token is taken from the input or from the step's variable."""
    assert job_token({"INPUT_TOKEN": " a ", "GITHUB_TOKEN": "b"}).get_secret_value() == "a"
    assert job_token({"GITHUB_TOKEN": "b"}).get_secret_value() == "b"
    assert not job_token({})
