"""Which Jira it is, and what lets us in."""

from __future__ import annotations

import base64
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from aggregator.model.errors import Fault, ServiceError
from aggregator.transport.address import is_address


class Flavour(StrEnum):
    """The two kinds of Jira; they differ in addresses, in how lists go on, in texts and in how people are named."""

    CLOUD = "Cloud"
    DATA_CENTER = "Data Center"


class Access(Struct, frozen=True):
    """An address and what opens it.

    Attributes:
        url: where people open Jira in their browser, with the path that it may have on a server of one's own.
        user: the e-mail address that an API token of Cloud belongs to; empty for a personal access token.
        token: secret.
    """

    url: str
    user: str
    token: str

    def __repr__(self) -> str:
        """Shows neither user nor token."""
        return f"Access({self.flavour})"

    @property
    def flavour(self) -> Flavour:
        """Only Cloud asks for a user beside the token."""
        return Flavour.CLOUD if self.user else Flavour.DATA_CENTER

    @property
    def base(self) -> str:
        """The address without a slash at its end."""
        return self.url.rstrip("/")

    @property
    def api(self) -> str:
        """Where the REST API stands: version 3 in Cloud, 2 in Data Center."""
        return f"{self.base}/rest/api/{'3' if self.flavour is Flavour.CLOUD else '2'}"

    @property
    def tenant(self) -> str:
        """Where a site of Cloud tells anybody its id; empty for any other Jira.

        A token with scopes is of no use at the site: it opens the gateway of all sites, which wants that id.
        """
        host = urlsplit(self.base).hostname or ""
        is_site = self.flavour is Flavour.CLOUD and host.endswith(_SITES) and self.base.startswith("https://")
        return f"{self.base}/_edge/tenant_info" if is_site else ""

    @property
    def credentials(self) -> str:
        """The header that lets us in."""
        if self.flavour is Flavour.DATA_CENTER:
            return f"Bearer {self.token}"
        return f"Basic {base64.b64encode(f'{self.user}:{self.token}'.encode()).decode()}"

    def check(self) -> None:
        """Raise ``ServiceError`` for what cannot work, before anything is sent."""
        if not is_address(self.base):
            raise ServiceError(Fault.REFUSED, "jira-url is no address of a Jira.", _URL)
        parts = urlsplit(self.base)
        if (parts.hostname or "").endswith(_SITES) and parts.path:
            raise ServiceError(Fault.REFUSED, "jira-url is the address of a page of a site.", _URL)
        if not self.token:
            raise ServiceError(Fault.PERMISSION, "There is no token to ask Jira with.", "Set jira-token.")

    def browse(self, key: str) -> str:
        """Where people open a ticket."""
        return f"{self.base}/browse/{key}"

    def key_of(self, url: str) -> str:
        """The key of a ticket by where people open it; empty when that is not here."""
        head = f"{self.base}/browse/"
        return url.removeprefix(head) if url.startswith(head) else ""


_SITES: Final = ".atlassian.net"
_URL: Final = (
    "Give the address of the site alone, https://example.atlassian.net, or what stands before /browse in your own Jira."
)
