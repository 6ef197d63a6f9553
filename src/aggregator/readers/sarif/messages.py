"""Messages (3.11): looked up, filled in, and freed of links that lead nowhere outside the log."""

from __future__ import annotations

import re

from aggregator.normalize.text import clean_text, first_sentence
from aggregator.readers.sarif.log import Descriptor, Message, Text

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(\d{1,4})\}")
# A link to a location of the result by its id, to several (Snyk), or into the log itself.
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])*)\]\((?:\d+\)(?:,\(\d+\))*|sarif:[^()\s]*\))")
_ESCAPED = re.compile(r"\\([\[\]\\])")
_LONGEST = 10_000
_GUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)


def text_of(text: Text | Message | None) -> str:
    """The plain text, or the Markdown where there is no text."""
    if text is None:
        return ""
    return clean_text(text.text or text.markdown or "")


def render(message: Message | None, *books: dict[str, Text] | None) -> str:
    """The message for a person. ``books`` are the message strings to look an id up in, the rule's first."""
    if message is None:
        return ""
    found: Message | Text = message
    if not (message.text or message.markdown) and message.id is not None:
        found = next((book[message.id] for book in books if book and message.id in book), message)
    if message.arguments or found is not message:
        text = _filled(found, message.arguments or [])
    else:
        text = found.text or found.markdown or ""
    text = clean_text(text)
    return _LINK.sub(_words_of, text) if "](" in text else text


def _words_of(link: re.Match[str]) -> str:
    return _ESCAPED.sub(r"\1", link[1])


def _filled(found: Message | Text, arguments: list[object]) -> str:
    """Put in the arguments in one pass, for an argument may hold a placeholder's look itself.

    What comes out is cut with an ellipsis where it is far longer than a message: a few placeholders and one argument
    are soon a thousand times as long as the entry.
    """
    text = found.text or ""
    if found.markdown and not _PLACEHOLDER.search(text):
        text = found.markdown  # Snyk Code: only the Markdown has placeholders
    pieces: list[str] = []
    length = end = 0
    for match in _PLACEHOLDER.finditer(text):
        pieces += (text[end : match.start()], _meant(match, arguments))
        length += len(pieces[-2]) + len(pieces[-1])
        end = match.end()
        if length > _LONGEST:
            break
    filled = "".join((*pieces, text[end:]))
    return filled if len(filled) <= _LONGEST else f"{filled[: _LONGEST - 1]}…"


def _meant(placeholder: re.Match[str], arguments: list[object]) -> str:
    """What a placeholder or a doubled brace stands for."""
    if placeholder.group(1) is None:
        return placeholder.group()[0]
    position = int(placeholder.group(1))
    return str(arguments[position]) if position < len(arguments) else placeholder.group()


def title_of(rule: Descriptor | None, rule_id: str, message: str) -> str:
    """The rule's own sentence. A message is the last resort: it differs from result to result."""
    if rule is not None:
        short = text_of(rule.short_description)
        name = clean_text(rule.name or "")
        if short and not short.startswith("Semgrep Finding: ") and not _is_pattern(short):
            return first_sentence(short)
        if name and name not in (rule.id, rule_id) and not _GUID.fullmatch(name):
            return first_sentence(name)
        full = text_of(rule.full_description)
        if full:
            return first_sentence(full)
    return rule_id or first_sentence(message)


def _is_pattern(text: str) -> bool:
    """Gitleaks up to 8.18 writes the rule's regular expression where its description belongs."""
    return "(?" in text or "[a-z" in text.lower() or "\\b" in text
