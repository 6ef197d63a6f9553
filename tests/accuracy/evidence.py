"""What each kind of evidence adds: the same sets with one kind taken away, and with nothing but CWE and line.

``python -m tests.accuracy.evidence`` prints precision and recall of every set under each of them. *Without tables* is
leave-one-set-out: it is how a set fares when none of its rules had been known to the tables beforehand.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from msgspec.structs import replace

from aggregator.dedupe.correlation import compatibility
from aggregator.dedupe.correlation.compatibility import Agreement, Refusal
from aggregator.dedupe.entry import Entry
from aggregator.knowledge.knowledge import Knowledge
from aggregator.knowledge.meaning import UNKNOWN
from tests.accuracy.correlation import measure
from tests.accuracy.labelled import LabelledSet, development_sets, own_sets
from tests.accuracy.scoring import Score

Compare = Callable[[Entry, Entry, Knowledge], Agreement | Refusal]
_TAKEN = Refusal("this evidence was taken away", is_veto=False)
_NEARBY = ("text-and-its-use", "same-control-nearby")


def by_cwe_and_line(one: Entry, two: Entry, _: Knowledge) -> Agreement | Refusal:
    """The usual rule across tools: the same CWE, or id of a vulnerability, in the same place."""
    a, b = one.results[0], two.results[0]
    if a.tool == b.tool:
        return Refusal("the same tool")
    if a.component is not None and b.component is not None:
        is_same = (a.rule_id, a.component.purl, a.component.path) == (b.rule_id, b.component.purl, b.component.path)
        return Agreement(0, "same-id", ()) if is_same else Refusal("another id")
    if a.location is None or b.location is None or a.location.start_line != b.location.start_line:
        return Refusal("another line")
    return Agreement(0, "same-cwe", ()) if set(a.weaknesses) & set(b.weaknesses) else Refusal("another CWE")


def without_keys(*keys: str) -> Compare:
    """The real comparison, without agreements of these keys."""

    def compare(one: Entry, two: Entry, knowledge: Knowledge) -> Agreement | Refusal:
        answer = compatibility.compare(one, two, knowledge)
        return _TAKEN if isinstance(answer, Agreement) and answer.key in keys else answer

    return compare


def on_the_same_line(one: Entry, two: Entry, knowledge: Knowledge) -> Agreement | Refusal:
    """The real comparison, where first lines are equal."""
    a, b = one.results[0].location, two.results[0].location
    if a is not None and b is not None and a.start_line != b.start_line:
        return Refusal("another first line")
    return compatibility.compare(one, two, knowledge)


def without_values(one: Entry, two: Entry, knowledge: Knowledge) -> Agreement | Refusal:
    """The real comparison, where no tool tells a secret's value."""
    return compatibility.compare(_without_value(one), _without_value(two), knowledge)


def _without_value(entry: Entry) -> Entry:
    return Entry((replace(entry.results[0], secret=""),), entry.format)


def without_columns(one: Entry, two: Entry, knowledge: Knowledge) -> Agreement | Refusal:
    """The real comparison, where every tool names lines alone."""
    return compatibility.compare(_without_columns(one), _without_columns(two), knowledge)


def _without_columns(entry: Entry) -> Entry:
    row = entry.results[0]
    if row.location is None:
        return entry
    return Entry((replace(row, location=replace(row.location, start_column=None, end_column=None)),), entry.format)


_COMPARE = "aggregator.dedupe.correlation.correlate.compare"
_PATCHES: dict[str, dict[str, object]] = {
    "everything": {},
    "without tables": {
        "aggregator.knowledge.weaknesses.book_of": lambda _: None,
        "aggregator.knowledge.knowledge.controls_of": lambda *_: (),
        "aggregator.knowledge.knowledge.secret_kind_of": lambda *_: UNKNOWN,
    },
    "without CWE": {"aggregator.knowledge.weaknesses._classes_of_cwes": lambda _: ()},
    "without words": {
        "aggregator.knowledge.weaknesses._classes_of_words": lambda _: (),
        "aggregator.dedupe.correlation.compatibility.configuration.likeness": lambda *_: 0.0,
    },
    "without values": {_COMPARE: without_values},
    "without columns": {_COMPARE: without_columns},
    "without nearby lines": {_COMPARE: without_keys(*_NEARBY)},
    "first lines equal": {_COMPARE: on_the_same_line},
    "without aliases": {"aggregator.dedupe.correlation.correlate.settled": lambda entries: entries},
    "CWE and line alone": {_COMPARE: by_cwe_and_line},
}


@contextmanager
def only(name: str) -> Iterator[None]:
    """The program with this choice of evidence."""
    with ExitStack() as stack:
        for target, stand_in in _PATCHES[name].items():
            stack.enter_context(patch(target, stand_in))
        yield


def row(labelled: LabelledSet) -> Iterator[tuple[str, Score]]:
    """The set's score under every choice of evidence."""
    for name in _PATCHES:
        with only(name):
            yield name, measure(labelled).score


def main() -> int:
    """Print the table, a set a row."""
    print("set".ljust(24) + "".join(name.rjust(22) for name in _PATCHES))
    for labelled in (*development_sets(), *own_sets()):
        cells = (f"{score.precision:.3f} / {score.recall:.3f}".rjust(22) for _, score in row(labelled))
        print(labelled.name.ljust(24) + "".join(cells))
    return 0


if __name__ == "__main__":
    sys.exit(main())
