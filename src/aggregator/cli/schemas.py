"""The JSON Schemas of everything Onefold reads from people and writes for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from aggregator.resources import read_resource


def _findings() -> dict[str, object]:
    from aggregator.writers.findings_schema import findings_schema  # noqa: PLC0415 - only `onefold schema` needs it

    return findings_schema()


def _export() -> dict[str, object]:
    from aggregator.writers.board_json import export_schema  # noqa: PLC0415 - as above

    return export_schema()


def _state() -> dict[str, object]:
    from aggregator.state import state_schema  # noqa: PLC0415 - as above

    return state_schema()


def _config() -> dict[str, object]:
    from aggregator.policy import policy_schema  # noqa: PLC0415 - as above

    return policy_schema()


def _exceptions() -> dict[str, object]:
    from aggregator.policy import exceptions_schema  # noqa: PLC0415 - as above

    return exceptions_schema()


def _sarif() -> dict[str, object]:
    schema: dict[str, object] = json.loads(read_resource("aggregator.cli", "data/sarif-2.1.0.json"))
    return schema


SCHEMAS: Mapping[str, Callable[[], dict[str, object]]] = {
    "findings": _findings,
    "export": _export,
    "state": _state,
    "config": _config,
    "exceptions": _exceptions,
    "sarif": _sarif,
}
"""Each schema by the name people ask for; made when asked."""
