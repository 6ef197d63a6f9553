"""What people say about a finding: their exceptions, their tools' marks, their earlier decisions."""

from aggregator.disposition.dispose import Disposed, dispose

__all__ = ["Disposed", "dispose"]
