"""A fresh job for each test."""

from pathlib import Path

import pytest

from tests.e2e.job import Job


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """Give a job with an empty workspace."""
    made = Job(tmp_path / "job")
    made.set_up()
    return made
