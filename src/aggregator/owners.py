"""Whose a finding is: of a file as CODEOWNERS says, of what is in no file as the policy says.

Follows GitHub's page "About code owners": the last line that matches counts; a line without owners makes what it
matches nobody's; patterns are those of gitignore without ``!`` and ``[ ]``; a line that GitHub cannot read is passed
over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.state import Line as Branch
from aggregator.policy.owners import OwnerRule
from aggregator.policy.selector import path_of

LARGEST = 3 * 1024 * 1024
"""Bytes; GitHub does not look at a larger file."""
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where the file may lie below the checkout; the first one counts."""

_COMMENT = re.compile(r"(?:^|\s)#.*")
_WORD = re.compile(r"(?:\\ |\S)+")
_LOGIN = re.compile(r"@[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})")
_REFUSED = ("!", "\\#")
# Two stars mean folders only where they stand alone between slashes; elsewhere they are one.
_TOKEN = re.compile(r"(?P<folders>(?:^|(?<=/))\*\*+/)|(?P<below>/\*\*+$)|(?P<some>\*+)|(?P<one>\?)")
_PIECES = {"folders": "(?:.*/)?", "below": "/.*", "some": "[^/]*", "one": "[^/]"}


class Line(Struct, frozen=True):
    """One readable line: what it matches, and whom it names."""

    matches: re.Pattern[str]
    owners: tuple[str, ...]


class Owners:
    """The file's lines, asked by path."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        self._last_first = tuple(lines)[::-1]
        self.of = lru_cache(maxsize=None)(self._of)  # as many as there are paths

    def _of(self, path: str) -> tuple[str, ...]:
        """The owners of a file, as they are written: ``@person``, ``@org/team``, an address."""
        return next((line.owners for line in self._last_first if line.matches.fullmatch(path)), ())

    def __bool__(self) -> bool:
        return bool(self._last_first)


def people(owners: Iterable[str]) -> tuple[str, ...]:
    """The logins among owners, without ``@``: a team or an address cannot be assigned to an issue."""
    return tuple(owner[1:] for owner in owners if _LOGIN.fullmatch(owner))


NOBODY = Owners()
"""What there is without a CODEOWNERS file."""


def assign_owners(
    findings: Sequence[Finding], files: Owners, rules: Iterable[OwnerRule], line: Branch
) -> Sequence[Finding]:
    """The findings with whose they are.

    A finding in a file of the repository belongs to whom CODEOWNERS names for the file, also when that is nobody. Any
    other one belongs to the owners of the first rule that fits.
    """
    rules = tuple(rules)
    if not files and not rules:
        return findings
    return [_owned(finding, files, rules, line) for finding in findings]


def _owned(finding: Finding, files: Owners, rules: tuple[OwnerRule, ...], line: Branch) -> Finding:
    path, home = path_of(finding), finding.belonging
    owners = (
        files.of(path)
        if path
        else next((rule.owners for rule in rules if rule.fits(finding) and rule.is_of(line, home)), ())
    )
    return replace(finding, owners=owners) if owners else finding


def read_owners(text: str) -> Owners:
    """The owners that the text of a CODEOWNERS file names."""
    found = (_line(line) for line in text.splitlines())
    return Owners(line for line in found if line is not None)


def _line(text: str) -> Line | None:
    words = _WORD.findall(_COMMENT.sub("", text))
    if not words or words[0].startswith(_REFUSED) or "[" in words[0]:
        return None
    pattern, *owners = words
    return Line(re.compile(_expression(pattern.replace("\\ ", " "))), tuple(owners))


def _expression(pattern: str) -> str:
    """The pattern as a regular expression over whole paths."""
    folder = pattern.endswith("/")
    is_anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    start = "" if is_anchored else "(?:.*/)?"
    # What names a folder means all below it; a last `*` means the files right there.
    end = "/.*" if folder else "" if pattern.endswith("/*") else "(?:/.*)?"
    return f"{start}{_translated(body)}{end}"


def _translated(body: str) -> str:
    parts, end = [], 0
    for token in _TOKEN.finditer(body):
        parts += [re.escape(body[end : token.start()]), _PIECES[str(token.lastgroup)]]
        end = token.end()
    return "".join((*parts, re.escape(body[end:])))
