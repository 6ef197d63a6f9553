"""What goes to the Security tab, for which commit, and why not."""

from __future__ import annotations

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic
from aggregator.model.outcome import Outcome
from aggregator.planning.github_actions import UploadSarif
from aggregator.planning.plan import Held
from aggregator.policy.policy import GitHub
from aggregator.writers.upload_categories import known_uploads
from aggregator.writers.upload_sarif import Batch, upload_batches, upload_notes

_HEADS, _TAGS, _PULLS = "refs/heads/", "refs/tags/", "refs/pull/"
_QUEUE = "refs/heads/gh-readonly-queue/"
_ON_REF = frozenset({"push", "schedule", "workflow_dispatch", "repository_dispatch"})
"""Events whose GITHUB_REF and GITHUB_SHA are what was checked out."""
_TARGETS = "pull_request_target"
_FOLLOWS = "workflow_run"
_SHA_LENGTHS = (40, 64)
_SHORTEST_SHA = 7


class Scanned(Struct, frozen=True, kw_only=True):
    """What the runner and people say about what was scanned; everything may be missing.

    Attributes:
        event: GITHUB_EVENT_NAME.
        ref: GITHUB_REF.
        sha: GITHUB_SHA.
        commit: what was scanned: what people name by the input ``commit`` or its flag, or what the run is about.
        head: of the pull request, or of the run that this one follows; full SHA.
        branch: of the run that this one follows; empty when that one was on a tag.
        default_branch: the repository's.
        pull_request: its number; after a fork's run matched by the commit, never taken from an artifact alone.
        is_change: whether it is about a change that is not on a branch of its own yet.
        from_fork: whether that change comes from another repository.
        has_token: whether this run may ask GitHub anything.
    """

    event: str = ""
    ref: str = ""
    sha: str = ""
    commit: str = ""
    head: str = ""
    branch: str = ""
    default_branch: str = ""
    pull_request: int | None = None
    is_change: bool = False
    from_fork: bool = False
    has_token: bool = False

    @property
    def is_on_default_branch(self) -> bool:
        """Whether the run is about the default branch: dismissals are read and made for it alone."""
        if self.is_change or not self.default_branch:
            return False
        branch = self.branch if self.event == _FOLLOWS else self.ref.removeprefix(_HEADS)
        return branch == self.default_branch


class Target(Struct, frozen=True):
    """Where an analysis belongs.

    Attributes:
        held: why it belongs nowhere; empty when it does.
    """

    ref: str
    commit: str
    held: str = ""


class Uploads(Struct, frozen=True):
    """What is to be uploaded.

    Attributes:
        held: what will not be, and why.
        batches: what each action sends, by its number.
        notes: what GitHub's limits leave out.
    """

    actions: tuple[UploadSarif, ...] = ()
    held: tuple[Held, ...] = ()
    batches: tuple[Batch, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


def plan_uploads(outcome: Outcome, scanned: Scanned, policy: GitHub) -> Uploads:
    """One action for each file that the categories of this run fill, or the reason why there is none."""
    names = tuple(sorted({identity.category for identity, _ in known_uploads(outcome)}))
    target = target_of(scanned)
    reason = _reason(outcome, scanned, policy, names) or target.held
    if reason:
        return Uploads(held=(Held(UploadSarif(0, names, target.ref or scanned.ref, target.commit), reason),))
    batches = upload_batches(outcome)
    actions = [UploadSarif(number, each.names, target.ref, target.commit) for number, each in enumerate(batches)]
    return Uploads(tuple(actions), (), batches, upload_notes(outcome, batches))


def _reason(outcome: Outcome, scanned: Scanned, policy: GitHub, names: tuple[str, ...]) -> str:
    if policy.security_tab == "off":
        return "the policy says `security-tab: off`"
    if not names:
        return "no tool of this run has anything to show there"
    if outcome.context.is_past_unread:
        return "the earlier states could not be read, and alerts would close that are only forgotten"
    if outcome.context.is_overtaken:
        return "a newer run has looked at another commit since, and the alerts are of that one"
    if not scanned.has_token:
        return "there is no token"
    if scanned.from_fork and scanned.event not in (_FOLLOWS, _TARGETS):
        return "the token of a fork's pull request may only read; a workflow on `workflow_run` can upload for it"
    return ""


def target_of(scanned: Scanned) -> Target:
    """The ref and commit that GitHub's page "Uploading a SARIF file" asks for, by event.

    A commit that people name counts where the event leaves it open which one was checked out.
    """
    if scanned.event == _FOLLOWS:
        return _of_followed(scanned)
    if scanned.pull_request is not None or scanned.ref.startswith(_PULLS):
        return _of_pull_request(scanned)
    if scanned.ref.startswith(_QUEUE):
        # A push of the queue's branch comes beside the event of the queue itself.
        return _held("a merge queue's branch is gone before GitHub looks at the upload")
    if scanned.ref.startswith(_TAGS):
        return _held("a tag is no branch")
    if scanned.event not in _ON_REF or not scanned.ref.startswith(_HEADS):
        return _held("this run does not say which branch was scanned")
    return _checked(scanned.ref, _completed(scanned.commit, scanned.sha))


def _of_followed(scanned: Scanned) -> Target:
    """GITHUB_REF and GITHUB_SHA name the default branch here, whatever was scanned: they are never used."""
    if _completed(scanned.commit, scanned.head) != scanned.head:
        return _held("the commit named is not the one of the run that this one follows")
    if scanned.is_change:
        if scanned.pull_request is None:
            return _held("no pull request is known for the commit that was scanned")
        return _checked(f"{_PULLS}{scanned.pull_request}/head", scanned.head)
    if not scanned.branch:
        return _held("the run that this one follows was on no branch: on a tag, or on one that is gone")
    return _checked(f"{_HEADS}{scanned.branch}", scanned.head)


def _of_pull_request(scanned: Scanned) -> Target:
    if scanned.pull_request is not None and scanned.commit and _completed(scanned.commit, scanned.head) == scanned.head:
        return _checked(f"{_PULLS}{scanned.pull_request}/head", scanned.head)
    if not scanned.ref.startswith(_PULLS):
        return _held("this run is not about the pull request's own commits, unless `commit` names its head")
    if _completed(scanned.commit, scanned.sha) != scanned.sha:
        return _held("the commit named is neither the pull request's head nor its merge")
    return _checked(scanned.ref, scanned.sha)


def _completed(said: str, known: str) -> str:
    """The commit people name, in full where it is the known one shortened; the known one when they are silent."""
    said = said.lower()
    return known if not said or (len(said) >= _SHORTEST_SHA and known.startswith(said)) else said


def _checked(ref: str, commit: str) -> Target:
    if len(commit) in _SHA_LENGTHS and all(digit in "0123456789abcdef" for digit in commit):
        return Target(ref, commit)
    return _held("the full id of the commit that was scanned is not known")


def _held(reason: str) -> Target:
    return Target("", "", reason)
