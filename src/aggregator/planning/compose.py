"""From an outcome to a plan: decide everything first, act last."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.finding import Baseline, Finding
from aggregator.model.outcome import Outcome
from aggregator.planning.actions import Action, Annotate, AppendSummary, SaveState, SetOutput, WriteFile
from aggregator.planning.plan import Held, Plan
from aggregator.writers.upload_sarif import is_worth_sending

ANNOTATIONS_PER_LEVEL = 10
"""The runner shows ten of each kind a step and drops the rest in silence, so we choose which ten."""

FILE_OUTPUTS = {
    "merged.sarif": "sarif-file",
    "upload.sarif": "upload-sarif-file",
    "findings.json": "findings-file",
    "findings.csv": "csv-file",
    "summary.md": "summary-file",
}
"""Which output of the action names which document."""


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
        summary: the document for the job's summary page; empty outside a job.
        on_runner: whether outputs and annotations have somebody to read them.
        state_place: where the state goes; empty when none is kept.
        state_held: why this run must not save the state; empty when it may.
    """

    documents: tuple[Document, ...]
    summary: str = ""
    on_runner: bool = False
    state_place: str = ""
    state_held: str = ""


def compose(outcome: Outcome, wishes: Wishes) -> Plan:
    """The plan of a run: files, what the runner shows, and the state as the very last thing."""
    actions: list[Action] = [WriteFile(document.path, document.name) for document in wishes.documents]
    if wishes.on_runner:
        if wishes.summary:
            actions.append(AppendSummary(wishes.summary))
        actions += _annotations(outcome)
        actions += _outputs(outcome, wishes)
    if not wishes.state_place:
        return Plan(tuple(actions))
    save = SaveState(outcome.state.line, wishes.state_place)
    if wishes.state_held:
        return Plan(tuple(actions), (Held(save, wishes.state_held),))
    return Plan((*actions, save))


def _outputs(outcome: Outcome, wishes: Wishes) -> Iterable[SetOutput]:
    totals = outcome.totals
    yield SetOutput("total", str(totals.open))
    yield SetOutput("new", str(totals.new))
    yield SetOutput("fixed", str(totals.absent))
    yield SetOutput("breached", str(totals.breached))
    yield SetOutput("verdict", outcome.verdict.ruling.value)
    paths = {document.path.rpartition("/")[2]: document.path for document in wishes.documents}
    if not is_worth_sending(outcome):
        paths.pop("upload.sarif", None)
    for filename, output in FILE_OUTPUTS.items():
        yield SetOutput(output, paths.get(filename, ""))
    yield SetOutput("state-file", "" if wishes.state_held else wishes.state_place)


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
    title = f"{finding.severity.value.lower()}: {finding.title}"
    return Annotate(level, title, f"{finding.tool} {finding.rule_id} ({finding.id})", finding.location)


def _of_diagnostic(diagnostic: Diagnostic) -> Annotate:
    return Annotate(Level.WARNING, "Onefold", diagnostic.sentence())
