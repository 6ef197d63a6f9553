from msgspec.structs import replace

from aggregator.model.diagnostic import Level
from aggregator.model.finding import Baseline
from aggregator.model.outcome import Ruling, Verdict
from aggregator.planning.actions import Annotate, AppendSummary, SaveState, SetOutput, WriteFile
from aggregator.planning.compose import ANNOTATIONS_PER_LEVEL, DELIVERIES, Document, Wishes, compose
from aggregator.planning.github_actions import CloseIssue, UploadSarif
from aggregator.planning.plan import Held, Plan, Proposal
from tests.builders import LINE, finding, note, outcome, totals
from tests.writers import uploaded

DOCUMENTS = (Document("sarif", "out/merged.sarif"), Document("summary", "out/summary.md"))


def annotations(plan: Plan, level: Level) -> list[Annotate]:
    return [action for action in plan.actions if isinstance(action, Annotate) and action.level is level]


def test_documents_are_written() -> None:
    """Outside a job the plan is the documents and nothing else."""
    plan = compose(outcome(finding()), Wishes(documents=DOCUMENTS))
    assert plan.actions == (WriteFile("out/merged.sarif", "sarif"), WriteFile("out/summary.md", "summary"))


def test_state_is_last() -> None:
    """Whatever else is done, the state is saved after it."""
    plan = compose(outcome(), Wishes(documents=DOCUMENTS, on_runner=True, summary="summary", state_place="s/x.json"))
    assert plan.actions[-1] == SaveState(LINE, "s/x.json")
    assert AppendSummary("summary") in plan.actions


def test_state_may_be_held() -> None:
    """A run that must not write the memory plans no saving, says why, and names no state file."""
    wishes = Wishes(documents=(), on_runner=True, state_place="s/x.json", state_held="a pull request writes none")
    plan = compose(outcome(), wishes)
    assert plan.held == (Held(SaveState(LINE, "s/x.json"), "a pull request writes none"),)
    assert SetOutput("state-file", "") in plan.actions
    assert not any(isinstance(action, SaveState | AppendSummary) for action in plan.actions)


def test_a_first_run_that_read_nothing_saves_no_state() -> None:
    """Compared with a memory of nothing, everything that the next run reads would be called new."""
    wishes = Wishes(documents=(), on_runner=True, state_place="s/x.json")
    plan = compose(outcome(is_baseline=True), wishes)
    (held,) = plan.held
    assert held.action == SaveState(LINE, "s/x.json")
    assert "no report could be used" in held.reason
    assert SetOutput("state-file", "") in plan.actions
    again = compose(outcome(is_baseline=True), replace(wishes, state_held="it is foreign"))
    assert again.held == (Held(SaveState(LINE, "s/x.json"), "it is foreign"),)


def test_outputs_tell_the_numbers_and_the_files() -> None:
    """Every number and every file a later step may ask for is an output."""
    answer = outcome(totals=totals(open=7, new=2, absent=1, breached=3), verdict=Verdict(Ruling.FAIL, "Two are new."))
    plan = compose(answer, Wishes(documents=DOCUMENTS, on_runner=True, state_place="s/x.json"))
    outputs = {action.name: action.value for action in plan.actions if isinstance(action, SetOutput)}
    assert outputs == {
        "total": "7",
        "new": "2",
        "fixed": "1",
        "breached": "3",
        "verdict": "fail",
        "sarif-file": "out/merged.sarif",
        "upload-sarif-file": "",
        "findings-file": "",
        "csv-file": "",
        "summary-file": "out/summary.md",
        "dashboard-file": "",
        "report-file": "",
        "evidence-file": "",
        "vex-file": "",
        "state-file": "s/x.json",
        "state-artifact": "",
    }


def test_an_artifact_is_no_file() -> None:
    """A state that goes into an artifact is named as one, and no file is."""
    wishes = Wishes(documents=(), on_runner=True, state_place="onefold-state-x", state_is_file=False)
    plan = compose(outcome(), wishes)
    assert SetOutput("state-file", "") in plan.actions
    assert SetOutput("state-artifact", "onefold-state-x") in plan.actions
    assert plan.actions[-1].sentence() == "keep the state as the artifact onefold-state-x"


