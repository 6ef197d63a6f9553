"""One tool, run twice over the same files: a nightly scan with all rules, and that of every push with some of them."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.job import EXAMPLES, onefold

START = date(2026, 9, 30)
CHECKOUT = EXAMPLES.parent / "app" / "before"
RULE = "shell-command"
REPORT = json.loads((EXAMPLES / "first" / "semgrep.json").read_bytes())


def scan(*rules: str, without: str = "") -> Any:
    """Semgrep's report of these rules, or of all; ``without`` what one of them finds."""
    rows = [row for row in REPORT["results"] if not rules or rule_of(row) in rules]
    return REPORT | {"results": [row for row in rows if rule_of(row) != without]}


def rule_of(row: Any) -> str:
    """The last part of a rule's name."""
    return str(row["check_id"].rpartition(".")[2])


def run(folder: Path, day: int, *, root: bool = True, **reports: Any) -> Any:
    """One run over these reports, by the name of their files; its answer."""
    for name, report in reports.items():
        (folder / f"{name}.json").write_text(json.dumps(report))
    now = f"{START + timedelta(days=day):%Y-%m-%d}T08:00:00Z"
    checkout = ["--source-root", str(CHECKOUT)] if root else []
    names = [f"{name}.json" for name in reports]
    done = onefold("run", *names, "--state", "state", "--now", now, *checkout, cwd=folder)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    return json.loads((folder / "onefold-out" / "findings.json").read_bytes())


def of_rule(answer: Any) -> list[Any]:
    """The rule's findings."""
    return [each for each in answer["findings"] if each["rule_id"].endswith(RULE)]


def test_a_second_scan_of_the_same_files_floods_nobody(tmp_path: Path) -> None:
    """It adds a source to what is known, and nothing new; what the push sees mended is closed without the night."""
    first = run(tmp_path, 1, nightly=scan())
    both = run(tmp_path, 2, nightly=scan(), push=scan(RULE, "weak-hash"))
    assert (both["totals"]["new"], both["totals"]["open"]) == (0, first["totals"]["open"])
    assert {each["id"] for each in both["findings"]} == {each["id"] for each in first["findings"]}
    assert [len(each["sources"]) for each in of_rule(both)] == [2] * len(of_rule(first))
    pushed = run(tmp_path, 3, push=scan(RULE, "weak-hash", without=RULE))
    assert {each["baseline"] for each in of_rule(pushed)} == {"absent"}
    assert pushed["totals"]["open"] == first["totals"]["open"] - len(of_rule(first))
    assert run(tmp_path, 4, nightly=scan(without=RULE))["totals"]["open"] == pushed["totals"]["open"]


def test_only_the_night_closes_what_only_the_night_finds(tmp_path: Path) -> None:
    """A push that reads the same file without the rule, or never showed the finding, is no proof."""
    run(tmp_path, 1, nightly=scan(), push=scan("weak-hash"))
    assert run(tmp_path, 2, push=scan("weak-hash"))["totals"]["absent"] == 0
    night = run(tmp_path, 3, nightly=scan(without=RULE))
    assert {each["baseline"] for each in of_rule(night)} == {"absent"}


def test_a_report_that_does_not_list_its_files_speaks_for_itself_alone(tmp_path: Path) -> None:
    """It may be about what changed: the other report of the same rows is waited for."""
    unlisted = {key: value for key, value in scan(RULE, without=RULE).items() if key != "paths"}
    run(tmp_path, 1, nightly=scan(), push=scan(RULE))
    pushed = run(tmp_path, 2, push=unlisted)
    assert {each["status"] for each in of_rule(pushed)} == {"active"}


def test_a_first_push_while_the_nightly_report_is_broken(tmp_path: Path) -> None:
    """What the push shows was known already."""
    first = run(tmp_path, 1, nightly=scan())
    (tmp_path / "nightly.json").write_text('{"results": [')
    (tmp_path / "push.json").write_text(json.dumps(scan(RULE)))
    done = onefold(
        *("run", "semgrep=nightly.json", "push.json", "--state", "state", "--source-root", str(CHECKOUT)),
        *("--now", f"{START + timedelta(days=2):%Y-%m-%d}T08:00:00Z"),
        cwd=tmp_path,
    )
    assert done.returncode == 3, done.stdout.decode() + done.stderr.decode()
    answer = json.loads((tmp_path / "onefold-out" / "findings.json").read_bytes())
    assert (answer["totals"]["new"], answer["totals"]["open"]) == (0, first["totals"]["open"])


def test_without_the_checkout_nobody_knows(tmp_path: Path) -> None:
    """Files of two services may bear one name: the rows count twice, and a remark says so and what to do."""
    answer = run(tmp_path, 1, root=False, nightly=scan(), push=scan(RULE))
    assert answer["totals"]["open"] == len(REPORT["results"]) + len(of_rule(answer)) // 2
    (remark,) = [each for each in answer["diagnostics"] if each["code"] == "correlation-told-twice"]
    assert "source-root" in remark["next_step"]
