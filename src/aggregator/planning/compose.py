"""From an outcome to a plan: decide everything first, act last."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Baseline, Finding
from aggregator.model.outcome import Outcome
from aggregator.planning.actions import Action, Annotate, AppendSummary, KeepDocument, SaveState, SetOutput, WriteFile
from aggregator.planning.plan import Held, Plan, Proposal
from aggregator.writers.upload_sarif import is_worth_sending

ANNOTATIONS_PER_LEVEL = 10
"""The runner shows ten of each kind a step and drops the rest in silence, so we choose which ten."""

UPLOAD = "upload.sarif"
FILE_OUTPUTS = {
    "merged.sarif": "sarif-file",
    UPLOAD: "upload-sarif-file",
    "findings.json": "findings-file",
    "findings.csv": "csv-file",
    "summary.md": "summary-file",
    "dashboard.html": "dashboard-file",
    "report.md": "report-file",
    "evidence.zip": "evidence-file",
    "openvex.json": "vex-file",
}
"""Which output of the action names which document."""

_NOTHING_READ = "no report could be used, so there is nothing to compare the next run with"

DELIVERIES = "deliveries"
"""The document that tells what became of each thing done on services; it exists only when they are done."""


class Document(Struct, frozen=True):
    """One document that can be rendered from the outcome.

    Attributes:
        name: the writer's name.
        path: where it goes, as people named the folder.
    """

    name: str
    path: str


class Wishes(Struct, frozen=True, kw_only=True):
    """What the caller wants done with an outcome.

    Attributes:
        documents: what to write.
        artifacts: what of it to keep as artifacts of the run.
        summary: the document for the job's summary page; empty outside a job.
        on_runner: whether outputs and annotations have somebody to read them.
        state_place: where the state goes, the path of a file or the name of an artifact; empty when none is kept.
        state_is_file: which of the two.
        state_held: why this run must not save the state; empty when it may.
        upload_held: why nothing must be uploaded; empty when it may. An upload is a picture of all that is remembered:
            one of a run that remembers nothing would close what it does not show.
    """

    documents: tuple[Document, ...]
    artifacts: tuple[KeepDocument, ...] = ()
    summary: str = ""
    on_runner: bool = False
    state_place: str = ""
    state_is_file: bool = True
    state_held: str = ""
    upload_held: str = ""


def compose(outcome: Outcome, wishes: Wishes, remote: Proposal = Proposal()) -> Plan:  # noqa: B008 - a value
    """The plan of a run: files, what is done on services, what the runner shows, and the state as the last thing.

    A first run that read nothing saves no state: held against it, all that the next one reads would be new.
    """
    if outcome.is_blank and not wishes.state_held:
        wishes = replace(wishes, state_held=_NOTHING_READ)
    writes = [WriteFile(document.path, document.name) for document in wishes.documents]
    held = [Held(write, wishes.upload_held) for write in writes if _is_upload(write) and wishes.upload_held]
    kept_back = {each.action.key for each in held}
    actions: list[Action] = [write for write in writes if write.key not in kept_back]
    actions += wishes.artifacts
    actions += remote.actions
    held += remote.held
    if wishes.on_runner:
        if wishes.summary:
            actions.append(AppendSummary(wishes.summary))
            if remote.actions:
                actions.append(AppendSummary(DELIVERIES))
        actions += _annotations(outcome)
        actions += _outputs(outcome, wishes)
    if wishes.state_place:
        save = SaveState(outcome.state.line, wishes.state_place, wishes.state_is_file)
        if wishes.state_held:
            held.append(Held(save, wishes.state_held))
        else:
            actions.append(save)
    return Plan(tuple(actions), tuple(held))


def _is_upload(write: WriteFile) -> bool:
    return write.path.endswith(UPLOAD)


def _outputs(outcome: Outcome, wishes: Wishes) -> Iterable[SetOutput]:
    totals = outcome.totals
    yield SetOutput("total", str(totals.open))
    yield SetOutput("new", str(totals.new))
    yield SetOutput("fixed", str(totals.absent))
    yield SetOutput("breached", str(totals.breached))
    yield SetOutput("verdict", outcome.verdict.ruling.value)
    paths = {document.path.rpartition("/")[2]: document.path for document in wishes.documents}
    if wishes.upload_held or not is_worth_sending(outcome):
        paths.pop(UPLOAD, None)
    for filename, output in FILE_OUTPUTS.items():
        yield SetOutput(output, paths.get(filename, ""))
    place = "" if wishes.state_held else wishes.state_place
    yield SetOutput("state-file", place if wishes.state_is_file else "")
    yield SetOutput("state-artifact", "" if wishes.state_is_file else place)


def _annotations(outcome: Outcome) -> Iterable[Annotate]:
    """Failing findings are errors, what went wrong with a scan is a warning, what is new is a notice."""
    failing = frozenset(outcome.verdict.failing)
    errors = [_of_finding(finding, Level.ERROR) for finding in outcome.findings if finding.id in failing]
    warnings = [_of_diagnostic(diagnostic) for diagnostic in outcome.diagnostics if diagnostic.level is not Level.NOTE]
    notices = [
        _of_finding(finding, Level.NOTE)
        for finding in outcome.findings
        if finding.baseline is Baseline.NEW and finding.is_open and finding.id not in failing
    ]
    for kind in (errors, warnings, notices):
        yield from _at_most_ten(kind)


def _at_most_ten(annotations: list[Annotate]) -> list[Annotate]:
    """The first nine and a word about the rest, or all when there are no more than ten."""
    if len(annotations) <= ANNOTATIONS_PER_LEVEL:
        return annotations
    kept = annotations[: ANNOTATIONS_PER_LEVEL - 1]
    more = len(annotations) - len(kept)
    return [*kept, Annotate(kept[0].level, "Onefold", f"{more} more are listed in the job's summary.")]


def _of_finding(finding: Finding, level: Level) -> Annotate:
    title = f"{finding.severity.value.lower()}: {finding.title or 'Untitled'}"
    return Annotate(level, title, f"{finding.tool} {finding.rule_id} ({finding.id})", finding.location)


def _of_diagnostic(diagnostic: Diagnostic) -> Annotate:
    return Annotate(Level.WARNING, "Onefold", diagnostic.sentence())
