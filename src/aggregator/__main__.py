"""``python -m aggregator`` is ``onefold``."""

from aggregator.cli import onefold

onefold()
