"""Different tools, and overlapping rules of one, that say the same: entries folded into clusters, with reasons."""
