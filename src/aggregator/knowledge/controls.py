"""Controls: what one fix in a configuration mends, and by which of their rules the tools ask for it.

The rule ids of two tools have nothing in common, so a table joins them: ``data/controls-*.json``, one file for each
platform. A rule may ask for several controls (SSH and RDP closed to the world), and several rules of one tool for one.
"""

from __future__ import annotations

from functools import cache

import msgspec
from msgspec import Struct

from aggregator.resources import read_resource

_PLATFORMS = ("aws", "azure", "google", "kubernetes", "files")
_NAMED_BY_TITLE = "KICS"
# These ids tell whose they are, whichever program passes them on.
_CHECKOV, _TRIVY = ("CKV_", "CKV2_"), "AVD-"
FLAGS_BLOCKS = frozenset(("Checkov",))
"""Tools whose places in Terraform are whole blocks."""
REVIEWED = frozenset(("Checkov", "Trivy"))
"""Tools that the table knows through and through: a rule of one that it lacks asks for nothing that the other's do."""
_SAME_RULES = {"Opengrep": "Semgrep"}
# Trivy grew out of tfsec, and some of its reports still carry the names of that time; Prowler has Trivy look at code.
_ELDERS = {"Trivy": "tfsec", "Prowler": "Trivy"}

Controls = tuple[str, ...]
"""Names of controls, sorted; empty when nothing tells what a rule asks for."""


class _Table(Struct, frozen=True):
    """One file: for each control, by tool, the ids of the rules that ask for it."""

    version: str
    sources: dict[str, str]
    controls: dict[str, dict[str, tuple[str, ...]]]


def controls_of(tool: str, rule_id: str, title: str = "") -> Controls:
    """The controls that a rule asks for, ``tool`` and ``rule_id`` as results carry them.

    Of Semgrep's ids the last segment counts. KICS has an id for each language: there the title is looked up as well.
    """
    tool = _SAME_RULES.get(tool, tool)
    own = _rules().get(tool, {})
    if tool == _NAMED_BY_TITLE:
        return own.get(rule_id) or own.get(title.casefold(), ())
    return own.get(rule_id) or own.get(rule_id.rpartition(".")[2]) or _foreign(tool, rule_id)


def _foreign(tool: str, rule_id: str) -> Controls:
    """What another tool's table has under the id: one whose rules this tool has taken over, or whose ids tell it."""
    if rule_id.startswith(_CHECKOV):
        tool = "Checkov"
    elif rule_id.startswith(_TRIVY):
        tool, rule_id = "Trivy", rule_id.removeprefix(_TRIVY)
    else:
        tool = _ELDERS.get(tool, "")
    return _rules().get(tool, {}).get(rule_id, ())


@cache
def _rules() -> dict[str, dict[str, Controls]]:
    """Controls by tool and rule."""
    gathered: dict[str, dict[str, list[str]]] = {}
    for table in map(_read, _PLATFORMS):
        for control, tools in table.controls.items():
            for tool, ids in tools.items():
                rules = gathered.setdefault(tool, {})
                for each in ids:
                    rules.setdefault(each.casefold() if tool == _NAMED_BY_TITLE else each, []).append(control)
    return {tool: {rule: tuple(sorted(names)) for rule, names in rules.items()} for tool, rules in gathered.items()}


def _read(platform: str) -> _Table:
    return msgspec.json.decode(read_resource("aggregator.knowledge", f"data/controls-{platform}.json"), type=_Table)
