"""A ticket: an item of any tracker that is about findings."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.moment import Moment


class Ticket(Struct, frozen=True, gc=False, order=True, omit_defaults=True):
    """What was last read of a ticket.

    Attributes:
        url: its address; what findings name it by.
        assignees: who works on it, as the tracker calls them.
        seen_at: when it was read.
    """

    url: str
    is_open: bool = True
    assignees: tuple[str, ...] = ()
    seen_at: Moment | None = None
