"""What is published about the vulnerabilities of a run: from the files the policy names, or from the public feeds.

A feed is fetched at most once a day and kept beside the state; where the state is no folder, there is no place to keep
it. A feed that fails is a warning, and the newest copy is used with its own date. Nothing is fetched unless the policy
says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from msgspec import Struct

from aggregator.disk import write_whole
from aggregator.intelligence import add_epss, add_kev
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import OnefoldError, ServiceError, UnusableData, UsageError
from aggregator.model.intelligence import NOTHING_KNOWN, Intelligence
from aggregator.model.report import ReadFailure, Report
from aggregator.model.state import State
from aggregator.policy.risk import RiskRules
from aggregator.run.outside import GitHub
from aggregator.settings import Settings
from aggregator.transport.feed import LARGEST_FEED, fetch

FOLDER = "feeds"
"""Below the folder of the state."""
_FRESH = timedelta(days=30)
_UNKNOWN = "No older copy is at hand, so the terms of the risk score that need it are unknown."


class Gathered(Struct, frozen=True):
    """What is known, and what went wrong on the way."""

    intelligence: Intelligence = NOTHING_KNOWN
    diagnostics: tuple[Diagnostic, ...] = ()


class _Source(Struct, frozen=True):
    """One of the two: its file in the policy, its feed, and how it is read into what is known already."""

    key: str
    title: str
    file: str | None
    url: str
    suffix: str
    add: Callable[[Intelligence, bytes], Intelligence]

    def name(self, day: date) -> str:
        return f"{self.key}-{day:%Y%m%d}.{self.suffix}"

    def day(self, known: Intelligence) -> date | None:
        return known.epss_at if self.key == "epss" else known.kev_at


def vulnerabilities(reports: Iterable[Report | ReadFailure], state: State | None) -> frozenset[str]:
    """The CVE numbers that this run's findings may have."""
    readable = (report for report in reports if isinstance(report, Report))
    results = (result for report in readable for scan in report.scans for result in scan.results)
    found = {name for result in results for name in result.vulnerability_ids}
    found.update(name for tracked in (state.findings if state else ()) for name in tracked.vulnerability_ids)
    return frozenset(name for name in found if name.startswith("CVE-"))


def read_intelligence(
    settings: Settings, rules: RiskRules, wanted: AbstractSet[str], github: GitHub, now: datetime
) -> Gathered:
    """What is known about the ``wanted`` vulnerabilities; ``now`` is the run's time.

    Raises ``UsageError`` when a named file cannot be used.
    """
    add = partial(add_epss, wanted=wanted)
    addresses = github.feeds
    known, remarks = NOTHING_KNOWN, list[Diagnostic]()
    for source in (
        _Source("epss", "The EPSS ratings", rules.epss, addresses.epss, "csv.gz", add),
        _Source("kev", "CISA's catalogue", rules.kev, addresses.kev, "json", add_kev),
    ):
        if source.file is not None:
            known = _from_file(source, source.file, settings.source_root or Path(), known)
        elif rules.feeds:
            known = _Feed(source, settings, github, remarks).read(known)
        remarks += _old(source, known, now)
    return Gathered(known, tuple(remarks))


def _old(source: _Source, known: Intelligence, now: datetime) -> Iterator[Diagnostic]:
    """Data that nobody renews say less every day."""
    day = source.day(known)
    if day is not None and now.date() - day > _FRESH:
        reason = f"The data are of {day}, {(now.date() - day).days} days before this run."
        yield Diagnostic("intelligence-old", Level.WARNING, source.title, reason, f"Fetch them anew from {source.url}")


def _from_file(source: _Source, named: str, base: Path, known: Intelligence) -> Intelligence:
    key = f"risk.{source.key}"
    try:
        with (base / named).open("rb") as file:
            data = file.read(LARGEST_FEED + 1)
    except OSError as error:
        reason = f"{named} ({key} in the policy) cannot be read: {error.strerror}."
        raise UsageError(reason, "Name a file that is there; paths start at the checkout.") from None
    try:
        return source.add(known, _bounded(data))
    except UnusableData as error:
        raise UsageError(
            f"{named} ({key} in the policy) cannot be used: {error.reason}", f"Fetch it anew from {source.url}"
        ) from None


class _Feed:
    """One feed of one run."""

    def __init__(self, source: _Source, settings: Settings, github: GitHub, remarks: list[Diagnostic]) -> None:
        self._source = source
        self._folder = None if settings.state_folder is None else settings.state_folder / FOLDER
        self._keeps = not settings.dry_run
        self._github = github
        self._remarks = remarks
        # The machine's day, not the run's: a run may be told to be about another day.
        self._today = source.name(datetime.fromtimestamp(github.clock.now(), UTC).date())

    def read(self, known: Intelligence) -> Intelligence:
        """``known`` with today's data, or with the newest copy there is."""
        copies = self._copies()
        if copies and copies[0].name == self._today:
            with_copy = self._from_copies(copies[:1], known)
            if with_copy is not None:
                return with_copy
        try:
            session, *_ = self._github.apart()  # a slow feed costs nobody else patience
            data = fetch(session, self._source.url, f"fetch {self._source.title}")
            fetched = self._source.add(known, _bounded(data))
        except (ServiceError, UnusableData) as error:
            return self._without(error, copies, known)
        self._keep(data, copies)
        return fetched

    def _copies(self) -> list[Path]:
        """The newest first."""
        if self._folder is None or not self._folder.is_dir():
            return []
        pattern = re.compile(rf"{self._source.key}-\d{{8}}\.{re.escape(self._source.suffix)}")
        found = (each for each in self._folder.iterdir() if pattern.fullmatch(each.name))
        return sorted(found, key=lambda each: each.name, reverse=True)

    def _from_copies(self, copies: Iterable[Path], known: Intelligence) -> Intelligence | None:
        """``known`` with the first copy that can be used."""
        for copy in copies:
            try:
                return self._source.add(known, copy.read_bytes())
            except (OSError, UnusableData):
                continue
        return None

    def _without(self, error: OnefoldError, copies: list[Path], known: Intelligence) -> Intelligence:
        why = error.reason if isinstance(error, ServiceError) else f"What was fetched cannot be used: {error.reason}"
        with_copy = self._from_copies(copies, known)
        then = _UNKNOWN if with_copy is None else f"The copy of {self._source.day(with_copy)} is used."
        self._remark("feed-failed", f"{why} {then}", error.next_step)
        return known if with_copy is None else with_copy

    def _keep(self, data: bytes, copies: list[Path]) -> None:
        """Today's copy in place of the older ones."""
        if self._folder is None or not self._keeps:
            return
        try:
            write_whole(self._folder / self._today, (data,))
            for copy in copies:
                if copy.name != self._today:
                    copy.unlink(missing_ok=True)
        except OSError as error:
            reason = f"They cannot be kept in {self._folder}: {error.strerror}."
            self._remark("feed-not-kept", reason, "Give the state a folder you may write to.")

    def _remark(self, code: str, reason: str, next_step: str) -> None:
        self._remarks.append(Diagnostic(code, Level.WARNING, self._source.title, reason, next_step))


def _bounded(data: bytes) -> bytes:
    if len(data) > LARGEST_FEED:
        raise UnusableData("it is far larger than what is published.")
    return data
