"""The knowledge of one run: what is shipped, and what people added to it in their policy."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from aggregator.knowledge.controls import Controls, controls_of
from aggregator.knowledge.meaning import Meaning
from aggregator.knowledge.rule_names import is_said
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
        rule: the rule id, by any of its names; ``*`` stands for any text.
        meaning: a weakness class, a control or a kind of secret; a word that the knowledge lacks founds a new one.
    """

    tool: str
    rule: str
    meaning: str

    def is_about(self, result: Result) -> bool:
        """Whether a rule of the tool that goes by the id found it."""
        return result.tool.casefold() == self.tool.casefold() and is_said(
            self.rule, result.tool, result.rule_id, result.rule_aliases
        )


class Knowledge:
    """Looks meanings up, each once.

    Args:
        teachings: what people say, the first that fits a rule holds; it outranks what is shipped.
    """

    def __init__(self, teachings: Iterable[Teaching] = ()) -> None:
        self._teachings = tuple(teachings)
        self._said: dict[tuple[str, str, tuple[str, ...]], Meaning | None] = {}
        self._weaknesses: dict[tuple[str, str, tuple[int, ...]], Meaning] = {}
        self._secret_kinds: dict[tuple[str, str, str], Meaning] = {}
        self._controls: dict[tuple[str, str], Controls] = {}

    def weakness(self, result: Result) -> Meaning:
        """The weakness class of a result; a secret is a credential."""
        if result.kind is _SECRET:
            return _CREDENTIAL
        if taught := self._taught(result):
            return taught
        key = (result.tool, result.rule_id, result.weaknesses)
        found = self._weaknesses.get(key)
        if found is None:
            found = self._weaknesses[key] = weakness_of(*key, result.title)
        return found

    def site_problem(self, result: Result) -> str:
        """The problem of a whole site that a result of a web scanner is about; empty for one of a page."""
        return site_problem_of(result.tool, result.rule_id, result.title) if result.kind is _DAST else ""

    def secret_kind(self, result: Result) -> Meaning:
        """The kind of secret that a rule looks for (``slack``, ``aws/id``); unknown where it looks for any."""
        if (taught := self._taught(result)) and taught.name != CREDENTIAL:
            return taught
        key = (result.tool, result.rule_id, result.title if result.kind is _SECRET else "")
        found = self._secret_kinds.get(key)
        if found is None:
            found = self._secret_kinds[key] = secret_kind_of(*key[1:])
        return found

    def controls(self, result: Result) -> Controls:
        """The controls that a result's rule asks for; none where neither people nor the table name the rule."""
        if taught := self._taught(result):
            return (taught.name,)
        key = (result.tool, result.rule_id)
        found = self._controls.get(key)
        if found is None:
            found = self._controls[key] = controls_of(*key, result.title)
        return found

    def _taught(self, result: Result) -> Meaning | None:
        if not self._teachings:
            return None
        key = (result.tool, result.rule_id, result.rule_aliases)
        if key not in self._said:
            means = next((each.meaning for each in self._teachings if each.is_about(result)), "")
            self._said[key] = Meaning(means, "policy") if means else None
        return self._said[key]
