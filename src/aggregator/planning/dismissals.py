"""Which alerts are dismissed because people accept their findings, and which are opened again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Disposition, Finding, Transition
from aggregator.model.outcome import Outcome
from aggregator.model.state import State
from aggregator.planning.alert_matching import match_alerts
from aggregator.planning.alert_words import DISMISSED, ORIGIN, is_ours
from aggregator.planning.github_actions import DismissAlert, ReopenAlert
from aggregator.planning.observed import SeenAlert
from aggregator.state.history import bounded
from aggregator.writers.escape import clip, plain
from aggregator.writers.upload_run import SIGNATURE

MOST = 30
"""Alerts changed in one run: each is a write, a second apart. The next runs do the rest."""
COMMENT_LIMIT = 280
"""Characters that GitHub takes of a dismissal's comment."""

_FALSE, _WONT, _TESTS = "false positive", "won't fix", "used in tests"
_REASONS = {
    Disposition.RISK_ACCEPTED: _WONT,
    Disposition.MITIGATED: _WONT,
    Disposition.SUPPRESSED: _WONT,
    Disposition.OUT_OF_SCOPE: _TESTS,
    Disposition.NOT_AFFECTED: _FALSE,
    Disposition.FALSE_POSITIVE: _FALSE,
}
UNDISMISSED = "undismissed"
"""In a finding's history: its alert is open again, because the decision ended."""
_INSTANT = timedelta(seconds=1)


class Dismissals(Struct, frozen=True):
    """What is to be done with alerts.

    Attributes:
        about: the id of each alert's finding, by the action's key.
        notes: what is left alone, and why.
    """

    actions: tuple[DismissAlert | ReopenAlert, ...] = ()
    about: tuple[tuple[str, str], ...] = ()
    notes: tuple[Diagnostic, ...] = ()


def drivers_to_look_at(outcome: Outcome) -> tuple[str, ...]:
    """The drivers whose open alerts have to be seen before dismissing: those of silenced findings still shown as open.

    Most runs need none, for what was dismissed since its decision fell is remembered.
    """
    return tuple(
        sorted(
            {
                finding.upload.driver
                for finding in outcome.findings
                if finding.upload is not None
                and finding.closed_at is None
                and finding.decision.disposition.silences
                and not _since_decided(finding)
            }
        )
    )


def plan_dismissals(
    outcome: Outcome, alerts: tuple[SeenAlert, ...] | None, login: str = "", *, is_deaf: bool = False
) -> Dismissals:
    """Bring our alerts in line with what people decided; never against what somebody did to an alert on GitHub.

    An open alert of a silenced finding is dismissed, once for each decision: one that is open all the same was opened
    by somebody. An alert that we dismissed for a finding is opened when that one asks for action again.

    Args:
        outcome: of a run on the default branch, for a dismissal holds for all branches.
        alerts: of the default branch, in any order, the later look last; ``None`` when nobody could look.
        login: who we are on GitHub, if known.
        is_deaf: whether nobody could hear what people decided there: an open alert may be their taking it back.
    """
    if not alerts:
        return Dismissals()
    known = [finding for finding in outcome.findings if finding.closed_at is None]
    findings = {each.id: each for each in known if not is_deaf or each.decision.origin != ORIGIN}
    actions: list[DismissAlert | ReopenAlert] = []
    about, defied = {}, []
    each_once = {alert.number: alert for alert in alerts}
    for alert, id_ in match_alerts(sorted(each_once.values(), key=_number), outcome.state.findings).known:
        finding = findings.get(id_)
        if finding is None:
            continue
        if alert.state == DISMISSED:
            if finding.is_open and is_ours(alert, login) and _is_dismissal_of(finding, alert):
                actions.append(ReopenAlert(alert.number))
                about[actions[-1].key] = id_
        elif alert.state == "open" and not finding.is_open:
            if _was_dismissed(alert, finding):
                defied.append(alert.number)
            else:
                action = _dismissal(alert, finding)
                actions.append(action)
                about[action.key] = id_
    now = tuple(actions[:MOST])
    keys = {action.key for action in now}
    return Dismissals(
        now, tuple(pair for pair in about.items() if pair[0] in keys), tuple(_notes(defied, len(actions) - len(now)))
    )


