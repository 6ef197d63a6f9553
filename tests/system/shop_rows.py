"""The rows of the example shop's dashboard, as the tests know them without the page."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Locator

from aggregator.model.finding import Baseline, Observation
from aggregator.writers.board_part import is_open
from aggregator.writers.dashboard_data import BoardRow
from tests.dashboards import shop

ROWS = {finding.row.id: finding.row for finding in shop().findings}
DETAILS = {finding.row.id: finding.detail for finding in shop().findings}
OPEN = {finding.row.id: finding.row for finding in shop().findings if is_open(finding)}
EVERY = "view=findings&status=*&size=250"
NOW = shop().generated_at


def number(text: str) -> int:
    """A number as the page writes it, without the words that only screen readers hear."""
    return int(text.split(maxsplit=1)[0].replace("\u202f", ""))


_SEEN = """element => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll(".unseen").forEach(each => each.remove());
    return copy.textContent;
}"""


def shown(place: Locator) -> str:
    """What stands there for eyes."""
    return str(place.evaluate(_SEEN))


def values_of(row: BoardRow) -> dict[str, set[str]]:
    """What the facets say of a row, told from the row by the tests' own means."""
    return {
        "severity": {row.severity.value},
        "sla": {row.standing.value},
        "status": {row.status},
        "change": {change_of(row)},
        "kind": {row.kind.value},
        "tool": set(row.tools) or {""},
        "type": {row.product_type},
        "product": {row.product},
        "env": {row.environment},
        "owner": set(row.owners) or {""},
        "assignee": set(row.assignees) or {""},
        "ticket": {{True: "open", False: "resolved", None: "unread"}[each.is_open] for each in row.tickets} or {""},
        "age": {age_of(row)},
        "kev": {"yes" if row.is_kev else "no"},
        "seen": {row.observation.value},
        "path": folders_of(row.path),
    }


def change_of(row: BoardRow) -> str:
    """Against the run before; what came back in the run that saw it last has a name of its own."""
    is_back = row.reopened_at is not None and row.reopened_at == row.last_seen
    if is_back and row.baseline is Baseline.NEW and row.observation is Observation.OBSERVED:
        return "reopened"
    return row.baseline.value if row.baseline else ""


def age_of(row: BoardRow) -> str:
    """The group of ages of a row."""
    assert row.clock_start is not None
    age = (row.closed_at or NOW) - row.clock_start
    groups = ((7, "under 7 days"), (30, "7 to 30 days"), (90, "30 to 90 days"), (365, "90 days to a year"))
    return next((name for limit, name in groups if age < timedelta(days=limit)), "over a year")


def folders_of(path: str) -> set[str]:
    """Every folder above a file, three levels deep."""
    parts = path.split("/")[:-1][:3]
    return ({"/".join(parts[: at + 1]) + "/" for at in range(len(parts))} or {"./"}) if path else {""}


def text_of(row: BoardRow) -> str:
    """Everything of a row that is searched."""
    named = (
        *row.vulnerability_ids,
        *(f"CWE-{number}" for number in row.weaknesses),
        *(each.url for each in row.tickets),
    )
    words = (row.id, row.title, row.rule_id, row.where, row.package, row.product, row.environment)
    return "\n".join((*words, *row.tools, *row.owners, *row.assignees, *named)).lower()
