"""One file per report format, and the registry that picks the right one by content."""
