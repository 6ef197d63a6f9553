"""The GitHub Actions runner: what it tells us, and the few ways in which we may answer."""
