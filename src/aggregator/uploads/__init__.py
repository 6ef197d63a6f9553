"""What code scanning knows a finding by: given once, at the first upload, and kept."""

from aggregator.uploads.identity import DRIVER_END, assign_uploads, category_of, driver_of, names_in_categories

__all__ = ["DRIVER_END", "assign_uploads", "category_of", "driver_of", "names_in_categories"]
