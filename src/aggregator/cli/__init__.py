"""The command line and the action: arguments in, exit code out."""

from aggregator.cli.entry import leave, main, main_of_action, onefold

__all__ = ["leave", "main", "main_of_action", "onefold"]
