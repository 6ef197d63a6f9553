from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from aggregator.model.finding import Decision, Disposition, Finding, Standing
from aggregator.model.hierarchy import Belonging
from aggregator.model.location import Location
from aggregator.model.news import News, RuleCount, Story, Topic, Trouble
from aggregator.model.outcome import Context
from aggregator.model.severity import Severity
from aggregator.model.state import Line, RunRef
from aggregator.model.ticket import Ticket
from aggregator.writers.digest import Digest, Section, fitted, write_digest
from aggregator.writers.ticket_blocks import Span
from tests.builders import BEFORE, LINE, NOW, RUN, finding, outcome, result
from tests.unit.writers.digests import DIGESTS, EXAMPLE

DAY = timedelta(days=1)
SOURCE = "https://git.example/shop/blob/0123/{path}#L{line}"
CRITICAL = finding(result(severity=Severity.CRITICAL), id="F-2")
HIGH = finding(id="F-3")


def told(*stories: Story, **fields: Any) -> News:
    given: dict[str, Any] = {"since": NOW - DAY, "stories": stories, "open": {Severity.HIGH: 2}}
    return News(**given | fields)


def written(news: News, most: int = 10, **fields: Any) -> Digest:
    context = Context(line=LINE, run=RUN, source_url=SOURCE)
    return write_digest(news, outcome(context=context, **fields), most, "https://git.example/runs/1")


def texts(digest: Digest, section: int = 0) -> list[str]:
    return ["".join(span.text for span in row) for row in digest.sections[section].rows]


def row(each: Finding, topic: Topic = Topic.NEW, **fields: Any) -> str:
    (text,) = texts(written(told(Story(topic, (each,))), **fields))
    return text


@pytest.mark.parametrize(
    ("news", "said"),
    [
        (told(Story(Topic.NEW, (CRITICAL,) * 3)), "3 new critical findings from today's run"),
        (told(Story(Topic.NEW, (HIGH,))), "1 new high finding from today's run"),
        (told(Story(Topic.NEW, (HIGH, CRITICAL))), "1 new critical and 1 new high findings from today's run"),
        (told(Story(Topic.FIXED, (HIGH, HIGH)), Story(Topic.ACCEPTED, (HIGH,))), "2 findings fixed"),
        (told(Story(Topic.BREACHED, (HIGH,))), "1 finding is past its due date"),
        (told(troubles=(Trouble("scan-1", "Trivy"),)), "1 scan failed or is missing"),
        (told(since=None, open={Severity.CRITICAL: 2, Severity.HIGH: 610}), "first look, 612 open findings"),
    ],
)
def test_the_headline_says_what_matters_most(news: News, said: str) -> None:
    """The first line is what is new, else the gravest thing that happened."""
    assert written(news).headline == f"shop: {said}"


def test_every_topic_has_words() -> None:
    """Each topic has a title for one finding and for several."""
    digest = written(told(*(Story(topic, (HIGH,)) for topic in Topic)))
    more = written(told(*(Story(topic, (HIGH, CRITICAL)) for topic in Topic)))
    assert [section.title[:2] for section in digest.sections] == ["1 "] * len(Topic)
    assert [section.title[:2] for section in more.sections] == ["2 "] * len(Topic)


def test_how_things_stand() -> None:
    """Below the headline stands what is open by severity, and how much of it is late."""
    assert written(told(open={Severity.CRITICAL: 2, Severity.HIGH: 5}, breached=3)).standing == (
        "Open now: 2 critical, 5 high; 3 past the due date."
    )
    assert written(told(open={Severity.HIGH: 5})).standing == "Open now: 5 high."
    assert written(told(open={})).standing == "Nothing of this is open."


def test_who_says_so() -> None:
    """The foot names the run and its line, since when the news are, and whether they may be known."""
    assert written(told()).foot == "News since 2026-11-21 12:00 UTC. Run 4711 of shop, main."
    assert written(told(since=None, is_repeat=True)).foot.endswith(
        "main. Part of this may have been told before: an earlier message got no answer."
    )
    assert written(told()).link == "https://git.example/runs/1"
    assert write_digest(told(), outcome(), 10, "javascript:alert(1)").link == ""


def test_a_row_says_what_and_where() -> None:
    """A row has the severity, the title linked to the code as it was scanned, the place and the due date."""
    each = finding(due_at=NOW + 3 * DAY, owners=("@org/payments", "ann", "bob", "eve"))
    (line,) = written(told(Story(Topic.NEW, (each,)))).sections[0].rows
    assert line[0] == Span("High", strong=True)
    assert line[2] == Span(each.title, link="https://git.example/shop/blob/0123/app.py#L12")
    assert line[4] == Span("app.py:12", code=True)
    assert line[5].text == " \u00b7 due in 3 days \u00b7 owner: org/payments, ann, bob"


def test_a_row_says_how_late_it_is() -> None:
    """A late finding says for how long it has been open and what the SLA is."""
    each = finding(standing=Standing.BREACHED, clock_start=NOW - 12 * DAY, due_at=NOW - 5 * DAY)
    assert row(each, Topic.BREACHED).endswith(" \u00b7 Open for 12 days, the SLA is 7")


