"""URLs: the host, the path's template and the names of the parameters; never a parameter's value."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote_plus

from aggregator.normalize.secret_patterns import looks_random, mask_marked
from aggregator.normalize.text import clean_text

_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_LONGEST_METHOD = 16
_PORT = re.compile(r":[0-9]+$")
_NUMBER = re.compile(r"(?<![^.-])(?=[a-f]*[0-9])[0-9a-f]{7,40}(?![^.-])|[0-9]+")
_VARIABLE = re.compile(
    r"\{.*\}"  # a template already
    r"|[0-9]+"
    r"|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"  # UUID
    r"|(?=[a-f]*[0-9])[0-9a-f]{8,}"  # hexadecimal with a digit among the first: no word
    r"|(?=.*[0-9])[0-9a-f]{16,}"
    r"|[0-9]{4}[-_.][0-9]{1,2}(?:[-_.][0-9]{1,2})?(?:[t_ -].*)?"  # dates, with a time or without
    r"|[0-9]{1,2}[-_.][0-9]{1,2}[-_.][0-9]{4}"
    r"|[a-z]{1,8}[-_][0-9]{2,}|[a-z]{1,8}[-_](?=.*[0-9])[0-9a-f]{8,}",  # user-1042, i-0abc123
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 14)
def template_path(path: str) -> str:
    """A URL path with what varies from one object to the next as ``{}``: ids, UUIDs, hex strings, dates, numbers.

    Query, fragment and matrix parameters are cut off. An empty path is ``/``.
    """
    bare = re.split(r"[?#]", clean_text(path), maxsplit=1)[0]
    segments = [segment.partition(";")[0] for segment in bare.split("/")]
    template = "/".join("{}" if _varies(segment) else segment for segment in segments)
    return template if template.startswith("/") else f"/{template}"


def _varies(segment: str) -> bool:
    return bool(segment) and (_VARIABLE.fullmatch(segment) is not None or looks_random(segment))


@lru_cache(maxsize=1 << 14)
def split_url(url: str) -> tuple[str, str, tuple[str, ...]]:
    """The host, the path as written and the sorted names of the query parameters of a URL.

    The host is in lower case, without user and password, and keeps a port that is not the scheme's own. It is empty
    for a reference without a host, whose path is still given.
    """
    text = clean_text(url).strip().partition("#")[0]
    found = _SCHEME.match(text)
    authority, slash, path = text[found.end() :].partition("/") if found else ("", "", text)
    if "?" in authority:
        authority, _, query = authority.partition("?")
        slash, path = "/", f"?{query}{slash}{path}"
    path, _, query = f"{slash}{path}".partition("?")
    host = normalize_host(authority, found.group(1)) if found else ""
    return host, path or "/", _parameter_names(query)


def normalize_host(authority: str, scheme: str = "") -> str:
    """A host with its port where it is not the scheme's own: lower case, no user, no password, no final dot."""
    # Some providers' tokens are told by their capitals.
    host = mask_marked(authority.rpartition("@")[2].strip()).lower()
    name, colon, port = host.rpartition(":")
    if not colon or not (port.isdigit() or not port):  # no port, or the last group of a bare IPv6 address
        return host.rstrip(".")
    name = name.rstrip(".")
    return name if port in ("", _DEFAULT_PORTS.get(scheme.lower())) else f"{name}:{port}"


def lasting_host(host: str) -> str:
    """What of a host stays from one deployment to the next: no port, and numbers and hashes as ``#``.

    ``localhost:32768`` and ``localhost:49153`` are one, and so are ``pr-12.shop.example`` and ``pr-15.shop.example``.
    """
    return _NUMBER.sub("#", _PORT.sub("", host))


def normalize_method(word: str) -> str:
    """An HTTP method in upper case; empty for what cannot be one."""
    method = word.strip().upper()
    return method if len(method) <= _LONGEST_METHOD and method.replace("-", "").isalpha() else ""


def _parameter_names(query: str) -> tuple[str, ...]:
    pairs = (pair.partition("=")[0] for pair in query.replace(";", "&").split("&"))
    return tuple(sorted({unquote_plus(name) for name in pairs if name}))
