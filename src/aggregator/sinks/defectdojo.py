"""Carries out pushes to DefectDojo."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.actions import Action
from aggregator.planning.defectdojo_actions import Edit, PushTest
from aggregator.sinks.defectdojo_api import DojoApi
from aggregator.writers.defectdojo_findings import finding_in

SCAN_TYPE = "Generic Findings Import"
_LONGEST = 150
"""Characters of a branch, a commit or a build there."""
_REOPENED: dict[str, object] = {
    "active": True,
    "false_p": False,
    "risk_accepted": False,
    "out_of_scope": False,
    "is_mitigated": False,
    "mitigated": None,
}


class DefectDojoSink:
    """Pushes tests, each as often as its steps say; nothing that people do there is ever read.

    Args:
        api: the DefectDojo.
        address: where people look at it.
        render: makes the report of a channel, when it is pushed.
        known: the ids of all findings that are remembered, absorbed ones included.

    Attributes:
        notes: what it left as it was there.
    """

    def __init__(
        self, api: DojoApi, address: str, render: Callable[[str], bytes], known: Container[str] = frozenset()
    ) -> None:
        self._api = api
        self._known = known
        self._address = address
        self._render = render
        self._products: dict[str, bool] = {}
        self._has_failed = False
        self._tests: dict[str, int] = {}
        self.notes: tuple[Diagnostic, ...] = ()

    def accepts(self, action: Action) -> bool:
        """Pushes."""
        return isinstance(action, PushTest)

    def apply(self, action: Action) -> str | None:
        """Push the test and say where it is. Raises ``ServiceError``; to do it again is to do it once."""
        if not isinstance(action, PushTest):
            return None
        if self._has_failed and "close" in action.steps:
            reason = "Nothing was closed: a push before it failed, and what moved there would be lost."
            raise ServiceError(Fault.UNREACHABLE, reason, "The next run pushes both.")
        try:
            test = self._push(action)
        except ServiceError:
            self._has_failed = True
            raise
        self._tests[action.channel] = test
        return f"{self._address}/test/{test}" if test and not action.is_second else None

    def _push(self, action: PushTest) -> int:
        if not action.product_type and not self._has_product(action.product):
            return 0  # what was left there is gone, or never came to be
        report = self._render(action.channel)
        test = self._tests.get(action.channel, 0)
        for step in action.steps:
            if step == "edit":
                self._edit(test, action.edits)
            elif step != "close" or not action.asks or self._knows(test):
                test = self._api.reimport(self._fields(action, closes=step == "close"), report)
        return test

    def _knows(self, test: int) -> bool:
        """Whether all that is open in a test is remembered here."""
        strange = sum(finding_in(id_) not in self._known for id_ in self._api.open_ids(test))
        if strange:
            many = "1 open finding there is" if strange == 1 else f"{strange} open findings there are"
            reason = f"{many} not remembered here, so nothing was closed in that test."
            step = "If the memory was lost, close what is fixed there by hand."
            self.notes += (Diagnostic("defectdojo-unknown", Level.WARNING, "DefectDojo", reason, step),)
        return not strange

    def _fields(self, action: PushTest, *, closes: bool) -> Iterator[tuple[str, str]]:
        """The form. What is empty is left out: DefectDojo takes no empty texts.

        No ``scan_date``: it would stand for the date of every finding. No ``active`` and ``verified``: they would stand
        for what each finding says. A product that is there stays where people put it.
        """
        yield "scan_type", SCAN_TYPE
        yield "product_name", action.product
        yield "engagement_name", action.engagement
        yield "test_title", action.test
        yield "auto_create_context", "true"
        yield "deduplication_on_engagement", "true"
        yield "close_old_findings", "true" if closes else "false"
        if not self._has_product(action.product):
            yield "product_type_name", action.product_type
        said = (action.environment, action.branch[:_LONGEST], action.commit[:_LONGEST], action.build[:_LONGEST])
        for name, value in zip(("environment", "branch_tag", "commit_hash", "build_id"), said, strict=True):
            if value.strip():
                yield name, value
        for tag in action.tags:
            yield "tags", tag

    def _has_product(self, name: str) -> bool:
        """Asked until it is there."""
        if not self._products.get(name):
            self._products[name] = self._api.has_product(name)
        return self._products[name]

    def _edit(self, test: int, edits: tuple[Edit, ...]) -> None:
        kept = 0
        for edit in edits:
            number = self._api.find(test, edit.unique_id)
            if number is not None:
                kept += not self._changed(number, edit)
        if kept:
            many = "1 finding" if kept == 1 else f"{kept} findings"
            reason = f"{many} kept an older severity, title or decision there: the token's user may not edit findings."
            step = "Give it the role Writer in the product, and correct them there."
            self.notes += (Diagnostic("defectdojo-not-edited", Level.WARNING, "DefectDojo", reason, step),)

    def _changed(self, number: int, edit: Edit) -> bool:
        """Whether it could be changed; a token that may import need not be one that may edit."""
        fields: dict[str, object] = {"title": edit.title, "severity": edit.severity}
        if edit.component_version:
            fields["component_version"] = edit.component_version
        if edit.reopens:
            fields |= _REOPENED
        return self._api.edit(number, fields)


def check_connection(api: DojoApi) -> str:
    """What is there, in one sentence; raises ``ServiceError`` where pushing would not work."""
    api.greet()
    return "DefectDojo answers and takes the token."
