"""Tests of :mod:`aggregator.writers.vex_products`: products and packages as package URLs."""

from __future__ import annotations

from typing import Any

import pytest
from packageurl import PackageURL

from aggregator.model.location import Component
from aggregator.model.outcome import Context
from aggregator.model.state import Line
from aggregator.writers.vex_products import package_purls, product_purl
from tests.builders import RUN

HUB = "https://github.com/Acme/Shop/blob/abc/{path}#L{line}"


@pytest.mark.parametrize(
    ("product", "image", "context", "expected"),
    [
        ("Acme/Shop", "", {"source_url": HUB, "commit": "abc"}, "pkg:github/acme/shop@abc"),
        ("Acme/Shop", "", {}, "pkg:generic/Acme/Shop"),
        ("my shop", "", {"source_url": HUB}, "pkg:generic/my%20shop"),
        ("shop", "Bar", {"commit": "abc"}, "pkg:oci/bar"),
        ("shop", "ghcr.io/acme/shop", {}, "pkg:oci/shop?repository_url=ghcr.io%2Facme%2Fshop"),
    ],
)
def test_a_product_is_the_repository_or_the_image(
    product: str, image: str, context: dict[str, Any], expected: str
) -> None:
    """A repository on GitHub has its own type, with the commit; an image is named by its repository."""
    purl = product_purl(Component("pkg:npm/x", "x", image=image), Context(line=Line(product), run=RUN, **context))
    assert purl == expected
    PackageURL.from_string(purl)


@pytest.mark.parametrize(
    ("version", "is_fixed", "expected"),
    [
        ("1:2.0+deb1~rc 1", False, "pkg:deb/debian/x@1:2.0%2Bdeb1~rc%201"),
        ("", False, "pkg:deb/debian/x"),
        ("1.0", True, "pkg:deb/debian/x"),
    ],
)
def test_a_package_has_the_version_that_is_there(version: str, is_fixed: bool, expected: str) -> None:
    """The version is part of the URL, spelled as the specification asks, unless it is gone."""
    (purl,) = package_purls(Component("pkg:deb/debian/x", "x", version), is_fixed=is_fixed)
    assert purl == expected
    assert PackageURL.from_string(purl).version == (None if is_fixed else version or None)


def test_each_version_is_a_package() -> None:
    """A lock file that holds several versions of a package brings each of them, until all are gone."""
    component = Component("pkg:npm/x", "x", "1.0", other_versions=("2.0",))
    assert package_purls(component, is_fixed=False) == ("pkg:npm/x@1.0", "pkg:npm/x@2.0")
    assert package_purls(component, is_fixed=True) == ("pkg:npm/x",)
