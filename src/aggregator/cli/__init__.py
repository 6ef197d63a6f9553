"""The command line and the action: arguments in, exit code out."""

from aggregator.cli.entry import main, main_of_action

__all__ = ["main", "main_of_action"]
