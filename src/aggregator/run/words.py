"""Foreign words on their way to a terminal or a log."""

from __future__ import annotations

from aggregator.writers.escape import plain, workflow_log


def harmless(text: str) -> str:
    """The text on one line, in which neither a terminal nor the runner finds a command."""
    return workflow_log(plain(text))


def indented(line: str) -> str:
    """The line, harmless and as far from the margin as it was."""
    body = line.lstrip(" ")
    return " " * (len(line) - len(body)) + harmless(body)


def cut(text: str, limit: int) -> str:
    """The text on one line of at most ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
