"""The commands beside ``run``."""

from __future__ import annotations

import json
from pathlib import Path

from aggregator.cli.arguments import (
    CheckCommand,
    ExceptionsCommand,
    ExplainCommand,
    Question,
    StateCommand,
)
from aggregator.cli.record_arguments import DashboardCommand, ExportCommand
from aggregator.cli.screen import Screen
from aggregator.model.errors import UsageError
from aggregator.run.exits import Exit
from aggregator.run.words import harmless, indented


def answer(command: Question, screen: Screen) -> Exit:
    """Answer one question. Raises ``UsageError`` when a file is not there or is not what it should be."""
    match command:
        case ExplainCommand():
            return _explain(command, screen)
        case CheckCommand(file=""):
            from aggregator.cli.connections import check_connections  # noqa: PLC0415 - only needed here

            return check_connections(command.said, screen)
        case CheckCommand():
            return _check(command, screen)
        case StateCommand():
            from aggregator.cli.state import answer_about_state  # noqa: PLC0415 - only needed here

            return answer_about_state(command, screen)
        case ExceptionsCommand():
            from aggregator.cli.exceptions import answer_about_exceptions  # noqa: PLC0415 - only needed here

            return answer_about_exceptions(command, screen)
        case DashboardCommand():
            from aggregator.cli.dashboard import make_dashboard  # noqa: PLC0415 - only needed here

            return make_dashboard(command, screen)
        case ExportCommand():
            from aggregator.cli.export import export  # noqa: PLC0415 - only needed here

            return export(command, screen)
        case _:
            from aggregator.cli.schemas import SCHEMAS  # noqa: PLC0415 - only needed here

            screen.say(json.dumps(SCHEMAS[command.name](), indent=2))
            return Exit.OK


def _check(command: CheckCommand, screen: Screen) -> Exit:
    from aggregator.cli.check import CALLED, check  # noqa: PLC0415 - brings the policy's reader along

    path = Path(command.file)
    if path.is_dir():
        raise UsageError(
            f"{path} is a folder.", "Name a file of it; `onefold state verify` looks at a folder of states."
        )
    checked = check(_bytes(path), command.file)
    for mistake in checked.mistakes:
        for line in mistake.splitlines():
            screen.warn(harmless(line))
    if checked.more:
        screen.warn(f"and {checked.more} more")
    verdict = "is not valid" if checked.mistakes else "is valid"
    screen.say(f"{harmless(command.file)} {verdict}: {CALLED[checked.kind]}")
    return Exit.GATE if checked.mistakes else Exit.OK


def _explain(command: ExplainCommand, screen: Screen) -> Exit:
    from aggregator.writers.explain import explain  # noqa: PLC0415 - only needed here

    path = Path(command.out) / "findings.json"
    for line in explain(_bytes(path), command.id):
        screen.say(indented(line))
    return Exit.OK


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.", "Check the path.") from None
