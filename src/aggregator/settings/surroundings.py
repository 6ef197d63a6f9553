"""What the machine says about a run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from aggregator.settings.inputs import CREDENTIALS
from aggregator.settings.webhooks import addresses_in

SAVING_EVENTS = ("push", "schedule", "workflow_dispatch", "repository_dispatch", "workflow_run")
"""Events whose runs may save a state: what they scan is on a branch, and nobody outside the repository starts them.

A ``workflow_run`` run is on the default branch, whatever it follows, and counts as what it follows.
"""


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
        credentials=tuple(_credentials(environ)),
    )


def _credentials(environ: Mapping[str, str]) -> Iterator[str]:
    """Every value to be masked; of a line with a name and an address the address as well."""
    for name in CREDENTIALS:
        if value := environ.get(name, ""):
            yield value
            if name.endswith("-WEBHOOK"):
                yield from addresses_in(value)


def _runtime(environ: Mapping[str, str]) -> Runtime | None:
    """Only a container action is told; a ``run:`` step is not."""
    url, token = environ.get("ACTIONS_RESULTS_URL", ""), environ.get("ACTIONS_RUNTIME_TOKEN", "")
    return Runtime(url, token) if url and token else None


_OURS = frozenset({"actions", "run_attempt", "no_color", "runtime", "credentials"})
_GITHUB_FIELDS = tuple(name for name in Surroundings.__struct_fields__ if name not in _OURS)
