"""What became of the remembered files since the remembered commit, read from the repository of the checkout."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Baseline
from aggregator.model.outcome import Outcome
from aggregator.model.passage import NOT_KNOWN, History, Passage
from aggregator.model.state import State
from aggregator.passages.lines import unchanged_lines, whole
from aggregator.passages.renames import pair_by_folder, pair_equal, pair_similar
from aggregator.run.sources import MOST_BYTES_A_FILE, Sources, read_below

if TYPE_CHECKING:
    from aggregator.run.repository import Repository

MOST_FILES = 2_000
"""Changed files whose old content is read; the others are followed by what the reports say."""
MOST_BYTES = 64 * 1024 * 1024
"""Of old content, and as much again of new files that may be renamed ones."""
MOST_CANDIDATES = 1_000
"""Files that are gone, and new ones, among which edited renames are looked for; with more, only exact ones count."""
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NOTEBOOK = ".ipynb"
_START = 8000
"""Where a zero byte makes a file binary, as git has it."""


class Past(Struct, frozen=True):
    """What the repository tells of the time since the state was made.

    Attributes:
        is_cut_off: the remembered commit is not there because the clone is shallow.
    """

    history: History = NOT_KNOWN
    is_cut_off: bool = False


def read_history(root: Path | None, state: State | None, commit: str, sources: Sources) -> Past:
    """Follow the files in which the last run saw something to where they are now.

    Where nothing is remembered, or there is no repository that has the remembered commit, nothing is known; that
    is no error. What is there now is what is checked out, not what any commit says.

    Args:
        root: the checkout.
        state: what is remembered, and of which commit.
        commit: the one this run is about; it stands in where the checkout does not tell its own.
        sources: the texts read from the checkout.
    """
    if root is None or state is None or not _COMMIT.fullmatch(state.commit) or not Path(root, ".git").is_dir():
        return Past()
    from aggregator.run.repository import open_repository  # noqa: PLC0415 - brings dulwich along

    repository = open_repository(root, len(state.commit))
    if repository is None:
        return Past()
    try:
        if (tree := repository.tree_of(state.commit)) is None:
            return Past(is_cut_off=Path(root, ".git", "shallow").is_file())
        now = repository.tree_of(repository.head()) or repository.tree_of(commit)
        return Past(_Reading(repository, tree, os.path.realpath(root), sources.texts).follow(_seen(state), now))
    finally:
        repository.close()


def checked_out(root: Path | None, digits: int) -> str:
    """The commit of a checkout, as a full id of so many digits; empty where there is none, or it cannot be told."""
    if root is None or not Path(root, ".git").is_dir():
        return ""
    from aggregator.run.repository import open_repository  # noqa: PLC0415 - brings dulwich along

    repository = open_repository(root, digits)
    if repository is None:
        return ""
    try:
        return repository.head()
    finally:
        repository.close()


def remark_on(past: Past, outcome: Outcome) -> Iterator[Diagnostic]:
    """What to say of a commit that the next run cannot look up, and of a past that is cut off.

    Of that only where it might have told that something new is something old.
    """
    commit = outcome.context.commit
    if commit and not _COMMIT.fullmatch(commit):
        yield Diagnostic(
            "commit-unclear",
            Level.WARNING,
            f"commit {commit}",
            "This is no full id of a commit, so code is not followed from here to the next run.",
            "Give all 40 hex digits, in small letters: `git rev-parse HEAD` prints them.",
        )
    if not past.is_cut_off:
        return
    rules = {
        baseline: {(finding.tool, finding.rule_id) for finding in outcome.findings if finding.baseline is baseline}
        for baseline in (Baseline.NEW, Baseline.ABSENT)
    }
    if not rules[Baseline.NEW].isdisjoint(rules[Baseline.ABSENT]):
        yield Diagnostic(
            "history-unread",
            Level.NOTE,
            "history",
            "Findings of one rule came and went, and the clone is too shallow to tell whether code only moved.",
            "Check out with `fetch-depth: 0` to have code followed through the repository's history.",
        )


def _seen(state: State) -> list[str]:
    """The files in which the last run with reports saw all open findings that are remembered there; sorted.

    What was seen earlier is of an earlier commit: its lines are not those that are followed here.
    """
    seen: set[str] = set()
    stale: set[str] = set()
    at = state.scanned_at or state.at
    for tracked in state.findings:
        if tracked.closed_at is None:
            for sighting in tracked.sightings:
                if sighting.location is not None:
                    (seen if sighting.last_seen == at else stale).add(sighting.location.path)
    return sorted(seen - stale)


class _Reading:
    """One reading of a repository, within limits."""

    def __init__(self, repository: Repository, tree: str, root: str, texts: Mapping[str, str]) -> None:
        self._repository = repository
        self._tree = tree
        self._root = root
        self._texts = texts
        self._files = MOST_FILES
        self._bytes = MOST_BYTES
        self._old_texts: dict[str, str | None] = {}

    def follow(self, paths: Iterable[str], now: str | None) -> History:
        """What became of the files; ``now`` is the tree that is checked out, if it is known."""
        history: dict[str, Passage] = {}
        lost: dict[str, str] = {}
        for path in paths:
            if (file := self._repository.file(self._tree, path)) is None:
                continue
            if path in self._texts:
                self._keep(history, path, file, path, self._texts[path])
            elif read_below(self._root, path) is None:
                lost[path] = file
        if lost and now is not None:
            self._follow_lost(history, lost, now)
        return history

    def _keep(self, history: dict[str, Passage], path: str, file: str, new_path: str, text: str) -> None:
        """Remember what became of one file, if its old content can be read."""
        if self._repository.id_of(text.encode("utf-8")) == file:
            history[path] = Passage(new_path, whole(text))
        elif path.endswith(_NOTEBOOK):
            history[path] = Passage(new_path, ())  # tools count the lines of its cells, not those of the file
        elif (old := self._old_text(file)) is not None:
            history[path] = Passage(new_path, unchanged_lines(old, text))

    def _old_text(self, file: str) -> str | None:
        """What was in a file; ``None`` when it is not to be read, or no text. Read once."""
        if file not in self._old_texts and self._files > 0 and self._bytes > 0:
            data = self._repository.content(file)
            self._files -= 1
            self._bytes -= len(data or b"")
            self._old_texts[file] = None if data is None else _text(data)
        return self._old_texts.get(file)

    def _follow_lost(self, history: dict[str, Passage], lost: dict[str, str], now: str) -> None:
        """What became of files that are not where they were: renamed, gone for good, or nobody knows."""
        changes = self._repository.differences(self._tree, now)
        if changes is None:
            return
        exact = pair_equal(changes.removed, changes.added)
        taken = exact.pairs.keys() | exact.doubtful
        came = changes.added.keys() - exact.pairs.values()
        removed = {path: file for path, file in changes.removed.items() if path not in taken}
        similar, doubtful = self._similar(removed, came, lost.keys() & removed.keys())
        renamed = exact.pairs | similar
        renamed |= pair_by_folder(renamed, lost, came)
        for path, file in lost.items():
            if (new_path := renamed.get(path)) is not None:
                if text := self._new_text(new_path):
                    self._keep(history, path, file, new_path, text)
                elif changes.added.get(new_path) == file and read_below(self._root, new_path):
                    history[path] = Passage(new_path, ())  # too large, or no text: its name is all there is to follow
            elif path in removed and path not in doubtful:
                history[path] = Passage("", ())

    def _similar(
        self, removed: Mapping[str, str], came: Iterable[str], lost: Iterable[str]
    ) -> tuple[dict[str, str], frozenset[str]]:
        """Edited renames, and the files of which nobody knows."""
        names = sorted(came)
        lost = frozenset(lost)
        if not lost or not names:
            return {}, frozenset()
        if len(removed) > MOST_CANDIDATES or len(names) > MOST_CANDIDATES:
            return {}, lost
        old = {path: text for path, file in removed.items() if (text := self._old_text(file)) is not None}
        new = {path: text for path in names if (text := self._new_text(path))}
        found = pair_similar(old, new, self._stayed())
        return found.pairs, found.doubtful | (lost - old.keys())

    def _stayed(self) -> Iterator[str]:
        """Texts of files that are where they were, up to a limit."""
        left = MOST_BYTES
        for path, text in self._texts.items():
            if left <= 0:
                return
            if self._repository.file(self._tree, path) is not None:
                left -= len(text)
                yield text

    def _new_text(self, path: str) -> str:
        """The text of a file that is checked out; empty when it is none, or too large."""
        if path in self._texts:
            return self._texts[path]
        data = read_below(self._root, path) or b""
        return "" if len(data) > MOST_BYTES_A_FILE else _text(data) or ""


def _text(data: bytes) -> str | None:
    return None if b"\0" in data[:_START] else data.decode("utf-8", errors="replace")
