"""The labels by which our tickets are found again: one says whose memory they belong to, one what they are about."""

from __future__ import annotations

import re

from aggregator.model.state import Line
from aggregator.writers.issue_marks import fingerprint

LABEL = "onefold"
"""The label that every ticket of ours bears."""

_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_SAFE = re.compile(r"[A-Za-z0-9-]{1,64}")
_NAMED = 30
_TOLD_APART = 8


def home_label(line: Line) -> str:
    """Of all tickets of one memory: several repositories may share a project in Jira.

    The branch is not part of it: tickets are about what is on the branch that counts, whatever it is called.
    """
    name = _UNSAFE.sub("-", line.product).strip("-")[-_NAMED:].strip("-").lower()
    digest = fingerprint(line.home)[:_TOLD_APART]
    return "-".join(filter(None, (LABEL, name, digest)))


def about_label(about: str) -> str:
    """Of the one ticket with this mark: labels take no blanks and are compared as a whole."""
    return f"{LABEL}-{about if _SAFE.fullmatch(about) else fingerprint((about,))}"
