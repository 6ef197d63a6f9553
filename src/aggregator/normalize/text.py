"""Text from a report, made safe to carry: no terminal controls, no half characters."""

from __future__ import annotations

import re
from functools import lru_cache

# ANSI CSI and OSC sequences first, so that their printable tails go with them; then C0 except tab, line feed and
# carriage return, DEL and C1.
_CONTROLS = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x9b[0-?]*[ -/]*[@-~]"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
# Controls, direction marks, fillers without ink, and the tags and selectors that can carry a hidden message. Half of a
# pair of surrogates is no character and could not be written as UTF-8.
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n\s*\n")


def clean_text(text: str) -> str:
    """Drop terminal sequences and control characters, and replace lone surrogates by U+FFFD.

    Tab, line feed and carriage return stay. The result always encodes to UTF-8.
    """
    if text.isprintable():
        return text
    return _LONE_SURROGATE.sub("\ufffd", _CONTROLS.sub("", text))


def first_sentence(text: str, limit: int = 200) -> str:
    """The first sentence of a text on one line, cut at a word with an ellipsis beyond ``limit`` characters."""
    # Sentences longer than this are cut anyhow; a hostile 50 MB message costs nothing.
    opening = clean_text(text[: 4 * limit]).strip()
    end = _SENTENCE_END.search(opening)
    line = " ".join((opening[: end.end()] if end else opening).split())
    if len(line) <= limit:
        return line
    head = line[: limit - 1]
    return (head[: head.rfind(" ")] if " " in head else head) + "…"


_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=4096)
def spoken(title: str, rule_id: str) -> str:
    """A title that is a name from a tool's code, in words: ``yaml_load`` is ``Yaml load``; prose stays as it is.

    One word says too little to stand alone, so the rule stands beside it: ``Blacklist (B301)``.
    """
    if not title or " " in title or title == rule_id or not title.replace("_", "").replace("-", "").isalnum():
        return title
    parts = _WORD_START.sub(" ", title.replace("_", " ").replace("-", " ")).split()
    if len(parts) == 1 and not parts[0].islower():
        return title
    words = " ".join(part if part.isupper() else part.lower() for part in parts)
    sentence = words[0].upper() + words[1:]
    return sentence if len(parts) > 1 else f"{sentence} ({rule_id})"
