"""What leaves the dashboard in a real browser: CSV, JSON and Markdown of what the list shows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import msgspec

from aggregator.writers.board_tables import findings_table
from aggregator.writers.findings_csv import COLUMNS
from tests.dashboards import shop
from tests.system.browser import Visit
from tests.system.shop_rows import DETAILS, EVERY, ROWS


def saved(visit: Visit, button: str, folder: Path) -> bytes:
    """What a press on an export saves."""
    visit.page.locator("#export").click()
    with visit.page.expect_download() as download:
        visit.page.locator(button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path.read_bytes()


def test_csv_holds_the_filtered_view(visit: Visit, tmp_path: Path) -> None:
    """The CSV has the findings of the view in its order, as Python's own reader reads them."""
    visit.go(f"{EVERY}&severity=HIGH&sort=finding")
    rows = list(csv.DictReader(io.StringIO(saved(visit, "#export-csv", tmp_path).decode(), newline="")))
    assert [row["id"] for row in rows] == visit.titles
    for row in rows:
        known = ROWS[row["id"]]
        assert (row["severity"], row["status"], {*row["tools"].split()}) == ("HIGH", known.status, {*known.tools})
        assert row["title"].removeprefix("'") == known.title


def test_csv_says_what_the_other_tables_say(visit: Visit, tmp_path: Path) -> None:
    """The columns of ``findings.csv`` come first, under its names and with its values to the last field."""
    visit.go(EVERY)
    given = csv.DictReader(io.StringIO(saved(visit, "#export-csv", tmp_path).decode(), newline=""))
    rows = {row["id"]: row for row in given}
    assert given.fieldnames == [*COLUMNS, "package", "known_exploited"]
    told = list(csv.DictReader(io.StringIO(b"".join(findings_table(shop())).decode(), newline="")))
    assert [{name: rows[row["id"]][name] for name in COLUMNS} for row in told] == told
    assert {name for name in COLUMNS if any(row[name] for row in told)} >= {"branch", "reason", "decided_by"}


def test_json_holds_whole_findings(visit: Visit, tmp_path: Path) -> None:
    """The JSON has the findings of the view as findings.json publishes them, to the last field."""
    visit.go(f"{EVERY}&kind=sast&sort=-risk")
    told = json.loads(saved(visit, "#export-json", tmp_path))
    assert [each["id"] for each in told["findings"]] == visit.titles
    assert told["findings"] == [json.loads(msgspec.json.encode(DETAILS[name].finding)) for name in visit.titles]


def test_markdown_is_copied(visit: Visit) -> None:
    """A finding and a list are copied as Markdown that names them."""
    visit.go("view=findings&kind=sast")
    name = visit.titles[0]
    visit.page.locator("#export").click()
    visit.page.locator("#export-markdown").click()
    assert f"`{name}`" in str(visit.say("navigator.clipboard.readText()"))
    visit.page.locator("#rows a.title").first.click()
    visit.page.locator("#copy-markdown").click()
    copied = str(visit.say("navigator.clipboard.readText()"))
    assert copied.startswith(f"### {ROWS[name].severity.value.title()}: ")
    assert f"- Id: `{name}`" in copied
