"""The real image, built once, and jobs to run it in."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.engine import IMAGE, WORK, Buildah, build_image
from tests.system.job import Job


@pytest.fixture(scope="session")
def buildah() -> Iterator[Buildah]:
    """Give an image store that is thrown away afterwards."""
    store = WORK / f"store-{os.getpid()}"
    engine = Buildah(store)
    yield engine
    engine("rm", "--all")
    engine("rmi", "--all", "--force")
    shutil.rmtree(store)


@pytest.fixture(scope="session")
def image(buildah: Buildah) -> str:
    """Build the image once for all tests."""
    build_image(buildah)
    return IMAGE


@pytest.fixture(params=[0, 1001], ids=["owned-by-root", "owned-by-1001"])
def job(request: pytest.FixtureRequest, buildah: Buildah, image: str, tmp_path: Path) -> Job:
    """Give a fresh job; on hosted runners uid 1001 owns its folders, on others often root."""
    made = Job(buildah, tmp_path / "job", request.param)
    made.set_up()
    return made
