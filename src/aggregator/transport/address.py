"""Whether what people gave as a service's address is one."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_address(text: str) -> bool:
    """Whether it is a scheme of the web, a host and perhaps a port and a path; nothing that lets anybody in."""
    try:
        parts = urlsplit(text)
        is_host = bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # a host or a port that is none
        return False
    return parts.scheme in {"http", "https"} and is_host and not (parts.query or parts.fragment)
