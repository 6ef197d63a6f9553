"""The text of each ticket: which words, by what it is about, and what people can answer."""

from __future__ import annotations

from collections.abc import Sequence

from aggregator.model.finding import Finding
from aggregator.model.outcome import Outcome
from aggregator.model.upgrade import Upgrade
from aggregator.planning.jira_template import Template, of_one, of_several
from aggregator.policy.jira import Jira
from aggregator.writers.escape import clip, plain
from aggregator.writers.issue_marks import base_key, is_shared_key, is_upgrade_key, upgrade_key
from aggregator.writers.summary_cells import many
from aggregator.writers.ticket_blocks import Block, Bullets, Heading, Line, Paragraph, Text, words
from aggregator.writers.ticket_text import shared, single

_NAME = 120
_VERSION = 40


def text_of(key: str, due: Sequence[Finding], outcome: Outcome, rules: Jira, *before: Block) -> Text:
    """The description of the ticket with this key about these findings, the worst first.

    Args:
        key: what it is about, with its generation.
        due: they; at least one.
        outcome: the run's.
        rules: the policy's.
        before: what is to be said in front of what people can do.
    """
    answer = _answer(rules)
    if not is_shared_key(key):
        return single(key, due[0], outcome, answer, before)
    return shared(key, _head(key, due, outcome), due, outcome, answer, before)


def template_of(key: str, due: Sequence[Finding], outcome: Outcome) -> Template:
    """What fills the templates of the ticket with this key."""
    if not is_shared_key(key):
        return of_one(due[0], outcome)
    upgrade = _upgrade(key, outcome)
    if upgrade is None:
        return of_several(plain(due[0].title) or "Untitled", due, outcome)
    return of_several(_raised(upgrade), due, outcome, plain(upgrade.image or upgrade.path))


def upgrade_of(upgrade: Upgrade) -> str:
    """The key of the ticket about an upgrade."""
    return upgrade_key(upgrade.purl, upgrade.path, upgrade.image)


def replaced(ticket: str, why: str) -> Paragraph:
    """Why there is a new ticket although an earlier one was deleted."""
    return Paragraph(words(f"There was a ticket {ticket}, which is gone. This one was created because {why}."))


def _head(key: str, due: Sequence[Finding], outcome: Outcome) -> str:
    found = many(len(due), "finding")
    upgrade = _upgrade(key, outcome)
    if upgrade is not None:
        where = clip(plain(upgrade.image or upgrade.path), _NAME)
        return f"{_raised(upgrade)}{f' in {where}' if where else ''}: that closes {found}."
    if is_upgrade_key(key):
        return f"{found} that an upgrade closes."
    return f"{found} of rule {clip(plain(due[0].rule_id), _NAME)} ({clip(plain(due[0].tool), _VERSION)})."


def _upgrade(key: str, outcome: Outcome) -> Upgrade | None:
    if not is_upgrade_key(key):
        return None
    return next((each for each in outcome.upgrades if upgrade_of(each) == base_key(key)), None)


def _raised(upgrade: Upgrade) -> str:
    return f"Upgrade {clip(plain(upgrade.name), _NAME)} to {clip(plain(upgrade.to), _VERSION)}"


def _answer(rules: Jira) -> tuple[Block, ...]:
    """What people can do; in the names that their Jira has."""
    lines: list[Line] = [
        words("Fix it. Once a scan proves that, the proof is written here and the ticket is closed. Whoever closes it "
              "sooner is believed until the next scan: if that still reports it, the ticket is opened again, once."),
    ]  # fmt: skip
    if rules.decisions and rules.resolutions.accepted:
        days = "until it is opened again" if rules.accept_days is None else f"for {many(rules.accept_days, 'day')}"
        lines.append(words(f"Accept the risk {days}: resolve it as {rules.resolutions.accepted[0]}."))
    if rules.decisions and rules.resolutions.false_positive:
        lines.append(words(f"It is no problem at all: resolve it as {rules.resolutions.false_positive[0]}."))
    lines.append(words("Assign, edit, link, re-type or move it as you like: what you change stays as you made it."))
    return Heading("What you can do"), Bullets(tuple(lines))
