"""What is published about the exploitation of vulnerabilities, read and checked; pure functions of bytes."""

from aggregator.intelligence.epss import add_epss
from aggregator.intelligence.kev import add_kev

__all__ = ["add_epss", "add_kev"]
