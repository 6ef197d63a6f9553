"""Where a problem is, for formats that know nothing but files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias
from urllib.parse import quote

from aggregator.model.finding import Finding
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.result import Result
from aggregator.model.state import Tracked
from aggregator.writers.escape import is_link

Placed: TypeAlias = Finding | Tracked | Result

_LONGEST_PATH = 500
"""Characters of a path in a link; nobody can use a longer one."""
_MOST_VERSIONS = 3


def has_place(thing: Placed) -> bool:
    """Whether it says at all where it is."""
    return any(part is not None for part in (thing.location, thing.component, thing.resource, thing.endpoint))


def place_of(thing: Placed) -> Location:
    """A file-like place for everything, because GitHub refuses a whole file for one result without it.

    The file itself, else the manifest that brings the component, the image, the resource or the web page. The path is
    empty when nothing is known.
    """
    if thing.location is not None and thing.location.path:
        return thing.location
    if thing.component is not None:
        return Location(_component_path(thing.component))
    if thing.resource is not None:
        return Location(thing.resource.uid)
    return Location("" if thing.endpoint is None else f"{thing.endpoint.host}{thing.endpoint.path}")


def _component_path(component: Component) -> str:
    path = "/".join(part for part in (component.image, component.path.lstrip("/")) if part)
    return path or component.name or component.purl


def where(thing: Placed) -> str:
    """The place in one line for people: ``app.py:12``, ``lodash 4.17.15 in package-lock.json``, an ARN, a URL path."""
    if thing.component is not None:
        return _component_words(thing.component)
    if thing.resource is not None and thing.location is None:
        return _at_home(thing.resource, thing.resource.uid)
    if thing.endpoint is not None and thing.location is None:
        return endpoint_words(thing.endpoint)
    return "" if thing.location is None else location_words(thing.location)


def short_place(thing: Placed) -> str:
    """As :func:`where`, with a resource by its name: an ARN is too long for a table."""
    if thing.resource is not None and thing.resource.name and thing.location is None:
        return _at_home(thing.resource, thing.resource.name)
    return where(thing)


def source_link(thing: Placed, source_url: str) -> str:
    """Where to look at its file in the commit that was scanned, or at the manifest; empty when that is not known.

    Args:
        thing: a finding or result.
        source_url: of the context, with ``{path}`` and ``{line}`` to fill in; may be empty.
    """
    location = thing.location or _manifest(thing)
    return "" if location is None else file_link(location.path, location.start_line, source_url)


def file_link(path: str, line: int | None, source_url: str) -> str:
    """The web address of a file's line; empty where it has none that a browser would follow."""
    if not source_url or not 0 < len(path) <= _LONGEST_PATH:
        return ""
    quoted = quote(path.lstrip("/"), errors="replace")
    link = source_url.replace("{path}", quoted).replace("{line}", str(line or 1))
    return link if is_link(link) else ""


def _manifest(thing: Placed) -> Location | None:
    """The file in the repository that brings a package; one inside an image is not there."""
    component = thing.component
    return None if component is None or component.image else Location(component.path)


def location_words(location: Location) -> str:
    """``app.py:12``."""
    return location.path if location.start_line is None else f"{location.path}:{location.start_line}"


def endpoint_words(endpoint: Endpoint) -> str:
    """``GET shop.example/login (user)``."""
    words = f"{endpoint.method} {endpoint.host}{endpoint.path}".strip()
    return f"{words} ({endpoint.parameter})" if endpoint.parameter else words


def _component_words(component: Component) -> str:
    name = versioned(component.name, component.versions) or component.purl
    holder = component.image or component.path
    return f"{name} in {holder}" if holder else name


def versioned(name: str, versions: Sequence[str]) -> str:
    """``semver 5.7.1, 6.3.0``: a package and what is installed of it; of many versions the first ones and how many."""
    hidden = len(versions) - _MOST_VERSIONS
    more = f" and {hidden} more" if hidden > 0 else ""
    return f"{name} {', '.join(versions[:_MOST_VERSIONS])}{more}".strip()


def _at_home(resource: Resource, word: str) -> str:
    """``logs (1234, eu-west-1)``: a word for a resource with what it leaves open of its account and its region.

    Every account has a root, and every region a ``default``. A file of an image: ``app/.env in acme/shop``.
    """
    image, found, path = resource.uid.partition("!")
    if found and path == resource.name:
        return f"{path} in {image}"
    home = ", ".join(part for part in (resource.account, resource.region) if part and part not in word)
    return f"{word} ({home})" if home else word


def resource_words(resource: Resource) -> str:
    """The resource's name, else its id."""
    return resource.name or resource.uid
