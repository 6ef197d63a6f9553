"""What became of each finding since the previous run: seen, closed by proof, or simply not looked at."""

from aggregator.lifecycle.absence import revoked
from aggregator.lifecycle.advance import Advanced, advance
from aggregator.lifecycle.dates import Dates
from aggregator.lifecycle.expected import awaited_scopes, missing_reports

__all__ = ["Advanced", "Dates", "advance", "awaited_scopes", "missing_reports", "revoked"]
