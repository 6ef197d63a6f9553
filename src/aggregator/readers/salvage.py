"""What can be saved of JSON that is not well-formed. Runs only where plain decoding has failed."""

from __future__ import annotations

import json
import math
import re

from msgspec import Struct

MENDED = "characters or numbers that JSON does not allow were replaced."
GARBLED = "bytes of it that are no text were replaced."
_SEPARATORS = " \t\r\n,\x1e"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE = re.compile(r"\n")
_UNINDENTED = re.compile(r"\n(?=[^ \t\r\n])")
_LONGEST_NUMBER = 400
_DEEPEST = 200
_ESCAPE = re.compile(r'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
# Every failure makes the decoder count the lines before it: without a limit a megabyte of "{x" took two minutes.
_MOST_FAILURES = 500


class Rescued(Struct, frozen=True):
    """The complete entries of a damaged document, as one well-formed document.

    Attributes:
        damage: what was wrong, one sentence.
        is_partial: entries are missing, or may be.
    """

    data: bytes
    damage: str
    is_partial: bool


def mend(data: bytes) -> bytes | None:
    """The same document without control characters, unknown escapes, lone surrogates, NaN and infinity, as UTF-8.

    ``None`` when that is not what is wrong with it.
    """
    text = data.decode("utf-8", "replace")
    try:
        document = _lenient(text)
    except json.JSONDecodeError as error:
        if not error.msg.startswith("Invalid \\"):
            return None
        try:  # ZAP writes a control character as \x0000: the backslash is meant as one
            document = _lenient(_ESCAPE.sub(lambda escape: escape[0] if escape[1] else "\\\\", text))
        except (ValueError, RecursionError):
            return None
    except (ValueError, RecursionError):
        return None
    return _LONE_SURROGATE.sub("\ufffd", json.dumps(document, ensure_ascii=False)).encode()


def is_garbled(data: bytes) -> bool:
    """Whether some of its bytes are no UTF-8, so that mending it loses what they said."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


def _lenient(text: str) -> object:
    return json.loads(text, strict=False, parse_constant=lambda _: None, parse_float=_finite, parse_int=_sensible)


def rescue(data: bytes) -> Rescued | None:
    """The complete entries of a document that is cut short or holds several values.

    Arrays written one after the other, an array with stray separators, a sequence of objects and JSON lines become
    one array; an array that breaks off keeps its complete leading entries; one object followed by other text stays
    that object. ``None`` when not one complete entry is there.
    """
    walk = _Walk(data.decode("utf-8", "replace"))
    walk.run()
    if not walk.entries:
        return None
    if walk.arrays == 0 and len(walk.entries) == 1:
        if not walk.skipped:
            return None
        return Rescued(
            walk.entries[0].encode("utf-8", "replace"), "text after the report was skipped.", is_partial=False
        )
    body = ("[" + ",".join(walk.entries) + "]").encode("utf-8", "replace")
    if walk.inside or walk.skipped:
        return Rescued(body, "it breaks off or is damaged; only its complete entries were read.", is_partial=True)
    return Rescued(body, "several documents stand in this one file; they were read as one.", is_partial=False)


def close_brackets(opening: str) -> str:
    """A document's opening with what is incomplete cut off and every bracket closed; empty when nothing is left."""
    closers = ""
    cut, cut_closers = 0, ""
    in_string = False
    for token in re.finditer(r'\\.|"|[{}\[\],]', opening, re.DOTALL):
        mark = token[0]
        if mark == '"':
            in_string = not in_string
        elif in_string or mark[0] == "\\":
            continue
        elif mark == ",":
            cut, cut_closers = token.start(), closers
        elif mark in "{[":
            closers = ("}" if mark == "{" else "]") + closers
            if len(closers) == _DEEPEST:
                break
        elif closers[:1] == mark:
            closers = closers[1:]
            cut, cut_closers = token.end(), closers
        else:
            break
    return opening[:cut] + cut_closers


def _finite(number: str) -> float | None:
    value = float(number)
    return value if math.isfinite(value) else None


def _sensible(number: str) -> int | None:
    return int(number) if len(number) < _LONGEST_NUMBER else None


class _Walk:
    """One pass over a text, collecting the source text of every complete entry."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.entries: list[str] = []
        self.arrays = 0
        self.inside = False
        self.skipped = False
        self._failures = 0
        # Numbers are not looked at here: a huge one must not stop the walk.
        self._decoder = json.JSONDecoder(strict=False, parse_int=len, parse_float=len)

    def run(self) -> None:
        """Walk to the end of the text, or to where an array breaks off."""
        while self.at < len(self.text):
            mark = self.text[self.at]
            if mark in _SEPARATORS:
                self.at += 1
            elif mark == "]":
                self.inside = False
                self.at += 1
            elif mark == "[" and not self.inside:
                self.inside = True
                self.arrays += 1
                self.at += 1
            elif not self._entry():
                return

    def _entry(self) -> bool:
        """Take one value. Outside an array a line that is none is skipped; inside, the walk ends."""
        try:
            _, end = self._decoder.raw_decode(self.text, self.at)
        except (ValueError, RecursionError):
            self.skipped = True
            self._failures += 1
            if self.inside or self._failures > _MOST_FAILURES:
                return False
            self._skip_line()
            return True
        if self.inside or self.text[self.at] == "{":
            self.entries.append(self.text[self.at : end])
        else:
            self.skipped = True
        self.at = end
        return True

    def _skip_line(self) -> None:
        """Go on at the next line that may start a document; below a broken ``{`` indented lines belong to it."""
        pattern = _UNINDENTED if self.text[self.at] == "{" else _LINE
        newline = pattern.search(self.text, self.at)
        self.at = newline.start() if newline else len(self.text)
