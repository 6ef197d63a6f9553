"""Whether a token lets us into a repository."""

from __future__ import annotations

from urllib.parse import quote

from msgspec import Struct

from aggregator.transport.exchange import Request
from aggregator.transport.github import HEADERS, LARGEST_PAGE, decoded, needing
from aggregator.transport.retry import REST
from aggregator.transport.session import Session


class _Repository(Struct):
    full_name: str
    private: bool = False


def check_connection(session: Session, api_url: str, repository: str, token: str) -> str:
    """What the token opens, one sentence. Reads the repository's entry and changes nothing.

    What else the token may do shows only when it is done: GitHub tells nobody what a job's token is allowed.

    Raises ``ServiceError``.
    """
    purpose = "read the repository's entry"
    headers = {**HEADERS, "Authorization": f"Bearer {token}"}
    url = f"{api_url.rstrip('/')}/repos/{quote(repository)}"
    request = Request(method="GET", url=url, purpose=purpose, headers=headers, most=LARGEST_PAGE)
    with needing("contents: read"):
        found = decoded(session.call(request, REST), purpose, _Repository)
    kind = "private" if found.private else "public"
    return f"The token reads {kind} repository {found.full_name}."
