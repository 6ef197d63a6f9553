"""The real image, built once, and jobs to run it in; a real browser, and the dashboard open in it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize

from tests.dashboards import shop
from tests.system.browser import DESKTOP, Visit, started, written
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one browser for all pages."""
    with started() as browser:
        yield browser


@pytest.fixture(scope="session")
def shop_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the example shop's dashboard once."""
    return written(shop(), tmp_path_factory.mktemp("shop"))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Give a fresh profile with a window of a desk's size."""
    size: ViewportSize = {"width": DESKTOP[0], "height": DESKTOP[1]}
    fresh = browser.new_context(viewport=size, permissions=["clipboard-read", "clipboard-write"])
    yield fresh
    fresh.close()


@pytest.fixture
def visit(context: BrowserContext, shop_page: Path) -> Iterator[Visit]:
    """Visit the shop's page from disk; no error may be heard, and nothing but the file may be asked for."""
    made = Visit(context, shop_page.as_uri())
    yield made
    assert made.troubles == []
    assert {address.partition("#")[0] for address in made.requests} <= {shop_page.as_uri(), "about:blank"}
