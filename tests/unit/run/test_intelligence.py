"""Tests of :mod:`aggregator.run.intelligence`; feeds are served over loopback."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.errors import UsageError
from aggregator.model.intelligence import NOTHING_KNOWN
from aggregator.model.report import ReadFailure, Report
from aggregator.model.state import RunRef, State
from aggregator.policy.risk import RiskRules
from aggregator.run import intelligence as module
from aggregator.run import run as shell
from aggregator.run.exits import Exit
from aggregator.run.intelligence import Gathered, read_intelligence, vulnerabilities
from aggregator.run.outside import GitHub, Outside
from aggregator.run.run import run
from aggregator.settings import Settings, Surroundings
from aggregator.transport.exchange import Reply, Request
from aggregator.transport.feed import Addresses
from aggregator.transport.wire import RequestsWire
from tests.builders import LINE, NOW, finding, result, scan, tracked
from tests.fakes.github.clock import FakeClock
from tests.fakes.github.server import Loopback
from tests.unit.run.consoles import FakeConsole

EPSS = b"#model_version:v1,score_date:2026-11-20T00:00:00Z\ncve,epss,percentile\nCVE-2026-1,0.5,0.98\n"
KEV = msgspec.json.encode(
    {"dateReleased": "2026-11-19", "vulnerabilities": [{"cveID": "CVE-2026-1", "dueDate": "2026-12-01"}]}
)
WANTED = frozenset({"CVE-2026-1"})
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
DAY = 86_400


class Publisher:
    """Both feeds, which a test may break."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.files: dict[str, Reply] = {
            "epss": Reply(200, {}, gzip.compress(EPSS)),
            "kev": Reply(200, {"content-type": "application/json"}, KEV),
        }
        self.clock = FakeClock(TODAY)
        self.origin = ""

    def __call__(self, request: Request) -> Reply:
        """Answer with the file of the name."""
        name = request.url.rpartition("/")[2]
        self.asked.append(name)
        return self.files[name]

    @property
    def outside(self) -> Outside:
        """The world with these feeds in it."""
        addresses = Addresses(f"{self.origin}/epss", f"{self.origin}/kev")
        return Outside(RequestsWire, lambda: self.clock, addresses)

    def gathered(self, rules: RiskRules | None = None, now: datetime = NOW, **fields: object) -> Gathered:
        """What a run with the feeds allowed knows."""
        settings = Settings.model_validate({"state": "state", **fields})
        github = GitHub(settings, Surroundings(), self.outside)
        return read_intelligence(settings, rules or RiskRules(feeds=True), WANTED, github, now)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """The feeds on loopback."""
    service = Publisher()
    with Loopback(service) as server:
        service.origin = server.origin
        yield service


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(desk: Path) -> list[str]:
    return sorted(path.name for path in (desk / "state" / "feeds").iterdir())


def codes(diagnostics: tuple[Diagnostic, ...]) -> list[str]:
    return [item.code for item in diagnostics]


def test_vulnerabilities_of_a_run() -> None:
    """The CVE numbers of every report and of the state are what is looked up; other ids are not."""
    report = Report(
        name="r", place="", format="f", scans=(scan(results=(result(vulnerability_ids=("CVE-2026-1", "GHSA-x")),)),)
    )
    state = State(line=LINE, run=RunRef("1"), at=NOW, findings=(tracked(finding(vulnerability_ids=("CVE-2026-2",))),))
    failure = ReadFailure(name="x", place="x", reason="it is odd.", next_step="Look.")
    assert vulnerabilities((report, failure), state) == {"CVE-2026-1", "CVE-2026-2"}
    assert vulnerabilities((), None) == frozenset()


def test_nothing_is_fetched_without_the_policys_word(publisher: Publisher) -> None:
    """Without `feeds: true` no service is asked, whatever else is set."""
    gathered = publisher.gathered(RiskRules())
    assert (gathered.intelligence, gathered.diagnostics, publisher.asked) == (NOTHING_KNOWN, (), [])


def test_feeds_are_fetched_once_a_day(publisher: Publisher, desk: Path) -> None:
    """The first run of a day fetches both, the next one reads its copies, and tomorrow they are replaced."""
    first = publisher.gathered()
    assert first.intelligence.epss["CVE-2026-1"].probability == 0.5
    assert first.intelligence.kev["CVE-2026-1"].due == date(2026, 12, 1)
    assert (first.intelligence.epss_at, first.intelligence.kev_at) == (date(2026, 11, 20), date(2026, 11, 19))
    assert kept(desk) == ["epss-20261122.csv.gz", "kev-20261122.json"]
    assert publisher.gathered() == first
    assert publisher.asked == ["epss", "kev"]
    publisher.clock.pass_days(1)
    assert publisher.gathered() == first
    assert publisher.asked == ["epss", "kev"] * 2
    assert kept(desk) == ["epss-20261123.csv.gz", "kev-20261123.json"]


def test_a_failing_feed_is_a_warning_and_the_older_copy_is_used(publisher: Publisher) -> None:
    """A feed that is down changes no answer: the copy is used, and the warning names the day of its data."""
    first = publisher.gathered()
    publisher.clock.pass_days(3)
    publisher.files["epss"] = Reply(503)
    publisher.files["kev"] = Reply(200, {}, b"<html>")
    later = publisher.gathered()
    assert later.intelligence == first.intelligence
    assert codes(later.diagnostics) == ["feed-failed", "feed-failed"]
    assert "The copy of 2026-11-20 is used." in later.diagnostics[0].reason
    assert "What was fetched cannot be used" in later.diagnostics[1].reason


