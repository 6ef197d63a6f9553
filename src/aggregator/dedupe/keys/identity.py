"""Identity keys: what makes a result the same problem tomorrow. Versioned, and never a line, a version or a date.

One names a line all the same: that of a commit (``commits.py``), which stays where it is.

A key reads ``v1:<evidence>:<digest>``. A new recipe adds keys under ``v2`` beside the old ones, so that nobody's
findings are opened again by an upgrade. Every digest covers the tool; the scope is compared beside the key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from aggregator.dedupe.keys.commits import commit_keys
from aggregator.dedupe.keys.kept_secrets import secret_keys
from aggregator.dedupe.keys.lines import Lines, holds_credential
from aggregator.dedupe.keys.page import Page, digest_of
from aggregator.model.location import Component, Endpoint, Resource
from aggregator.model.result import IN_FILES, Kind, Result
from aggregator.normalize.resources import lies_in_no_region
from aggregator.normalize.urls import lasting_host

VERSION = "v1"
SURROUNDINGS = "v2:lines:"
"""How the key begins that tells what stands at and around the flagged lines, part by part."""
FLAGGED = "v2:flagged:"
"""How the key begins that tells the first line of a snippet and, after a dot, the lines below it."""
UNFORMATTED = "v3:unformatted:"
"""How the key begins that tells what a formatter leaves of the first flagged line, and of what encloses it."""
_BLANK = blake2b(digest_size=10)
_MOST_VULNERABILITY_IDS = 4
_IN_COMPONENTS = frozenset({Kind.SCA, Kind.CONTAINER, Kind.LICENSE})


def identity_keys(result: Result, lines: Lines, *, trusts_native_id: bool, head: str = "") -> tuple[str, ...]:
    """The keys of a result, strongest evidence first; at least one.

    ``trusts_native_id`` says that the tool's own fingerprint is unique within its scan; ``head`` is the commit that is
    checked out. What tells a place in a commit stands last, so that no id depends on it: a squashed branch names other
    commits.
    """
    keys = _keys_of(result, lines, trusts_native_id=trusts_native_id)
    return (*keys, *commit_keys(result, head)) if result.commit else keys


def _keys_of(result: Result, lines: Lines, *, trusts_native_id: bool) -> tuple[str, ...]:
    native = _native(result) if trusts_native_id and result.native_id else ()
    native = (*secret_keys(result), *native) if result.secret else native
    if result.kind in IN_FILES and result.location is not None:
        if lines.is_empty and not result.snippet and result.resource is None:
            return (*native, _key("place", result, result.location.path))  # a tool without text leaves no more
        return native + _file_keys(result, result.location.path, lines)
    if result.kind in _IN_COMPONENTS and result.component is not None:
        return native + _component_keys(result, result.component)
    if result.resource is not None:
        return native + _resource_keys(result, result.resource)
    if result.endpoint is not None:
        return native + _endpoint_keys(result, result.endpoint)
    path = result.location.path if result.location else result.scope
    return (*native, _key("place", result, path))


def evidence_of(key: str) -> str:
    """The middle part of a key: the kind of evidence it stands on; empty for what is no key, in a damaged state."""
    return key.partition(":")[2].partition(":")[0]


def repeated_native_ids(results: Sequence[Result]) -> frozenset[tuple[str, str, str]]:
    """The ``(tool, scope, native_id)`` that several have: a fingerprint that repeats tells nothing apart."""
    names = [(each.tool, each.scope, each.native_id) for each in results if each.native_id]
    if len(set(names)) == len(names):
        return frozenset()
    return frozenset(name for name, times in Counter(names).items() if times > 1)


def positional_native_ids(results: Sequence[Result]) -> frozenset[tuple[str, str]]:
    """The ``(tool, scope)`` whose fingerprints end with the line: they name a place, and whatever stands there."""
    tells: dict[tuple[str, str], bool] = {}
    for each in results:
        if each.native_id:
            source = (each.tool, each.scope)
            if tells.get(source, True):
                line = each.location.start_line if each.location is not None else None
                tells[source] = line is not None and each.native_id.endswith(f":{line}")
    return frozenset(source for source, is_place in tells.items() if is_place)


def _native(result: Result) -> tuple[str, ...]:
    where = result.location.path if result.location else ""
    component = result.component.purl if result.component else ""
    return (_key("native", result, where, component, result.native_id),)


def _file_keys(result: Result, path: str, lines: Lines) -> tuple[str, ...]:
    snippet = "" if holds_credential(result) else " ".join(result.snippet.split())
    if lines.is_empty and result.resource is None:  # a report's snippet is all there is
        place = _key("place", result, path)
        if not snippet:
            return (place,)
        shown = _key("snippet", result, path, snippet), place, _key("moved-snippet", result, snippet)
        return (*shown, _flagged(snippet, result.snippet), _unformatted(result.snippet))
    return _checkout_keys(result, path, lines, snippet)


def _checkout_keys(result: Result, path: str, lines: Lines, snippet: str) -> tuple[str, ...]:
    context = lines.context(result)
    text = lines.text(result)
    resource = result.resource.uid if result.resource is not None else ""
    around = lines.surroundings(result)
    keys = (
        _key("resource", result, path, resource) if result.resource is not None else "",
        _key("context", result, path, context) if context else "",
        _key("text", result, path, text) if text else "",
        _key("snippet", result, path, snippet) if snippet else "",
        _key("place", result, path),
        _key("moved-resource", result, resource) if result.resource is not None else "",
        _key("moved-context", result, context) if context else "",
        _key("moved-snippet", result, snippet) if snippet else "",
        _flagged(snippet, result.snippet) if snippet else "",
        f"{SURROUNDINGS}{around}" if around else "",
        f"{UNFORMATTED}{lines.unformatted(result)}" if around else _unformatted(snippet and result.snippet),
    )
    return tuple([key for key in keys if key])


def _flagged(folded: str, snippet: str) -> str:
    """The first line and the others, each as a digest."""
    head, _, rest = snippet.strip().partition("\n")
    more = " ".join(rest.split())
    if not more:
        return f"{FLAGGED}{digest_of(folded)}."
    return f"{FLAGGED}{digest_of(' '.join(head.split()))}.{digest_of(more)}"


def _unformatted(snippet: str) -> str:
    """What a formatter leaves of the first statement of a snippet; empty for an empty one."""
    return f"{UNFORMATTED}{Page(snippet.strip(), str, frozenset()).words(1)}." if snippet else ""


def _component_keys(result: Result, component: Component) -> tuple[str, ...]:
    names = result.vulnerability_ids[:_MOST_VULNERABILITY_IDS] or (result.rule_id,)
    # The rule id of a vulnerability is one of its names, so it stays out of the digest.
    here = [
        _digest("component", (result.tool, result.kind, name, component.purl, component.image, component.path))
        for name in names
    ]
    moved = [
        _digest("moved-component", (result.tool, result.kind, name, component.purl, component.image)) for name in names
    ]
    return tuple(here + moved)


def _endpoint_keys(result: Result, at: Endpoint) -> tuple[str, ...]:
    """The address, and the address on whatever host the application runs tomorrow."""
    moved = _key("moved-endpoint", result, at.method, lasting_host(at.host), at.path, at.parameter)
    return _key("endpoint", result, at.method, at.host, at.path, at.parameter), moved


def _resource_keys(result: Result, resource: Resource) -> tuple[str, ...]:
    """The resource where it is; where no region is a part of it, it may be reported under another one tomorrow."""
    account = (resource.provider, resource.account)
    here = _key("resource", result, *account, resource.region, resource.uid)
    if not lies_in_no_region(result.rule_id, resource.uid):
        return (here,)
    return here, _key("moved-resource", result, *account, resource.uid)


def _key(evidence: str, result: Result, *parts: str) -> str:
    return _digest(evidence, (result.tool, result.rule_id, *parts))


def _digest(evidence: str, parts: Iterable[str]) -> str:
    digest = _BLANK.copy()  # in half the time of a new one
    digest.update("\x1f".join(parts).encode("utf-8", "surrogatepass"))
    return f"{VERSION}:{evidence}:{digest.hexdigest()}"
