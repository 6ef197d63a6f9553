import pytest

from aggregator.model.errors import UsageError
from aggregator.model.news import Topic
from aggregator.model.severity import Severity
from aggregator.policy import Policy, read_policy
from aggregator.policy.chat import DEFAULT_ROUTE, EVERYTHING, SCANS, Audience, Chat
from tests.builders import LINE, finding, result

HIGH, MEDIUM = finding(), finding(result(severity=Severity.MEDIUM))


def audiences(text: str) -> list[Audience]:
    return list(read_policy(text, "onefold.yml").slack.audiences(LINE))


def test_everything_goes_to_one_place() -> None:
    """Without a policy all news of high and critical findings go by the one address."""
    (one,) = Policy.default().slack.audiences(LINE)
    assert (one.name, one.webhook, one.most) == (DEFAULT_ROUTE, DEFAULT_ROUTE, 10)
    assert one.hears_of_scans
    assert all(one.hears(topic) for topic in Topic)
    assert one.means(HIGH)
    assert not one.means(MEDIUM)


def test_words_are_the_topics() -> None:
    """What the policy can name is what can be told: every topic, and scans."""
    assert (*(topic.value for topic in Topic), SCANS) == EVERYTHING


def test_routes_take_from_the_chapter_what_they_do_not_say() -> None:
    """A route's own words come first, the chapter's hold for the rest."""
    first, second = audiences(
        "slack:\n  severity: medium\n  most: 3\n  tell: [new]\n  routes:\n"
        "    - {name: a}\n    - {name: b, webhook: a, severity: critical, most: 0, tell: [fixed, scans]}\n"
    )
    assert (first.name, first.webhook, first.most) == ("a", "a", 3)
    assert (second.name, second.webhook, second.most) == ("b", "a", 0)
    assert first.means(MEDIUM)
    assert not second.means(HIGH)
    assert [first.hears(Topic.NEW), first.hears(Topic.FIXED), first.hears_of_scans] == [True, False, False]
    assert [second.hears(Topic.NEW), second.hears(Topic.FIXED), second.hears_of_scans] == [False, True, True]


def test_scans_are_told_to_who_hears_everything() -> None:
    """A route for some findings hears of scans only where it says so: which reports there are is not its business."""
    text = "slack:\n  routes:\n    - {name: a}\n    - {name: b, owners: [ann]}\n    - {name: c, only: [{kind: iac}]}\n"
    told = "    - {name: d, owners: [ann], tell: [scans]}\n"
    assert [each.hears_of_scans for each in audiences(text + told)] == [True, False, False, True]


def test_a_route_is_for_some_findings() -> None:
    """A route with selectors is told only of what one of them means."""
    (code,) = audiences("slack:\n  routes:\n    - {name: a, only: [{kind: cloud}, {kind: sast, path: app.py}]}\n")
    (cloud,) = audiences("slack:\n  routes:\n    - {name: a, only: [{kind: cloud}]}\n")
    (other,) = audiences("slack:\n  routes:\n    - {name: a, only: [{product: other}]}\n")
    assert [each.means(HIGH) for each in (code, cloud, other)] == [True, False, False]


def test_a_route_is_for_some_owners() -> None:
    """A route with owners is told only of what is theirs, and of nothing that is nobody's."""
    (team,) = audiences("slack:\n  routes:\n    - {name: a, owners: ['@org/pay*', ann@shop.example]}\n")
    assert team.means(finding(owners=("@bob", "@org/payments")))
    assert team.means(finding(owners=("Ann@shop.example",)))
    assert not team.means(finding(owners=("@org/search",)))
    assert not team.means(HIGH)


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("{name: 'a:b'}", "slack.routes[0].name must be a name of letters"),
        ("{name: ''}", "slack.routes[0].name must be a name of letters"),
        ("{name: a, webhook: 'b/c'}", "slack.routes[0].webhook must be a name of letters"),
        ("{name: a, tell: [fixd]}", "did you mean fixed?"),
        ("{name: a, most: 41}", "slack.routes[0].most must be 40 or less"),
        ("{webhook: a}", "slack.routes[0].name is missing"),
    ],
)
def test_mistakes_are_refused(route: str, said: str) -> None:
    """A route that cannot be is refused, by its place."""
    with pytest.raises(UsageError) as refused:
        audiences(f"slack:\n  routes:\n    - {route}\n")
    assert said in str(refused.value)


def test_two_routes_have_two_names() -> None:
    """What a route was told is remembered by its name, so two of one name are refused."""
    with pytest.raises(UsageError, match="must give each route a name of its own"):
        audiences("slack:\n  routes: [{name: a}, {name: a, webhook: b}]\n")


def test_the_default_needs_no_building() -> None:
    """The chapter's defaults hold without being validated."""
    assert Chat.model_construct() == Chat()
