"""The addresses of chat channels, each as secret as a token: whoever has one can write there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from aggregator.policy.chat import DEFAULT_ROUTE, is_name

_SCHEMES = ("https://", "http://")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_LONGEST = 2000


def read_webhooks(text: str) -> Mapping[str, str]:
    """Addresses by name: one address alone, which is the default, or a line of ``name=address`` for each.

    A name without an address is passed over: a pull request from a fork is given no secret, so its lines end there.
    Raises ``ValueError`` with what is wrong and never with a part of an address.
    """
    found: dict[str, str] = {}
    for name, address in _lines(text):
        if not is_name(name):
            msg = "must be an address, or lines of name=address with names of letters, digits, dots and hyphens"
            raise ValueError(msg)
        if not _is_address(address):
            msg = "must have addresses of webhooks: https://, a host, a path, and no blank or password in it"
            raise ValueError(msg)
        if name in found:
            msg = "must give each address a name of its own"
            raise ValueError(msg)
        found[name] = address
    return found


def addresses_in(text: str) -> tuple[str, ...]:
    """What has to be masked: every address, whatever else is wrong with the text."""
    return tuple(address for _, address in _lines(text) if address)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith(_SCHEMES):
            yield DEFAULT_ROUTE, line
        else:
            name, sign, address = line.partition("=")
            if address or not sign:
                yield name.strip(), address.strip()


def _is_address(text: str) -> bool:
    if not text.startswith(_SCHEMES) or not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return len(text) <= _LONGEST and _leads_somewhere(parts)
    except ValueError:  # a host or a port that is none
        return False


def _leads_somewhere(parts: SplitResult) -> bool:
    is_safe = parts.scheme == "https" or parts.hostname in _LOOPBACK
    return is_safe and bool(parts.hostname) and len(parts.path) > 1 and "@" not in parts.netloc and parts.port != 0