def test_a_row_says_who_decided() -> None:
    """What was set aside says by whom, why and until when."""
    decision = Decision(Disposition.RISK_ACCEPTED, "Behind the proxy.", "ann", expires_at=NOW + 9 * DAY)
    assert row(finding(decision=decision), Topic.ACCEPTED).endswith(
        " \u00b7 risk accepted by ann \u00b7 ends 2026-12-01, in 9 days \u00b7 Behind the proxy."
    )
    bare = Decision(Disposition.FALSE_POSITIVE)
    assert row(finding(decision=bare), Topic.EXPIRING).endswith(" \u00b7 false positive")


def test_a_row_of_what_is_fixed_is_short() -> None:
    """What is fixed has no due date any more."""
    assert row(finding(due_at=NOW, closed_at=NOW), Topic.FIXED).endswith("app.py:12")


def test_a_row_without_anything() -> None:
    """A finding without a title, a place or a date still has a row."""
    assert row(finding(title=" ", location=None)) == "High: Untitled"


def test_a_row_names_another_product() -> None:
    """A finding of a product that is not the run's own says whose it is."""
    assert row(finding(belonging=Belonging(product="aws\nprod"))).endswith(" \u00b7 product: aws prod")


def test_tickets_are_linked() -> None:
    """Tickets are linked by their short names, with who works on them; what is no link is left out."""
    jira, issue = "https://jira.example/browse/SEC-12", "https://git.example/shop/issues/7/"
    each = finding(tickets=(jira, issue, "javascript:alert(1)"))
    tickets = {jira: Ticket(jira, assignees=("Ann Example", "Bob"))}
    (line,) = written(told(Story(Topic.NEW, (each,))), tickets=tickets).sections[0].rows
    assert [(span.text, span.link) for span in line if span.link][1:] == [("SEC-12", jira), ("#7", issue)]
    assert "(Ann Example)" in "".join(span.text for span in line)


def test_findings_beyond_the_limit_are_counted() -> None:
    """Only so many findings have a row, over all topics; the others are counted with theirs."""
    digest = written(told(Story(Topic.NEW, (HIGH,) * 3), Story(Topic.FIXED, (HIGH,) * 2)), most=2)
    assert [(len(section.rows), section.hidden) for section in digest.sections] == [(2, 1), (0, 2)]


def test_scans_that_failed_are_named() -> None:
    """Troubles stand first, by name, each name once, eight of them."""
    troubles = tuple(Trouble(f"scan-{n}", f"Tool {n % 9}") for n in range(10))
    (text,) = texts(written(told(Story(Topic.NEW, (HIGH,)), troubles=troubles)))
    assert text == (
        "Tool 0, Tool 1, Tool 2, Tool 3, Tool 4, Tool 5, Tool 6, Tool 7 and 1 more. "
        "What was not looked at is not called fixed."
    )
    assert written(told(troubles=troubles)).sections[0].title == "10 scans failed or are missing"


def test_the_first_message_names_rules() -> None:
    """The first message has a line for each of the worst rules, and how many findings are of others."""
    rules = (
        RuleCount("Prowler", "s3", "Buckets are public", Severity.CRITICAL, 120),
        RuleCount("Prowler", "iam", " ", Severity.MEDIUM, 1),
    )
    digest = written(told(since=None, open={Severity.CRITICAL: 600}, rules=rules))
    assert texts(digest) == [
        "Critical: Buckets are public (Prowler), 120 findings",
        "Medium: Untitled (Prowler), 1 finding",
    ]
    assert digest.sections[0].hidden == 479


def test_texts_of_reports_are_cut() -> None:
    """However long a title, a place or a product is, its row is short and on one line."""
    long = finding(title="x\n" * 900, location=Location("y" * 900, 3))
    context = Context(line=Line("p" * 900), run=RunRef("r" * 900))
    digest = write_digest(told(Story(Topic.NEW, (long,))), outcome(context=context), 1)
    assert len(texts(digest)[0]) < 300
    assert "\n" not in texts(digest)[0]
    assert len(digest.headline + digest.foot) < 300


@given(DIGESTS)
def test_a_digest_loses_one_row_at_a_time(digest: Digest) -> None:
    """Shortened again and again, a digest ends without rows and has counted each of them."""
    rows = sum(len(section.rows) + section.hidden for section in digest.sections)
    steps, shorter = 0, digest.shorter()
    last = digest
    while shorter is not None:
        steps, last, shorter = steps + 1, shorter, shorter.shorter()
    assert all(not section.rows for section in last.sections)
    assert sum(section.hidden for section in last.sections) == rows
    assert steps == sum(len(section.rows) for section in digest.sections)


def test_a_digest_that_cannot_fit_is_as_short_as_it_can_be() -> None:
    """Where not even the titles have room the shortest form is given."""
    shortest = fitted(EXAMPLE, lambda digest: repr(digest).encode(), 1)
    bare = replace(EXAMPLE, sections=(Section("1 new finding", (), 3), EXAMPLE.sections[1]))
    assert shortest == repr(bare).encode()


def test_dates_before_are_days_ago() -> None:
    """A due date that passed without the finding being late any more is told as it is."""
    assert "due 52 days ago" in row(finding(due_at=BEFORE))
