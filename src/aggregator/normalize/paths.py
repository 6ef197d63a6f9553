"""File paths: relative to the repository root, POSIX separators, case kept."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from aggregator.normalize.secret_patterns import mask_marked
from aggregator.normalize.text import clean_text

_DRIVE = re.compile(r"[A-Za-z]:(?=/)")
# Where CI systems check a repository out. The two-name forms hold it twice: <work>/<repository>/<repository>.
_WORKSPACES = re.compile(
    r"/github/workspace(?=/|$)"
    r"|/(?:[^/]+/)*?(?:_work|runner/work)/([^/]+)/\1(?=/|$)"
    r"|/(?:__w|a)/([^/]+)/\2(?=/|$)"
    r"|/builds/[^/]+/[^/]+(?=/|$)"
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@lru_cache(maxsize=1 << 16)
def normalize_path(raw: str, roots: tuple[str, ...] = ()) -> str:
    """A path as the repository knows it.

    Back-slashes become slashes, ``./``, doubled slashes and inner ``..`` are resolved, a drive letter goes, and a
    prefix that is one of ``roots`` or a known CI workspace is taken off; the root itself is ``.``. ``archive!inner``
    stays as it is. A path outside every root stays absolute (see :func:`is_inside`). An empty path stays empty.
    """
    if raw[:7].lower() == "file://":
        return uri_to_path(raw, roots)
    return _relative(raw, roots)


def uri_to_path(uri: str, roots: tuple[str, ...] = ()) -> str:
    """The path a URI reference names: percent-decoded, ``file:`` and its authority taken off, then normalised.

    A URI of another scheme is no path and comes back as it is.
    """
    if uri[:5].lower() == "file:":
        rest = uri[5:]
        if rest.startswith("//"):
            # Two slashes open an authority; four are an empty authority and a doubled slash (dependency-check).
            rest = "/" + rest[2:].partition("/")[2]
        drive = re.match(r"/+(?=[A-Za-z]:)", rest)
        return _relative(unquote(rest[drive.end() :] if drive else rest), roots)
    scheme = _SCHEME.match(uri)
    if scheme and (uri.startswith("//", scheme.end()) or uri.startswith(":", scheme.end())):
        return clean_text(uri)
    return _relative(unquote(uri), roots)


def is_inside(path: str) -> bool:
    """Whether a normalised path names a file below the repository root, so that it may be opened or linked."""
    return bool(path) and path != "." and not path.startswith(("/", "../")) and path != ".." and "://" not in path


def _relative(raw: str, roots: tuple[str, ...]) -> str:
    if "://" in raw:  # a password in a URL is told by its two slashes
        raw = mask_marked(raw)
    path = _collapse(clean_text(raw).replace("\\", "/"))
    for root in roots:
        prefix = _collapse(root.replace("\\", "/"))
        if path == prefix:
            return "."
        if prefix not in ("", ".") and path.startswith(prefix.rstrip("/") + "/"):
            return path[len(prefix.rstrip("/")) + 1 :]
    workspace = _WORKSPACES.match(path)
    if workspace:
        return path[workspace.end() + 1 :] or "."
    return path


def _collapse(path: str) -> str:
    drive = _DRIVE.match(path)
    if drive:
        path = path[drive.end() :]
    if not path:
        return ""
    absolute = path.startswith("/")
    parts: list[str] = []
    for part in path.split("/"):
        if part in ("", "."):
            continue
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part != ".." or not absolute:
            parts.append(part)
    return ("/" if absolute else "") + "/".join(parts) or "."
