"""The stand-in for GitHub refuses what GitHub refuses: a checker that finds nothing would prove nothing."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from aggregator.writers.upload_sarif import render_upload
from tests.builders import finding, outcome
from tests.contract.github_rules import refusals
from tests.writers import uploaded

Log = dict[str, Any]


def good() -> Log:
    log: Log = json.loads(b"".join(render_upload(outcome(*uploaded(finding())))))
    return log


def run(log: Log) -> Any:
    return log["runs"][0]


def rule(log: Log) -> Any:
    return run(log)["tool"]["driver"]["rules"][0]


def place(log: Log) -> Any:
    return run(log)["results"][0]["locations"][0]["physicalLocation"]


def noise(log: Log) -> None:
    run(log)["results"][0]["message"]["text"] = random.Random(1).randbytes(11_000_000).hex()  # noqa: S311 - incompressible


BROKEN: dict[str, Callable[[Log], object]] = {
    "larger than 10 MB": noise,
    "no version or schema": lambda log: log.pop("$schema"),
    "no runs": lambda log: log["runs"].clear(),
    "more than 20 runs": lambda log: log["runs"].extend(log["runs"] * 20),
    "multiple runs with the same category": lambda log: log["runs"].append(run(log)),
    "no driver name": lambda log: run(log)["tool"]["driver"].update(name=""),
    "no category": lambda log: run(log)["automationDetails"].update(id="x"),
    "no results": lambda log: run(log).pop("results"),
    "more results than are kept": lambda log: run(log).update(results=run(log)["results"] * 5001),
    "more than 25 000 rules": lambda log: run(log)["tool"]["driver"].update(rules=[rule(log)] * 25_001),
    "more than 100 extensions": lambda log: run(log)["tool"].update(extensions=[{}] * 101),
    "rule index names another rule": lambda log: rule(log).update(id="other"),
    "rule without id": lambda log: rule(log).update(id=""),
    "bad shortDescription": lambda log: rule(log)["shortDescription"].update(text="x" * 1025),
    "bad fullDescription": lambda log: rule(log)["fullDescription"].update(text=""),
    "rule without help": lambda log: rule(log).pop("help"),
    "rule name too long": lambda log: rule(log).update(name="x" * 256),
    "more than 20 tags": lambda log: rule(log)["properties"].update(tags=["x"] * 21),
    "invalid security severity": lambda log: rule(log)["properties"].update({"security-severity": "high"}),
    "no message": lambda log: run(log)["results"][0]["message"].update(text=""),
    "no fingerprint": lambda log: run(log)["results"][0].pop("partialFingerprints"),
    "expected at least one location": lambda log: run(log)["results"][0].update(locations=[]),
    "more than 1 000 locations": lambda log: run(log)["results"][0].update(
        locations=run(log)["results"][0]["locations"] * 1001
    ),
    "expected artifact location": lambda log: place(log).pop("artifactLocation"),
    "empty uri": lambda log: place(log)["artifactLocation"].update(uri=""),
    "invalid URI": lambda log: place(log)["artifactLocation"].update(uri="a b"),
    "unrecognized SARIF location URI scheme": lambda log: place(log)["artifactLocation"].update(uri="a+b:c"),
    "absolute path": lambda log: place(log)["artifactLocation"].update(uri="/a"),
    "region is not whole": lambda log: place(log)["region"].pop("endColumn"),
    "region is not possible": lambda log: place(log)["region"].update(startLine=0),
}


def test_good_log_is_taken() -> None:
    """What we write is refused for no reason."""
    assert refusals(json.dumps(good()).encode()) == []


@pytest.mark.parametrize("reason", BROKEN)
def test_each_reason_is_found(reason: str) -> None:
    """A log broken in one way is refused for that reason."""
    log = good()
    BROKEN[reason](log)
    assert reason in refusals(json.dumps(log).encode())
