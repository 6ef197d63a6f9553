"""What comes first, and why: a score from 0 to 100, and every term of it (``docs/sla-and-risk.md``)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from aggregator.model.finding import Finding, Standing
from aggregator.model.intelligence import NOTHING_KNOWN, Intelligence
from aggregator.model.result import Kind
from aggregator.model.risk import Risk, Term
from aggregator.model.severity import Cvss, Severity
from aggregator.model.state import Line
from aggregator.normalize.rating import higher, highest_rating, is_accepted
from aggregator.policy.globs import matches_path
from aggregator.policy.risk import Mark, RiskRules
from aggregator.policy.selector import Choice, path_of

_DAY = timedelta(days=1)
_SECRET = Kind.SECRET
_NEVER = datetime.max.replace(tzinfo=UTC)
_STANDINGS = (Standing.BREACHED, Standing.APPROACHING, Standing.WITHIN, Standing.PAUSED, Standing.NONE)
_PLACES = {standing: place for place, standing in enumerate(_STANDINGS)}
_EXPOSURES, _REACHES = ("exposed", "internal"), ("reachable", "unreachable")
_NO_CVE = Term("exploit", None, "It names no CVE, so EPSS and KEV say nothing about it.")
_NO_EPSS = Term("epss", None, "No EPSS ratings were given.")
_NO_KEV = Term("kev", None, "No catalogue of exploited vulnerabilities was given.")
_NOT_ASKED = Term("live", None, "No report says that its service was asked.")
_EPSS, _KEV = "EPSS of FIRST", "CISA's catalogue of exploited vulnerabilities"


def urgency(finding: Finding) -> tuple[bool, int, int, int, datetime]:
    """Open before closed, worst first, then the highest risk, then what is due first.

    Equals stay in the canonical order of their places: an order by id would send every later stage through memory at
    random, which costs a large run a fifth of its time.
    """
    risk = finding.risk
    return (
        not finding.is_open,
        -finding.severity.rank,
        0 if risk is None else -risk.score,
        _PLACES[finding.standing],
        finding.due_at or _NEVER,
    )


class _Facts(Struct, frozen=True, gc=False):
    """All that a score depends on; findings that agree in it share one."""

    severity: Severity
    rating: Cvss | None
    vulnerability_ids: tuple[str, ...]
    start: datetime | None
    due: datetime | None
    tools: int
    is_secret: bool
    is_live: bool
    is_aside: bool
    exposure: str
    reach: str


class Risks:
    """Scores at a moment, under a policy.

    Args:
        rules: points, paths and marks.
        now: the moment.
        line: what the findings belong to.
        known: EPSS ratings and CISA's catalogue.
    """

    def __init__(self, rules: RiskRules, now: datetime, line: Line, known: Intelligence = NOTHING_KNOWN) -> None:
        self._weights = rules.weights
        self._now = now
        self._intelligence = known
        self._exposures = Choice((mark for mark in rules.marks if mark.means in _EXPOSURES), line)
        self._reaches = Choice((mark for mark in rules.marks if mark.means in _REACHES), line)
        self._aside = rules.aside
        self._paths: dict[str, bool] = {"": False}
        self._known: dict[_Facts, Risk] = {}

    def of(self, finding: Finding, due: datetime | None) -> Risk | None:
        """The risk of a finding that is late from ``due`` on; ``None`` for one that is closed.

        What silences a finding changes nothing: it is as old and as dangerous as before.
        """
        if finding.closed_at is not None:
            return None
        sightings = finding.sightings
        is_secret = finding.kind is _SECRET
        facts = _Facts(
            finding.severity,
            higher(finding.cvss, highest_rating(finding.sources)),
            finding.vulnerability_ids,
            finding.clock_start,
            due,
            1 if len(sightings) == 1 else len({each.tool for each in sightings}),
            is_secret,
            is_secret and (finding.is_live or is_accepted(finding.sources)),
            self._is_aside(path_of(finding)),
            _said(self._exposures, finding),
            _said(self._reaches, finding),
        )
        risk = self._known.get(facts)
        if risk is None:
            terms = tuple(self._terms(facts))
            risk = self._known[facts] = Risk(_score(terms), terms)
        return risk

    def _is_aside(self, path: str) -> bool:
        found = self._paths.get(path)
        if found is None:
            found = self._paths[path] = any(matches_path(pattern, path) for pattern in self._aside)
        return found

    def _terms(self, facts: _Facts) -> Iterator[Term]:
        yield self._base(facts)
        yield from self._exploit(facts.vulnerability_ids)
        if facts.start is not None and facts.due is not None:
            yield from self._urgency(facts.start, facts.due)
        yield from self._evidence(facts)
        yield from self._surroundings(facts)

    def _base(self, facts: _Facts) -> Term:
        if facts.rating is None:
            points: float = getattr(self._weights, facts.severity.value.lower())
            return Term("severity", _tenth(points), f"{facts.severity.value.capitalize()}, without CVSS.", "reports")
        rating = facts.rating
        said = f"CVSS {rating.version} of {rating.source}" if rating.source else f"CVSS {rating.version}"
        return Term("cvss", _tenth(rating.score * self._weights.cvss), f"CVSS {rating.score:.1f}.", said)

    def _exploit(self, ids: tuple[str, ...]) -> Iterator[Term]:
        """By every name of the vulnerability: reports give one as GHSA and as CVE, or several CVEs at once."""
        names = tuple(name for name in ids if name.startswith("CVE-"))
        if not names:
            yield _NO_CVE
            return
        yield self._epss(names)
        yield from self._kev(names)

    def _epss(self, names: tuple[str, ...]) -> Term:
        told = self._intelligence
        if told.epss_at is None:
            return _NO_EPSS
        source = f"{_EPSS}, {told.epss_model}" if told.epss_model else _EPSS
        ratings = [rating for name in names if (rating := told.epss.get(name)) is not None]
        if not ratings:
            return Term("epss", None, "EPSS does not rate it.", source, told.epss_at)
        highest = max(ratings, key=lambda rating: (rating.probability, rating.percentile))
        why = f"Exploited within 30 days with a probability of {highest.probability:.1%}, more than {{}} of all."
        points = _tenth(highest.probability * self._weights.epss)
        return Term("epss", points, why.format(f"{highest.percentile:.0%}"), source, told.epss_at)

    def _kev(self, names: tuple[str, ...]) -> Iterator[Term]:
        told = self._intelligence
        if told.kev_at is None:
            yield _NO_KEV
            return
        entries = [entry for name in names if (entry := told.kev.get(name)) is not None]
        if not entries:
            yield Term("kev", 0.0, "It is not in the catalogue.", _KEV, told.kev_at)
            return
        due = min(entry.due for entry in entries)
        yield Term("kev", _tenth(self._weights.kev), f"It is being exploited; due {due}.", _KEV, told.kev_at)
        if any(entry.ransomware for entry in entries):
            yield Term("ransomware", _tenth(self._weights.ransomware), "Ransomware uses it.", _KEV, told.kev_at)

    def _urgency(self, start: datetime, due: datetime) -> Iterator[Term]:
        """In whole days, so that two runs of one day say the same."""
        age, allowed = max((self._now.date() - start.date()).days, 0), (due - start) / _DAY
        share = min(1.0, age / allowed) if allowed > 0 else 1.0
        why = f"Open for {_days(age)}, the SLA is {int(allowed)}."
        yield Term("age", _tenth(share * self._weights.age), why, "SLA")
        if self._now >= due:
            yield Term("overdue", _tenth(self._weights.overdue), f"It was due on {due.date()}.", "SLA")

    def _evidence(self, facts: _Facts) -> Iterator[Term]:
        weights = self._weights
        if facts.tools > 1:
            yield Term("tools", _tenth(weights.tools), f"{facts.tools} tools report it.", "reports")
        if facts.is_secret:
            live = Term("live", _tenth(weights.live), "Its service accepts it.", "reports")
            yield live if facts.is_live else _NOT_ASKED
        if facts.is_aside:
            yield Term("place", _tenth(weights.aside), "It is in a test or in documentation.", "path")

    def _surroundings(self, facts: _Facts) -> Iterator[Term]:
        for name, said in (("exposure", facts.exposure), ("reachability", facts.reach)):
            if not said:
                yield Term(name, None, "Nobody said.")
            else:
                points: float = 0.0 if said == "internal" else getattr(self._weights, said)
                yield Term(name, _tenth(points), f"People mark it as {said}.", "policy")


def _said(choice: Choice[Mark], finding: Finding) -> str:
    mark = choice.of(finding) if choice else None
    return "" if mark is None else mark.means


def _score(terms: tuple[Term, ...]) -> int:
    total = sum(term.points for term in terms if term.points is not None)
    return max(0, min(100, int(total + 0.5)))


def _tenth(points: float) -> float:
    return round(points, 1) + 0.0  # no negative zero


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
