from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from aggregator.model.errors import UsageError
from aggregator.settings import (
    CREDENTIALS,
    INPUTS,
    OnIncomplete,
    Runtime,
    Settings,
    Surroundings,
    from_arguments,
    from_inputs,
    surroundings,
)


def test_defaults_ask_for_nothing() -> None:
    """Without a word from the caller a run is a tick that writes to onefold-out."""
    settings = from_inputs({})
    assert settings == Settings()
    assert (settings.reports, settings.out) == ((), Path("onefold-out"))


def test_inputs_are_read_with_their_hyphens() -> None:
    """The runner keeps hyphens in the names of inputs, and so do we."""
    settings = from_inputs(
        {
            "INPUT_FAIL-ON": "new:high",
            "INPUT_ON-INCOMPLETE": "warn",
            "INPUT_OUTPUT-DIR": "documents",
            "INPUT_SOURCE-ROOT": ".",
            "INPUT_DRY-RUN": "true",
        }
    )
    assert settings.fail_on == ("new:high",)
    assert settings.on_incomplete is OnIncomplete.WARN
    assert (settings.out, settings.source_root) == (Path("documents"), Path())
    assert settings.dry_run


def test_empty_inputs_say_nothing() -> None:
    """An input left empty, or of blanks only, is an input not given."""
    assert from_inputs(dict.fromkeys(INPUTS.values(), "  ")) == Settings()


@pytest.mark.parametrize(
    ("said", "folder"), [("", None), ("artifact", None), ("none", None), ("./artifact", Path("artifact"))]
)
def test_the_state_is_in_a_folder_or_not(said: str, folder: Path | None) -> None:
    """Two words mean an artifact and no memory; everything else names a folder."""
    assert from_inputs({"INPUT_STATE": said}).state_folder == folder


def test_the_token_is_not_shown() -> None:
    """The token can be used, and does not show in any text about the settings."""
    settings = from_inputs({"INPUT_TOKEN": "hunter2"})
    assert settings.token.get_secret_value() == "hunter2"
    assert "hunter2" not in f"{settings!r} {settings}"


def test_the_secret_key_is_long_and_not_shown() -> None:
    """A key that is too short is refused, without a word of it; a good one is used, masked and never shown."""
    settings = from_inputs({"INPUT_SECRET-KEY": f" {'k' * 32} "})
    assert settings.secret_key.get_secret_value() == "k" * 32
    assert "kkk" not in repr(settings)
    with pytest.raises(UsageError) as caught:
        from_inputs({"INPUT_SECRET-KEY": "hunter2hunter2"})
    assert "input secret-key: must have 32 characters or more" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    around = surroundings({"GITHUB_ACTIONS": "true", "INPUT_SECRET-KEY": "k" * 32})
    assert around.credentials == ("k" * 32,)


@pytest.mark.parametrize("field", ["product", "state", "jira_url", "token", "secret_key", "slack_webhook"])
def test_text_is_text(field: str) -> None:
    """Bytes that are no UTF-8 cannot stand in a document or be sent; names of files and folders may be such bytes."""
    with pytest.raises(UsageError) as error:
        from_arguments({field: "a\udcff" * 20}, {})
    assert "must be text in UTF-8" in str(error.value)
    with pytest.raises(UsageError, match="--artifacts: must be text in UTF-8"):
        from_arguments({"artifacts": ["a", "a\udcff"]}, {})
    said = from_arguments({"reports": ["a\udcff.json"], "out": "a\udcff"}, {})
    assert (said.reports, said.out) == (("a\udcff.json",), Path("a\udcff"))


def test_reports_are_lines() -> None:
    """Each line of the input is one report; blank lines and blanks around are nothing."""
    settings = from_inputs({"INPUT_REPORTS": "\n  a report.json \n\nsemgrep=b.json\n"})
    assert settings.reports == ("a report.json", "semgrep=b.json")


@pytest.mark.parametrize("said", ["new:high, breached", "new:high breached", "NEW:high\nbreached"])
def test_rules_are_told_apart(said: str) -> None:
    """Gate rules stand apart by commas, blanks or line ends; their case does not matter."""
    assert from_inputs({"INPUT_FAIL-ON": said}).fail_on == ("new:high", "breached")


def test_flags_may_be_repeated() -> None:
    """A list of rules, as the command line gives them, is one list."""
    assert from_arguments({"fail_on": ["new:high", "breached,any:critical"]}).fail_on == (
        "new:high",
        "breached",
        "any:critical",
    )


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("INPUT_DRY-RUN", "maybe", "input dry-run: must be true or false. Correct it under `with:` in the workflow."),
        ("INPUT_ON-INCOMPLETE", "ignore", "input on-incomplete: must be 'fail' or 'warn'. Correct"),
        ("INPUT_FAIL-ON", "hgih", "input fail-on: A gate rule (fail-on) is not known. Did you mean high? Correct"),
    ],
)
def test_a_wrong_input_is_told_in_plain_words(variable: str, value: str, said: str) -> None:
    """Whoever wrote a workflow reads what must stand there, and where to correct it: no flags of the command line."""
    with pytest.raises(UsageError) as caught:
        from_inputs({variable: value})
    assert str(caught.value).startswith(said)


def test_all_mistakes_are_said_at_once() -> None:
    """Every wrong input is named, as the workflow spells it, in one error."""
    with pytest.raises(UsageError) as caught:
        from_inputs({"INPUT_FAIL-ON": "sometimes", "INPUT_ON-INCOMPLETE": "hunter2", "INPUT_DRY-RUN": "perhaps"})
    assert all(f"input {name}:" in caught.value.reason for name in ("fail-on", "on-incomplete", "dry-run"))
    assert "hunter2" not in caught.value.reason