def test_an_upload_may_be_held() -> None:
    """Where nobody knows what was remembered, no upload is written that would close what it does not show."""
    upload = Document("upload-sarif", "out/upload.sarif")
    wishes = Wishes(documents=(*DOCUMENTS, upload), on_runner=True, upload_held="the past is unknown")
    plan = compose(outcome(*uploaded(finding())), wishes)
    write = WriteFile("out/upload.sarif", "upload-sarif")
    assert plan.held == (Held(write, "the past is unknown"),)
    assert write not in plan.actions
    assert SetOutput("upload-sarif-file", "") in plan.actions


def test_no_upload_is_named_where_there_is_none() -> None:
    """The output that an upload step waits for is empty when the file has no run, which GitHub would refuse."""
    wishes = Wishes(documents=(Document("upload", "out/upload.sarif"),), on_runner=True)
    assert SetOutput("upload-sarif-file", "") in compose(outcome(finding()), wishes).actions
    (item,) = uploaded(finding())
    assert SetOutput("upload-sarif-file", "out/upload.sarif") in compose(outcome(item), wishes).actions
    assert SetOutput("upload-sarif-file", "") in compose(outcome(item, scans=()), wishes).actions


def test_annotations_are_of_three_kinds() -> None:
    """What fails the gate is an error, what went wrong a warning, what else is new a notice; a plain note is none."""
    failing = finding(id="F-1", baseline=Baseline.NEW)
    fresh = finding(id="F-2", baseline=Baseline.NEW)
    answer = outcome(
        failing,
        fresh,
        finding(id="F-3"),
        verdict=Verdict(Ruling.FAIL, "One is new.", ("F-1",)),
        diagnostics=(note(level=Level.ERROR), note(level=Level.NOTE)),
    )
    plan = compose(answer, Wishes(documents=(), on_runner=True))
    assert ["F-1" in action.message for action in annotations(plan, Level.ERROR)] == [True]
    assert [action.message for action in annotations(plan, Level.WARNING)] == ["semgrep.json: Odd."]
    assert ["F-2" in action.message for action in annotations(plan, Level.NOTE)] == [True]


def test_annotations_stay_within_the_limit() -> None:
    """Of more than ten annotations of a kind nine are shown, and the tenth says how many more there are."""
    many = tuple(finding(id=f"F-{number}", baseline=Baseline.NEW) for number in range(15))
    shown = annotations(compose(outcome(*many), Wishes(documents=(), on_runner=True)), Level.NOTE)
    assert len(shown) == ANNOTATIONS_PER_LEVEL
    assert shown[-1].message.startswith("6 more")


def test_every_action_has_a_key_and_a_sentence() -> None:
    """Each planned action can be told apart from the others and be read by a person, held ones too."""
    answer = outcome(finding(baseline=Baseline.NEW), diagnostics=(note(),))
    wishes = Wishes(documents=DOCUMENTS, on_runner=True, summary="summary", state_place="s/x.json")
    plan = compose(answer, wishes)
    keys = [action.key for action in plan.actions]
    assert len(set(keys)) == len(keys)
    assert all(plan.sentences())
    held = compose(answer, Wishes(documents=(), state_place="s/x.json", state_held="it is foreign"))
    assert held.sentences() == ("not: save the state to s/x.json (it is foreign)",)


def test_finding_without_a_title_is_annotated() -> None:
    """A rule without a letter gives no title; the annotation has one all the same."""
    (shown,) = annotations(
        compose(outcome(finding(title="", baseline=Baseline.NEW)), Wishes(documents=(), on_runner=True)), Level.NOTE
    )
    assert shown.title == "high: Untitled"


def test_finding_without_a_place_is_annotated() -> None:
    """A finding that lies in no file is shown beside the job."""
    nowhere = replace(finding(baseline=Baseline.NEW), location=None)
    shown = annotations(compose(outcome(nowhere), Wishes(documents=(), on_runner=True)), Level.NOTE)
    assert [action.location for action in shown] == [None]
    assert shown[0].key


def test_github_comes_before_its_account() -> None:
    """What is done on GitHub stands between the files and the job's summary, which tells what became of it."""
    close, upload = CloseIssue(7, "Fixed."), UploadSarif(0, ("c/",), "refs/heads/main", "a" * 40)
    proposal = Proposal((close,), (Held(upload, "there is no token"),))
    wishes = Wishes(documents=DOCUMENTS, on_runner=True, summary="summary")
    plan = compose(outcome(), wishes, proposal)
    assert plan.actions[2:5] == (close, AppendSummary("summary"), AppendSummary(DELIVERIES))
    assert plan.held == proposal.held
    assert compose(outcome(), Wishes(documents=()), proposal).actions == (close,)
