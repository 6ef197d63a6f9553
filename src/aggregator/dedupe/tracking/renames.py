"""Which files were renamed, told from their findings alone: one old file against one new file, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from posixpath import basename, splitext

from aggregator.dedupe.tracking.blocks import same_blocks
from aggregator.dedupe.tracking.ledger import Ledger
from aggregator.dedupe.tracking.row import HIDDEN, Row, lies_here

_TELLING = 2
"""How many findings at the same distance tell a file."""

Mark = tuple[str, str, int]
"""Tool, rule id, line."""


def infer_renames(old: Mapping[str, list[Mark]], new: Mapping[str, list[Mark]]) -> list[tuple[str, str]]:
    """Pair files that vanished with files that appeared when what was found in them looks the same.

    ``old`` holds files in which nothing is found any more, ``new`` files in which nothing was found before. Signs, from
    strong to weak, each believed only when one file on either side carries it: the same marks on the same lines under
    the same extension; at least two marks with the same gaps between them; the same rules under the same file name.
    """
    pairs: list[tuple[str, str]] = []
    left, arrived = dict(old), dict(new)
    for sign in (_same_lines, _same_gaps, _same_rules):
        for pair in _unique_pairs(left, arrived, sign):
            pairs.append(pair)
            del left[pair[0]], arrived[pair[1]]
    return pairs


def _unique_pairs(
    old: Mapping[str, list[Mark]],
    new: Mapping[str, list[Mark]],
    sign: Callable[[str, list[Mark]], object | None],
) -> list[tuple[str, str]]:
    theirs, ours = _by_sign(old, sign), _by_sign(new, sign)
    return sorted(
        (theirs[key][0], paths[0]) for key, paths in ours.items() if len(paths) == 1 and len(theirs.get(key, ())) == 1
    )


def _by_sign(
    files: Mapping[str, list[Mark]], sign: Callable[[str, list[Mark]], object | None]
) -> dict[object, list[str]]:
    signs: dict[object, list[str]] = {}
    for path, marks in files.items():
        key = sign(path, sorted(marks))
        if key is not None:
            signs.setdefault(key, []).append(path)
    return signs


def _same_lines(path: str, marks: list[Mark]) -> object | None:
    return (splitext(path)[1], tuple(marks))


def _same_gaps(path: str, marks: list[Mark]) -> object | None:
    if len(marks) == 1:  # one mark has no gaps
        return None
    top = min(line for _, _, line in marks)
    return (splitext(path)[1], tuple((tool, rule, line - top) for tool, rule, line in marks))


def _same_rules(path: str, marks: list[Mark]) -> object | None:
    return (basename(path), tuple((tool, rule) for tool, rule, _ in marks))


def vanished_and_arrived(ledger: Ledger, present: frozenset[str]) -> tuple[dict[str, list[Row]], dict[str, list[Row]]]:
    """What is still free, by file: in files where nothing is found any more, and in files where nothing was found.

    Files of earlier commits are none of these: they have the names that they had.
    """
    stayed = present | {path for index in range(len(ledger.entries)) if (path := ledger.new_place(index))}
    before = {path for index in range(len(ledger.known)) if (path := ledger.old_place(index))}
    old = _files(ledger.old_row(index) for index in ledger.alive(ledger.old) if ledger.old_place(index) not in stayed)
    new = _files(ledger.new_row(index) for index in ledger.new if ledger.new_place(index) not in before)
    return {path: rows for path, rows in old.items() if lies_here(path)}, {
        path: rows for path, rows in new.items() if lies_here(path)
    }


def renames_by_text(ledger: Ledger, present: frozenset[str]) -> dict[str, str]:
    """Old file names to new ones, where flagged texts or the findings' distances say so.

    A text that only one vanished and one arrived file show votes for the two, and so do two findings at the same
    distance; a pair stands when it is the first choice of both. Files of a folder that went as a whole follow it,
    though their own texts say nothing clear.
    """
    old, new = vanished_and_arrived(ledger, present)
    if not old or not new:
        return {}
    theirs, ours = _where(old), _where(new)
    votes: Counter[tuple[str, str]] = Counter()
    for sign, paths in theirs.items():
        if len(paths) == 1 and len(ours.get(sign, ())) == 1:
            votes[next(iter(paths)), next(iter(ours[sign]))] += 1
    found = _first_choices(votes)
    for before, now in same_blocks(_rows(old, found), _rows(new, found.values()), _TELLING):
        votes[before[0].path, now[0].path] += 1
    found |= _first_choices(votes)
    return found | _with_their_folders(found, set(old) - set(found), set(new) - set(found.values()))


def _rows(files: Mapping[str, list[Row]], known: Iterable[str]) -> list[Row]:
    settled = set(known)
    return [row for path, rows in files.items() if path not in settled for row in rows]


def _where(files: Mapping[str, list[Row]]) -> dict[object, set[str]]:
    signs: dict[object, set[str]] = {}
    for path, rows in files.items():
        for row in rows:
            for kind, text in enumerate(row.texts):
                if text and text != HIDDEN:
                    signs.setdefault((row.family, kind, text), set()).add(path)
                    signs.setdefault((row.family, kind, text, row.around), set()).add(path)
    return signs


def _first_choices(votes: Counter[tuple[str, str]]) -> dict[str, str]:
    best_old, best_new = _best(votes, 0), _best(votes, 1)
    return {old: new for (old, new) in sorted(votes) if best_old.get(old) == best_new.get(new) == (old, new)}


def _best(votes: Counter[tuple[str, str]], side: int) -> dict[str, tuple[str, str]]:
    """The pair with the most votes for each path of a side; none where two have as many."""
    best: dict[str, tuple[str, str]] = {}
    tied: set[str] = set()
    for pair, count in sorted(votes.items(), key=lambda each: (-each[1], each[0])):
        path = pair[side]
        if path not in best:
            best[path] = pair
        elif votes[best[path]] == count:
            tied.add(path)
    return {path: pair for path, pair in best.items() if path not in tied}


def _with_their_folders(found: Mapping[str, str], left: set[str], arrived: set[str]) -> dict[str, str]:
    """Files that follow the folder of others: the same change of the beginning of the path, and nobody else's."""
    changes = {_change(old, new) for old, new in found.items()}
    targets: dict[str, set[str]] = {}
    for path in left:
        for before, now in changes:
            if path.startswith(before) and (target := now + path[len(before) :]) in arrived:
                targets.setdefault(path, set()).add(target)
    claims = Counter(target for each in targets.values() for target in each)
    return {
        path: target
        for path, each in sorted(targets.items())
        if len(each) == 1 and claims[target := next(iter(each))] == 1
    }


def _change(old: str, new: str) -> tuple[str, str]:
    """The two paths without the folders and the name that they share at their ends."""
    ours, theirs = old.split("/"), new.split("/")
    while ours and theirs and ours[-1] == theirs[-1]:
        ours.pop()
        theirs.pop()
    return "".join(f"{part}/" for part in ours), "".join(f"{part}/" for part in theirs)


def _files(rows: Iterable[Row]) -> dict[str, list[Row]]:
    files: dict[str, list[Row]] = {}
    for row in rows:
        files.setdefault(row.path, []).append(row)
    return files
