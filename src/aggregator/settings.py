"""Settings: what the caller asks for, from flags or from the action's inputs; the only reader of the environment."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_validator

from aggregator.model.errors import OnefoldError, UsageError
from aggregator.model.moment import whole_seconds
from aggregator.normalize.secret_key import SHORTEST
from aggregator.policy.gate_rule import parse_rule, split_rules

INPUTS: Mapping[str, str] = {
    "reports": "INPUT_REPORTS",
    "artifacts": "INPUT_ARTIFACTS",
    "state": "INPUT_STATE",
    "state_key": "INPUT_STATE-KEY",
    "token": "INPUT_TOKEN",
    "secret_key": "INPUT_SECRET-KEY",
    "out": "INPUT_OUTPUT-DIR",
    "config": "INPUT_CONFIG",
    "exceptions": "INPUT_EXCEPTIONS",
    "source_root": "INPUT_SOURCE-ROOT",
    "product": "INPUT_PRODUCT",
    "environment": "INPUT_ENVIRONMENT",
    "branch": "INPUT_BRANCH",
    "commit": "INPUT_COMMIT",
    "fail_on": "INPUT_FAIL-ON",
    "on_incomplete": "INPUT_ON-INCOMPLETE",
    "dry_run": "INPUT_DRY-RUN",
    "verbose": "INPUT_VERBOSE",
}
"""Each setting and the variable the runner puts the input in: upper case, hyphens kept."""

CREDENTIALS = (
    "ACTIONS_RUNTIME_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "GITHUB_TOKEN",
    "INPUT_TOKEN",
    "INPUT_SECRET-KEY",
)
"""Variables of a job that hold a secret; masked before the first line is logged."""

DEFAULT_OUT = "onefold-out"
"""Where the documents go when nobody says; ``onefold explain`` looks there."""

ARTIFACT, NOWHERE = "artifact", "none"
"""What ``state`` may say besides a folder: an artifact of the workflow, or no memory."""

_NO_MOMENT = "must be a moment of the years 2000 to 2999, for example 2026-11-22T12:00:00Z"


SAVING_EVENTS = ("push", "schedule", "workflow_dispatch", "repository_dispatch", "workflow_run")
"""Events whose runs may save a state: what they scan is on a branch, and nobody outside the repository starts them.

A ``workflow_run`` run is on the default branch, whatever it follows, and counts as what it follows.
"""


class OnIncomplete(StrEnum):
    """What a missing or unusable report means for the exit code."""

    FAIL = "fail"
    WARN = "warn"


class Settings(BaseModel):
    """What one run is asked to do. ``None`` and empty mean *not said*: the policy or the surroundings decide.

    Attributes:
        reports: files, folders, patterns, ``-``, each optionally pinned as ``tool=...``.
        artifacts: names of artifacts with reports, of this run or the one it follows; each perhaps as ``tool=...``.
        state: folder of the state store, ``artifact`` or ``none``; empty keeps no memory.
        state_key: tells states of one line apart, where several jobs of a run keep one each.
        token: for GitHub's API; never shown, never in an error.
        secret_key: lets secrets be known again by keyed digests of their values; empty stores none. Never shown.
        out: folder for the documents.
        source_root: the checkout that the reports are about.
        branch: the branch line; findings of different lines never meet.
        now: the moment the run is about, with a time zone.
        fail_on: the gate's rules, see :mod:`aggregator.policy.gate_rule`; empty leaves them to the policy.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    reports: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    state: str = ""
    state_key: str = ""
    token: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    out: Path = Path(DEFAULT_OUT)
    config: Path | None = None
    exceptions: Path | None = None
    source_root: Path | None = None
    product: str = ""
    environment: str = ""
    branch: str = ""
    commit: str = ""
    now: datetime | None = None
    fail_on: tuple[str, ...] = ()
    on_incomplete: OnIncomplete | None = None
    dry_run: bool = False
    quiet: bool = False
    verbose: bool = False

    @property
    def state_folder(self) -> Path | None:
        """The folder that keeps the state; ``None`` when it is kept elsewhere or nowhere."""
        return None if self.state in {"", ARTIFACT, NOWHERE} else Path(self.state)

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, said: SecretStr) -> SecretStr:
        """A key that can be guessed gives away what it seals."""
        if 0 < len(said.get_secret_value()) < SHORTEST:
            msg = f"must have {SHORTEST} characters or more; `openssl rand -hex 32` makes a good one"
            raise ValueError(msg)
        return said

    @field_validator("now", mode="before")
    @classmethod
    def _aware(cls, now: object) -> datetime | None:
        """A moment without a time zone is taken as UTC, and kept to the second; a number is no moment."""
        if now is None:
            return None
        try:
            said = now if isinstance(now, datetime) else datetime.fromisoformat(str(now))
            return whole_seconds(said if said.tzinfo else said.replace(tzinfo=UTC))
        except ValueError:
            raise ValueError(_NO_MOMENT) from None

    @field_validator("fail_on", mode="before")
    @classmethod
    def _are_rules(cls, said: object) -> tuple[str, ...]:
        """Several rules in one text are parted; one that cannot be understood is refused at the door."""
        texts = said if isinstance(said, list | tuple) else [said]
        rules = tuple(rule for text in texts for rule in split_rules(str(text).lower()))
        try:
            for rule in rules:
                parse_rule(rule)
        except OnefoldError as error:
            raise ValueError(str(error)) from None
        return rules


