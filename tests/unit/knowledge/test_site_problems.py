"""What belongs to a whole site, and not to a page of it."""

import pytest

from aggregator.knowledge.knowledge import Knowledge
from aggregator.knowledge.site_problems import site_of, site_problem_of
from aggregator.model.location import Endpoint
from aggregator.model.result import Kind
from tests.builders import result


@pytest.mark.parametrize(
    ("tool", "rule", "title", "problem"),
    [
        ("ZAP", "10038", "", "content-security-policy"),
        ("ZAP", "10038-1", "", "content-security-policy"),
        ("ZAP", "10055-4", "CSP: script-src unsafe-inline", "content-security-policy-directive"),
        ("ZAP", "10055", "CSP: Wildcard Directive", ""),
        ("ZAP", "40018", "SQL Injection", ""),
        ("Nuclei", "missing-csp", "", "content-security-policy"),
        ("Nuclei", "headers-7", "X-Frame-Options header missing", "frame-options"),
        ("Nuclei", "sqli-error-based", "SQL injection", ""),
    ],
)
def test_problems_of_a_site(tool: str, rule: str, title: str, problem: str) -> None:
    """ZAP's rules by number and variant, everybody else's by words of the id, then of the title."""
    assert site_problem_of(tool, rule, title) == problem


def test_only_web_scanners_see_sites() -> None:
    """The same words of a code scanner are about code."""
    assert Knowledge().site_problem(result(kind=Kind.DAST, rule_id="hsts")) == "strict-transport-security"
    assert Knowledge().site_problem(result(kind=Kind.SAST, rule_id="hsts")) == ""


def test_a_cookie_is_part_of_a_site() -> None:
    """A header is the site's; a flag is of one cookie."""
    place = Endpoint("h.example", "/a", "GET", "sid")
    assert site_of(place, "frame-options") == Endpoint("h.example")
    assert site_of(place, "cookie-httponly") == Endpoint("h.example", parameter="sid")
