"""When two results of web scanners are one problem."""

import pytest
from msgspec.structs import replace

from aggregator.dedupe.correlation.compatibility.agreement import Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.web import compare_web
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.location import Endpoint
from aggregator.model.result import Result
from tests.unit.dedupe.flaws import LATER, folded, reflected, remember, report

HERE = Endpoint("shop.example", "/find", "GET", "q")


def hit(rule: str, tool: str, endpoint: Endpoint = HERE, cwes: tuple[int, ...] = (), title: str = "") -> Result:
    """Build a result of a web scanner."""
    return replace(reflected(rule, tool=tool), endpoint=endpoint, weaknesses=cwes, title=title or rule)


def answer(one: Result, two: Result) -> Agreement | Refusal:
    """Compare in both orders, which must not matter."""
    there, back = (compare_web(*pair, Knowledge()) for pair in ((one, two), (two, one)))
    assert there == back
    return there


def test_the_same_weakness_behind_one_parameter() -> None:
    """ZAP's number and another tool's words mean one weakness."""
    found = answer(hit("40018", "ZAP"), hit("sqli", "Nuclei", cwes=(89,)))
    assert isinstance(found, Agreement)
    assert (found.key, found.must_be_best) == ("same-endpoint-same-weakness", False)
    assert found.inputs == ("GET shop.example/find q", "weakness sql-injection")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (hit("40018", "X", replace(HERE, host="other.example"), (89,)), "different places of the web"),
        (hit("40018", "X", replace(HERE, path="/other"), (89,)), "different places of the web"),
        (hit("40018", "X", replace(HERE, method="POST"), (89,)), "different methods"),
        (hit("40018", "X", replace(HERE, parameter="page"), (89,)), "different parameters"),
        (hit("xss", "X", cwes=(79,)), "different weaknesses: cross-site-scripting and sql-injection"),
        (hit("odd", "X"), "the rules are not known to be the same"),
    ],
)
def test_vetoes(other: Result, reason: str) -> None:
    """Another host, path, method, parameter or weakness is another problem."""
    assert answer(hit("40018-2", "ZAP"), other) == Refusal(reason)


def test_what_a_tool_does_not_tell_must_be_unique() -> None:
    """Without a method or a parameter the pair is believed only when nothing else fits."""
    vague = hit("sqli", "Nuclei", Endpoint("shop.example", "/find"), (89,))
    found = answer(hit("40018", "ZAP"), vague)
    assert isinstance(found, Agreement)
    assert found.must_be_best
    one = folded(report(hit("40018", "ZAP")), report(vague)).findings
    two = folded(
        report(hit("40018", "ZAP"), hit("40018", "ZAP", replace(HERE, parameter="page"))), report(vague)
    ).findings
    assert (len(one), len(two)) == (1, 3)


def test_a_number_may_stand_for_several_weaknesses() -> None:
    """A rule that has no more than a CWE may be about each of its classes; one with a name of its own is not."""
    template = hit("ssti", "Nuclei", cwes=(1336,))
    assert isinstance(answer(hit("90035", "ZAP"), template), Agreement)
    numbered, named = hit("odd", "X", cwes=(79,)), hit("csrf", "X", cwes=(79,))
    assert isinstance(answer(hit("40012", "ZAP"), numbered), Agreement)
    assert isinstance(answer(hit("40012", "ZAP"), named), Refusal)


def test_the_same_rule_is_the_same_problem() -> None:
    """Two exports of one scanner name the same rule, known to us or not."""
    found = answer(hit("999", "ZAP"), hit("999", "ZAP"))
    assert isinstance(found, Agreement)
    assert found.key == "same-rule-same-endpoint"


def test_headers_are_told_apart() -> None:
    """Two missing headers of one site share a CWE and are two problems; one header by two names is one."""
    site = Endpoint("shop.example")
    csp, hsts = hit("10038", "ZAP", site, (693,)), hit("missing-hsts", "Nuclei", site, (693,))
    assert answer(csp, hsts) == Refusal("different weaknesses: content-security-policy and strict-transport-security")
    assert isinstance(answer(csp, hit("missing-csp", "Nuclei", site)), Agreement)
    assert answer(csp, hit("odd", "X", site, (693,))) == Refusal("the rules are not known to be the same")


def test_what_has_no_endpoint_is_told_by_its_rule() -> None:
    """A result without a place can still be another export of the same rule."""
    nowhere = replace(hit("999", "ZAP"), endpoint=None)
    assert isinstance(answer(nowhere, nowhere), Agreement)


def test_one_header_on_forty_pages_is_one_finding() -> None:
    """All pages stand in it, and it is the same finding when the scanner shows other pages next time."""
    site = Endpoint("shop.example")
    pages = [replace(hit("10038", "ZAP", site), message=f"Seen at GET /{n}.", pointer=f"/{n}") for n in range(40)]
    (first,) = folded(report(*pages[:30])).findings
    assert len(first.sources) == 30
    (second,) = folded(report(*pages[10:]), previous=remember([first]), now=LATER).findings
    assert second.id == first.id
