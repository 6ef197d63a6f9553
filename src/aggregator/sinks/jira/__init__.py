"""Jira, Cloud and Data Center: our tickets, seen and changed over its REST API."""
