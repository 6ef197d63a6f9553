import io
import json
from pathlib import Path

import pytest

from aggregator.model.coverage import Completeness
from aggregator.model.errors import UsageError
from aggregator.model.report import ReadFailure, Report
from aggregator.normalize.secret_key import may_be_stored
from aggregator.run.gather import is_incomplete, read_reports, read_rules, rule_files, workspace_roots
from aggregator.settings import Settings, Surroundings
from tests.builders import scan
from tests.unit.run.consoles import FakeConsole

ZAP = Path(__file__).parents[2] / "samples" / "zap" / "plus.json"
SEMGREP = json.dumps({"version": "1.130.0", "errors": [], "paths": {"scanned": ["app.py"]}, "results": []})


def read(*reports: str) -> tuple[Report | ReadFailure, ...]:
    return read_reports(Settings(reports=reports), Surroundings(), (), FakeConsole())


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_reports_are_read_in_a_fixed_order(desk: Path) -> None:
    """What is read and what is missing stand in one list, by place."""
    (desk / "b.json").write_text(SEMGREP)
    (desk / "c.json").write_text(SEMGREP)
    assert [report.place for report in read("c.json", "a.json", "b.json")] == ["a.json", "b.json", "c.json"]


def test_a_report_may_have_the_path_of_the_runner(desk: Path) -> None:
    """In a container the workspace has another path than in the steps before; a report is found by either."""
    (desk / "semgrep.json").write_text(SEMGREP)
    said = Settings(reports=("semgrep=/home/runner/work/shop/shop/semgrep.json",))
    (report,) = read_reports(said, Surroundings(repository="octo/shop"), (), FakeConsole())
    assert isinstance(report, Report)
    assert report.name == "semgrep.json"


def test_reports_of_one_name_are_scopes_of_their_own(desk: Path) -> None:
    """What two modules' reports say is kept apart, also in a run in which one of them is missing."""
    for module in ("shop", "till"):
        (desk / module).mkdir()
        (desk / module / "semgrep.json").write_text(SEMGREP)
    named = ("shop/semgrep.json", "till/semgrep.json")
    assert [scan.scope for each in read(*named) if isinstance(each, Report) for scan in each.scans] == list(named)
    (desk / "till/semgrep.json").unlink()
    shop, till = read(*named)
    assert isinstance(shop, Report)
    assert isinstance(till, ReadFailure)
    assert ([scan.scope for scan in shop.scans], till.place) == ([named[0]], named[1])


def test_names_that_are_no_text_can_be_written(desk: Path) -> None:
    """Bytes of a name that are no UTF-8 are shown as they are, apart from each other; documents can hold the name."""
    (desk / "a\udcff.json").write_text(SEMGREP)
    (desk / "empty\udcff").mkdir()
    reports = read("a\udcff.json", "gone\udcfe", "empty\udcff")
    assert [report.name for report in reports] == ["a\\xff.json", "empty\\xff", "gone\\xfe"]
    assert [report.place for report in reports] == ["a\\xff.json", "empty\\xff", "gone\\xfe"]
    (found,) = (report for report in reports if isinstance(report, Report))
    assert {each.report for each in found.scans} == {"a\\xff.json"}


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads the report from standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SEMGREP.encode())))
    (report,) = read("semgrep=-")
    assert isinstance(report, Report)
    assert report.place == "stdin"


