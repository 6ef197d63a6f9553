"""The knowledge of one run: what is shipped, and what people added to it in their policy."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from msgspec import Struct

from aggregator.knowledge.controls import Controls, controls_of
from aggregator.knowledge.meaning import Meaning
from aggregator.knowledge.secret_kinds import secret_kind_of
from aggregator.knowledge.site_problems import site_problem_of
from aggregator.knowledge.weaknesses import CREDENTIAL, weakness_of
from aggregator.model.result import Kind, Result

_SECRET = Kind.SECRET
_DAST = Kind.DAST
_CREDENTIAL = Meaning(CREDENTIAL, "rule")


class Teaching(Struct, frozen=True):
    """What people say a rule means.

    Attributes:
        tool: the tool's name; letters of either case.
        rule: the rule id; ``*`` stands for any text.
        meaning: a weakness class, a control or a kind of secret; a word that the knowledge lacks founds a new one.
    """

    tool: str
    rule: str
    meaning: str


class Knowledge:
    """Looks meanings up, each once.

    Args:
        teachings: what people say, the first that fits a rule holds; it outranks what is shipped.
    """

    def __init__(self, teachings: Iterable[Teaching] = ()) -> None:
        self._teachings = tuple(teachings)
        self._weaknesses: dict[tuple[str, str, tuple[int, ...]], Meaning] = {}
        self._secret_kinds: dict[tuple[str, str, str], Meaning] = {}
        self._controls: dict[tuple[str, str], Controls] = {}

    def weakness(self, result: Result) -> Meaning:
        """The weakness class of a result; a secret is a credential."""
        if result.kind is _SECRET:
            return _CREDENTIAL
        key = (result.tool, result.rule_id, result.weaknesses)
        found = self._weaknesses.get(key)
        if found is None:
            found = self._taught(result.tool, result.rule_id) or weakness_of(*key, result.title)
            self._weaknesses[key] = found
        return found

    def site_problem(self, result: Result) -> str:
        """The problem of a whole site that a result of a web scanner is about; empty for one of a page."""
        return site_problem_of(result.tool, result.rule_id, result.title) if result.kind is _DAST else ""

    def secret_kind(self, result: Result) -> Meaning:
        """The kind of secret that a rule looks for (``slack``, ``aws/id``); unknown where it looks for any."""
        key = (result.tool, result.rule_id, result.title if result.kind is _SECRET else "")
        found = self._secret_kinds.get(key)
        if found is None:
            taught = self._taught(result.tool, result.rule_id)
            found = taught if taught and taught.name != CREDENTIAL else secret_kind_of(*key[1:])
            self._secret_kinds[key] = found
        return found

    def controls(self, result: Result) -> Controls:
        """The controls that a result's rule asks for; none where neither people nor the table name the rule."""
        key = (result.tool, result.rule_id)
        found = self._controls.get(key)
        if found is None:
            taught = self._taught(*key)
            found = (taught.name,) if taught else controls_of(*key, result.title)
            self._controls[key] = found
        return found

    def _taught(self, tool: str, rule_id: str) -> Meaning | None:
        for each in self._teachings:
            if each.tool.casefold() == tool.casefold() and fnmatchcase(rule_id, each.rule):
                return Meaning(each.meaning, "policy")
        return None
