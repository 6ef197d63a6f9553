import json
from pathlib import Path

import pytest

from aggregator.model.errors import StateError
from aggregator.run import run as shell
from aggregator.run.exits import Exit
from aggregator.run.run import run
from aggregator.run.sources import Sources
from aggregator.settings import OnIncomplete, Settings, Surroundings
from tests.builders import NOW
from tests.unit.run.consoles import FakeConsole

DOCUMENTS = {"merged.sarif", "upload.sarif", "findings.json", "findings.csv", "summary.md", "dashboard.html"}


def semgrep(*lines: int) -> str:
    results = [
        {
            "check_id": "python.eval",
            "path": "app.py",
            "start": {"line": line, "col": 1, "offset": 0},
            "end": {"line": line, "col": 9, "offset": 8},
            "extra": {"message": "Eval.", "metadata": {}, "severity": "ERROR", "lines": f"eval(x{order})"},
        }
        for order, line in enumerate(lines)
    ]
    return json.dumps({"version": "1.130.0", "errors": [], "paths": {"scanned": ["app.py"]}, "results": results})


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one report of one finding."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "semgrep.json").write_text(semgrep(3))
    return tmp_path


def settings(**fields: object) -> Settings:
    given: dict[str, object] = {"reports": ("semgrep.json",), "now": NOW, "state": "state"}
    return Settings.model_validate(given | fields)


def test_run_writes_every_document_and_the_state(desk: Path) -> None:
    """A run writes all documents and one state, says where, and is well."""
    console = FakeConsole()
    assert run(settings(), Surroundings(), console) is Exit.OK
    assert {path.name for path in (desk / "onefold-out").iterdir()} == DOCUMENTS
    (state,) = (desk / "state").iterdir()
    assert f"Written to state: {state.name}" in console.said
    assert sum(line.startswith("Written to onefold-out: ") for line in console.said) == 1
    assert console.said[-1].startswith("Next: read onefold-out/summary.md; onefold explain F-")
    assert console.shown[:3] == ["Reading 1 of 1: semgrep.json", "Folding", "Now: write onefold-out/merged.sarif"]
    assert console.warned == []


def test_second_run_knows_the_first(desk: Path) -> None:
    """What the first run remembered the second one calls unchanged."""
    run(settings(), Surroundings(), FakeConsole())
    (desk / "semgrep.json").write_text(semgrep(4, 9))
    console = FakeConsole()
    assert run(settings(fail_on=("new:high",)), Surroundings(), console) is Exit.GATE
    assert any(line.startswith("  Since the last run: 1 new, 0 fixed") for line in console.said)


def test_an_advisory_gate_stops_nothing(desk: Path) -> None:
    """The policy's advisory gate tells its verdict, whoever gave the rules, and the exit code stays 0."""
    (desk / "policy.yml").write_text("gate: {advisory: true}\n")
    console = FakeConsole()
    assert run(settings(fail_on=("any:low",), config=Path("policy.yml")), Surroundings(), console) is Exit.OK
    assert any(line.startswith("Gate: fail") and line.endswith("does not fail the run.") for line in console.said)


@pytest.mark.parametrize(
    ("key", "policy", "told"),
    [
        ("defectdojo", "", "There is a token for DefectDojo, but no address: it is left alone. Set defectdojo-url."),
        ("defectdojo", "defectdojo: {mode: 'off'}", ""),
        ("jira", "jira: {project: SEC}", "There is a token for Jira, but no address: it is left alone. Set jira-url."),
        ("jira", "", ""),
        ("jira", "jira: {project: SEC}\nstate: {branches: [main]}", ""),
    ],
)
def test_a_token_without_an_address_is_told(desk: Path, key: str, policy: str, told: str) -> None:
    """A warning, where the policy would have the service told and the run may."""
    (desk / "policy.yml").write_text(policy)
    console = FakeConsole()
    given = {f"{key}_token": "secret", "config": Path("policy.yml"), "state": "none"}
    assert run(settings(**given), Surroundings(), console) is Exit.OK
    said = " ".join(" ".join(console.said).split())
    assert told in said
    assert ("no address" in said) is bool(told)


def test_run_without_a_memory_says_so() -> None:
    """Without a place for the state a run says that it remembers nothing."""
    console = FakeConsole()
    run(settings(state="none"), Surroundings(), console)
    assert any(line.startswith("Nothing is remembered") for line in console.said)


def test_dry_run_writes_nothing(desk: Path) -> None:
    """A dry run shows the answer and the plan and leaves the disk as it was."""
    console = FakeConsole()
    assert run(settings(dry_run=True), Surroundings(), console) is Exit.OK
    assert {path.name for path in desk.iterdir()} == {"semgrep.json"}
    assert "  write onefold-out/merged.sarif" in console.said


def test_quiet_run_is_quiet() -> None:
    """A quiet run that is well says nothing at all; one that is not says only what is wrong."""
    console = FakeConsole()
    assert run(settings(quiet=True), Surroundings(), console) is Exit.OK
    assert (console.said, console.warned) == ([], [])
    assert run(settings(quiet=True, fail_on=("any:low",)), Surroundings(), console) is Exit.GATE
    assert console.said == []
    assert any("Gate: fail" in line for line in console.warned)


@pytest.mark.parametrize(("choice", "code"), [(None, Exit.INCOMPLETE), (OnIncomplete.WARN, Exit.OK)])
def test_missing_report_makes_the_input_incomplete(choice: OnIncomplete | None, code: Exit) -> None:
    """A named report that is missing is exit code 3, unless the caller only wants a warning."""
    console = FakeConsole()
    missing = settings(reports=("semgrep.json", "gitleaks=nowhere.json"), on_incomplete=choice)
    assert run(missing, Surroundings(), console) is code
    assert any("nowhere.json" in line for line in console.said)
    assert any(line.startswith("Input: incomplete") for line in console.said)


