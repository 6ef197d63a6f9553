"""``primaryLocationLineHash``, as GitHub's own upload action computes it.

GitHub matches alerts by this value, and a file sent over the REST API does not get it computed. The published algorithm
rolls a hash over the file's UTF-16 code units, blanks left out and line ends folded to LF. A line's value covers the
100 units from its start (base 37, modulo 2**64, zeros behind the end), with the count of equal values so far.

Rolling over every unit is slow in Python, so the same value is computed from each line's own window of 100 units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate
from operator import mul

_WINDOW = 100
_MODULUS = 1 << 64
_POWERS = tuple(pow(37, exponent, _MODULUS) for exponent in reversed(range(_WINDOW)))
_END_OF_FILE = "\uffff"
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


def line_hashes(text: str, lines: Iterable[int], secret_lines: Iterable[int] = ()) -> dict[int, str]:
    """The hash of each wanted 1-based line of a file, for example ``{12: "54703d4cd895b18:1"}``.

    Lines that the file does not have are left out, and so is a line whose window touches one of ``secret_lines``:
    no hash of a line that holds a secret may be kept.
    """
    units = _units(text)
    starts = [0, *accumulate(len(line) + 1 for line in units.split("\n"))]
    wanted = sorted({line for line in lines if 0 < line < len(starts)})
    secrets = [(starts[line - 1], starts[line]) for line in secret_lines if 0 < line < len(starts)]
    if not wanted:
        return {}
    padded = units + _END_OF_FILE + "\0" * _WINDOW
    windows = [padded[start : start + _WINDOW] for start in starts[: wanted[-1]]]
    counts = _occurrences(windows, wanted)
    return {
        line: f"{_polynomial(windows[line - 1]):x}:{counts[line]}"
        for line in wanted
        if not _touches(starts[line - 1], secrets)
    }


def _units(text: str) -> str:
    """The file as one character for each UTF-16 code unit, without blanks, with LF for every line end."""
    folded = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    return folded if folded.isascii() else _ASTRAL.sub(_surrogates, folded)


def _surrogates(match: re.Match[str]) -> str:
    offset = ord(match[0]) - 0x10000
    return chr(0xD800 + (offset >> 10)) + chr(0xDC00 + (offset & 0x3FF))


def _occurrences(windows: list[str], wanted: list[int]) -> dict[int, int]:
    """How many of the lines up to each wanted one have the same window; the line itself is counted."""
    seen: dict[str, int] = {}
    counts: list[int] = []
    for window in windows:
        count = seen[window] = seen.get(window, 0) + 1
        counts.append(count)
    return {line: counts[line - 1] for line in wanted}


def _polynomial(window: str) -> int:
    total: int = sum(map(mul, map(ord, window), _POWERS))
    return total % _MODULUS


def _touches(start: int, secrets: list[tuple[int, int]]) -> bool:
    return any(first < start + _WINDOW and start < last for first, last in secrets)
