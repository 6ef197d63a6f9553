"""From flags or from the action's inputs to settings."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pydantic import SecretStr, ValidationError

from aggregator.model.errors import UsageError
from aggregator.settings.settings import Settings

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

INPUTS: Mapping[str, str] = {
    "reports": "INPUT_REPORTS",
    "artifacts": "INPUT_ARTIFACTS",
    "state": "INPUT_STATE",
    "state_key": "INPUT_STATE-KEY",
    "token": "INPUT_TOKEN",
    "secret_key": "INPUT_SECRET-KEY",
    "jira_url": "INPUT_JIRA-URL",
    "jira_user": "INPUT_JIRA-USER",
    "jira_token": "INPUT_JIRA-TOKEN",
    "slack_webhook": "INPUT_SLACK-WEBHOOK",
    "teams_webhook": "INPUT_TEAMS-WEBHOOK",
    "defectdojo_url": "INPUT_DEFECTDOJO-URL",
    "defectdojo_token": "INPUT_DEFECTDOJO-TOKEN",
    "out": "INPUT_OUTPUT-DIR",
    "dashboard_artifact": "INPUT_DASHBOARD-ARTIFACT",
    "config": "INPUT_CONFIG",
    "exceptions": "INPUT_EXCEPTIONS",
    "source_root": "INPUT_SOURCE-ROOT",
    "product": "INPUT_PRODUCT",
    "engagement": "INPUT_ENGAGEMENT",
    "environment": "INPUT_ENVIRONMENT",
    "branch": "INPUT_BRANCH",
    "commit": "INPUT_COMMIT",
    "fail_on": "INPUT_FAIL-ON",
    "on_incomplete": "INPUT_ON-INCOMPLETE",
    "dry_run": "INPUT_DRY-RUN",
    "verbose": "INPUT_VERBOSE",
}
"""Each setting and the variable the runner puts the input in: upper case, hyphens kept."""

VARIABLES: Mapping[str, str] = {
    field: f"ONEFOLD_{field.upper()}"
    for field in (
        "secret_key",
        "jira_url",
        "jira_user",
        "jira_token",
        "slack_webhook",
        "teams_webhook",
        "defectdojo_url",
        "defectdojo_token",
    )
}
"""Each setting that has no flag, and the variable it is taken from on the command line."""

CREDENTIALS = (
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "GITHUB_TOKEN",
    "INPUT_TOKEN",
    "INPUT_SECRET-KEY",
    "INPUT_JIRA-TOKEN",
    "INPUT_SLACK-WEBHOOK",
    "INPUT_TEAMS-WEBHOOK",
    "INPUT_DEFECTDOJO-TOKEN",
)
"""Variables of a job that hold a secret; masked before the first line is logged."""


def from_arguments(arguments: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from parsed flags, by field name; ``None`` means *not said*. Raises ``UsageError``.

    Where services are and what opens them stands in the environment: a flag would show in every list of processes.
    """
    environ = os.environ if environ is None else environ
    said: dict[str, object] = {
        field: value for field, name in VARIABLES.items() if (value := environ.get(name, "").strip())
    }
    said |= {name: value for name, value in arguments.items() if value is not None}
    return _checked(said, _argument_name, "See `onefold run --help`.")


def from_inputs(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from the action's inputs; an empty input is *not said*. Raises ``UsageError``."""
    environ = os.environ if environ is None else environ
    said: dict[str, object] = {}
    for field, variable in INPUTS.items():
        value = environ.get(variable, "").strip()
        if value:
            said[field] = value
    for field in {"reports", "artifacts"} & said.keys():
        lines = (line.strip() for line in str(said[field]).splitlines())
        said[field] = tuple(line for line in lines if line)
    return _checked(said, lambda field: f"input {_input_name(field)}", "Correct it under `with:` in the workflow.")


def job_token(environ: Mapping[str, str] | None = None) -> SecretStr:
    """The job's token for GitHub, as an input or as a step's variable; empty when there is none."""
    environ = os.environ if environ is None else environ
    return SecretStr(environ.get("INPUT_TOKEN", "").strip() or environ.get("GITHUB_TOKEN", "").strip())


def _argument_name(field: str) -> str:
    if field in VARIABLES:
        return VARIABLES[field]
    return f"--{field.replace('_', '-')}" if field != "reports" else "REPORT"


def _input_name(field: str) -> str:
    return INPUTS.get(field, field).removeprefix("INPUT_").lower()


def _checked(said: Mapping[str, object], called: Callable[[str], str], step: str) -> Settings:
    """All mistakes at once, each with the name the caller knows and never with the value."""
    try:
        return Settings.model_validate(dict(said))
    except ValidationError as error:
        mistakes = error.errors(include_input=False)
        listed = "; ".join(f"{called(str(item['loc'][0]))}: {_sentence(item)}" for item in mistakes)
        raise UsageError(listed if listed.endswith("?") else f"{listed}.", step) from None


def _sentence(mistake: ErrorDetails) -> str:
    """What is wrong, without its full stop, in the words that mistakes in the policy are told in."""
    if mistake["type"] == "bool_parsing":
        return "must be true or false"
    return mistake["msg"].removeprefix("Value error, ").replace("Input should be", "must be").removesuffix(".")
