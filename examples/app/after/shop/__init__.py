"""Corner Shop: a small web shop with planted flaws. Never deploy it."""
