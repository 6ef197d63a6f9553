"""Tests of :mod:`aggregator.planning.jira_actions`."""

from __future__ import annotations

from aggregator.planning.jira_actions import CommentTicket, CreateTicket, EditTicket, JiraAction, MoveTicket
from aggregator.planning.jira_observed import Category, SeenTicket
from aggregator.writers.ticket_blocks import Text

SAID = Text((), "onefold:reminder v1 2026-11-23")
MADE = CreateTicket(
    about="F-1", marks=("onefold-shop-1", "onefold-F-1"), project="SEC", issue_type="Task", summary="Bad", text=SAID
)


def test_keys_and_sentences() -> None:
    """Each action names the thing it brings about, and says for a person what will happen."""
    told: dict[JiraAction, tuple[str, str]] = {
        MADE: ("jira-ticket:onefold-shop-1:onefold-F-1", "create a ticket in SEC: Bad"),
        EditTicket(ticket="SEC-1", summary="Worse"): ("jira-text:SEC-1", "update ticket SEC-1: Worse"),
        EditTicket(ticket="SEC-1", text=SAID): ("jira-text:SEC-1", "update ticket SEC-1"),
        CommentTicket("SEC-1", SAID): (f"jira-comment:SEC-1:{SAID.mark}", "comment on ticket SEC-1"),
        MoveTicket("SEC-1", "done"): ("jira-move:SEC-1", "close ticket SEC-1"),
        MoveTicket("SEC-1", "reopen", SAID): ("jira-move:SEC-1", "reopen ticket SEC-1"),
    }
    for action, said in told.items():
        assert (action.key, action.sentence()) == said


def test_what_is_open() -> None:
    """Every status that is not of the category done is open; a ticket that is gone is not."""
    open_ones = [category for category in Category if SeenTicket(key="S-1", url="u", category=category).is_open]
    assert open_ones == [Category.NEW, Category.INDETERMINATE]
    assert not SeenTicket(key="S-1", url="u", is_gone=True).is_open
