"""What the contract tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.azurite import Azurite, azurite


@pytest.fixture(scope="session")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """One blob server for all: it takes more than a second to start."""
    with azurite(tmp_path_factory.mktemp("azurite")) as store:
        yield store
