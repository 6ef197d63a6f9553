"""What code scanning knows a finding by: given once, at the first upload, and kept."""

from aggregator.uploads.identity import assign_uploads, category_of

__all__ = ["assign_uploads", "category_of"]