def test_unreadable_file_is_a_failure(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is there and cannot be read is a failure with the system's reason."""
    (desk / "a.json").write_text(SEMGREP)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (failure,) = read("semgrep=a.json")
    assert isinstance(failure, ReadFailure)
    assert "Permission denied" in failure.reason
    assert failure.tool == "Semgrep"


def test_a_pin_is_any_name_of_the_tool(desk: Path) -> None:
    """Whether a pinned report is there, empty or missing, it is of the tool that the pin means."""
    (desk / "z.json").write_bytes(ZAP.read_bytes())
    (desk / "e.json").write_text("")
    empty, missing, there = read("owaspzap=z.json", "zaproxy=e.json", "zaproxy=m.json")
    assert isinstance(there, Report)
    assert {each.tool for each in there.scans} == {"ZAP"}
    assert [each.tool for each in (empty, missing) if isinstance(each, ReadFailure)] == ["ZAP", "ZAP"]


def test_a_folder_without_a_report_is_a_failure(desk: Path) -> None:
    """Files that are no reports are passed over; where a folder or a pattern caught nothing else, no scan is there."""
    for name in ("a/notes.md", "b/notes.md", "b/r.json", "c/x.csv"):
        (desk / name).parent.mkdir(exist_ok=True)
        (desk / name).write_text(SEMGREP if name.endswith("json") else "nothing")
    told = {(report.name, report.ignored) for report in read("a", "b", "*/*.csv") if isinstance(report, ReadFailure)}
    over = {(name, True) for name in ("a/notes.md", "b/notes.md", "c/x.csv")}
    assert told == over | {("a", False), ("*/*.csv", False)}
    assert is_incomplete(read("a"))
    assert not is_incomplete(read("b"))


def test_a_source_root_that_is_not_there_is_refused() -> None:
    """A checkout that is misspelt would recognise nothing in silence, so it is the caller's mistake."""
    with pytest.raises(UsageError, match="The source root nowhere is no folder"):
        read_rules(Settings(source_root=Path("nowhere")))


def test_rules_default_to_none() -> None:
    """Without files the default policy holds and there are no exceptions."""
    rules = read_rules(Settings())
    assert rules.policy.gate.fail_on == ()
    assert rules.exceptions == ()


@pytest.mark.parametrize("root", [None, Path("checkout")])
def test_usual_files_are_found(desk: Path, root: Path | None) -> None:
    """The policy and the exceptions are found below the source root, or here when there is none."""
    folder = desk / (root or Path()) / ".github"
    folder.mkdir(parents=True)
    (folder / "onefold.yml").write_text("gate:\n  fail_on: [breached]\n")
    (folder / "onefold-exceptions.yml").write_text(
        "exceptions:\n  - {path: a.py, status: risk_accepted, reason: it is a sample, owner: me, expires: 2027-01-01}\n"
    )
    rules = read_rules(Settings(source_root=root))
    assert rules.policy.gate.fail_on == ("breached",)
    assert len(rules.exceptions) == 1


def test_usual_files_may_end_in_yaml(desk: Path) -> None:
    """Both endings are YAML's; of two files with one name nobody can say which one counts."""
    (desk / ".github").mkdir()
    (desk / ".github/onefold.yaml").write_text("gate: {fail-on: [breached]}")
    (desk / ".github/onefold-exceptions.yaml").write_text("exceptions: []")
    assert read_rules(Settings()).policy.gate.fail_on == ("breached",)
    assert rule_files(Settings()) == (Path(".github/onefold.yaml"), Path(".github/onefold-exceptions.yaml"))
    (desk / ".github/onefold-exceptions.yml").write_text("exceptions: []")
    with pytest.raises(UsageError, match=r"onefold-exceptions\.yml and .*onefold-exceptions\.yaml are both there"):
        read_rules(Settings())
    assert read_rules(Settings(exceptions=Path(".github/onefold-exceptions.yml"))).exceptions == ()


def test_mistakes_of_both_files_are_told(desk: Path) -> None:
    """Whoever corrects one need not run again to hear of the other."""
    (desk / "onefold.yml").write_text("gates: 1\nsla: {hihg: 3}\n")
    (desk / "rules.yml").write_text("exceptions: [{path: a}]\n")
    with pytest.raises(UsageError) as raised:
        read_rules(Settings(config=Path("onefold.yml"), exceptions=Path("rules.yml")))
    heads = [line for line in str(raised.value).splitlines() if not line.startswith(" ")]
    assert heads == [
        "onefold.yml has 2 mistakes; correct the file and run again:",
        "rules.yml has 4 mistakes; correct the file and run again:",
    ]


def test_named_files_must_be_there(desk: Path) -> None:
    """A policy or an exceptions file that is named and cannot be read is the caller's mistake."""
    with pytest.raises(UsageError, match=r"Check --config, or the action's input config\."):
        read_rules(Settings(config=Path("nowhere.yml")))
    with pytest.raises(UsageError, match="--exceptions"):
        read_rules(Settings(exceptions=Path("nowhere.yml")))
    (desk / "latin.yml").write_bytes(b"caf\xe9")
    with pytest.raises(UsageError, match="UTF-8"):
        read_rules(Settings(config=Path("latin.yml")))


def test_roots_are_the_machines_own(desk: Path) -> None:
    """Prefixes of the container, the host, the checkout and the policy are stripped; the longest first."""
    around = Surroundings(workspace="/github/workspace", repository="octocat/shop")
    roots = workspace_roots(Settings(source_root=Path("src")), around, ["/builds/shop", "/"])
    assert set(roots) == {"/github/workspace", "/home/runner/work/shop/shop", "/builds/shop", str(desk / "src")}
    assert [len(root) for root in roots] == sorted((len(root) for root in roots), reverse=True)
    assert workspace_roots(Settings(), Surroundings()) == ("/github/workspace",)


def report(*completeness: Completeness) -> Report:
    scans = tuple(scan(completeness=each) for each in completeness)
    return Report(name="r", place="r", format="sarif", scans=scans)


@pytest.mark.parametrize(
    ("item", "incomplete"),
    [
        (ReadFailure(name="r", place="r", reason="gone.", next_step=""), True),
        (ReadFailure(name="r", place="r", reason="a picture.", next_step="", ignored=True), False),
        (report(Completeness.FAILED), True),
        (report(Completeness.FAILED, Completeness.COMPLETE), False),
        (report(Completeness.PARTIAL), False),
        (report(), False),
    ],
)
def test_incomplete_is_what_is_wholly_unusable(item: Report | ReadFailure, *, incomplete: bool) -> None:
    """A missing or wholly failed report makes the input incomplete; a partial one and a passed-over file do not."""
    assert is_incomplete([item]) is incomplete


def sealed(key: str) -> str:
    """The seal of the one secret of a report, read with a user's key or without."""
    (report,) = read_reports(Settings(reports=("leaks.json",), secret_key=key), Surroundings(), (), FakeConsole())
    assert isinstance(report, Report)
    return report.scans[0].results[0].secret


def test_seals_last_only_with_a_key_of_the_users(desk: Path) -> None:
    """Without one every run has a key that nobody knows; with one a secret is sealed alike in every run."""
    leak = {"RuleID": "slack-token", "File": ".env", "StartLine": 1, "Secret": "hunter22", "Match": "hunter22"}
    (desk / "leaks.json").write_text(json.dumps([leak]))
    ours = sealed("k" * 32)
    assert ours == sealed("k" * 32)
    assert may_be_stored(ours)
    run = sealed("")
    assert run != sealed("")
    assert not may_be_stored(run)
