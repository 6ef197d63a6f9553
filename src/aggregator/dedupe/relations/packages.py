"""Relations: findings of different kinds that have one cause. They are linked, never merged: each is repaired apart."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from aggregator.dedupe.correlation.aliases import Aliases
from aggregator.model.finding import Finding
from aggregator.model.result import Kind

_MOST_LINKS = 20
"""An image is related to so many manifests at most; more say nothing to anybody."""


class Relation(Struct, frozen=True, gc=False):
    """Two findings that belong together.

    Attributes:
        one, two: their ids, in that order the image's and the manifest's.
        reason: what they share.
    """

    one: str
    two: str
    reason: str


def related_packages(findings: Iterable[Finding]) -> tuple[Relation, ...]:
    """Link each finding in an image to those about the same vulnerability of the same package in a manifest.

    The order of the findings is the order of the links; the work is linear in the findings and the links.
    """
    packaged = [each for each in findings if each.component is not None and each.vulnerability_ids]
    aliases = Aliases(each.vulnerability_ids for each in packaged)
    manifests: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    images: list[tuple[str, tuple[str, tuple[str, ...]]]] = []
    for each in packaged:
        subject = (each.component.purl if each.component else "", aliases.names_of(each.vulnerability_ids))
        if each.kind is Kind.CONTAINER:
            images.append((each.id, subject))
        elif each.kind is Kind.SCA:
            manifests.setdefault(subject, []).append(each.id)
    return tuple(
        Relation(image, manifest, f"{subject[1][0]} in {subject[0]}")
        for image, subject in images
        for manifest in manifests.get(subject, ())[:_MOST_LINKS]
    )