def test_flags_are_named_as_flags() -> None:
    """A wrong flag is named as the command line spells it."""
    with pytest.raises(UsageError, match="--on-incomplete: "):
        from_arguments({"on_incomplete": "explode", "state": None})


def test_unknown_arguments_are_refused() -> None:
    """A setting that does not exist is refused, not ignored."""
    with pytest.raises(UsageError, match="--colour"):
        from_arguments({"colour": "blue"})


def test_reports_have_no_flag() -> None:
    """The reports are arguments, and are called so."""
    with pytest.raises(UsageError, match="REPORT: "):
        from_arguments({"reports": 7})


@pytest.mark.parametrize("said", ["2026-11-22T12:00:00.75Z", "2026-11-22T13:00:00+01:00", "2026-11-22T12:00:00"])
def test_moments_are_utc(said: str) -> None:
    """A moment is kept in UTC, to the second; without a time zone it is taken as UTC."""
    assert from_arguments({"now": said}).now == datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    ["yesterday", "1795377574", "2026-02-30", "10000-01-01", "1999-12-31", "3000-01-01", "9999-12-31T23:59-12:00"],
)
def test_what_no_clock_says_is_refused(said: str) -> None:
    """A number, a day that is not and a year nobody lives in are refused with an example and without the value."""
    with pytest.raises(UsageError, match=r"--now: must be a moment .* for example 2026-11-22T12:00:00Z") as refused:
        from_arguments({"now": said})
    assert said not in str(refused.value)


def test_no_moment_is_no_moment() -> None:
    """A moment said to be none is none."""
    assert Settings(now=None).now is None


def test_settings_are_frozen() -> None:
    """Nobody changes the settings on the way."""
    with pytest.raises(ValidationError):
        Settings().quiet = True  # type: ignore[misc]


def test_surroundings_of_a_job() -> None:
    """The runner's variables are read by name; credentials are gathered to be masked."""
    around = surroundings(
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "octocat/hello",
            "GITHUB_RUN_ATTEMPT": "3",
            "GITHUB_STEP_SUMMARY": "/summary",
            "ACTIONS_RUNTIME_TOKEN": "canary",
            "NO_COLOR": "1",
        }
    )
    assert around.actions
    assert (around.repository, around.run_attempt, around.step_summary) == ("octocat/hello", 3, "/summary")
    assert around.credentials == ("canary",)
    assert around.no_color
    assert around.runtime is None


def test_a_container_is_told_of_the_artifact_service() -> None:
    """The artifact service is there when the runner gives both its address and a token."""
    job = {"GITHUB_ACTIONS": "true", "ACTIONS_RUNTIME_TOKEN": "canary", "ACTIONS_RESULTS_URL": "https://results.test/"}
    assert surroundings(job).runtime == Runtime("https://results.test/", "canary")
    assert surroundings({**job, "ACTIONS_RUNTIME_TOKEN": ""}).runtime is None


def test_surroundings_of_a_desk() -> None:
    """Outside a job nothing is known, whatever variables lie about; a strange attempt is the first one."""
    assert surroundings({"TERM": "xterm", "GITHUB_REPOSITORY": "left/behind"}) == Surroundings()
    assert surroundings({"TERM": "dumb"}).no_color
    assert surroundings({"GITHUB_ACTIONS": "true", "GITHUB_RUN_ATTEMPT": "x"}).run_attempt == 1


def test_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without being given an environment both readers take the process's own."""
    monkeypatch.setenv("INPUT_PRODUCT", "shop")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_REPOSITORY", "octocat/shop")
    assert from_inputs().product == "shop"
    assert surroundings().repository == "octocat/shop"


def test_services_are_taken_from_the_environment_on_the_command_line() -> None:
    """Where services are and what opens them has no flag: every list of processes would show it."""
    settings = from_arguments(
        {"product": "shop"}, {"ONEFOLD_JIRA_URL": "https://j.example", "ONEFOLD_JIRA_TOKEN": "hunter2"}
    )
    assert (settings.product, settings.jira_url) == ("shop", "https://j.example")
    assert settings.jira_token.get_secret_value() == "hunter2"
    assert "hunter2" not in repr(settings)
    assert from_arguments({}, {"ONEFOLD_JIRA_URL": " ", "JIRA_URL": "x"}) == Settings()


def test_secrets_of_services_are_masked() -> None:
    """Every input that opens a service is among the values that are masked before the first line is logged."""
    secret = {field for field, about in Settings.model_fields.items() if about.annotation is SecretStr}
    assert secret >= {"token", "secret_key", "jira_token", "slack_webhook", "teams_webhook", "defectdojo_token"}
    assert {INPUTS[field] for field in secret} <= set(CREDENTIALS)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("INPUT_STATE", "~/.onefold-state"),
        ("INPUT_STATE", "~"),
        ("INPUT_OUTPUT-DIR", "~/out"),
        ("INPUT_CONFIG", "~/onefold.yml"),
        ("INPUT_REPORTS", "a.json\nsemgrep=~/b.json"),
    ],
)
def test_a_home_is_refused_where_no_shell_knows_it(name: str, said: str) -> None:
    """A folder called ``~`` is never what was meant: its state would be forgotten with the container."""
    with pytest.raises(UsageError, match=f"input {name[6:].lower()}: must not begin with `~`"):
        from_inputs({name: said})
    assert from_arguments({"state": "./~/state", "reports": ("~a.json", "x=~b.json")}, {}).state == "./~/state"
