"""An independent server of Jira's REST API 2 (PyPI ``jira820``, MIT), as Data Center 8.20 speaks it.

What it does not have, and no test asks of it: tokens, labels that are added to others, errors about fields that a
project does not have, resolutions by their ids, a history that comes along with a search,
escapes in wiki markup.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract.served import free_port, served

PROJECT = "SEC"
_SETTINGS = {
    "transition_screens": {"Done": ["resolution"], "In Review": ["worklog"]},
    "transition_scheme": {
        "Open": ["In Progress", "Done"],
        "In Progress": ["Done"],
        "In Review": [],
        "Done": ["Reopened", "In Progress"],
        "Reopened": ["Done"],
    },
}


@contextmanager
def jira820(folder: Path) -> Iterator[str]:
    """Start it on a free port of loopback; gives its address."""
    settings = folder / "jira820.yaml"  # JSON is YAML
    settings.write_text(json.dumps(_SETTINGS), encoding="utf-8")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    given = {"HOST": "127.0.0.1", "PORT": str(port), "PROJECT_KEY": PROJECT, "CONFIG": str(settings)}
    environment = {f"JIRA820_{name}": value for name, value in given.items()}
    with served([sys.executable, "-m", "jira820"], folder, f"{address}/rest/api/2/serverInfo", environment):
        yield address
