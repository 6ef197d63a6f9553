"""Tests of ``relations``: what has one cause is linked, and stays two findings."""

from __future__ import annotations

from msgspec.structs import replace

from aggregator.dedupe.relations.packages import related_packages
from aggregator.model.result import Kind
from tests.builders import finding
from tests.unit.dedupe.flaws import flaw, vulnerability


def test_an_image_is_linked_to_the_manifest() -> None:
    """By the vulnerability under any of its names, and the package; findings of one kind are no relation."""
    image = finding(vulnerability("GHSA-a", image="shop"), id="F-1")
    manifest = finding(vulnerability("CVE-1", others=("GHSA-a",)), id="F-2")
    other = finding(vulnerability("CVE-1", package="pkg:pypi/other"), id="F-3")
    licence = finding(replace(vulnerability("CVE-1"), kind=Kind.LICENSE), id="F-4")
    links = related_packages([manifest, image, other, licence, finding(flaw(), id="F-5")])
    assert [(each.one, each.two, each.reason) for each in links] == [("F-1", "F-2", "CVE-1 in pkg:pypi/jinja2")]


def test_an_image_is_linked_to_a_few_manifests_at_most() -> None:
    """A package that stands everywhere is related to nothing in particular."""
    image = finding(vulnerability(image="shop"), id="F-image")
    manifests = [finding(vulnerability(manifest=f"{at}/r.txt"), id=f"F-{at}") for at in range(30)]
    assert [each.two for each in related_packages([image, *manifests])] == [f"F-{at}" for at in range(20)]
