"""Products and packages as package URLs (package-url/purl-spec)."""

from __future__ import annotations

import re
from urllib.parse import quote

from aggregator.model.location import Component
from aggregator.model.outcome import Context

_GITHUB = "https://github.com/"
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)


def product_purl(component: Component, context: Context) -> str:
    """What of ours brings the package: its image, else the repository at the commit that was scanned."""
    if component.image:
        name = component.image.rpartition("/")[2].lower()
        registry = f"?repository_url={quote(component.image.lower(), safe='')}" if "/" in component.image else ""
        return f"pkg:oci/{quote(name, safe='')}{registry}"
    product = context.line.product
    version = f"@{quote(context.commit, safe='')}" if context.commit else ""
    if context.source_url.startswith(_GITHUB) and _REPOSITORY.fullmatch(product):
        return f"pkg:github/{product.lower()}{version}"
    parts = (quote(part, safe="") for part in product.split("/") if part)
    return f"pkg:generic/{'/'.join(parts)}{version}"


def package_purls(component: Component, *, is_fixed: bool) -> tuple[str, ...]:
    """The package with each version that is there; without one when it is fixed, for those versions are gone."""
    if is_fixed or not component.versions:
        return (component.purl,)
    return tuple(f"{component.purl}@{quote(version, safe=':')}" for version in component.versions)
