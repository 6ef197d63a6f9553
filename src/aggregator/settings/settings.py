"""What one run is asked to do, checked."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationInfo, field_validator

from aggregator.model.errors import OnefoldError
from aggregator.model.moment import whole_seconds
from aggregator.normalize.secret_key import SHORTEST
from aggregator.normalize.secret_patterns import mask_marked
from aggregator.policy.gate_rule import parse_rule, split_rules
from aggregator.policy.syntax import is_whole
from aggregator.settings.webhooks import addresses_in, read_webhooks

DEFAULT_OUT = "onefold-out"
"""Where the documents go when nobody says; ``onefold explain`` looks there."""

ARTIFACT, NOWHERE = "artifact", "none"
"""What ``state`` may say besides a folder: an artifact of the workflow, or no memory."""

_HOME = re.compile(r"([A-Za-z][A-Za-z0-9_-]*=)?~(/|$)")
"""A path, perhaps pinned to a tool, in somebody's home."""
_NO_MOMENT = "must be a moment of the years 2000 to 2999, for example 2026-11-22T12:00:00Z"


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
        jira_url: the site's address; empty talks to no Jira.
        jira_user: the e-mail address that the token belongs to (Cloud); empty for a Data Center's access token.
        jira_token: never shown, and sent to that site alone, for Cloud also to Atlassian's gateway.
        slack_webhook: one address, or lines of ``name=address``; an address is as secret as a token.
        teams_webhook: the same for Microsoft Teams.
        out: folder for the documents.
        dashboard_artifact: the artifact of the run that keeps the dashboard; empty keeps none.
        source_root: the checkout that the reports are about.
        engagement: what the reports were made for: the pipeline, or an examination that the policy knows.
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
    jira_url: str = ""
    jira_user: str = ""
    jira_token: SecretStr = SecretStr("")
    slack_webhook: SecretStr = SecretStr("")
    teams_webhook: SecretStr = SecretStr("")
    defectdojo_url: str = ""
    defectdojo_token: SecretStr = SecretStr("")
    out: Path = Path(DEFAULT_OUT)
    dashboard_artifact: str = ""
    config: Path | None = None
    exceptions: Path | None = None
    source_root: Path | None = None
    product: str = ""
    engagement: str = ""
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

    @property
    def secrets(self) -> frozenset[str]:
        """The values that no document may show.

        GitHub's token is among them only where its looks do not tell it: every job has one, and looking for it in
        every text would take time for nothing.
        """
        values = {text.get_secret_value() for text in (self.secret_key, self.jira_token, self.defectdojo_token)}
        values.update(*(addresses_in(text.get_secret_value()) for text in (self.slack_webhook, self.teams_webhook)))
        token = self.token.get_secret_value()
        return frozenset(filter(None, (*values, token if mask_marked(token) == token else "")))

    @field_validator("*")
    @classmethod
    def _is_whole(cls, said: object, about: ValidationInfo) -> object:
        """Bytes that are no UTF-8 arrive as halves of characters; names of files may have them, no other text."""
        texts = said if isinstance(said, tuple) else (said.get_secret_value() if isinstance(said, SecretStr) else said,)
        is_file = about.field_name == "reports"
        if not is_file and not all(is_whole(text) for text in texts if isinstance(text, str)):
            msg = "must be text in UTF-8"
            raise ValueError(msg)
        return said

    @field_validator("reports", "state", "out", "config", "exceptions", "source_root")
    @classmethod
    def _is_no_home(cls, said: object) -> object:
        """A shell knows what ``~`` means; where none has read it, a folder of that name would be made and forgotten."""
        if any(_HOME.match(str(each)) for each in (said if isinstance(said, tuple) else (said,))):
            msg = "must not begin with `~`, which only a shell understands: name a path below the workspace"
            raise ValueError(msg)
        return said

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, said: SecretStr) -> SecretStr:
        """A key that can be guessed gives away what it seals."""
        if 0 < len(said.get_secret_value()) < SHORTEST:
            msg = f"must have {SHORTEST} characters or more; `openssl rand -hex 32` makes a good one"
            raise ValueError(msg)
        return said

    @field_validator("slack_webhook", "teams_webhook")
    @classmethod
    def _are_addresses(cls, said: SecretStr) -> SecretStr:
        """What is no address is refused before anything is read or sent; names without one say nothing."""
        return said if read_webhooks(said.get_secret_value()) else SecretStr("")

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
