"""An upgrade: one step that closes findings about one package."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.severity import Severity


class Upgrade(Struct, frozen=True, gc=False):
    """One package to be raised to one version in one place.

    Attributes:
        purl: the package, without version; ``name`` is what people call it.
        path: the manifest or lock file; empty in images, which are built anew as a whole.
        image: the image's repository; empty outside images.
        installed: the versions that are there, as the tools print them; may be empty.
        to: the lowest version that is known to mend all of it.
        closes: ids of the findings that it closes, sorted.
        severity: the worst of them.
    """

    purl: str
    name: str
    path: str
    image: str
    installed: tuple[str, ...]
    to: str
    closes: tuple[str, ...]
    severity: Severity
