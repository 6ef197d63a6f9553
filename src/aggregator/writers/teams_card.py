"""A digest as a message for a Microsoft Teams webhook: one adaptive card.

What reports wrote stands in rich text only (``RichTextBlock``), whose runs are shown as they are; Markdown is looked
for in a ``TextBlock``, and there is none. Teams refuses messages of more than 28 kB.

Source: the Adaptive Cards schema 1.4, and Teams' page about webhooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct, field

from aggregator.writers.digest import Digest, Section, ascii_json, fitted
from aggregator.writers.ticket_blocks import Line, Span

LONGEST_MESSAGE = 20_000
"""Bytes of JSON. Teams counts 28 kB in a way of its own, and has been seen to refuse what was a little over 21 kB."""


class _OpenUrl(Struct, frozen=True, tag="Action.OpenUrl", omit_defaults=True):
    url: str
    title: str = ""


class _Run(Struct, frozen=True, tag="TextRun", omit_defaults=True, rename="camel"):
    text: str
    size: str = ""
    weight: str = ""
    font_type: str = ""
    is_subtle: bool = False
    select_action: _OpenUrl | None = None


class _Text(Struct, frozen=True, tag="RichTextBlock", omit_defaults=True):
    inlines: tuple[_Run, ...]
    separator: bool = False
    spacing: str = ""


class _Card(Struct, frozen=True, tag="AdaptiveCard", omit_defaults=True):
    body: tuple[_Text, ...]
    version: str
    schema: str = field(name="$schema")
    fallback: str = field(name="fallbackText")
    actions: tuple[_OpenUrl, ...] = ()


class _Attachment(Struct, frozen=True, rename="camel"):
    content: _Card
    content_type: str = "application/vnd.microsoft.card.adaptive"


class _Message(Struct, frozen=True, tag="message"):
    attachments: tuple[_Attachment, ...]


_Body: TypeAlias = Iterator[_Text]


def render_teams(digest: Digest) -> bytes:
    """The body of the request, JSON, within every limit of Teams whatever the digest says."""
    return fitted(digest, _rendered, LONGEST_MESSAGE)


def _rendered(digest: Digest) -> bytes:
    card = _Card(
        body=tuple(_body(digest)),
        version="1.4",
        schema="http://adaptivecards.io/schemas/adaptive-card.json",
        fallback=digest.headline,
        actions=(_OpenUrl(digest.link, "The run's page"),) if digest.link else (),
    )
    return ascii_json(_Message((_Attachment(card),)))


def _body(digest: Digest) -> _Body:
    yield _Text((_Run(digest.headline, size="Large", weight="Bolder"),))
    yield _Text((_Run(digest.standing),))
    for section in digest.sections:
        yield from _section(section)
    yield _Text((_Run(digest.foot, size="Small", is_subtle=True),), separator=True)


def _section(section: Section) -> _Body:
    yield _Text((_Run(section.title, weight="Bolder"),), separator=True)
    for row in section.rows:
        yield _Text(tuple(_runs(row)), spacing="Small")
    if section.hidden:
        yield _Text((_Run(f"and {section.hidden} more", is_subtle=True),), spacing="Small")


def _runs(line: Line) -> Iterator[_Run]:
    yield _Run("\u2022 ")
    for span in line:
        if span.text:
            yield _run(span)


def _run(span: Span) -> _Run:
    return _Run(
        span.text,
        weight="Bolder" if span.strong else "",
        font_type="Monospace" if span.code else "",
        select_action=_OpenUrl(span.link) if span.link else None,
    )
