"""The shapes in which one secret value turns up: escaped, encoded, cut into lines, or put in order as a name."""

from __future__ import annotations

import json
import re
import sys
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote

from aggregator.normalize.paths import normalize_path
from aggregator.normalize.text import INVISIBLE, clean_text

_QUOTED = re.compile(r"""(["'`])((?:(?!\1)[^\r\n]){6,})\1""")
_NO_NAME = re.compile(r"[!#$%^&*+=?~|<>]")
_PIECE = re.compile(r"[^\W_]+")
# A word with a number behind it, in CamelCase too: MyApp2, JSONParser, V2, 2024.
_NAME_PIECE = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]{1,5})?(?:[A-Z][a-z]{2,}|[A-Z]{2,5}(?![a-z]))*[0-9]*")
_DIGITS_INSIDE = re.compile(r"(?<=[^\W\d_])[0-9]+(?=[^\W\d_])")
_ENDLESS = re.compile(r"[a-z]{24}|[A-Z]{24}|[0-9]{24}")
_TURN = re.compile(r"(?<=[a-z])[A-Z]|(?<=[A-Z])[a-z]")
_UNSEEN = re.compile(f"{INVISIBLE.pattern}|[\ufe00-\ufe0f]")
_PERCENT_CODE = re.compile(r"%[0-9A-Fa-f]{2}")
_NUMBERED = re.compile(r"&#(?:([0-9]{1,7})|[xX]([0-9a-fA-F]{1,6}));?", re.ASCII)
_SORTS = (str.islower, str.isupper, str.isdigit)
_ESCAPE = re.compile(r"(?:[%=][0-9A-Fa-f]{2}|\\[abfnrtv0]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4})\Z")
_LONGEST_ESCAPE = 6
_SHORTEST = 6
_SHORTEST_LINE = 16
_SHORTEST_BASE64 = 8
_STANDS_ALONE_BELOW = 12
_SHORTEST_DRAWN = 8
_LONG_WORD = 16
_RESTLESS = 0.4

# Values that fixtures and defaults use; masking them in every text would hide ordinary words.
_WORDS = """
access account admin administrator apikey changeme client config credentials database default development disabled
dummy enabled example foobar guest hello localhost master mysecret null passw0rd passwd password password1 placeholder
postgres private production public qwerty redacted [redacted] required requires root secret secrets server service
staging string testing token tokens undefined unknown username welcome
"""
_COMMON = frozenset(_WORDS.split())


def literals_in(code: str) -> list[str]:
    """What stands in quotes in a piece of code: where a hard-coded secret would be."""
    return [literal for _, literal in _QUOTED.findall(code)]


def is_masked(value: str) -> bool:
    """Whether a tool has masked the value already, wholly or in part (Gitleaks ``--redact``, stars, a cut tail)."""
    stripped = value.strip()
    return not stripped or "REDACTED" in stripped.upper() or "***" in stripped or stripped.endswith(("...", "\u2026"))


def is_worth_masking(value: str) -> bool:
    """Whether masking this value wherever it stands hides a secret rather than ordinary text."""
    stripped = value.strip()
    if len(stripped) < _SHORTEST or stripped.lower() in _COMMON or is_masked(stripped):
        return False
    return not (stripped.isdecimal() and len(stripped) < _STANDS_ALONE_BELOW)


def is_telling(value: str) -> bool:
    """Whether a value looks like a secret and like no name, so that it may be masked where a name stands.

    It does when it is drawn by lot or very long, or mixes three sorts of letters and signs otherwise than names do:
    ``Tr0ubadour`` and ``correct+horse9`` do, ``rabbitmq``, ``customer-service-v2`` and ``MyApp2`` do not.
    """
    pieces = _PIECE.findall(value)
    if any(map(_is_drawn, pieces)):
        return True
    has_sign = bool(_NO_NAME.search(value))
    if sum(any(map(sort, value)) for sort in _SORTS) + has_sign < len(_SORTS):
        return False
    return has_sign or not all(map(_NAME_PIECE.fullmatch, pieces))


