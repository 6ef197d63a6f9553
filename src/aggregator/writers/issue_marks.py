"""The hidden marks that tell our issues and comments from all others. A mark counts only with its author."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import quote

from aggregator.model.moment import whole_seconds
from aggregator.model.state import Line

ROLLING = "rolling"
"""The key of the one issue that lists what has none of its own."""
END = "<!-- onefold:end v1: what you write below this line stays -->"
"""The last line of an issue's text that is ours."""

_ISSUE = re.compile(r"\A<!-- onefold:issue v1 (\S{1,300}) -->")
_CONTENT = re.compile(r"^<!-- onefold:content v1 ([0-9a-f]{16}) ([0-9a-f]{16})( brief)? -->", re.MULTILINE)
_MEMBERS = re.compile(r"^<!-- onefold:findings v1((?: [^\s<>]{1,64})+) -->", re.MULTILINE)
_SINCE = re.compile(r"^<!-- onefold:since v1((?: [^\s<>=]{1,64}=[0-9TZ:-]{20})+) -->", re.MULTILINE)
_HOME = re.compile(r"^<!-- onefold:home v1 ([0-9a-f]{16}) -->", re.MULTILINE)
_COMMENT = re.compile(r"\A<!-- onefold:(reminder|answer|closed|doubt|left) v1 (\S{1,40}) -->")
_HEARD = re.compile(r"^<!-- onefold:heard v1((?: \d{1,20}=[0-9a-f]{16})+) -->", re.MULTILINE)
_END = re.compile(rf"^{re.escape(END)}\r?$", re.MULTILINE)
_RULE = "rule/"
_UPGRADE = "upgrade/"
_LONGEST = 200
_MOST_MEMBERS = 500
_MOST_DATES = 100


def rule_key(tool: str, rule_id: str) -> str:
    """The key of the issue about all late findings of one rule; safe inside a mark whatever a tool calls its rules."""
    return _shared(_RULE, tool, rule_id)


def upgrade_key(purl: str, path: str, image: str) -> str:
    """The key of the ticket about one package to be raised in one place, whatever version it is raised to."""
    return _shared(_UPGRADE, purl, image, path)


def is_shared_key(key: str) -> bool:
    """Whether the issue is about all findings of a sort, a rule or an upgrade, instead of about one."""
    return key.startswith((_RULE, _UPGRADE))


def is_upgrade_key(key: str) -> bool:
    """Whether the ticket is about an upgrade."""
    return key.startswith(_UPGRADE)


def _shared(sort: str, *parts: str) -> str:
    quoted = (quote(part, safe=":._", errors="replace").replace("~", "%7E") for part in parts)
    key = f"{sort}{'/'.join(quoted)}"
    return key if len(key) <= _LONGEST else f"{key[:_LONGEST]}-{fingerprint((key,))}"


def base_key(key: str) -> str:
    """The key without its generation: ``F-1~2`` is the second issue about ``F-1``, after people settled the first."""
    return key.partition("~")[0]


def issue_mark(key: str) -> str:
    """The first line of an issue's text."""
    return f"<!-- onefold:issue v1 {key} -->"


def key_in(body: str) -> str:
    """The key an issue's text begins with; empty when it is none of ours."""
    found = _ISSUE.match(body)
    return "" if found is None else found[1]


def home_of(line: Line) -> str:
    """Whose an issue is where several lines share a repository; a branch may be renamed."""
    return fingerprint(line.home)


def home_mark(line: Line) -> str:
    """By which the runs of a line leave alone what those of another one have written."""
    return f"<!-- onefold:home v1 {home_of(line)} -->"


def home_in(body: str) -> str:
    """Whose the issue is; empty where its text does not say."""
    found = _HOME.search(body)
    return "" if found is None else found[1]


def notes_in(body: str) -> str:
    """What people wrote below our last line; empty where they wrote nothing, or took that line away."""
    return _END.split(body.replace("\r\n", "\n"), 1)[-1].strip() if _END.search(body) else ""


def members_mark(findings: Iterable[str]) -> str:
    """The findings of a shared issue, for a run that has lost its memory; the first 500 of them."""
    return f"<!-- onefold:findings v1 {' '.join(list(findings)[:_MOST_MEMBERS])} -->"


def members_in(body: str) -> tuple[str, ...]:
    """The ids that a shared issue's text names as its findings."""
    found = _MEMBERS.search(body)
    return () if found is None else tuple(found[1].split())


def since_mark(dates: Iterable[tuple[str, datetime]]) -> str:
    """When each finding was first seen, for a run that has lost its memory; of the first 100."""
    told = " ".join(f"{id_}={moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for id_, moment in list(dates)[:_MOST_DATES])
    return f"<!-- onefold:since v1 {told} -->"


def since_in(body: str) -> dict[str, datetime]:
    """What an issue's text says about when its findings were first seen; a moment that no clock shows is left out."""
    found = _SINCE.search(body)
    dates = {}
    for id_, _, moment in (word.partition("=") for word in (found[1].split() if found else ())):
        with suppress(ValueError):
            dates[id_] = whole_seconds(datetime.fromisoformat(moment))
    return dates


def content_mark(facts: Iterable[str], title: str, *, is_brief: bool = False) -> str:
    """What the text says, and the title we gave, as fingerprints: a text is edited only when they change.

    A brief text lacks what reports say, because the run had none of the tool that its findings are named after.
    """
    return f"<!-- onefold:content v1 {fingerprint(facts)} {fingerprint((title,))}{' brief' * is_brief} -->"


def says_the_same(body: str, mark: str) -> bool:
    """Whether a text says all that the other one does, from the same facts, whatever people did to its title."""
    ours, theirs = _CONTENT.search(mark), _CONTENT.search(body)
    if ours is None or theirs is None or ours[1] != theirs[1]:
        return False
    return theirs[3] is None or ours[3] is not None


def is_whole(body: str) -> bool:
    """Whether a text says all that reports had to say when it was written."""
    found = _CONTENT.search(body)
    return found is not None and found[3] is None


def has_our_title(title: str, body: str) -> bool:
    """Whether an issue still bears the title that we gave it with this text."""
    found = _CONTENT.search(body)
    return found is not None and found[2] == fingerprint((title,))


def comment_mark(kind: str, word: str) -> str:
    """The first line of a comment: ``reminder``, ``answer``, ``closed``, ``doubt`` or ``left``, its day or moment."""
    return f"<!-- onefold:{kind} v1 {word} -->"


def comment_kind(body: str) -> str:
    """What kind of comment of ours it is; empty for others."""
    found = _COMMENT.match(body)
    return "" if found is None else found[1]


def heard_mark(commands: Iterable[tuple[int, str]]) -> str:
    """Which comments an answer is about, by their numbers, each with a fingerprint of what it said then."""
    return f"<!-- onefold:heard v1 {' '.join(f'{number}={said}' for number, said in commands)} -->"


def heard_in(bodies: Iterable[str]) -> dict[int, str]:
    """What was answered, by the number of the comment; of one that was answered twice what it said at last."""
    found = (_HEARD.search(body) for body in bodies if comment_kind(body) == "answer")
    words = (word.partition("=") for match in found if match is not None for word in match[1].split())
    return {int(number): said for number, _, said in words}


def moment_word(moment: datetime) -> str:
    """A moment of UTC in one word that sorts as it does."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def fingerprint(parts: Iterable[str]) -> str:
    """Sixteen hexadecimal digits of texts in their order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode(errors="replace") + b"\0")
    return digest.hexdigest()[:16]
