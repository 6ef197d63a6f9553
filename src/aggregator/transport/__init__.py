"""How Onefold talks to services: one exchange at a time, with retries, within a budget, telling no secret."""
