"""The grammar of the commands that show what runs have left: ``dashboard`` and ``export``."""

from __future__ import annotations

import argparse
from typing import Any

from msgspec import Struct

EXPORTS = {"csv": "findings.csv", "json": "export.json", "report": "report.md", "evidence": "evidence.zip"}
"""What can be exported, and where it goes when nobody says."""


class DashboardCommand(Struct, frozen=True):
    """``onefold dashboard SOURCE...``.

    Attributes:
        sources: states and findings.json files, and folders of them.
        source_url: with ``{product}``, ``{commit}``, ``{path}`` and ``{line}`` to fill in; empty for no links.
    """

    sources: tuple[str, ...]
    out: str
    source_url: str = ""


class ExportCommand(Struct, frozen=True):
    """``onefold export WHAT SOURCE...``.

    Attributes:
        what: ``csv``, ``json``, ``report`` or ``evidence``.
        sources: as in ``DashboardCommand``, and so is ``source_url``.
        said: the flags that name the rules, by the setting's name.
    """

    what: str
    sources: tuple[str, ...]
    out: str
    source_url: str = ""
    said: dict[str, object] = {}


def export_of(said: dict[str, Any]) -> ExportCommand:
    """The command of these arguments, by name."""
    what, sources, url = said.pop("what"), tuple(said.pop("sources")), said.pop("source_url")
    out = said.pop("out") or EXPORTS[what]
    return ExportCommand(what, sources, out, url, {name: value for name, value in said.items() if value is not None})


def add_dashboard(dashboard: argparse.ArgumentParser) -> None:
    """The arguments of ``onefold dashboard``."""
    _add_sources(dashboard)
    dashboard.add_argument("--out", metavar="FILE", default="dashboard.html", help="where the page goes (%(default)s)")


def add_export(export: argparse.ArgumentParser) -> None:
    """The arguments of ``onefold export``."""
    export.add_argument("what", metavar="WHAT", choices=tuple(EXPORTS), help=", ".join(EXPORTS))
    _add_sources(export)
    places = ", ".join(EXPORTS.values())
    export.add_argument("--out", metavar="FILE", help=f"where it goes ({places})")
    export.add_argument("--config", metavar="FILE", help="evidence: the policy (.github/onefold.yml when there is one)")
    export.add_argument("--exceptions", metavar="FILE", help="evidence: .github/onefold-exceptions.yml")
    export.add_argument("--source-root", metavar="DIR", help="evidence: the checkout with both files (.)")


def _add_sources(command: argparse.ArgumentParser) -> None:
    what = "a state or a findings.json: the file, a folder of them, the zip file of a state's artifact"
    command.add_argument("sources", metavar="SOURCE", nargs="+", help=what)
    url = "where a file is shown; {product}, {commit}, {path} and {line} are filled in"
    command.add_argument("--source-url", metavar="URL", default="", help=url)
