"""The official client of the artifact service, run by node as a job's step would."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.contract.node import NODE
from tests.fakes.github.hub import Hub, Run

_PROGRAM = Path("tests/node/artifact_client.mjs").resolve()


def official(hub: Hub, run: Run, folder: Path, *commands: list[Any]) -> list[dict[str, Any]]:
    """What the client gives for each command: a ``result`` or an ``error``."""
    asked, told = folder / "commands.json", folder / "results.json"
    asked.write_text(json.dumps(commands), encoding="utf-8")
    environment = {
        "ACTIONS_RUNTIME_TOKEN": hub.runtime_token(run),
        "ACTIONS_RESULTS_URL": f"{hub.results}/",
        "GITHUB_API_URL": hub.api,
        "GITHUB_REPOSITORY": hub.name,
        "GITHUB_RUN_ID": str(run.id),
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_TOKEN": hub.api_token("actions:read"),
        "GITHUB_WORKSPACE": str(folder),
    }
    done = subprocess.run(
        [NODE, _PROGRAM, asked, told],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results: list[dict[str, Any]] = json.loads(told.read_text(encoding="utf-8"))
    return results
