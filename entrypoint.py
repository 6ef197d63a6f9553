"""Where the container starts: the action."""

from aggregator.cli import leave, main_of_action

leave(main_of_action())
