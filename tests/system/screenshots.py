"""Pictures of the dashboard for the README, from the example shop: ``make screenshots``."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from msgspec import Struct
from playwright.sync_api import Browser

from tests.dashboards import shop
from tests.system.browser import PHONE, Visit, started, written

IMAGES = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 200_000
"""Bytes; a README with larger pictures is slow to open."""
Theme = Literal["light", "dark"]


class Picture(Struct, frozen=True):
    """What is to be seen: an address of the page, in a window of that size."""

    name: str
    state: str
    size: tuple[int, int]


def pictures() -> tuple[Picture, ...]:
    """The overview, the list, and a finding that two tools reported, at a desk; the overview on a phone."""
    merged = next(each.row.id for each in shop().findings if each.detail.finding.merges and each.row.kind == "sast")
    return (
        Picture("overview", "", (1320, 860)),
        Picture("findings", "view=findings", (1200, 780)),
        Picture("finding", f"view=findings&f={merged}", (1200, 780)),
        Picture("phone", "", PHONE),
    )


def take(browser: Browser, page: Path, picture: Picture, theme: Theme) -> Path:
    """Take one picture. Raises ``ValueError`` when it is too large for a README."""
    wide, high = picture.size
    context = browser.new_context(viewport={"width": wide, "height": high}, color_scheme=theme, reduced_motion="reduce")
    visit = Visit(context, page.as_uri()).go(picture.state)
    visit.in_time()
    path = IMAGES / f"dashboard-{picture.name}-{theme}.png"
    visit.page.screenshot(path=path)
    context.close()
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} has {path.stat().st_size} bytes, more than {LARGEST}")
    return path


def main() -> None:
    """Write all pictures in both themes."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, started() as browser:
        page = written(shop(), Path(folder))
        for theme in ("light", "dark"):
            for picture in pictures():
                print(take(browser, page, picture, theme).relative_to(IMAGES.parents[1]))  # noqa: T201 - says what it wrote


if __name__ == "__main__":
    main()