def test_without_a_copy_the_terms_are_unknown(publisher: Publisher, desk: Path) -> None:
    """The first run with a feed that is down goes on without it, and says what that means."""
    publisher.files["epss"] = Reply(404)
    gathered = publisher.gathered()
    assert (gathered.intelligence.epss_at, gathered.intelligence.kev_at) == (None, date(2026, 11, 19))
    assert "No older copy is at hand" in gathered.diagnostics[0].reason
    assert kept(desk) == ["kev-20261122.json"]


def test_a_copy_that_is_damaged_is_fetched_again(publisher: Publisher, desk: Path) -> None:
    """A copy that cannot be used counts as none, today's and older ones; files of other names are left alone."""
    folder = desk / "state" / "feeds"
    folder.mkdir(parents=True)
    for name in ("epss-20261122.csv.gz", "epss-20261121.csv.gz", "notes.txt"):
        (folder / name).write_bytes(b"odd")
    (folder / "kev-20261121.json").write_bytes(KEV)
    assert publisher.gathered().intelligence.epss_at == date(2026, 11, 20)
    assert kept(desk) == ["epss-20261122.csv.gz", "kev-20261122.json", "notes.txt"]


def test_a_copy_that_cannot_be_read_is_passed_over(publisher: Publisher, desk: Path) -> None:
    """A folder of a copy's name is no copy."""
    (desk / "state" / "feeds" / "epss-20261121.csv.gz").mkdir(parents=True)
    publisher.files["epss"] = Reply(404)
    assert publisher.gathered().intelligence.epss_at is None


@pytest.mark.parametrize("state", ["artifact", "none", ""])
def test_without_a_state_folder_there_is_no_copy(publisher: Publisher, desk: Path, state: str) -> None:
    """Where the state is no folder, each run fetches, and nothing is left on the disk."""
    publisher.gathered(state=state)
    publisher.gathered(state=state)
    assert publisher.asked == ["epss", "kev"] * 2
    assert list(desk.iterdir()) == []


def test_a_dry_run_keeps_nothing(publisher: Publisher, desk: Path) -> None:
    """A dry run writes no copy."""
    assert publisher.gathered(dry_run=True).intelligence.epss_at is not None
    assert list(desk.iterdir()) == []


def test_a_full_disk_is_a_warning(publisher: Publisher, desk: Path) -> None:
    """Where the copy cannot be kept, what was fetched is used all the same."""
    (desk / "state").write_text("a file")
    gathered = publisher.gathered()
    assert codes(gathered.diagnostics) == ["feed-not-kept", "feed-not-kept"]
    assert gathered.intelligence.epss_at is not None


def test_old_data_are_told(publisher: Publisher, desk: Path) -> None:
    """Data of more than thirty days before the run are a warning that says how old they are."""
    fresh = publisher.gathered(now=datetime(2026, 12, 19, 12, tzinfo=UTC))
    assert fresh.diagnostics == ()
    (epss, kev) = publisher.gathered(now=datetime(2026, 12, 21, tzinfo=UTC)).diagnostics
    assert (epss.code, kev.code) == ("intelligence-old", "intelligence-old")
    assert epss.reason == "The data are of 2026-11-20, 31 days before this run."


def test_files_come_before_feeds(publisher: Publisher, desk: Path) -> None:
    """What the policy names a file for is read from it, below the checkout; the rest is fetched."""
    (desk / "src").mkdir()
    (desk / "src" / "e.csv").write_bytes(EPSS)
    gathered = publisher.gathered(RiskRules(epss="e.csv", feeds=True), source_root="src")
    assert gathered.intelligence.epss["CVE-2026-1"].percentile == 0.98
    assert publisher.asked == ["kev"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read: No such file"),
        (b"odd", "cannot be used: it is not the catalogue"),
        (b"x" * 11, "larger"),
    ],
)
def test_a_named_file_that_cannot_be_used_is_the_callers_mistake(
    publisher: Publisher, desk: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, why: str
) -> None:
    """The error names the file, the key and the reason, and where a good one comes from; nothing of its content."""
    monkeypatch.setattr(module, "LARGEST_FEED", 10)
    if content is not None:
        (desk / "kev.json").write_bytes(content)
    with pytest.raises(UsageError, match=why) as caught:
        publisher.gathered(RiskRules(kev="kev.json"))
    assert caught.value.reason.startswith("kev.json (risk.kev in the policy) cannot be ")


def test_a_whole_run(publisher: Publisher, desk: Path) -> None:
    """A policy that allows the feeds gives a run with risk from them; without the policy's word nobody is asked."""
    (desk / "semgrep.json").write_text('{"version": "1.130.0", "errors": [], "paths": {"scanned": []}, "results": []}')
    (desk / "onefold.yml").write_text("risk: { feeds: true }")
    given = {"reports": ("semgrep.json",), "now": NOW, "state": "state"}
    run(Settings.model_validate(given), Surroundings(), FakeConsole(), outside=publisher.outside)
    assert publisher.asked == []
    publisher.files["kev"] = Reply(404)
    code = run(
        Settings.model_validate({**given, "config": "onefold.yml"}),
        Surroundings(),
        FakeConsole(),
        outside=publisher.outside,
    )
    assert (code, publisher.asked) == (Exit.OK, ["epss", "kev"])
    (told,) = [item for item in shell._KEPT[0].diagnostics if item.code == "feed-failed"]
    assert told.subject == "CISA's catalogue"


def test_a_slow_feed_costs_nobody_else_patience(publisher: Publisher) -> None:
    """How long one feed is waited for changes nothing about how the other, or GitHub, is asked."""
    publisher.files = dict.fromkeys(("epss", "kev"), Reply(503, {"retry-after": "100"}))
    assert len(publisher.gathered().diagnostics) == 2
    assert publisher.asked == ["epss", "epss", "kev", "kev"]
