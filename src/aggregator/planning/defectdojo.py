"""What is pushed to DefectDojo: the tests whose findings differ from what was pushed last.

A reimport is a picture of a test: DefectDojo may close what is not in the report. So a report holds all that is
remembered of its test, seen in this run or not: what is open, what people silenced, and what was closed here by proof,
as closed. DefectDojo is let close what is missing beyond that (findings that it took for others, or that moved to
another test) only where this run looked at everything the test may hold.

Whether people silenced a finding DefectDojo learns from a reimport only while it shows the finding as open, and a
reimport that closes marks such a finding as mitigated on the way. So what silences is told first and nothing is closed,
and the reimport that closes comes after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.coverage import Completeness
from aggregator.model.outcome import Outcome
from aggregator.model.state import State, Telling
from aggregator.planning.defectdojo_actions import PushTest, Step
from aggregator.planning.defectdojo_edits import edits_of, may_be_closed_there
from aggregator.planning.defectdojo_tests import MOST_PARTS, DojoTest, Part, channel_of, part_place, parts_of, tests_of
from aggregator.planning.plan import Delivery, Held, Receipt, held_together
from aggregator.policy.defectdojo import DefectDojo as Rules
from aggregator.state.history import latest_tellings
from aggregator.writers.defectdojo_findings import DojoFinding, dojo_finding

_encode = msgspec.json.Encoder(order="deterministic").encode
_BYTES = 8
_UNCLEAR = ""
"""The digest of a push that failed, or may have."""


class Facts(Struct, frozen=True, kw_only=True):
    """What the plan has to know about the run.

    Attributes:
        server: tells one DefectDojo from another without giving its address away.
        held: why nothing must be pushed; empty when it may.
    """

    server: str
    held: str = ""


class Pushes(Struct, frozen=True):
    """What is to be pushed.

    Attributes:
        told: the findings of each push, by its key.
    """

    actions: tuple[PushTest, ...] = ()
    held: tuple[Held, ...] = ()
    told: Mapping[str, tuple[DojoFinding, ...]] = {}


class _Digest(Struct, frozen=True):
    """What a telling remembers: a digest of the findings, one of what silences them, and whether it closed."""

    findings: str
    silences: str
    closed: bool

    def __str__(self) -> str:
        return f"{self.findings}.{self.silences}.{'closed' if self.closed else 'told'}"


class _Draft(Struct, frozen=True):
    """One part, what is told of it, what was told last, and whether it may close."""

    part: Part
    told: tuple[DojoFinding, ...]
    telling: Telling | None
    last: _Digest | None
    new: _Digest
    closes: bool


def plan_pushes(outcome: Outcome, rules: Rules, facts: Facts) -> Pushes:
    """Everything that differs from what was pushed last. A first run closes nothing."""
    tellings = {telling.channel: telling for telling in outcome.state.told}
    covered = _covered(outcome)
    retired = {tool.lower() for tool in outcome.retired}
    drafts: list[_Draft] = []
    for test in tests_of(outcome, rules):
        closes = all(scope in covered or scope[0].lower() in retired for scope in test.scopes)
        parts = parts_of(test, _known_parts(test, tellings), rules.part_findings, may_grow=closes)
        drafts += (_draft(part, tellings.get(part.channel), rules, facts.server, closes=closes) for part in parts)
    due = [draft for draft in drafts if _is_due(draft, outcome, rules)]
    actions = tuple(_action(draft, outcome, rules) for draft in due)
    why_not = facts.held or _why_not(outcome)
    if why_not:
        return Pushes(held=held_together(actions, why_not))
    unchanged = {draft.part.channel for draft in due if draft.last and draft.last.findings == draft.new.findings}
    return Pushes(_told_first(actions, unchanged), (), {draft.part.channel: draft.told for draft in due})


def remember_pushes(state: State, actions: Iterable[PushTest], receipts: Iterable[Receipt]) -> State:
    """The state that knows what was pushed, and of what failed that nobody knows what became of it.

    A push whose answer was lost may have been carried out: what it told counts as not told, and not as never told.
    """
    ended = {receipt.key: receipt.delivery is Delivery.DONE for receipt in receipts}
    known = {telling.channel: telling for telling in state.told}
    parts: defaultdict[str, list[PushTest]] = defaultdict(list)
    for action in actions:
        parts[action.channel].append(action)
    for channel, pushes in parts.items():
        if all(ended.get(action.key) for action in pushes):
            known[channel] = Telling(channel, state.at, pushes[-1].digest)
        elif any(action.key in ended for action in pushes):
            last = known.get(channel)
            known[channel] = Telling(channel, state.at if last is None else last.at, _UNCLEAR)
    told = latest_tellings(known.values())
    return state if told == state.told else replace(state, told=told)


def _told_first(actions: tuple[PushTest, ...], unchanged: Container[str]) -> tuple[PushTest, ...]:
    """All tests are told before the first one closes: a finding that moves must stand in its new test by then.

    ``unchanged`` are the channels of which all was told before this run.
    """
    closing = [action for action in actions if "close" in action.steps]
    if len(actions) == 1 or not closing:
        return actions
    told = (
        replace(action, steps=_without_closing(action.steps))
        for action in actions
        if action.steps != ("close",) or action.channel not in unchanged
    )
    return (*told, *(replace(action, steps=("close",), edits=(), is_second=True) for action in closing))


def _without_closing(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    rest = tuple(step for step in steps if step != "close")
    return rest if "tell" in rest else ("tell", *rest)


def _why_not(outcome: Outcome) -> str:
    if outcome.context.is_change:
        return "this run is about a change that is not on the branch yet"
    if outcome.context.is_past_unread:
        return "the earlier states could not be read, and findings would be missing"
    return ""


def _covered(outcome: Outcome) -> frozenset[tuple[str, str]]:
    """Tool and scope of what this run looked at with all its reports there, each of them complete."""
    if outcome.is_baseline:
        return frozenset()
    whole = {(each.tool, each.scope) for each in outcome.state.scopes if each.covered_at == outcome.now}
    scans = outcome.scans
    return frozenset(whole - {(s.tool, s.scope) for s in scans if s.completeness is not Completeness.COMPLETE})


def _known_parts(test: DojoTest, tellings: Mapping[str, Telling]) -> int:
    """The highest part of it that was ever pushed."""
    numbers = range(1, MOST_PARTS + 1)
    return max((n for n in numbers if channel_of(part_place(test.place, n)) in tellings), default=0)


def _draft(part: Part, telling: Telling | None, rules: Rules, server: str, *, closes: bool) -> _Draft:
    """What a part says now, against what it said last.

    Of what was closed only that is told which DefectDojo may still show as open; it is no news by itself.
    """
    items = tuple(item for item in part.items if item.closed_at is None or _is_since(item.closed_at, telling))
    told = tuple(dojo_finding(item, part.place.test, lines=rules.lines) for item in items)
    stands = tuple(each for item, each in zip(items, told, strict=True) if item.closed_at is None)
    silenced = tuple((each.unique_id_from_tool, each.flags) for each in stands if any(each.flags))
    last = _remembered(telling)
    new = _Digest(_digest(server, stands), _digest(server, silenced), closes and telling is not None)
    if last is not None and last.findings == new.findings and last.closed:
        new = replace(new, closed=True)  # nothing is there that could be closed
    return _Draft(replace(part, items=items), told, telling, last, new, closes)


def _is_since(moment: datetime, telling: Telling | None) -> bool:
    return telling is not None and moment > telling.at


def _is_due(draft: _Draft, outcome: Outcome, rules: Rules) -> bool:
    """Whether there is something to push: a change, something left to close, or the time to say it again."""
    if draft.telling is None:
        return bool(draft.told)
    is_late = outcome.now - draft.telling.at >= timedelta(days=rules.repeat_days)
    return is_late or draft.last != draft.new


def _action(draft: _Draft, outcome: Outcome, rules: Rules) -> PushTest:
    place, context, telling = draft.part.place, outcome.context, draft.telling
    edits = () if telling is None else tuple(edits_of(draft.part.items, draft.told, telling.at))
    return PushTest(
        channel=draft.part.channel,
        product_type=place.product_type,
        product=place.product,
        engagement=place.engagement,
        test=place.test,
        environment=place.environment,
        branch=context.line.branch,
        commit=context.commit,
        build=context.run.id,
        tags=rules.tags,
        findings=sum(each.active for each in draft.told),
        steps=_steps(draft, has_edits=bool(edits), asks=rules.tests == "one"),
        edits=edits,
        asks=rules.tests == "one",
        digest=str(draft.new),
    )


def _steps(draft: _Draft, *, has_edits: bool, asks: bool) -> tuple[Step, ...]:
    """The reimports, and the edits before what they reopen could be closed.

    One test for everything may hold findings of tools that a memory which was lost knew and this one does not: before
    it is closed it is told and asked.
    """
    tells = _silencing(draft)
    if draft.telling is None:
        return tells or ("tell",)
    edit: tuple[Step, ...] = ("edit",) if has_edits else ()
    close: tuple[Step, ...] = ("close",) if draft.closes else ()
    is_told = draft.last is not None and draft.last.silences == draft.new.silences
    if is_told and not tells and not asks:
        return (*(close or ("tell",)), *edit)
    return (*(tells or ("tell",)), *edit, *close)


def _silencing(draft: _Draft) -> tuple[Step, ...]:
    """The reimports that silence what people silenced, none where there is nothing of that sort.

    One at least: what people opened there again would be marked as mitigated by a reimport that closes, opened by the
    next one, and so on. Two where it may stand there as closed: the first one opens it.
    """
    if not any(any(each.flags) for each in draft.told):
        return ()
    if draft.telling is None or draft.last is None:  # nobody knows how it stands there
        return ("tell", "tell")
    is_twofold = may_be_closed_there(draft.part.items, draft.told, draft.telling.at)
    return ("tell", "tell") if is_twofold else ("tell",)


def _remembered(telling: Telling | None) -> _Digest | None:
    parts = telling.digest.split(".") if telling is not None else []
    return _Digest(parts[0], parts[1], parts[2] == "closed") if len(parts) == 3 else None  # noqa: PLR2004 - its fields


def _digest(server: str, told: object) -> str:
    return blake2b(_encode((server, told)), digest_size=_BYTES).hexdigest()
