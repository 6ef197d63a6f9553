"""Which new file goes on with which file that is gone, told from their texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from aggregator.passages.lines import split_lines

ALIKE = 0.5
"""The share of the larger file's telling lines that both must have."""
NEAR = 0.25
"""The share from which nobody knows whether a file goes on with the other."""
_CLEARLY = 0.1
"""By how much a candidate must be better than another one to win without its name."""
_FEWEST_LINES = 3
_FEWEST_FILES = 2
_SHORTEST_LINE = 4
"""A shorter one, a bracket or ``end``, tells nothing."""
_MOST_HOLDERS = 20
"""A line that more files hold than this brings none of them together."""


class Renames(Struct, frozen=True):
    """What became of the files that are gone.

    Attributes:
        pairs: the new path by the old one, one to one.
        doubtful: old paths of which nobody knows: more than one new file may go on with them, or another one that is
            gone may be what went on, or a new file has their name, or too little of their text.
    """

    pairs: dict[str, str]
    doubtful: frozenset[str]


class _Pair(Struct, frozen=True, gc=False):
    """Two files that are alike, and how much: the share of lines, and how many ends of their paths are the same."""

    old: str
    new: str
    share: float
    names: int

    def beats(self, other: _Pair) -> bool:
        """Whether nobody would take the other one for this."""
        if abs(self.share - other.share) < _CLEARLY:
            return self.names > other.names
        return self.share > other.share


def pair_equal(gone: Mapping[str, str], came: Mapping[str, str]) -> Renames:
    """Pair files of the same content. Where several have it, the ends of their paths decide or nothing does.

    Both map paths to what stands for the whole content, an object id for example.
    """
    by_content: defaultdict[str, list[str]] = defaultdict(list)
    for path, content in came.items():
        by_content[content].append(path)
    alike: list[_Pair] = []
    crowded: set[str] = set()
    holders = Counter(gone.values())
    for path, content in gone.items():
        others = by_content.get(content, [])
        if len(others) * holders[content] > _MOST_HOLDERS**2:  # empty files, licenses
            crowded.add(path)
        else:
            alike += [_Pair(path, other, 1.0, _same_ends(path, other)) for other in others]
    renames = _decided(alike)
    return Renames(renames.pairs, renames.doubtful | crowded)


def pair_similar(gone: Mapping[str, str], came: Mapping[str, str], common: Iterable[str] = ()) -> Renames:
    """Pair files whose telling lines are mostly the same: lines that few files have, and none that stayed.

    Args:
        gone: texts of files that are gone, by path.
        came: texts of files that are new, by path.
        common: texts of files that stayed; what they hold too is boilerplate and tells nothing.
    """
    theirs = {path: _lines(text) for path, text in gone.items()}
    ours = {path: _lines(text) for path, text in came.items()}
    boilerplate = _boilerplate([*theirs.values()], [*ours.values()], common)
    telling = {path: lines - boilerplate for path, lines in ours.items()}
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for path, lines in telling.items():
        for line in lines:
            holders[line].append(path)
    alike: list[_Pair] = []
    names = {_name(path) for path in ours}
    near = {path for path in theirs if _name(path) in names}
    for path, lines in theirs.items():
        mine = lines - boilerplate
        shared = Counter(other for line in mine for other in holders.get(line, ()))
        for other, count in shared.items():
            share = count / max(len(mine), len(telling[other]))
            if count >= _FEWEST_LINES and share >= ALIKE and _are_alike(lines, ours[other]):
                alike.append(_Pair(path, other, share, _same_ends(path, other)))
            elif share >= NEAR:
                near.add(path)
    renames = _decided(alike)
    return Renames(renames.pairs, (renames.doubtful | near) - renames.pairs.keys())


def _are_alike(old: frozenset[str], new: frozenset[str]) -> bool:
    """Whether most of the larger file's lines are in both, boilerplate or not."""
    return len(old & new) >= ALIKE * max(len(old), len(new))


def pair_by_folder(pairs: Mapping[str, str], gone: Iterable[str], came: Iterable[str]) -> dict[str, str]:
    """Pair files that no text pairs, of folders that moved: where the others of the folder went, under the same name.

    ``pairs`` are the renames known so far. A folder moved when at least two of its files kept their names, and most of
    those are in one folder now.
    """
    moves: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for old, new in pairs.items():
        if _name(old) == _name(new):
            moves[old.removesuffix(_name(old))][new.removesuffix(_name(new))] += 1
    free = frozenset(came) - frozenset(pairs.values())
    found: dict[str, str] = {}
    for path in sorted(frozenset(gone) - pairs.keys()):
        if folder := _destination(moves.get(path.removesuffix(_name(path)))):
            found[path] = folder[0] + _name(path)
    # Files of two folders that were made one may claim the same.
    claims = Counter(found.values())
    return {old: new for old, new in found.items() if new in free and claims[new] == 1}


def _destination(moves: Counter[str] | None) -> tuple[str, ...]:
    """The one folder that most files of a folder went to; empty when there is none."""
    if moves is None:
        return ()
    ((folder, count),) = moves.most_common(1)
    return (folder,) if count >= _FEWEST_FILES and count * 3 >= moves.total() * 2 else ()


def _lines(text: str) -> frozenset[str]:
    """The lines that may tell something, without white space at their ends."""
    return frozenset(folded for line in split_lines(text) if len(folded := line.strip()) >= _SHORTEST_LINE)


def _boilerplate(
    old: Collection[frozenset[str]], new: Collection[frozenset[str]], common: Iterable[str]
) -> frozenset[str]:
    """The lines that many files hold, or a file that stayed."""
    held: set[str] = set().union(*old) & set().union(*new)
    plain: set[str] = set()
    for text in common:
        plain |= held.intersection(map(str.strip, text.split("\n")))
    for side in (old, new):
        holders = Counter(line for lines in side for line in lines)
        plain.update(line for line in held if holders[line] > _MOST_HOLDERS)
    return frozenset(plain)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _same_ends(old: str, new: str) -> int:
    """How many parts of the two paths are the same, from the file's name up."""
    count = 0
    for ours, theirs in zip(reversed(old.split("/")), reversed(new.split("/")), strict=False):
        if ours != theirs:
            break
        count += 1
    return count


def _decided(alike: Iterable[_Pair]) -> Renames:
    """The pairs that beat every other pair of either file."""
    by_old: defaultdict[str, list[_Pair]] = defaultdict(list)
    by_new: defaultdict[str, list[_Pair]] = defaultdict(list)
    for pair in alike:
        by_old[pair.old].append(pair)
        by_new[pair.new].append(pair)
    pairs: dict[str, str] = {}
    for path, choices in sorted(by_old.items()):
        for pair in choices:
            rivals = (rival for rival in (*choices, *by_new[pair.new]) if rival is not pair)
            if all(pair.beats(rival) for rival in rivals):
                pairs[path] = pair.new
    return Renames(pairs, frozenset(by_old.keys() - pairs.keys()))
