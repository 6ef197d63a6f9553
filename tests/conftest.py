"""What holds for every test: nothing reaches beyond this machine."""

import ipaddress
import sys
from typing import Any

REFUSED = "a test tried to reach {host!r}: tests talk to loopback only"


def _is_loopback(host: object) -> bool:
    if not isinstance(host, (str, bytes)):
        return host is None
    name = host.decode() if isinstance(host, bytes) else host
    if name in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_outside(event: str, args: tuple[Any, ...]) -> None:
    """Look at each socket call of this process; an audit hook cannot be taken off again."""
    if event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = args[0]
    elif event in {"socket.bind", "socket.connect", "socket.sendto"} and isinstance(args[1], tuple):
        host = args[1][0] or "0.0.0.0"
    else:
        return
    if not _is_loopback(host):
        raise ConnectionRefusedError(REFUSED.format(host=host))


sys.addaudithook(_refuse_outside)
