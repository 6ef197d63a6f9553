"""Nouns that every tool spells its own way, brought to one spelling: one noun a file, pure functions only."""
