"""One escaper for each dialect that text from a report may enter. Nothing a report wrote reaches an output without one.

A report can hold anything: mentions that wake a whole team, ``Fixes #1``, tracking images, a faked marker of ours,
``</details>``, a table's bar, right-to-left overrides, spreadsheet formulas, workflow commands. Every function takes
any text, returns text that shows the same characters and starts nothing. What cannot be escaped because the platform
looks at the *rendered* text (mentions, issue numbers, links) is parted by a zero-width space.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aggregator.normalize.text import INVISIBLE

_PART = "\u200b"
_MARKDOWN = str.maketrans(
    {
        **{mark: f"\\{mark}" for mark in "\\`*_[]!|~$^"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "@": f"@{_PART}",
        "#": f"#{_PART}",
    }
)
_MRKDWN = str.maketrans(
    {**{mark: f"{_PART}{mark}{_PART}" for mark in "*_~`"}, "&": "&amp;", "<": "&lt;", ">": "&gt;", "@": f"@{_PART}"}
)
# What GitHub makes of bare text, after rendering: links of URLs, web hosts, GH-12 and commit ids, pictures of :words:.
_AUTOLINK = re.compile(r"(?i)\bGH(?=-\d)|:(?=//)|\bwww(?=\.)|\b[0-9a-f]{7,64}\b|:(?=[a-z0-9_+-]+:)")
_SIX = re.compile(".{6}")
_LINE_START = re.compile(r"^(?:([-+=])|(\d{1,9})(?=[.)]))")
_BACKTICKS = re.compile("`+")
_FORMULA = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
# Of the blanks before a sign only those behind the last tab are looked at: a text may be made of tabs.
_NEXT_CELL = re.compile("([;\t][^\\S\t]*)([=+@\uff1d\uff0b\uff20]|(?<=[;\t])[-\uff0d])")
_CONTROL_START = frozenset("\t\r\n")
_HARMFUL = _FORMULA | frozenset(" \t\r\n\v\f\xa0\u3000")
_LONGEST_LINK = 2000
# Jira: what formats, links or starts a macro wherever it stands, and what does so only beside a blank or another mark.
_WIKI = re.compile(r"[\\&{}\[\]()!|*+^~#]|(?<!\w)[-_?]|[-_?](?!\w)")
_WIKI_NAMED = {"\\": "&#92;", "&": "&amp;", "|": "&#124;"}
_WIKI_PART = re.compile(r"(?i):(?=//|[dp]\b)|(?:mailto|file):|^(?:h[1-6]|bq)(?=\.)")
_WIKI_MACRO = re.compile(r"\{(?=[A-Za-z])")
_LINE_BREAK = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def plain(text: str) -> str:
    """One line of visible text: line breaks are spaces, controls and direction overrides are gone."""
    if text.isprintable() and (text.isascii() or not INVISIBLE.search(text)):
        return text.strip()
    return " ".join(INVISIBLE.sub("", text).split())


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters, with an ellipsis where something was cut. Clip before escaping."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def markdown(text: str) -> str:
    """Text for one line of GitHub-flavoured Markdown: a paragraph, a list item or a table cell."""
    escaped = _AUTOLINK.sub(_parted, plain(text).translate(_MARKDOWN))
    return _LINE_START.sub(lambda match: f"\\{match[0]}" if match[1] else f"{match[0]}\\", escaped)


def _parted(match: re.Match[str]) -> str:
    """The match in pieces too short to be a commit's id, or with its end parted from what follows."""
    return _SIX.sub(rf"\g<0>{_PART}", match[0]) + _PART


def markdown_code(text: str) -> str:
    """Text as a code span that also stands in a table cell; text that a span cannot hold there is only escaped."""
    line = plain(text)
    if not line:
        return ""
    if "|" in line:
        return markdown(line)
    longest = max((len(run) for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if line[0] == "`" or line[-1] == "`" else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def wiki(text: str) -> str:
    """Text for one line of Jira's wiki markup: a paragraph, a list item, a table cell or the words of a link."""
    escaped = _WIKI.sub(lambda mark: _WIKI_NAMED.get(mark[0], f"\\{mark[0]}"), plain(text))
    return _WIKI_PART.sub(rf"\g<0>{_PART}", escaped)


def wiki_code(text: str) -> str:
    """Lines for a ``{noformat}`` block, which nothing in them can end."""
    return _WIKI_MACRO.sub(f"{{{_PART}", visible_lines(text))


def visible_lines(text: str) -> str:
    """Lines of visible text: only line breaks and tabs are left of the controls; for where nothing is markup."""
    return "\n".join(INVISIBLE.sub("", line).rstrip() for line in _LINE_BREAK.split(text)).strip("\n")


def slack(text: str) -> str:
    """Text for one line of Slack's mrkdwn: no mention, no link, no style (Slack, "Formatting text for app surfaces").

    Slack has no way to escape a mark that styles text; one beside a space without width styles nothing.
    """
    return plain(text).translate(_MRKDWN)


def csv(text: str) -> str:
    """Text for one CSV field: no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    if ";" in text or "\t" in text:
        # Where the comma is the decimal mark, spreadsheets part a row at semicolons, quoted or not.
        text = _NEXT_CELL.sub(r"\1'\2", text)
    first = text[:1]
    if first not in _HARMFUL:
        return text
    return f"'{text}" if first in _CONTROL_START or text.lstrip()[:1] in _FORMULA else text


def workflow_log(text: str) -> str:
    """Lines for a workflow's log in which the runner sees no command, neither ``::x::`` nor ``##[x]``."""
    return "\n".join(_log_line(line) for line in _LINE_BREAK.split(text))


def _log_line(line: str) -> str:
    line = INVISIBLE.sub("", line).replace("##[", f"##{_PART}[")
    body = line.lstrip()
    return f"{line[: len(line) - len(body)]}:{_PART}{body[1:]}" if body.startswith("::") else line


def is_link(text: str) -> bool:
    """Whether a report's link may be shown as one: HTTP, with a host, and nothing in it that ends a Markdown link."""
    if not text.startswith(("https://", "http://")) or not text.isascii() or not text.isprintable():
        return False
    if len(text) > _LONGEST_LINK or any(mark in text for mark in " <>\"'\\^`{|}[]()"):
        return False
    # urlsplit raises for brackets and for hosts beyond ASCII only; both are refused above.
    return bool(urlsplit(text).hostname)