def test_a_first_run_that_read_nothing_is_not_remembered(desk: Path) -> None:
    """A wrong path in the very first run sets no baseline of nothing, against which all would be new in the next."""
    console = FakeConsole()
    assert run(settings(reports=("nowhere.json",)), Surroundings(), console) is Exit.INCOMPLETE
    assert not (desk / "state").exists()
    assert run(settings(reports=()), Surroundings(), console) is Exit.OK
    assert not (desk / "state").exists()
    console = FakeConsole()
    assert run(settings(fail_on=("new:low",)), Surroundings(), console) is Exit.OK
    assert any("First run on this line" in line for line in console.said)
    assert run(settings(reports=("nowhere.json",)), Surroundings(), console) is Exit.INCOMPLETE
    assert any(line.startswith("  Since the last run: 0 new, 0 fixed, 1 unchanged") for line in console.said)


def test_nothing_is_recommended_that_could_not_be_written(desk: Path) -> None:
    """Where the documents could not be written nobody is sent to read them."""
    (desk / "onefold-out").write_text("in the way")
    console = FakeConsole()
    assert run(settings(), Surroundings(), console) is Exit.DELIVERY
    assert not any(line.startswith("Next: ") for line in console.said)


def test_expected_report_must_be_there(desk: Path) -> None:
    """A report that the policy expects and that is not among the reports is exit code 3."""
    (desk / "policy.yml").write_text("expected: [{tool: Gitleaks}]\n")
    assert run(settings(config=Path("policy.yml")), Surroundings(), FakeConsole()) is Exit.INCOMPLETE


def test_failed_gate_outranks_missing_input() -> None:
    """When the gate fails and the input is incomplete the gate's code is told."""
    both = settings(reports=("semgrep.json", "nowhere.json"), fail_on=("any:low",))
    assert run(both, Surroundings(), FakeConsole()) is Exit.GATE


def test_tick_moves_only_the_clocks() -> None:
    """A run without reports keeps what is known."""
    run(settings(), Surroundings(), FakeConsole())
    console = FakeConsole()
    assert run(settings(reports=()), Surroundings(), console) is Exit.OK
    assert "No reports: only the clocks moved." in console.said
    assert any(line.startswith("  1 open") for line in console.said)


def test_what_cannot_be_written_is_said(desk: Path) -> None:
    """A document that cannot be written is exit code 4; the state is saved all the same."""
    (desk / "taken").write_text("a file, no folder")
    console = FakeConsole()
    assert run(settings(out=Path("taken")), Surroundings(), console) is Exit.DELIVERY
    assert any("taken/merged.sarif" in line for line in console.warned)
    assert len(list((desk / "state").iterdir())) == 1


def test_unreadable_state_is_not_overwritten(desk: Path) -> None:
    """A state that cannot be read stops the run before anything is written."""
    run(settings(), Surroundings(), FakeConsole())
    (state,) = (desk / "state").iterdir()
    state.write_text("not a state")
    with pytest.raises(StateError):
        run(settings(out=Path("other")), Surroundings(), FakeConsole())
    assert state.read_text() == "not a state"
    assert not (desk / "other").exists()


def test_action_answers_the_runner(desk: Path) -> None:
    """As the action the run sets outputs, appends the summary, and hands its files to the workspace's owner."""
    around = Surroundings(
        actions=True,
        repository="octocat/shop",
        ref_name="main",
        run_id="77",
        workspace=str(desk),
        output=str(desk / "output"),
        step_summary=str(desk / "summary"),
    )
    console = FakeConsole()
    assert run(settings(), around, console, as_action=True) is Exit.OK
    assert "verdict<<" in (desk / "output").read_text()
    assert (desk / "summary").read_bytes() == (desk / "onefold-out/summary.md").read_bytes()


def test_pull_request_leaves_the_memory_alone(desk: Path) -> None:
    """A pull request's run reads the state of its target and writes none."""
    run(settings(branch="main"), Surroundings(), FakeConsole())
    (state,) = (desk / "state").iterdir()
    before = state.read_bytes()
    (desk / "semgrep.json").write_text(semgrep(3, 9))
    console = FakeConsole()
    run(settings(product="local"), Surroundings(base_ref="main"), console)
    assert any("1 new" in line for line in console.said)
    assert [(path, path.read_bytes()) for path in (desk / "state").iterdir()] == [(state, before)]


def test_sources_are_read_below_the_root(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a source root the files that findings name are read; what was left out is noted."""
    asked: list[str] = []

    def read(root: Path | None, paths: tuple[str, ...]) -> Sources:
        asked.extend(paths)
        return Sources({"app.py": "eval(x3)\n" * 3}, left_out=2)

    monkeypatch.setattr(shell, "read_sources", read)
    console = FakeConsole()
    run(settings(source_root=desk, verbose=True), Surroundings(), console)
    assert asked == ["app.py"]
    assert any("2 source files are too large" in line for line in console.said)


def test_a_job_without_reports_and_past_is_told(desk: Path) -> None:
    """In a job an empty input is told where there is no earlier run; a tick later on is none of that."""
    job, console = Surroundings(actions=True), FakeConsole()
    assert run(settings(reports=(), fail_on=("any:critical",)), job, console) is Exit.OK
    assert any("reports: this input is empty" in line for line in console.said)
    assert any(line.startswith("Gate: inconclusive  any:critical: nobody can say") for line in console.said)
    later = FakeConsole()
    run(settings(), job, FakeConsole())
    run(settings(reports=()), job, later)
    assert not any("this input is empty" in line for line in later.said)
