"""Two lines of one repository, each with runs of its own, and issues and alerts about what is in both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.repository import Ended, Repository
from tests.fakes.github.forum import Thread

MANY = tuple(f"rule-{number}" for number in range(4))
POLICY = "github: {issues: {most: 1}}\n"


class Street:
    """Pushes of one commit after the other, each of one line: a product, an environment or a job of a matrix."""

    def __init__(self, folder: Path, by: str) -> None:
        self.by = by
        (folder / "onefold.yml").write_text(POLICY)
        (folder / "runs").mkdir()
        self.repository = Repository(folder / "runs", settings={"config": folder / "onefold.yml"})
        self.commit = 0

    def push(self, line: str, *rules: str) -> Ended:
        """A run of a line."""
        self.commit += 1
        settings: dict[str, Any] = {self.by: line}
        return self.repository.push(self.commit, *rules, **settings)

    def issues(self) -> list[Thread]:
        """All issues."""
        return [thread for thread in self.repository.hub.forum.threads.values() if thread.pull is None]


@pytest.fixture(params=["product", "environment", "state_key"])
def street(tmp_path: Path, request: pytest.FixtureRequest) -> Street:
    """A repository whose lines differ in one thing."""
    return Street(tmp_path, request.param)


@pytest.mark.parametrize("order", [("shop", "desk"), ("desk", "shop")])
def test_issues_of_two_lines_leave_each_other_alone(street: Street, order: tuple[str, str]) -> None:
    """Neither rewrites, closes or hears what stands in the other one's issues, the rolling ones included."""
    for line in order:
        street.push(line, *MANY)
    street.repository.hub.clock.pass_days(40)
    for line in order:
        street.push(line, *MANY)
    before: dict[int, Any] = {issue.number: (issue.title, issue.body, issue.is_open) for issue in street.issues()}
    assert len(before) == 4  # one issue and one rolling issue each
    for line in reversed(order):
        ended = street.push(line, *MANY[:1])
        assert (ended.outputs["total"], ended.outputs["fixed"]) == ("1", "3")
    ids = [set(street.push(line, *MANY[:1]).open_ids.values()) for line in order]
    assert not ids[0] & ids[1]
    rolling = [issue for issue in street.issues() if issue.title.startswith("More findings")]
    assert [issue.is_open for issue in rolling] == [False, False]
    singles = [issue for issue in street.issues() if issue not in rolling and issue.is_open]
    assert len(singles) == 2


def test_each_line_has_a_comment_of_its_own(street: Street) -> None:
    """Two workflows on one pull request leave each other's comment alone where their lines differ."""
    repository = street.repository
    for line in ("shop", "desk"):
        street.push(line, "eval")
    lines: dict[str, dict[str, Any]] = {line: {street.by: line} for line in ("shop", "desk")}
    repository.pull_request(100, "eval", "sql", base=street.commit, **lines["shop"])
    pull = max(repository.hub.forum.threads)
    repository.pull_request(100, "eval", base=street.commit, pull=pull, **lines["desk"])
    repository.pull_request(100, "eval", "xss", base=street.commit, pull=pull, **lines["desk"])
    shown = [post.body for post in repository.hub.forum.below(pull)]
    assert ["Sql" in body for body in shown] == [True, False]
    assert ["Xss" in body for body in shown] == [False, True]


def test_one_line_does_not_close_the_rolling_issue_of_another(street: Street) -> None:
    """When all is well in one, the list of what is late in the other one stays as it is."""
    for line in ("shop", "desk"):
        street.push(line, *MANY)
    street.repository.hub.clock.pass_days(40)
    street.push("shop", *MANY)
    before = [(issue.title, issue.body, issue.is_open) for issue in street.issues()]
    street.push("desk")
    street.push("desk")
    assert [(issue.title, issue.body, issue.is_open) for issue in street.issues()] == before


def test_what_one_line_no_longer_has_stays_an_alert_of_the_other(street: Street) -> None:
    """Both look at the same files with the same tool, and neither uploads into the other one's category."""
    for line in ("shop", "desk"):
        street.push(line, *MANY[:2])
    street.push("desk")
    alerts = street.repository.hub.scanning.alerts.values()
    states = sorted(alert.state("refs/heads/main") for alert in alerts)
    assert states == ["fixed", "fixed", "open", "open"]


def test_what_one_product_accepts_no_other_one_opens(tmp_path: Path) -> None:
    """Of a file that both scan there is one alert: it is dismissed and opened by the product whose decision it is."""
    street, source = Street(tmp_path, "product"), tmp_path / "source"
    source.mkdir()
    (source / "app.py").write_text("eval(x)\n" * 9)
    exceptions = tmp_path / "exceptions.yml"
    street.repository.settings = {**street.repository.settings, "source_root": source, "exceptions": exceptions}
    accepted = "{status: false_positive, reason: checked, owner: kim, expires: 2027-12-01, rule: eval, product: shop}"
    states = []
    for entry in ("", accepted, accepted, ""):
        exceptions.write_text(f"exceptions: [{entry}]\n")
        for line in ("shop", "till"):
            ended = street.push(line, "eval")
            assert not ended.said("Somebody opened it again")
            assert ended.outputs["total"] == ("0" if entry and line == "shop" else "1")
            (alert,) = street.repository.hub.scanning.alerts.values()
            states.append(alert.state("refs/heads/main"))
    assert states == ["open", "open", *["dismissed"] * 4, "open", "open"]
