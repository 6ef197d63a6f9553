"""From results to findings: collapse, track, correlate, identify. Line numbers are evidence here, never identity."""