def from_arguments(arguments: Mapping[str, object]) -> Settings:
    """Settings from parsed flags, by field name; ``None`` means *not said*. Raises ``UsageError``."""
    said = {name: value for name, value in arguments.items() if value is not None}
    return _checked(said, lambda field: f"--{field.replace('_', '-')}" if field != "reports" else "REPORT")


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
    return _checked(said, lambda field: f"input {_input_name(field)}")


def _input_name(field: str) -> str:
    return INPUTS.get(field, field).removeprefix("INPUT_").lower()


def _checked(said: Mapping[str, object], called: Callable[[str], str]) -> Settings:
    """All mistakes at once, each with the name the caller knows and never with the value."""
    try:
        return Settings.model_validate(dict(said))
    except ValidationError as error:
        mistakes = [
            f"{called(str(item['loc'][0]))}: {item['msg'].removeprefix('Value error, ')}"
            for item in error.errors(include_input=False)
        ]
        raise UsageError("; ".join(mistakes) + ".", "See `onefold run --help`.") from None


class Runtime(Struct, frozen=True):
    """Where the runner's artifact service is, and the token for it (``ACTIONS_RESULTS_URL``, ``..._RUNTIME_TOKEN``)."""

    url: str
    token: str


class Surroundings(Struct, frozen=True, kw_only=True):
    """What the machine says about this run; all empty on a developer's machine.

    Nothing in it was written by people, so nothing is checked: what is strange counts as not said. The fields are the
    variables of the same name with the prefix ``GITHUB_``.

    Attributes:
        runtime: the artifact service as the runner tells a container about it.
        credentials: values to mask.
    """

    actions: bool = False
    event_name: str = ""
    repository: str = ""
    repository_id: str = ""
    server_url: str = "https://github.com"
    api_url: str = "https://api.github.com"
    workflow_ref: str = ""
    retention_days: str = ""
    ref: str = ""
    ref_name: str = ""
    base_ref: str = ""
    sha: str = ""
    event_path: str = ""
    run_id: str = ""
    run_attempt: int = 1
    workspace: str = ""
    output: str = ""
    step_summary: str = ""
    no_color: bool = False
    runtime: Runtime | None = None
    credentials: tuple[str, ...] = ()


def surroundings(environ: Mapping[str, str] | None = None) -> Surroundings:
    """What the environment says about this run. Never raises: a strange value counts as not said.

    Outside a job nothing but the terminal is looked at: a variable left behind must not change what a run is about.
    """
    environ = os.environ if environ is None else environ
    no_color = bool(environ.get("NO_COLOR")) or environ.get("TERM") == "dumb"
    if environ.get("GITHUB_ACTIONS") != "true":
        return Surroundings(no_color=no_color)
    fields = {name: environ.get(f"GITHUB_{name.upper()}", "") for name in _GITHUB_FIELDS}
    said: dict[str, Any] = {name: value for name, value in fields.items() if value}
    attempt = environ.get("GITHUB_RUN_ATTEMPT", "")
    return Surroundings(
        **said,
        actions=True,
        run_attempt=int(attempt) if attempt.isdecimal() else 1,
        no_color=no_color,
        runtime=_runtime(environ),
        credentials=tuple(environ[name] for name in CREDENTIALS if environ.get(name)),
    )


def _runtime(environ: Mapping[str, str]) -> Runtime | None:
    """Only a container action is told; a ``run:`` step is not."""
    url, token = environ.get("ACTIONS_RESULTS_URL", ""), environ.get("ACTIONS_RUNTIME_TOKEN", "")
    return Runtime(url, token) if url and token else None


_OURS = frozenset({"actions", "run_attempt", "no_color", "runtime", "credentials"})
_GITHUB_FIELDS = tuple(name for name in Surroundings.__struct_fields__ if name not in _OURS)
