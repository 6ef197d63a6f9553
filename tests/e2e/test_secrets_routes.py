"""Findings of one product are told where they belong and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aggregator.run.exits import Exit
from aggregator.transport.exchange import Break
from tests.e2e.street import Street
from tests.fakes.faults import After

HOOKS = {
    name: f"https://hooks.slack.com/services/T0/B0/{name}-cAnArY" for name in ("alpha", "beta", "grave", "owned", "all")
}
POLICY = """
product: platform
products:
  - {name: alpha, paths: [alpha/]}
  - {name: beta, paths: [beta/]}
slack:
  severity: info
  most: 40
  routes:
    - {name: alpha, only: [{product: alpha}]}
    - {name: beta, only: [{product: beta}], tell: [new, fixed, breached, accepted, reopened, expiring]}
    - {name: grave, webhook: grave, severity: critical, only: [{product: alpha}]}
    - {name: owned, owners: ["@octo/beta"]}
    - {name: all}
"""
WORDS = {"alpha": ("alpha", "AlphaWord"), "beta": ("beta", "BetaWord")}


def report(*flaws: str) -> bytes:
    """Semgrep's report of flaws, each ``product:name``, whose every text names its product."""
    results = []
    for line, flaw in enumerate(flaws, 1):
        product, name = flaw.split(":")
        word = WORDS[product][1]
        spot = {"start": {"line": line, "col": 1}, "end": {"line": line, "col": 9}}
        extra = {"message": f"{word} says {name}.", "metadata": {}, "severity": "ERROR", "lines": f"{word}({name})"}
        results.append({"check_id": f"{word}-{name}", "path": f"{product}/{word}.py", **spot, "extra": extra})
    paths = {"scanned": [f"{name}/{word}.py" for name, word in WORDS.values()]}
    return json.dumps({"version": "1.1.0", "errors": [], "paths": paths, "results": results}).encode()


@pytest.fixture
def street(tmp_path: Path) -> Street:
    lines = "\n".join(f"{name}={address}" for name, address in HOOKS.items())
    (tmp_path / "CODEOWNERS").write_text("beta/ @octo/beta\n")
    street = Street(tmp_path / "street", policy=POLICY, slack=lines, teams="")
    street.repository.settings = {"source_root": tmp_path}
    return street


def told(street: Street, name: str) -> str:
    """All that a route was told, in lower case."""
    return json.dumps(street.chat.posts[HOOKS[name]]).lower()


def test_no_product_hears_of_another(street: Street) -> None:
    """First look, news, fixes, late ones, broken scans, by product, severity and owner: each hears of its own alone."""
    street.run({"r.json": report("alpha:one", "beta:one")})
    street.run({"r.json": report("alpha:one", "alpha:two", "beta:one", "beta:two")})
    street.run({"r.json": report("alpha:one", "beta:two")})
    street.run({"r.json": b"{"})
    street.repository.hub.clock.pass_days(60)
    street.run({"r.json": report("alpha:one", "beta:two", "beta:three")})
    assert {run.code for run in street.runs} <= {Exit.OK, Exit.INCOMPLETE}
    assert all(told(street, name) != "[]" for name in ("alpha", "beta", "owned", "all"))
    for mine, other in (("alpha", "beta"), ("beta", "alpha"), ("owned", "alpha")):
        texts = told(street, mine)
        assert WORDS[other][1].lower() not in texts
        assert f"{other}/" not in texts
    assert "word" not in told(street, "grave")
    assert all(word.lower() in told(street, "all") for _, word in WORDS.values())


def test_a_fault_of_one_address_sends_nothing_to_another(street: Street) -> None:
    """A message that fails is told again to its own address, and to no other one."""
    street.chat.faults = lambda _call, request: After(Break.RESET) if request.url == HOOKS["alpha"] else None
    street.run({"r.json": report("alpha:one", "beta:one")})
    street.chat.faults = None
    street.run({"r.json": report("alpha:one", "alpha:two", "beta:one")})
    assert "alphaword" in told(street, "alpha")
    assert "alphaword" not in told(street, "beta") + told(street, "owned")
    said = "\n".join(line for run in street.runs for line in run.console.said + run.console.warned)
    assert "Could not tell Slack (route alpha)" in said
    assert "cAnArY" not in said