def _is_drawn(piece: str) -> bool:
    """Whether letters and digits without a break are no word: very long, or strewn with digits or capitals."""
    if len(piece) < _SHORTEST_DRAWN:
        return False
    inside = len(_DIGITS_INSIDE.findall(piece))
    if len(piece) < _LONG_WORD:
        return inside > 1
    turns = len(_TURN.findall(piece))
    return inside > 0 or turns >= _RESTLESS * len(piece) or bool(_ENDLESS.search(piece))


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether neither side of the span continues a word; the letters of an escape before it are none of a word."""
    if text[end : end + 1].isalnum():
        return False
    return not text[start - 1 : start].isalnum() or bool(_ESCAPE.search(text[max(0, start - _LONGEST_ESCAPE) : start]))


def fold_case(text: str) -> str:
    """The text in lower case, of the same length, character by character."""
    if text.isascii():
        return text.lower()
    return "".join([lower if len(lower := character.lower()) == 1 else character for character in text])


def laid_bare(text: str) -> str:
    """What a text says to whoever reads it, nothing invisible, and no character as a number or in percent code."""
    said = text if text.isascii() else _UNSEEN.sub("", text)
    if "&#" in said:
        said = _NUMBERED.sub(_character, said)
    if "%" in said and _PERCENT_CODE.search(said):
        said = unquote(said)
    return text if said == text else clean_text(said)


def _character(number: re.Match[str]) -> str:
    code = int(number[1] or number[2], 10 if number[1] else 16)
    return chr(code) if code <= sys.maxunicode else number[0]


def forms_of(value: str) -> Iterator[tuple[str, bool]]:
    """Every form to search for, and whether it counts only where it stands alone (short values inside words)."""
    stripped = value.strip()
    for piece in _pieces(stripped):
        short = len(piece) < _STANDS_ALONE_BELOW
        for form in _escaped(piece) | _put_in_order(piece):
            yield form, short
    for form in _base64(stripped.encode("utf-8", "surrogatepass")):
        yield form, False


def _pieces(value: str) -> Iterator[str]:
    """The value; when it has lines, each that is long enough to be telling; and what follows its last dot."""
    yield value
    lines = [line.strip() for line in value.splitlines()]
    if len(lines) > 1:
        yield from (line for line in lines if len(line) >= _SHORTEST_LINE and not line.startswith("-----"))
    last = value.rpartition(".")[2]
    if _SHORTEST_LINE <= len(last) < len(value):
        yield last


def _escaped(value: str) -> set[str]:
    """The value as it stands, and inside JSON, URLs and HTML."""
    plain = value.encode("utf-8", "replace").decode()
    percent = {quote(plain, safe=""), quote(plain), quote_plus(plain)}
    ascii_json, json_text = json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]
    # Go's encoder writes <, > and & as \u003c and so on.
    go_json = json_text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    base = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    html = {
        base.replace('"', double).replace("'", single)
        for double in ('"', "&quot;", "&#34;")
        for single in ("'", "&#39;", "&#x27;")
    }
    return {value, ascii_json, json_text, go_json} | percent | {_lower_percent(form) for form in percent} | html


def _put_in_order(value: str) -> set[str]:
    """What becomes of the value where it stands as a path, a title, a rule or a package, except for its case."""
    cleaned = clean_text(value)
    words = " ".join(cleaned.split())
    forms = {cleaned, words, "-".join(words.replace("_", " ").split()), words.replace("_", "-").replace(".", "-")}
    forms |= {words.replace("-", " ").replace("_", " ").strip(), unquote(cleaned)}
    if "/" in cleaned or "\\" in cleaned:
        forms |= {cleaned.replace("\\", "/"), normalize_path(cleaned)}
    return {form for form in forms if len(form) >= _SHORTEST}


def _lower_percent(text: str) -> str:
    """``%2F`` as ``%2f``: both are written."""
    head, *rest = text.split("%")
    return "%".join([head, *(piece[:2].lower() + piece[2:] for piece in rest)])


def _base64(value: bytes) -> Iterator[str]:
    """The characters that the value always gives inside a base64 text, for each of the three places it can begin."""
    for shift in range(3):
        encoded = b64encode(b"\0" * shift + value).decode()
        # The first characters mix in what stands before; the last ones what comes after.
        first = (shift * 8 + 5) // 6
        last = (shift + len(value)) * 8 // 6
        stable = encoded[first:last]
        if len(stable) >= _SHORTEST_BASE64:
            yield stable
            yield stable.replace("+", "-").replace("/", "_")
