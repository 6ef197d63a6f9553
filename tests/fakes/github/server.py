"""The fake GitHub over loopback, for clients that are programs of their own."""

from __future__ import annotations

from typing import Self

from tests.fakes.github.hub import Hub


class HubServer:
    """Serves a hub on three ports of 127.0.0.1 and sets its addresses: ``with HubServer(hub): ...``."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def __enter__(self) -> Self:
        raise NotImplementedError

    def __exit__(self, *_: object) -> None:
        raise NotImplementedError
