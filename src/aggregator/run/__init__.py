"""The shell around the pure core: gather, evaluate, compose, deliver, in this order and nowhere else."""

from aggregator.run.console import Console
from aggregator.run.exits import Exit, worst
from aggregator.run.run import run

__all__ = ["Console", "Exit", "run", "worst"]
