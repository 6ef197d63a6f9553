"""The whole decision: from reports and memory to an outcome."""

from aggregator.pipeline.evaluate import LOCAL, evaluate
from aggregator.pipeline.intake import paths_named

__all__ = ["LOCAL", "evaluate", "paths_named"]
