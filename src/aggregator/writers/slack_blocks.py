"""A digest as a message for a Slack incoming webhook: Block Kit.

What reports wrote stands in rich text only, as pieces of text: Slack shows them as they are and looks for nothing in
them, neither marks nor mentions. The one field that it does look through is the text of the notification.

Limits and shapes: Slack's reference of blocks (header: 150 characters, a message: 50 blocks).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from aggregator.writers.digest import Digest, Section, ascii_json, fitted
from aggregator.writers.escape import clip, slack
from aggregator.writers.ticket_blocks import Line, Span

MOST_BLOCKS = 50
LONGEST_HEADER = 150
LONGEST_MESSAGE = 12_000
"""Bytes. Slack has a limit for all blocks together that it does not publish; messages of 13 000 have been refused."""

_SECTIONS = MOST_BLOCKS - 3


class _Plain(Struct, frozen=True, tag="plain_text"):
    text: str
    emoji: bool = False


class _Style(Struct, frozen=True, omit_defaults=True):
    bold: bool = False
    code: bool = False


class _Piece(Struct, frozen=True, tag="text", omit_defaults=True):
    text: str
    style: _Style | None = None


class _Link(Struct, frozen=True, tag="link", omit_defaults=True):
    url: str
    text: str
    style: _Style | None = None


class _Words(Struct, frozen=True, tag="rich_text_section"):
    elements: tuple[_Piece | _Link, ...]


class _List(Struct, frozen=True, tag="rich_text_list"):
    elements: tuple[_Words, ...]
    style: str = "bullet"


class _Header(Struct, frozen=True, tag="header"):
    text: _Plain


class _RichText(Struct, frozen=True, tag="rich_text"):
    elements: tuple[_Words | _List, ...]


class _Context(Struct, frozen=True, tag="context"):
    elements: tuple[_Plain, ...]


class _Message(Struct, frozen=True):
    text: str
    blocks: tuple[_Header | _RichText | _Context, ...]
    unfurl_links: bool = False
    unfurl_media: bool = False


def render_slack(digest: Digest) -> bytes:
    """The body of the request, JSON, within every limit of Slack whatever the digest says."""
    return fitted(digest, _rendered, LONGEST_MESSAGE)


def _rendered(digest: Digest) -> bytes:
    blocks: list[_Header | _RichText | _Context] = [
        _Header(_Plain(clip(digest.headline, LONGEST_HEADER))),
        _RichText((_Words((_Piece(digest.standing),)),)),
    ]
    blocks += (_section(section) for section in digest.sections[:_SECTIONS])
    if digest.link:
        foot = _Piece(f"{digest.foot} "), _Link(digest.link, "The run's page")
        blocks.append(_RichText((_Words(foot),)))
    else:
        blocks.append(_Context((_Plain(digest.foot),)))
    return ascii_json(_Message(slack(digest.headline), tuple(blocks)))


def _section(section: Section) -> _RichText:
    title = _Words((_Piece(section.title, _Style(bold=True)),))
    rows = tuple(_words(row) for row in section.rows)
    if section.hidden:
        rows += (_Words((_Piece(f"and {section.hidden} more"),)),)
    return _RichText((title, _List(rows)) if rows else (title,))


def _words(line: Line) -> _Words:
    return _Words(tuple(_pieces(line)))


def _pieces(line: Line) -> Iterator[_Piece | _Link]:
    for span in line:
        if span.text:
            yield _piece(span)


def _piece(span: Span) -> _Piece | _Link:
    style = _Style(span.strong, span.code) if span.strong or span.code else None
    return _Link(span.link, span.text, style) if span.link else _Piece(span.text, style)
