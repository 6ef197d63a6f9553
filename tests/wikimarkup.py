"""What Jira's wiki markup would make of a line: which of it is active, and what a reader sees.

Jira first sets escaped characters and entities aside; only what is left can format, link or start a macro.
"""

from __future__ import annotations

import re

_SET_ASIDE = re.compile(r"\\([^A-Za-z0-9\s\\])|&#(\d+);|&(amp);")
_BASE = 0xF0000
_ACTIVE = re.compile(
    r"\\|[{}\[\]|!*+^~]"
    r"|(?<!\w)[-_]|[-_](?!\w)|\?\?"
    r"|[:;]-?[)(]|:[DPp]\b|\([a-z0-9/!*+?-]+\)"
    r"|\w://|(?:mailto|file):(?!\u200b)"
    r"|^(?:h[1-6]|bq)\.|^#"
)


def _aside(match: re.Match[str]) -> str:
    letter = match[1] or ("&" if match[3] else chr(int(match[2])))
    return chr(_BASE + ord(letter))


def active(line: str) -> list[str]:
    """Everything in a line that is more than text."""
    return _ACTIVE.findall(_SET_ASIDE.sub(_aside, line))


def shown(line: str) -> str:
    """The characters of a line, without the spaces of no width."""
    told = _SET_ASIDE.sub(_aside, line)
    return "".join(chr(ord(each) - _BASE) if ord(each) >= _BASE else each for each in told).replace("\u200b", "")
