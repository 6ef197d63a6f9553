"""Tests of :mod:`aggregator.planning.alert_matching`."""

from typing import Any

import pytest

from aggregator.model.finding import Finding
from aggregator.model.location import Location
from aggregator.model.state import Tracked
from aggregator.planning.alert_matching import Matched, match_alerts
from aggregator.planning.observed import SeenAlert
from tests.builders import finding, result, tracked
from tests.writers import uploaded


def alert(number: int = 1, **fields: Any) -> SeenAlert:
    """An open alert as GitHub shows the builders' finding, without our id in its message."""
    given: dict[str, Any] = {
        "state": "open",
        "driver": "Semgrep (Onefold)",
        "rule_id": "python.sql-injection",
        "message": "SQL query built from user input",
        "category": "onefold/shop/Semgrep/src",
        "path": "app.py",
        "start_line": 12,
    }
    return SeenAlert(number=number, **given | fields)


def state_of(*findings: Finding) -> tuple[Tracked, ...]:
    return tuple(tracked(item) for item in uploaded(*findings))


def at(line: int, id_: str) -> Finding:
    return finding(result(location=Location("app.py", line)), id=id_)


def ids(matched: Matched) -> dict[int, str]:
    return {alert.number: id_ for alert, id_ in matched.known}


def test_by_our_id() -> None:
    """The last word of the message decides, wherever the alert lies by now."""
    seen = alert(message="SQL\n\nFound by Semgrep. Onefold F-2", path="other.py", start_line=99)
    assert ids(match_alerts([seen], state_of(at(12, "F-1"), at(40, "F-2")))) == {1: "F-2"}


def test_by_an_alias() -> None:
    """An alert of a finding that another one absorbed is about that one, whatever it was uploaded as."""
    seen = alert(message="x Onefold F-9", rule_id="other.rule")
    assert ids(match_alerts([seen], state_of(finding(id="F-1", aliases=("F-9",))))) == {1: "F-1"}


def test_finding_without_upload() -> None:
    """Our id is believed where nothing is remembered that could contradict it."""
    assert ids(match_alerts([alert(message="x Onefold F-1")], [tracked(finding(id="F-1"))])) == {1: "F-1"}
    assert match_alerts([alert()], [tracked(finding(id="F-1"))]).unknown == (alert(),)


@pytest.mark.parametrize("lie", [{"rule_id": "mine"}, {"driver": "Mine (Onefold)"}])
def test_foreign_id(lie: dict[str, Any]) -> None:
    """An id under another rule or driver proves nothing: whoever may upload can write it."""
    seen = alert(message="x Onefold F-1", start_line=3, **lie)
    assert match_alerts([seen], state_of(finding(id="F-1"))) == Matched(unknown=(seen,))


def test_by_what_was_uploaded() -> None:
    """Without an id category, driver, rule and path are enough when one finding has them."""
    seen = alert(start_line=99)
    assert ids(match_alerts([seen], state_of(at(12, "F-1")))) == {1: "F-1"}
    assert ids(match_alerts([alert(category="", start_line=99)], state_of(at(12, "F-1")))) == {1: "F-1"}


def test_line_decides_between_several() -> None:
    """Of several findings of one rule in one file the line tells which."""
    assert ids(match_alerts([alert(start_line=40)], state_of(at(12, "F-1"), at(40, "F-2")))) == {1: "F-2"}


def test_ambiguous() -> None:
    """What several fit equally well is about none."""
    seen = alert(start_line=99)
    state = state_of(at(12, "F-1"), at(40, "F-2"))
    assert match_alerts([seen], state) == Matched(ambiguous=(seen,))
    twins = state_of(at(12, "F-1"), at(12, "F-2"))
    assert match_alerts([alert()], twins).ambiguous == (alert(),)


def test_by_rule_path_and_line_alone() -> None:
    """An alert of an earlier category is matched by rule and path only together with the line."""
    state = state_of(at(12, "F-1"))
    assert ids(match_alerts([alert(category="old")], state)) == {1: "F-1"}
    assert ids(match_alerts([alert(driver="Old (Onefold)")], state)) == {1: "F-1"}
    assert match_alerts([alert(category="old", start_line=13)], state).unknown


def test_forgotten_id_needs_the_line() -> None:
    """An id that nobody remembers is not taken for the next best finding of the same rule and file."""
    state = state_of(at(12, "F-1"))
    assert match_alerts([alert(message="x Onefold F-0", start_line=13)], state).unknown
    assert ids(match_alerts([alert(message="x Onefold F-0")], state)) == {1: "F-1"}
    several = state_of(at(12, "F-1"), at(40, "F-2"))
    assert match_alerts([alert(message="x Onefold F-0", start_line=13)], several).unknown


def test_taken() -> None:
    """A finding that one alert names is not guessed for another one."""
    named = alert(1, message="x Onefold F-1")
    assert ids(match_alerts([named, alert(2)], state_of(at(12, "F-1"), at(40, "F-2")))) == {1: "F-1", 2: "F-2"}
    assert match_alerts([named, alert(2)], state_of(at(12, "F-1"))).unknown == (alert(2),)


def test_encoded_path() -> None:
    """The path counts as it was uploaded and as people write it."""
    state = state_of(finding(result(location=Location("a b.py", 12)), id="F-1"))
    assert ids(match_alerts([alert(1, path="a%20b.py")], state)) == {1: "F-1"}
    assert ids(match_alerts([alert(2, path="a b.py")], state)) == {2: "F-1"}


def test_others() -> None:
    """Alerts of other drivers are not ours to look at; a short message names nothing."""
    assert match_alerts([alert(driver="CodeQL")], state_of(finding())) == Matched()
    assert match_alerts([alert(message="", path="else.py")], state_of(finding())).unknown