def remember_dismissals(state: State, dismissals: Dismissals, done: frozenset[str], run: str = "") -> State:
    """The state with each change of an alert that was carried out in its finding's history.

    Args:
        state: of the run that made the changes.
        dismissals: what was planned.
        done: keys of the actions that were carried out.
        run: the id of the run.
    """
    actions = {action.key: action for action in dismissals.actions}
    steps: defaultdict[str, list[Transition]] = defaultdict(list)
    for key, id_ in dismissals.about:
        if key in done:
            action = actions[key]
            to = DISMISSED if isinstance(action, DismissAlert) else UNDISMISSED
            steps[id_].append(Transition(state.at, to, run, _where(action.number)))
    if not steps:
        return state
    findings = tuple(
        replace(item, history=bounded((*item.history, *steps[item.id]))) if item.id in steps else item
        for item in state.findings
    )
    return replace(state, findings=findings)


def _number(alert: SeenAlert) -> int:
    return alert.number


def _where(number: int) -> str:
    return f"alert {number}"


def _was_dismissed(alert: SeenAlert, finding: Finding) -> bool:
    """Whether we dismissed this alert since the decision fell."""
    return _where(alert.number) in _since_decided(finding)


def _since_decided(finding: Finding) -> frozenset[str]:
    """The alerts that we dismissed since the finding's decision fell, and did not open again ourselves."""
    decided = finding.decision.decided_at
    dismissed: set[str] = set()
    for step in finding.history:
        if step.to == DISMISSED and (decided is None or step.at >= decided):
            dismissed.add(step.reason)
        elif step.to == UNDISMISSED:
            dismissed.discard(step.reason)
    return frozenset(dismissed)


def _dismissal(alert: SeenAlert, finding: Finding) -> DismissAlert:
    return DismissAlert(alert.number, _REASONS[finding.decision.disposition], comment_of(finding))


def _is_dismissal_of(finding: Finding, alert: SeenAlert) -> bool:
    """Whether our dismissal names this finding: lines that scan one file share its alert, and each opens its own."""
    named = alert.dismissed_comment.removeprefix(f"{SIGNATURE} ").partition(":")[0]
    return named in (finding.id, *finding.aliases)


def comment_of(finding: Finding) -> str:
    """Why, by whom and until when, behind the mark that tells our dismissals from those of people."""
    decision = finding.decision
    head = f"{SIGNATURE} {finding.id}: "
    last_day = "" if decision.expires_at is None else f"until {decision.expires_at - _INSTANT:%Y-%m-%d}"
    who = clip(_parted(decision.author), 80)
    rest = ", ".join(part for part in (who, last_day) if part)
    tail = f" ({rest})" if rest else ""
    why = _parted(decision.reason) or decision.disposition.value.replace("_", " ")
    return head + clip(why, COMMENT_LIMIT - len(head) - len(tail)) + tail


def _parted(text: str) -> str:
    """One line that calls nobody: it may come from a report."""
    return plain(text).replace("@", "@\u200b")


def _notes(defied: list[int], postponed: int) -> Iterable[Diagnostic]:
    for number in defied:
        yield Diagnostic(
            "alert-reopened",
            Level.WARNING,
            _where(number),
            "Somebody opened it again on GitHub, while a decision here still accepts its finding.",
            "Take the decision back, or dismiss the alert again.",
        )
    if postponed:
        many = "1 alert is" if postponed == 1 else f"{postponed} alerts are"
        reason = f"{many} left for the next runs: no more than {MOST} are changed in one."
        yield Diagnostic("alerts-postponed", Level.NOTE, "code scanning", reason)
