"""What holds for every test: nothing reaches beyond this machine, and the same tests run the same way."""

import ipaddress
import os
import sys
from typing import Any

from hypothesis import HealthCheck, settings

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

# A gate has to say the same twice; `HYPOTHESIS_PROFILE=search make test` looks for new examples, and longer.
# How long an example takes says how busy the machine is, and nothing about a law.
_SLOW = [HealthCheck.too_slow]
settings.register_profile("repeatable", deadline=None, derandomize=True, suppress_health_check=_SLOW)
settings.register_profile("search", deadline=None, max_examples=2_000, print_blob=True, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))
