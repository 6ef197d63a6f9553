"""Edits of a report that change nothing about the flaws: another order, other words, another version of the scanner."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

Rows = list[dict[str, Any]]
Edit = Callable[[Any, Random], None]


def other_order(content: Any, random: Random) -> None:
    """Shuffle the rows."""
    for rows in _tables(content):
        random.shuffle(rows)


def repeated_rows(content: Any, random: Random) -> None:
    """Write every third row twice."""
    for rows in _tables(content):
        rows += [json.loads(json.dumps(row)) for row in rows if random.random() < 1 / 3]


def other_words(content: Any, random: Random) -> None:
    """Say every message in other words."""
    for row in _rows(content):
        for holder, name in _texts(row):
            holder[name] = f"Put differently: {holder[name]}"


def other_ratings(content: Any, random: Random) -> None:
    """Rate every second row otherwise."""
    for row in _rows(content):
        if random.random() < 1 / 2:
            for holder, name, words in _ratings(row):
                holder[name] = (
                    words[(words.index(holder[name]) + 1) % len(words)] if holder[name] in words else words[0]
                )


def newer_scanner(content: Any, random: Random) -> None:
    """The scanner is of a newer version."""
    if isinstance(content, dict):
        for holder in (content, content.get("Trivy", {})):
            for name in ("version", "Version"):
                holder.update({name: "99.0.0"} if name in holder and "runs" not in holder else {})
        for run in content.get("runs", ()):
            run["tool"]["driver"].update({"version": "99.0.0", "semanticVersion": "99.0.0"})


def renamed_rules(content: Any, random: Random) -> None:
    """Every third rule has another name; which ones depends on the name alone."""
    for row in _rows(content):
        for name in ("check_id", "RuleID", "ruleId", "ID", "AVDID"):
            if name in row and _is_renamed(row[name]):
                row[name] = f"{row[name]}-reworked"
    for run in content.get("runs", ()) if isinstance(content, dict) else ():
        for rule in run["tool"]["driver"].get("rules", ()):
            if _is_renamed(rule["id"]):
                rule["id"] = f"{rule['id']}-reworked"


EDITS: tuple[Edit, ...] = (other_order, repeated_rows, other_words, other_ratings, newer_scanner, renamed_rules)
"""All edits; each function's name is the name of what it does."""


def edited(report: bytes, edit: Edit, seed: int) -> bytes:
    """The report after an edit."""
    content = json.loads(report)
    edit(content, Random(seed))  # noqa: S311 - the same edit every time is the point
    return json.dumps(content).encode()


def _tables(content: Any) -> Iterable[Rows]:
    """The lists of rows, in any of the formats of our scanners."""
    if isinstance(content, list):
        yield content
    elif "runs" in content:
        yield from (run["results"] for run in content["runs"])
    elif "results" in content:
        yield content["results"]
    else:
        for target in content.get("Results", ()):
            yield from (target[name] for name in ("Misconfigurations", "Secrets") if name in target)


def _rows(content: Any) -> Rows:
    return [row for rows in _tables(content) for row in rows]


def _texts(row: dict[str, Any]) -> Iterable[tuple[dict[str, Any], str]]:
    for holder, name in (
        (row.get("message"), "text"),
        (row.get("extra"), "message"),
        (row, "Message"),
        (row, "Description"),
    ):
        if isinstance(holder, dict) and isinstance(holder.get(name), str):
            yield holder, name


def _ratings(row: dict[str, Any]) -> Iterable[tuple[dict[str, Any], str, list[str]]]:
    yield from [(row, "level", ["note", "warning", "error"])] if "level" in row else ()
    yield from [(row["extra"], "severity", ["INFO", "WARNING", "ERROR"])] if "extra" in row else ()
    yield from [(row, "Severity", ["LOW", "MEDIUM", "HIGH", "CRITICAL"])] if "Severity" in row else ()


def _is_renamed(rule: str) -> bool:
    return sum(rule.encode()) % 3 == 0
