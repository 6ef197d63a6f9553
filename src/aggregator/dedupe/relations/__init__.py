"""Findings of different kinds that have one cause: linked, never merged."""
