"""The command line and the action: arguments in, exit code out."""

import gc

# A batch process that ends in seconds: looking for cycles cost 5 % of a run over 100 000 results, and a twentieth of an
# empty one while modules are loaded, and found nothing.
gc.disable()

from aggregator.cli.entry import leave, main, main_of_action, onefold  # noqa: E402 - loading is what is to be spared

__all__ = ["leave", "main", "main_of_action", "onefold"]
