"""Which product, engagement and environment results and findings belong to, as the policy says today."""

from aggregator.belonging.engagements import Engagements
from aggregator.belonging.homes import Homes

__all__ = ["Engagements", "Homes"]
