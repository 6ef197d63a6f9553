"""An upgrade as ``findings.json`` publishes it."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.severity import Severity
from aggregator.model.upgrade import Upgrade


class PublishedUpgrade(Struct, frozen=True, gc=False):
    """One package to be raised to the version ``to``, in a manifest (``path``) or an ``image``.

    ``closes`` are the ids of the open findings that it closes; ``installed`` may be empty.
    """

    purl: str
    name: str
    path: str
    image: str
    installed: tuple[str, ...]
    to: str
    closes: tuple[str, ...]
    severity: Severity


def publish_upgrade(upgrade: Upgrade) -> PublishedUpgrade:
    """One upgrade as it is published."""
    return PublishedUpgrade(
        upgrade.purl,
        upgrade.name,
        upgrade.path,
        upgrade.image,
        upgrade.installed,
        upgrade.to,
        upgrade.closes,
        upgrade.severity,
    )
