"""An emulator of GitHub and Slack by others (npm ``emulate``, Apache-2.0): what two strangers agree on is likely true.

What its GitHub does not have, and no test asks of it: GraphQL, code scanning, any limit of a text's length,
permissions of a token. Its Slack looks into no block, and knows every webhook.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contract.node import NODE
from tests.contract.served import free_port, served

REPOSITORY = "octocat/hello-world"
TOKEN = "emulated-token"
_PROGRAM = Path("tests/node/node_modules/emulate/dist/index.js")
_SEED = {
    "tokens": {TOKEN: {"login": "octocat", "scopes": ["repo", "user"]}},
    "github": {
        "users": [{"login": "octocat", "name": "Octocat", "email": "octocat@example.com"}],
        "repos": [{"owner": "octocat", "name": "hello-world", "auto_init": True}],
    },
    "slack": {
        "team": {"name": "Shop", "domain": "shop"},
        "channels": [{"name": "general", "topic": "all"}],
        "incoming_webhooks": [{"channel": "general"}],
    },
}


@contextmanager
def emulate(folder: Path, service: str = "github") -> Iterator[str]:
    """Start it on a free port of loopback; gives its address."""
    seed = folder / "seed.json"  # JSON is YAML
    seed.write_text(json.dumps(_SEED), encoding="utf-8")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [str(NODE), str(_PROGRAM.resolve()), "start", "-s", service, "-p", str(port), "--seed", str(seed)]
    with served(command, folder, f"{address}/rate_limit"):
        yield address
