"""Where the container starts: the action."""

import sys

from aggregator.cli import main_of_action

sys.exit(main_of_action())
