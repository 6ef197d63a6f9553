"""Tests of :mod:`aggregator.risk`."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.finding import Decision, Disposition, Finding, Observation
from aggregator.model.intelligence import NOTHING_KNOWN, Exploited, Intelligence, Likelihood
from aggregator.model.location import Component, Location, Resource
from aggregator.model.result import ACCEPTED, Kind
from aggregator.model.risk import Risk, Term
from aggregator.model.severity import Cvss, Severity
from aggregator.model.state import Line
from aggregator.policy import Policy, read_policy
from aggregator.readers import detect_secrets
from aggregator.readers.semgrep import document
from aggregator.risk import Risks, urgency
from aggregator.sla import Clock, assess
from tests.builders import LINE, NOW, finding, result

DAY = timedelta(days=1)
DEFAULTS = Policy()
OF = date(2026, 11, 20)
KNOWN = Intelligence(
    epss={"CVE-2026-1": Likelihood(0.5, 0.98), "CVE-2026-2": Likelihood(0.9, 0.99)},
    epss_at=OF,
    epss_model="v2026.03.14",
    kev={"CVE-2026-1": Exploited(date(2026, 12, 1)), "CVE-2026-3": Exploited(date(2026, 12, 24), ransomware=True)},
    kev_at=OF,
)


def rated(
    item: Finding,
    known: Intelligence = NOTHING_KNOWN,
    policy: Policy = DEFAULTS,
    now: datetime = NOW,
    line: Line = LINE,
) -> Risk:
    (found,) = assess((item,), Clock(policy, now, line, known), Risks(policy.risk, now, line, known).of)
    assert found.risk is not None
    return found.risk


def points(risk: Risk) -> dict[str, float | None]:
    return {term.name: term.points for term in risk.terms}


def term(risk: Risk, name: str) -> Term:
    (found,) = (each for each in risk.terms if each.name == name)
    return found


def aged(days: int, **fields: object) -> Finding:
    return finding(clock_start=NOW - days * DAY, **fields)


def test_every_term_of_a_plain_finding() -> None:
    """A finding in code has its severity and its age; what nobody knows is unknown and adds nothing."""
    risk = rated(aged(15))
    assert points(risk) == {"severity": 42.0, "exploit": None, "age": 5.0, "exposure": None, "reachability": None}
    assert (risk.score, risk.unknown) == (47, ("exploit", "exposure", "reachability"))
    assert term(risk, "age") == Term("age", 5.0, "Open for 15 days, the SLA is 30.", "SLA")


@pytest.mark.parametrize(
    ("severity", "base"),
    [(Severity.CRITICAL, 55), (Severity.HIGH, 42), (Severity.MEDIUM, 27), (Severity.LOW, 12), (Severity.INFO, 3)],
)
def test_base_by_severity(severity: Severity, base: int) -> None:
    """Without CVSS the severity gives the base."""
    assert rated(aged(0, severity=severity)).score == base


def test_what_was_not_seen_keeps_its_rating() -> None:
    """What this run did not look at, or not with all tools, is rated as those did that named it last; live stays."""
    known = finding(observation=Observation.NOT_COVERED, cvss=Cvss("3.1", 9.0), clock_start=NOW)
    assert term(rated(known), "cvss").points == 54.0
    secret = finding(result(kind=Kind.SECRET), observation=Observation.NOT_COVERED, is_live=True, clock_start=NOW)
    assert term(rated(secret), "live").points == 15.0
    seen = finding(
        result(kind=Kind.SECRET, cvss=Cvss("3.1", 5.0)), is_live=True, cvss=Cvss("3.1", 9.0), clock_start=NOW
    )
    assert (term(rated(seen), "live").points, term(rated(seen), "cvss").points) == (15.0, 54.0)


def test_base_by_cvss() -> None:
    """With CVSS it is six times the highest rating of this run's reports, and says whose rating that is."""
    sources = [result(cvss=Cvss("3.1", score, "", who)) for score, who in ((9.8, "NVD"), (7.5, "GHSA"))]
    risk = rated(finding(*sources, result(), clock_start=NOW))
    assert (term(risk, "cvss").points, term(risk, "cvss").source) == (58.8, "CVSS 3.1 of NVD")
    unsigned = rated(finding(result(cvss=Cvss("4.0", 5.0)), clock_start=NOW))
    assert (unsigned.score, term(unsigned, "cvss").source) == (30, "CVSS 4.0")


