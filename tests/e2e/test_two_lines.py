"""Two products or two memories of one repository, each with runs of its own, and issues about what is late in both."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.repository import Ended, Repository
from tests.fakes.github.forum import Thread

MANY = tuple(f"rule-{number}" for number in range(4))
POLICY = "github: {issues: {most: 1}}\n"
APART = pytest.mark.parametrize("apart", ["product", "state_key"])


class Street:
    """Pushes of one commit after the other, each of one product, or with one key of the state."""

    def __init__(self, folder: Path, apart: str) -> None:
        self.apart = apart
        (folder / "onefold.yml").write_text(POLICY)
        (folder / "runs").mkdir()
        self.repository = Repository(folder / "runs", settings={"config": folder / "onefold.yml"})
        self.commit = 0

    def push(self, name: str, *rules: str) -> Ended:
        """A run of a product or a memory."""
        self.commit += 1
        settings: dict[str, Any] = {self.apart: name}
        return self.repository.push(self.commit, *rules, **settings)

    def issues(self) -> list[Thread]:
        """All issues."""
        return [thread for thread in self.repository.hub.forum.threads.values() if thread.pull is None]


@APART
@pytest.mark.parametrize("order", [("shop", "desk"), ("desk", "shop")])
def test_issues_of_two_products_leave_each_other_alone(tmp_path: Path, order: tuple[str, str], apart: str) -> None:
    """Neither rewrites, closes or hears what stands in the other one's issues, the rolling ones included."""
    street = Street(tmp_path, apart)
    for product in order:
        street.push(product, *MANY)
    street.repository.hub.clock.pass_days(40)
    for product in order:
        street.push(product, *MANY)
    before: dict[int, Any] = {issue.number: (issue.title, issue.body, issue.is_open) for issue in street.issues()}
    assert len(before) == 4  # one issue and one rolling issue each
    for product in reversed(order):
        ended = street.push(product, *MANY[:1])
        assert (ended.outputs["total"], ended.outputs["fixed"]) == ("1", "3")
    ids = [set(street.push(product, *MANY[:1]).open_ids.values()) for product in order]
    assert apart == "state_key" or not ids[0] & ids[1]
    rolling = [issue for issue in street.issues() if issue.title.startswith("More findings")]
    assert [issue.is_open for issue in rolling] == [False, False]
    singles = [issue for issue in street.issues() if issue not in rolling and issue.is_open]
    assert len(singles) == 2


@APART
def test_one_product_does_not_close_the_rolling_issue_of_another(tmp_path: Path, apart: str) -> None:
    """When all is well in one product, the list of what is late in the other one stays as it is."""
    street = Street(tmp_path, apart)
    for product in ("shop", "desk"):
        street.push(product, *MANY)
    street.repository.hub.clock.pass_days(40)
    street.push("shop", *MANY)
    before = [(issue.title, issue.body, issue.is_open) for issue in street.issues()]
    street.push("desk")
    street.push("desk")
    assert [(issue.title, issue.body, issue.is_open) for issue in street.issues()] == before
