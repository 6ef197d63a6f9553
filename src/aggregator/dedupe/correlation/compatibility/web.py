"""The web: one problem behind one method, path and parameter; a problem of a whole site by the site."""

from __future__ import annotations

from aggregator.dedupe.correlation.compatibility.agreement import CERTAIN, HIGH, MEDIUM, Agreement, Refusal
from aggregator.dedupe.correlation.compatibility.rules import shared_rule
from aggregator.knowledge.knowledge import Knowledge
from aggregator.knowledge.meaning import shared_name
from aggregator.model.location import Endpoint
from aggregator.model.result import Result

_NOWHERE = Endpoint("")


def compare_web(a: Result, b: Result, knowledge: Knowledge) -> Agreement | Refusal:
    """Compare two results of web scanners.

    A method or a parameter that one tool does not tell is no veto, but then the pair must be the best one of both.
    """
    ours, theirs = a.endpoint or _NOWHERE, b.endpoint or _NOWHERE
    if veto := _place_veto(ours, theirs):
        return Refusal(veto)
    shared, problem = shared_rule(a, b), _shared_problem(a, b, knowledge)
    if isinstance(problem, Refusal):
        return problem if not shared else _agreed(CERTAIN, "same-rule-same-endpoint", f"rule {shared}", ours, theirs)
    return _agreed(HIGH, "same-endpoint-same-weakness", f"weakness {problem}", ours, theirs)


def _place_veto(a: Endpoint, b: Endpoint) -> str:
    if (a.host, a.path) != (b.host, b.path):
        return "different places of the web"
    if a.method and b.method and a.method != b.method:
        return "different methods"
    return "different parameters" if a.parameter and b.parameter and a.parameter != b.parameter else ""


def _shared_problem(a: Result, b: Result, knowledge: Knowledge) -> str | Refusal:
    one, two = knowledge.site_problem(a), knowledge.site_problem(b)
    if one == two:
        ours, theirs = knowledge.weakness(a), knowledge.weakness(b)
        # A CWE may stand for several classes; a name that says one does not mean another.
        shared = shared_name(ours, theirs) if "cwe" in (ours.basis, theirs.basis) or ours.name == theirs.name else ""
        if one or shared:
            return one or shared
        one, two = ours.name, theirs.name
    if one and two:
        return Refusal(f"different weaknesses: {min(one, two)} and {max(one, two)}")
    return Refusal("the rules are not known to be the same")


def _agreed(tier: int, key: str, what: str, ours: Endpoint, theirs: Endpoint) -> Agreement:
    is_whole = (ours.method, ours.parameter) == (theirs.method, theirs.parameter)
    method, parameter = ours.method or theirs.method, ours.parameter or theirs.parameter
    where = " ".join(part for part in (method, f"{ours.host}{ours.path}", parameter) if part)
    return Agreement(tier if is_whole else MEDIUM, key, (where, what), must_be_best=not is_whole)