def test_exploitation_counts_by_every_alias() -> None:
    """The worst that is known of any of its CVE numbers counts, with the day of the data."""
    risk = rated(aged(0, vulnerability_ids=("CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "GHSA-x")), KNOWN)
    assert points(risk) == {
        "severity": 42.0,
        "epss": 18.0,
        "kev": 25.0,
        "ransomware": 5.0,
        "age": 0.0,
        "exposure": None,
        "reachability": None,
    }
    epss, kev = term(risk, "epss"), term(risk, "kev")
    assert (epss.source, epss.as_of) == ("EPSS of FIRST, v2026.03.14", OF)
    assert epss.why == "Exploited within 30 days with a probability of 90.0%, more than 99% of all."
    assert (kev.why, kev.as_of) == ("It is being exploited; due 2026-12-01.", OF)


def test_known_not_to_be_listed_is_not_unknown() -> None:
    """With a catalogue that lacks the CVE the term is 0; without a rating, or without data, it is unknown."""
    other = aged(0, vulnerability_ids=("CVE-2026-9",))
    with_data, without = points(rated(other, KNOWN)), points(rated(other))
    assert (with_data["epss"], with_data["kev"]) == (None, 0.0)
    assert (without["epss"], without["kev"]) == (None, None)
    assert term(rated(other, Intelligence(epss_at=OF)), "epss").source == "EPSS of FIRST"


def test_no_cve_is_unknown_even_with_data() -> None:
    """EPSS and KEV know CVE numbers only; a finding without one gets no false all-clear."""
    assert points(rated(aged(0, vulnerability_ids=("GHSA-x",)), KNOWN))["exploit"] is None


def test_overdue() -> None:
    """A finding past its due date has all the points of age, and those of being late."""
    risk = rated(aged(45))
    assert (points(risk)["age"], points(risk)["overdue"], risk.score) == (10.0, 5.0, 57)
    assert term(risk, "overdue").why == "It was due on 2026-11-07."


def test_no_time_at_all_is_all_the_time() -> None:
    """Where the SLA is 0 days the finding is late at once, and nothing is divided by it."""
    policy = read_policy("sla: { high: 0 }", "onefold.yml")
    assert points(rated(aged(0), policy=policy))["age"] == 10.0


def test_without_a_due_date_age_is_not_a_term() -> None:
    """A severity without SLA has no urgency."""
    assert "age" not in points(rated(aged(900, severity=Severity.INFO)))
    assert "age" not in points(rated(finding(clock_start=None)))


def test_a_clock_of_tomorrow_counts_nothing() -> None:
    """A finding whose clock starts after the run, by a difference of clocks, has no age."""
    assert points(rated(aged(-1)))["age"] == 0.0


def test_tools_agree() -> None:
    """Two tools that report it are evidence; two rules of one tool are not."""
    both = rated(finding(result(), result(tool="Bandit"), clock_start=NOW))
    assert (points(both)["tools"], term(both, "tools").why) == (3.0, "2 tools report it.")
    assert "tools" not in points(rated(finding(result(), result(rule_id="other"), clock_start=NOW)))


def test_a_live_secret() -> None:
    """A secret that its service accepts is worth more; where nobody asked, that is unknown."""
    secret = result(kind=Kind.SECRET, message=f"AWS key. {ACCEPTED}")
    assert points(rated(finding(secret, clock_start=NOW)))["live"] == 15.0
    assert points(rated(finding(result(kind=Kind.SECRET), clock_start=NOW)))["live"] is None


def test_readers_say_it_in_the_same_words() -> None:
    """The readers that know of a live secret pass it on by the sentence that is looked for."""
    assert detect_secrets._VERIFIED == ACCEPTED
    assert document._VALIDATION["CONFIRMED_VALID"] == (ACCEPTED,)


@pytest.mark.parametrize(
    ("path", "aside"),
    [
        ("src/app.py", False),
        ("tests/test_app.py", True),
        ("pkg/tests/data/x.py", True),
        ("docs/index.md", True),
        ("web/app.test.ts", True),
        ("latest/app.py", False),
        ("src/contest.py", False),
    ],
)
def test_tests_and_docs_count_less(path: str, aside: bool) -> None:
    """What is in a test or in documentation loses points, by its path."""
    risks = rated(aged(0, location=Location(path, 1)))
    assert points(risks).get("place") == (-15.0 if aside else None)


def test_a_file_in_an_image_is_no_path_of_ours() -> None:
    """A package below usr/share/doc of an image is no documentation of ours; a manifest in tests is aside."""
    image = Component("pkg:deb/x", "x", path="usr/share/doc/x", image="shop")
    manifest = Component("pkg:npm/x", "x", path="tests/package-lock.json")
    assert "place" not in points(rated(finding(result(location=None, component=image), clock_start=NOW)))
    assert points(rated(finding(result(location=None, component=manifest), clock_start=NOW)))["place"] == -15.0
    assert "place" not in points(rated(finding(result(location=None), clock_start=NOW)))


MARKED = read_policy(
    """
    risk:
      marks:
        - { means: internal, environment: staging }
        - { means: exposed, kind: sast }
        - { means: unreachable, purl: "pkg:npm/left*" }
        - { means: reachable, resource: "*bucket*" }
    """,
    "onefold.yml",
)


def test_people_mark_what_they_know() -> None:
    """Of exposure and of reachability the first mark that fits counts."""
    staging = Line("shop", "staging", "main")
    component = Component("pkg:npm/left-pad", "left-pad")
    exposed = rated(aged(0, component=component), policy=MARKED)
    assert (points(exposed)["exposure"], points(exposed)["reachability"]) == (5.0, -10.0)
    internal = rated(aged(0, resource=Resource("my-bucket-1")), policy=MARKED, line=staging)
    assert (points(internal)["exposure"], points(internal)["reachability"]) == (0.0, 5.0)
    assert term(internal, "exposure").why == "People mark it as internal."
    assert points(rated(aged(0, kind=Kind.DAST), policy=MARKED))["reachability"] is None


def test_every_number_can_be_set() -> None:
    """A policy may weigh each term anew."""
    policy = read_policy("risk: { weights: { high: 80, age: 0, aside: -60.55 }, aside: [app.py] }", "onefold.yml")
    risk = rated(aged(15), policy=policy)
    assert (points(risk)["severity"], points(risk)["age"], points(risk)["place"]) == (80.0, 0.0, -60.5)


def test_a_score_stays_on_its_scale() -> None:
    """However the terms are weighed, the score lies between 0 and 100."""
    low = read_policy("risk: { weights: { high: -100 } }", "onefold.yml")
    high = read_policy("risk: { weights: { high: 100 } }", "onefold.yml")
    assert (rated(aged(45), policy=low).score, rated(aged(45), policy=high).score) == (0, 100)


def test_a_closed_finding_has_no_risk() -> None:
    """What is closed comes nowhere."""
    assert Risks(DEFAULTS.risk, NOW, LINE).of(finding(closed_at=NOW), None) is None


def test_equal_facts_share_one_score() -> None:
    """Findings that agree in all that counts have one and the same value."""
    risks = Risks(DEFAULTS.risk, NOW, LINE)
    assert risks.of(finding(id="F-1"), NOW) is risks.of(finding(id="F-2"), NOW)


def test_what_comes_first() -> None:
    """Open before closed, worst severity first, then the highest risk, then what is late, then what is due."""
    first = [
        finding(severity=Severity.CRITICAL, risk=Risk(1)),
        finding(risk=Risk(90)),
        finding(risk=Risk(80), due_at=NOW),
        finding(risk=Risk(80), due_at=NOW + DAY),
        finding(risk=Risk(80)),
        finding(),
        finding(severity=Severity.LOW, risk=Risk(99)),
        finding(severity=Severity.CRITICAL, closed_at=NOW),
    ]
    shuffled = first[::-1]
    assert sorted(shuffled, key=urgency) == first


AGES = st.integers(0, 500)
PROBABILITIES = st.floats(0, 1)


def told(probability: float) -> Intelligence:
    return Intelligence(epss={"CVE-2026-1": Likelihood(probability, 0.5)}, epss_at=OF)


@given(age=AGES, pair=st.tuples(st.sampled_from(Severity), st.sampled_from(Severity)))
def test_worse_is_never_less_urgent(age: int, pair: tuple[Severity, Severity]) -> None:
    """Of two findings that differ in severity alone, the worse has no lower score."""
    mild, bad = sorted(pair, key=lambda severity: severity.rank)
    assert rated(aged(age, severity=mild)).score <= rated(aged(age, severity=bad)).score


@given(ages=st.tuples(AGES, AGES), severity=st.sampled_from(Severity), probability=PROBABILITIES)
def test_older_is_never_less_urgent(ages: tuple[int, int], severity: Severity, probability: float) -> None:
    """Of two findings that differ in age alone, the older has no lower score."""
    young, old = (
        rated(aged(age, severity=severity, vulnerability_ids=("CVE-2026-1",)), told(probability)).score
        for age in sorted(ages)
    )
    assert young <= old


@given(age=AGES, pair=st.tuples(PROBABILITIES, PROBABILITIES))
def test_likelier_is_never_less_urgent(age: int, pair: tuple[float, float]) -> None:
    """Of two findings that differ in EPSS alone, the likelier has no lower score, and no data the lowest."""
    item = aged(age, vulnerability_ids=("CVE-2026-1",))
    scores = [rated(item).score, *(rated(item, told(probability)).score for probability in sorted(pair))]
    assert scores == sorted(scores)


@given(age=AGES, severity=st.sampled_from(Severity), word=st.sampled_from(Disposition))
def test_pausing_hides_nothing(age: int, severity: Severity, word: Disposition) -> None:
    """A decision about a finding takes nothing from its score: neither its age nor being late."""
    assert rated(aged(age, severity=severity)) == rated(aged(age, severity=severity, decision=Decision(word)))


@given(age=AGES, hours=st.lists(st.integers(0, 9000), min_size=2, max_size=5), known=st.booleans())
def test_time_alone_only_raises_a_score(age: int, hours: list[int], known: bool) -> None:
    """While nothing changes but the hour, a score does not fall."""
    item = aged(age, vulnerability_ids=("CVE-2026-3",))
    moments = [NOW + timedelta(hours=hour) for hour in sorted(hours)]
    scores = [rated(item, KNOWN if known else NOTHING_KNOWN, now=moment).score for moment in moments]
    assert scores == sorted(scores)


@given(st.randoms(use_true_random=False))
def test_order_of_findings_changes_no_score(chance: random.Random) -> None:
    """What is shared between findings depends on no order."""
    items = [aged(age, id=f"F-{age}", severity=severity) for age in (0, 9, 40) for severity in Severity]
    shuffled = chance.sample(items, len(items))
    risks = Risks(DEFAULTS.risk, NOW, LINE)
    assert {each.id + each.severity: risks.of(each, NOW) for each in shuffled} == {
        each.id + each.severity: Risks(DEFAULTS.risk, NOW, LINE).of(each, NOW) for each in items
    }
