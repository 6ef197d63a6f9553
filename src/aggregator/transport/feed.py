"""Public files that anybody may fetch: no token is sent, and a redirect leads to no weaker scheme."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

from msgspec import Struct, structs

from aggregator.model.errors import Fault, ServiceError
from aggregator.transport.exchange import Request
from aggregator.transport.retry import BLOB
from aggregator.transport.session import Session

EPSS_URL: Final = "https://epss.empiricalsecurity.com/epss_scores-current.csv.gz"
"""Where FIRST's page about EPSS sends those who want all of today's ratings."""
KEV_URL: Final = "https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json"
"""Where CISA publishes its catalogue of known exploited vulnerabilities."""

LARGEST_FEED: Final = 32 * 1024 * 1024
"""Bytes; both files have about two million."""

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 3
_RULES: Final = structs.replace(BLOB, attempts=2)
"""Nothing depends on a feed, so a run does not wait long for one."""


class Addresses(Struct, frozen=True):
    """Where the feeds are."""

    epss: str = EPSS_URL
    kev: str = KEV_URL


def fetch(session: Session, url: str, purpose: str) -> bytes:
    """The file behind an address; raises ``ServiceError``."""
    for _ in range(_MOST_REDIRECTS + 1):
        request = Request(method="GET", url=url, purpose=purpose, most=LARGEST_FEED)
        reply = session.call(request, _RULES, accept=_REDIRECTS)
        if reply.status not in _REDIRECTS:
            return reply.body
        leads_to = urljoin(url, reply.headers.get("location", ""))
        if not leads_to.startswith(("https://", f"{url.partition(':')[0]}://")):
            break
        url = leads_to
    raise ServiceError(
        Fault.GARBLED,
        f"Could not {purpose}: its address leads nowhere.",
        "Fetch the file in a step of the workflow and name it in the policy under `risk`.",
    )
