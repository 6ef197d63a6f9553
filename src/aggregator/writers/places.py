"""Where a problem is, for formats that know nothing but files."""

from __future__ import annotations

from typing import TypeAlias

from aggregator.model.finding import Finding
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.result import Result
from aggregator.model.state import Tracked

Placed: TypeAlias = Finding | Tracked | Result


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
        return thing.resource.uid
    if thing.endpoint is not None and thing.location is None:
        return endpoint_words(thing.endpoint)
    return "" if thing.location is None else location_words(thing.location)


def short_place(thing: Placed) -> str:
    """As :func:`where`, with a resource by its name: an ARN is too long for a table."""
    if thing.resource is not None and thing.resource.name and thing.location is None:
        return thing.resource.name
    return where(thing)


def location_words(location: Location) -> str:
    """``app.py:12``."""
    return location.path if location.start_line is None else f"{location.path}:{location.start_line}"


def endpoint_words(endpoint: Endpoint) -> str:
    """``GET shop.example/login (user)``."""
    words = f"{endpoint.method} {endpoint.host}{endpoint.path}".strip()
    return f"{words} ({endpoint.parameter})" if endpoint.parameter else words


def _component_words(component: Component) -> str:
    name = f"{component.name} {component.version}".strip() or component.purl
    holder = component.image or component.path
    return f"{name} in {holder}" if holder else name


def resource_words(resource: Resource) -> str:
    """The resource's name, else its id."""
    return resource.name or resource.uid
