"""A scan's scope, and the single examination that it may be part of: ``Pen test 2026 » shop.example``.

What was examined once is another scope than the same thing looked at by the pipeline, so neither one is ever taken as a
second look at the other. Everything that goes by tool and scope keeps them apart by that alone.
"""

from __future__ import annotations

MARK = " » "
"""Stands between the engagement and the rest; no name and no scope of a report holds it."""


def scope_in(engagement: str, scope: str) -> str:
    """The scope as part of an examination; of none when the name is empty, whatever a report calls its scope."""
    told = scope.replace(MARK.strip(), ">") if MARK in scope else scope
    return f"{engagement}{MARK}{told}" if engagement else told


def engagement_in(scope: str) -> str:
    """The examination that a scope is part of; empty for nearly all."""
    return scope.partition(MARK)[0] if MARK in scope else ""


def scope_alone(scope: str) -> str:
    """The scope as its report names it."""
    return scope.partition(MARK)[2] if MARK in scope else scope
