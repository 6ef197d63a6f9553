"""Secret values: sealed for comparison, masked everywhere else.

One tool knows the value of a secret, another prints it in a message, a third in a URL. So the redactor is built from
all reports of a run; ``redaction.py`` applies it to all of them.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha1
from itertools import pairwise

from aggregator.model.report import Report
from aggregator.normalize.secret_forms import (
    fold_case,
    forms_of,
    is_masked,
    is_telling,
    is_worth_masking,
    laid_bare,
    stands_alone,
)
from aggregator.normalize.secret_key import SecretKey
from aggregator.normalize.secret_patterns import MASK, mask_likely, mask_marked

_MEMO = 8192
_OF_LINES = "-lines"
"""Names the recipe for several lines: a seal over every byte, which a state may remember, tells nothing about one."""
_SHA1 = 40
_HEX_DIGITS = "0123456789abcdef"
_LINE_ENDS = re.compile(r"\r\n|\n|\r")


def seal(value: str, key: bytes) -> str:
    """A keyed digest (HMAC-SHA256, 32 hex digits) by which equal secrets are recognised within a run.

    One made with a :class:`SecretKey` is marked as what may be remembered, so that it lasts longer than the run.
    Empty for an empty value and for one that its tool has masked already: it says nothing about the secret.
    A value of several lines, a private key say, is the same with other line ends and another indentation.
    """
    if is_masked(value):
        return ""
    lines = [line.strip() for line in _LINE_ENDS.split(value.strip())]
    recipe, value = (_OF_LINES, "\n".join(lines)) if len(lines) > 1 else ("", value)
    # Over the SHA-1, because that is all that some tools tell of a value. It hides nothing; the key does.
    return _sealed(sha1(value.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest(), key, recipe)


def seal_digest(digest: str, key: bytes) -> str:
    """As :func:`seal`, of a value of which only the SHA-1 (hex, UTF-8) is known: the same secret, the same seal.

    Such a digest is brute-forced in no time, so it is as secret as its value. Empty for what is no SHA-1.
    """
    folded = digest.strip().lower()
    return _sealed(folded, key) if len(folded) == _SHA1 and not folded.strip(_HEX_DIGITS) else ""


def _sealed(digest: str, key: bytes, recipe: str = "") -> str:
    sealed = hmac.digest(key, digest.encode(), "sha256").hex()[:32]
    return key.mark(sealed, recipe) if isinstance(key, SecretKey) else sealed


class Redactor:
    """Masks what is known to be secret in this run, and what looks like it.

    Args:
        values: the secret values that the readers saw. Short ones and everyday words are left out, for masking them
            everywhere would only garble texts; a reader masks those in the entry itself.

    Names are left as they are unless the value looks like nothing but a secret, whoever found it: a package, a folder
    or a host that is called like a default password would lose its identity in every run that knows the password.
    """

    def __init__(self, values: frozenset[str] = frozenset()) -> None:
        worth = [value for value in values if is_worth_masking(value)]
        # Hosts, packages and ids lose their case on the way, so case tells nothing. A form that one value asks for
        # everywhere is looked for everywhere, in whatever order the values come.
        needles: dict[str, bool] = {}
        in_names: set[str] = set()
        for value in worth:
            is_told = is_telling(value)
            for form, whole in forms_of(value):
                needle = fold_case(form)
                needles[needle] = whole and needles.get(needle, True)
                in_names.update((needle,) if is_told else ())
        self._needles = tuple(sorted(needles))
        self._must_stand_alone = tuple(needles[needle] for needle in self._needles)
        self._counts_in_names = tuple(needle in in_names for needle in self._needles)
        if needles:
            self._find = self._finder()
            self.redact_text: Callable[[str], str] = lru_cache(_MEMO)(self._redact_text)
            self.redact_name: Callable[[str], str] = lru_cache(_MEMO)(self._redact_name)
            self.redact_code: Callable[[str], str] = lru_cache(_MEMO)(self._redact_code)
        else:
            self.redact_text, self.redact_name, self.redact_code = mask_likely, mask_marked, mask_likely

    @classmethod
    def of(cls, reports: Iterable[Report]) -> Redactor:
        """The redactor of a run: it knows the values that any of its reports gave away."""
        return cls(frozenset[str]().union(*(report.secrets.reveal() for report in reports)))

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._needles)} forms>"

    def _finder(self) -> Callable[[str], list[tuple[int, int, int]]]:
        from ahocorasick_rs import AhoCorasick, Implementation  # noqa: PLC0415 - 3 ms, and most runs know no secret

        # The default is a table of all states, in which forms that repeat themselves take time by their square.
        automaton = AhoCorasick(self._needles, implementation=Implementation.ContiguousNFA)
        return lambda text: automaton.find_matches_as_indexes(text, overlapping=True)

    def _redact_text(self, text: str) -> str:
        """The text with known and likely secrets as ``[redacted]``."""
        return mask_likely.__wrapped__(self._mask_known(text, is_name=False))

    def _redact_code(self, text: str) -> str:
        """As ``redact_text``, but words are left as in a name: for titles, which name packages, and what is compared.

        Lines of code read the same in every run, whether or not it knows that a word in them is a password.
        """
        return mask_likely.__wrapped__(self._mask_known(text, is_name=True))

    def _redact_name(self, text: str) -> str:
        """As ``redact_text`` for what carries identity: tokens that merely look random stay, they tell names apart."""
        return mask_marked.__wrapped__(self._mask_known(text, is_name=True))

    def redact_rules(self, text: str) -> str:
        """As ``redact_text``, but what merely looks random stays: for rules that people wrote, which hold digests."""
        return mask_marked.__wrapped__(self._mask_known(text, is_name=False) if self._needles else text)

    def _mask_known(self, text: str, *, is_name: bool) -> str:
        masked = self._mask_forms(text, is_name=is_name)
        if (bare := laid_bare(text)) == text:
            return masked
        other = self._mask_forms(bare, is_name=is_name)
        return other if other.count(MASK) > masked.count(MASK) else masked

    def _mask_forms(self, text: str, *, is_name: bool) -> str:
        spans = [
            (start, end)
            for needle, start, end in self._find(fold_case(text))
            if (not self._must_stand_alone[needle] or stands_alone(text, start, end))
            and (not is_name or self._counts_in_names[needle])
        ]
        return _cut(text, spans) if spans else text


def mask(text: str, value: str) -> str:
    """The text of the entry that carries ``value``, without it, however short the value is."""
    return text.replace(value, MASK) if value else text


def _cut(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with the union of the spans masked."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    ends = [(0, 0), *merged, (len(text), len(text))]
    return MASK.join(text[before[1] : after[0]] for before, after in pairwise(ends))
