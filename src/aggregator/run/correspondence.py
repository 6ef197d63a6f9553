"""What is read from GitHub before a run decides, and what is done there after it has decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import ServiceError
from aggregator.model.finding import Standing
from aggregator.model.outcome import Outcome
from aggregator.model.state import RunRef, State
from aggregator.model.statement import NOTHING_SAID, Statements
from aggregator.model.ticket import Ticket
from aggregator.owners import people
from aggregator.planning.actions import Action
from aggregator.planning.alert_words import statements_of_alerts
from aggregator.planning.comment import may_be_overtaken, plan_comment
from aggregator.planning.dismissals import Dismissals, drivers_to_look_at, plan_dismissals, remember_dismissals
from aggregator.planning.issue_memory import remember_issues
from aggregator.planning.issues import IssueFacts, IssuePlan, plan_issues
from aggregator.planning.observed import NOTHING_SEEN, SeenAlert
from aggregator.planning.opened import tickets_joined, tickets_opened
from aggregator.planning.plan import Delivery, Held, Proposal, Receipt
from aggregator.planning.security_tab import Scanned, Uploads, plan_uploads
from aggregator.planning.statements import first_seen_of_issues, merge_statements, statements_of_issues
from aggregator.policy.policy import GitHub as Rules
from aggregator.run.deliver import Sink
from aggregator.run.frame import Frame, run_page
from aggregator.run.letters import Opened
from aggregator.run.outside import GitHub, unanswered
from aggregator.runner.event import Event
from aggregator.settings import Surroundings
from aggregator.sinks.github.client import GitHubClient
from aggregator.sinks.github.code_scanning import CodeScanningSink, Sight, observe_alerts, observe_open
from aggregator.sinks.github.comments import CommentSink
from aggregator.sinks.github.issues import GitHubIssues
from aggregator.state.settle import settle
from aggregator.writers.comment import CommentFacts, comment_key
from aggregator.writers.issue_marks import home_of
from aggregator.writers.upload_sarif import render_batch

_T = TypeVar("_T")
_COMMENTED = "issue_comment"
_OVERTAKEN = "the pull request has a newer commit, and the comment is left to its run"
_NEWER_HAS_NONE = "Look at the run of the newer commit; where it has none, push another one."


class Correspondence:
    """One run's talk with its repository: listen first, then propose, then let the sinks speak, then remember.

    A part of GitHub that cannot be asked is a diagnostic; the others are asked all the same.
    """

    def __init__(
        self,
        around: Surroundings,
        rules: Rules,
        event: Event,
        about: Frame,
        github: GitHub,
        notes: tuple[Diagnostic, ...] = (),
    ) -> None:
        self._around = around
        self._rules = rules
        self._event = event
        self._about = about
        self._github = github
        self._seen = NOTHING_SEEN
        self._uploads = Uploads()
        self._dismissals = Dismissals()
        self._issue_plan = IssuePlan()
        self._scanning: CodeScanningSink | None = None
        self.notes = [*notes]

    # --- before the run decides

    def listen(self, state: State | None) -> Statements:
        """What people decided on our issues and alerts since we last listened; nothing in a run about a change."""
        if not self._may_decide:
            return NOTHING_SAID
        said = []
        if self._wants_issues:
            issues = self._asked("issues-unread", lambda: self._issues.observe(state))
            self._seen = replace(self._seen, issues=issues)
            said.append(statements_of_issues(issues, state))
        if self._rules.decisions and self._wants_alerts:
            alerts = self._alerts(observe_alerts(self._client, state))
            self._seen = replace(self._seen, alerts=alerts)
            words = statements_of_alerts(alerts, state, self._login_if(alerts))
            self.notes += words.diagnostics
            said.append(words.statements)
        return merge_statements(said) if self._rules.decisions else NOTHING_SAID

    def dates(self) -> dict[str, datetime]:
        """When our issues say that their findings were first seen; a state that was lost is made good from them."""
        return first_seen_of_issues(self._seen.issues)

    def tickets(self) -> tuple[Ticket, ...]:
        """Whether our issues are open, and who works on them."""
        issues, now = self._seen.issues or (), self._about.now
        return tuple(Ticket(issue.url, issue.is_open, issue.assignees, now) for issue in issues)

    # --- after it has decided

    def propose(self, outcome: Outcome) -> Proposal:
        """Everything that would be done, made against what stands there."""
        self._uploads = plan_uploads(outcome, self._scanned, self._rules)
        actions: list[Action] = [*self._uploads.actions]
        held = [*self._uploads.held]
        for more in (self._comment(outcome), self._dismissing(outcome), self._tending(outcome)):
            actions += more.actions
            held += more.held
            self.notes += more.notes
        return Proposal(tuple(actions), tuple(held), (*self._uploads.notes, *self.notes))

    def sinks(self, outcome: Outcome, _opened: Opened) -> tuple[Sink, ...]:
        """Who carries it out."""

        def render(batch: int) -> Iterable[bytes]:
            return render_batch(outcome, self._uploads.batches[batch])

        self._scanning = CodeScanningSink(self._client, render, self._github.clock, author=self._reads_only)
        return (self._scanning, CommentSink(self._client, self._key), self._issues)

    def remarks(self) -> tuple[Diagnostic, ...]:
        """What the sinks have to say that is no failure: an upload that GitHub still looks into."""
        return self._scanning.notes if self._scanning else ()

    def settled(self, state: State, receipts: Iterable[Receipt]) -> State:
        """The state with what the deliveries taught: the issues' addresses, the alerts that we dismissed."""
        receipts = tuple(receipts)
        done = frozenset(receipt.key for receipt in receipts if receipt.delivery is Delivery.DONE)
        plan = self._issue_plan
        learned = (*tickets_opened(plan.actions, receipts), *tickets_joined(plan.actions, receipts))
        state = settle(state, (*plan.tickets, *learned))
        if plan.rolling is not None:
            state = remember_issues(state, plan.rolling, plan.actions, receipts)
        return remember_dismissals(state, self._dismissals, done, self._about.context.run.id)

    # --- the parts

    def _comment(self, outcome: Outcome) -> Proposal:
        if self._rules.comment == "off" or not self._event.is_change:
            return Proposal()
        number = self._event.pull_request
        if number is not None:
            comment = self._asked("comments-unread", lambda: (CommentSink(self._client, self._key).observe(number),))
            self._seen = replace(self._seen, comment=comment[0] if comment else None, comment_known=comment is not None)
        facts = CommentFacts(
            key=self._key,
            number=number,
            doubt=self._event.doubt,
            reads_only=self._reads_only,
            is_foreign=self._event.from_fork,
            head=self._event.head.sha,
            run_url=run_page(self._around),
            earlier=self._seen.comment.body if self._seen.comment else "",
        )
        actions, held = plan_comment(outcome, facts, self._rules.comment, self._seen)
        if not actions or not self._is_overtaken(outcome.context.run, actions[0].pull_request):
            return Proposal(actions, held)
        note = Diagnostic(
            "comment-held", Level.WARNING, "GitHub", f"The comment is not written: {_OVERTAKEN}.", _NEWER_HAS_NONE
        )
        return Proposal((), tuple(Held(action, _OVERTAKEN) for action in actions), (note,))

    def _is_overtaken(self, run: RunRef, number: int) -> bool:
        """Whether the run of a newer commit has the last word; where nobody can say it is this one's.

        One that follows another run has found its pull request by the commit.
        """
        head = self._event.head.sha
        if self._event.follows or not head or not may_be_overtaken(run, self._seen.comment):
            return False
        try:
            return self._client.pull(number).head_sha != head
        except ServiceError:
            return False

    def _dismissing(self, outcome: Outcome) -> Proposal:
        if not self._may_decide or not self._wants_alerts or outcome.context.is_past_unread:
            return Proposal()
        drivers = drivers_to_look_at(outcome)
        alerts = (*(self._seen.alerts or ()), *(self._alerts(observe_open(self._client, drivers)) or ()))
        is_deaf = self._rules.decisions and self._seen.alerts is None
        self._dismissals = plan_dismissals(outcome, alerts, self._login_if(alerts), is_deaf=is_deaf)
        return Proposal(self._dismissals.actions, (), self._dismissals.notes)

    def _tending(self, outcome: Outcome) -> Proposal:
        held = "" if self._may_decide else self._about.held or "this run is not about the default branch"
        facts = IssueFacts(
            is_private=self._event.is_private,
            held=held,
            assignees={} if held else self._assignees(outcome),
            listens=self._rules.decisions,
        )
        self._issue_plan = plan_issues(outcome, self._seen.issues, facts, self._rules.issues)
        return Proposal(self._issue_plan.actions, self._issue_plan.held, self._issue_plan.notes)

    def _assignees(self, outcome: Outcome) -> dict[str, tuple[str, ...]]:
        """Who can be assigned to the late findings, by id."""
        late = (each for each in outcome.findings if each.standing is Standing.BREACHED)
        found = {each.id: people(each.owners) for each in late}
        return {id_: logins for id_, logins in found.items() if logins}

    # --- what the parts need

    @cached_property
    def _client(self) -> GitHubClient:
        return GitHubClient(*self._github.reach)

    @cached_property
    def _issues(self) -> GitHubIssues:
        client = GitHubClient(*self._github.apart())
        home = home_of(self._about.context.line)
        return GitHubIssues(client, self._rules.issues.labels[0], home, self._client.login)

    @cached_property
    def _key(self) -> str:
        return comment_key(self._about.context.line)

    def _login_if(self, alerts: tuple[SeenAlert, ...] | None) -> str:
        """Who we are: a call that is spared where there is nothing that could be ours."""
        return (self._asked("login-unknown", self._client.login) or "") if alerts else ""

    @property
    def _may_decide(self) -> bool:
        """Whether this run speaks for the branch: what people decided holds for all, so its runs alone read it.

        A run on a comment saves no state, for anybody can start one; but it is there to hear and to answer.
        """
        is_heard = not self._about.held or self._around.event_name == _COMMENTED
        return is_heard and self._scanned.is_on_default_branch

    @property
    def _wants_alerts(self) -> bool:
        """Whether alerts are read and dismissed; a run on a comment leaves them to the next scan."""
        return self._rules.security_tab != "off" and self._around.event_name != _COMMENTED

    @property
    def _wants_issues(self) -> bool:
        mode = self._rules.issues.mode
        return mode == "on" or (mode == "auto" and bool(self._event.is_private))

    @cached_property
    def _scanned(self) -> Scanned:
        return Scanned(
            event=self._around.event_name,
            ref=self._around.ref,
            sha=self._around.sha,
            commit=self._about.context.commit,
            head=self._event.head.sha,
            branch=self._event.head.branch,
            default_branch=self._event.default_branch,
            pull_request=self._event.pull_request,
            is_change=self._event.is_change,
            from_fork=self._event.from_fork,
            has_token=True,
        )

    @property
    def _reads_only(self) -> str:
        if self._event.follows:
            return ""
        if self._event.from_fork:
            return "a fork"
        return "Dependabot" if self._event.by_dependabot else ""

    def _alerts(self, sight: Sight) -> tuple[SeenAlert, ...] | None:
        self.notes += sight.diagnostics
        return sight.alerts

    def _asked(self, code: str, ask: Callable[[], _T]) -> _T | None:
        """What a part of GitHub answers; ``None``, and a word about it, when it does not."""
        try:
            return ask()
        except ServiceError as error:
            self.notes.append(unanswered(code, error))
            return None
