"""Tools that do not run together: what one reported and another carries on is not closed behind the first one's back.

The reports are Semgrep's and Bandit's of one commit; some of their flaws are the same.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import EXAMPLES, onefold

FILE, RULE = "shop/exports.py", "B602"
FIRST_LINE, SECOND_LINE = 9, 15
"""Where both tools find the same flaw twice in one file."""
START = date(2026, 9, 30)


def semgrep(*lines: int) -> Any:
    """Semgrep's report with the file's flaws in these lines: the first one, and further copies of it."""
    content = json.loads((EXAMPLES / "first" / "semgrep.json").read_bytes())
    others = [each for each in content["results"] if each["path"] != FILE]
    flaws = [each for each in content["results"] if each["path"] == FILE]
    content["results"] = others + [moved(flaws[0], line) for line in lines]
    return content


def moved(flaw: Any, line: int) -> Any:
    """The flaw in another line."""
    assert flaw["start"]["line"] == flaw["end"]["line"]
    return json.loads(json.dumps(flaw)) | {part: flaw[part] | {"line": line} for part in ("start", "end")}


def bandit(*lines: int) -> Any:
    """Bandit's report with the file's flaws of the rule in these lines, and no other one of the file."""
    content = json.loads((EXAMPLES / "first" / "bandit.sarif").read_bytes())
    (log,) = content["runs"]
    wanted = [(FILE, line) for line in lines]
    log["results"] = [
        each for each in log["results"] if place(each)[0] != FILE or (each["ruleId"] == RULE and place(each) in wanted)
    ]
    return content


def place(result: Any) -> tuple[str, int]:
    """File and line of a SARIF result."""
    where = result["locations"][0]["physicalLocation"]
    return where["artifactLocation"]["uri"].removeprefix("file:///github/workspace/"), where["region"]["startLine"]


def run(folder: Path, day: int, *reports: Any) -> list[Any]:
    """One run over these reports; what became of the file's findings."""
    names = ["bandit.sarif" if "runs" in report else "semgrep.json" for report in reports]
    for name, report in zip(names, reports, strict=True):
        (folder / name).write_text(json.dumps(report))
    now = f"{START + timedelta(days=day):%Y-%m-%d}T08:00:00Z"
    checkout = ["--source-root", str(EXAMPLES.parent / "app" / "before")]
    done = onefold("run", *names, "--state", "state", "--now", now, *checkout, cwd=folder)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    answer = json.loads((folder / "onefold-out" / "findings.json").read_bytes())
    return [each for each in answer["findings"] if each["locations"][0]["path"] == FILE]


@pytest.fixture
def carried(tmp_path: Path) -> str:
    """Two flaws by Semgrep, of which one is fixed; the other one is carried on by Bandit alone, under this id."""
    one, other = sorted(run(tmp_path, 1, semgrep(FIRST_LINE, SECOND_LINE)), key=start)
    told = {each["id"]: each["baseline"] for each in run(tmp_path, 2, semgrep(FIRST_LINE))}
    assert told == {one["id"]: "unchanged", other["id"]: "absent"}
    (now,) = run(tmp_path, 3, bandit(FIRST_LINE))
    assert (now["id"], now["changes"], now["first_seen"]) == (
        one["id"],
        ["now also reported by Bandit"],
        one["first_seen"],
    )
    return str(one["id"])


def start(item: Any) -> int:
    """The line of a published finding."""
    line: int = item["locations"][0]["start_line"]
    return line


def test_silence_of_the_second_tool_does_not_close(carried: str, tmp_path: Path) -> None:
    """While the first tool was not asked, the second one's silence closes nothing; both together are the proof."""
    for day in (4, 5):
        (kept,) = run(tmp_path, day, bandit())
        assert (kept["id"], kept["status"], kept["observation"]) == (carried, "active", "not_covered")
        assert kept["observation_reason"] == "No report of Semgrep is in this run."
    (gone,) = run(tmp_path, 6, semgrep(), bandit())
    assert (gone["id"], gone["baseline"]) == (carried, "absent")
    assert gone["closed_reason"] == f"Semgrep and Bandit looked at {FILE} again and no longer found it."


def test_first_tool_may_be_asked_later(carried: str, tmp_path: Path) -> None:
    """Silence that was proven for one tool counts when the other one is asked alone."""
    run(tmp_path, 4, bandit())
    (gone,) = run(tmp_path, 5, semgrep())
    assert (gone["id"], gone["baseline"]) == (carried, "absent")


def test_an_exchanged_tool_is_not_waited_for(carried: str, tmp_path: Path) -> None:
    """A tool that has not looked for 90 days no longer keeps open what the other one does not find any more."""
    for day in range(4, 92, 14):
        run(tmp_path, day, bandit(FIRST_LINE))
    (kept,) = run(tmp_path, 92, bandit())
    assert (kept["id"], kept["status"]) == (carried, "active")
    (gone,) = run(tmp_path, 93, bandit())
    assert (gone["id"], gone["baseline"]) == (carried, "absent")


@pytest.mark.parametrize("ticks", [(), tuple(range(11, 95, 7))])
def test_a_pause_retires_no_tool(carried: str, tmp_path: Path, ticks: tuple[int, ...]) -> None:
    """After a quarter in which nobody looked, a tool that is missing once is waited for as on any other day."""
    run(tmp_path, 4, semgrep(FIRST_LINE), bandit(FIRST_LINE))
    for day in ticks:
        run(tmp_path, day)
    for day in (98, 99):
        (kept,) = run(tmp_path, day, bandit())
        assert (kept["id"], kept["status"], kept["observation"]) == (carried, "active", "not_covered")
        assert kept["observation_reason"] == "No report of Semgrep is in this run."


@pytest.mark.parametrize("with_bandit", [False, True])
def test_first_tool_knows_it_again(carried: str, tmp_path: Path, *, with_bandit: bool) -> None:
    """The first tool, back with the flaw in another line, finds it under its id, and its fixed twin stays closed."""
    if with_bandit:
        (back,) = run(tmp_path, 4, semgrep(SECOND_LINE), shifted(bandit(FIRST_LINE), SECOND_LINE))
    else:
        (back,) = run(tmp_path, 4, semgrep(SECOND_LINE))
    assert (back["id"], back["aliases"], back["baseline"]) == (carried, [], "unchanged")


def shifted(content: Any, line: int) -> Any:
    """Bandit's flaw of the file in this line."""
    for each in content["runs"][0]["results"]:
        if place(each)[0] == FILE:
            region = each["locations"][0]["physicalLocation"]["region"]
            region |= {"startLine": line, "endLine": line}
    return content


@pytest.mark.parametrize("tool", ["Semgrep", "Bandit"])
@pytest.mark.parametrize("word", ["risk_accepted", "verified"])
def test_what_was_judged_stays_judged(tool: str, word: str, tmp_path: Path) -> None:
    """Where two findings turn out to be one, what people decided about either holds, and the history says of which."""
    apart = {each["tool"]: each["id"] for each in run(tmp_path, 1, semgrep(FIRST_LINE), bandit(SECOND_LINE))}
    assert len(apart) == 2
    (path,) = (tmp_path / "state").iterdir()
    state = json.loads(path.read_bytes())
    (judged,) = [each for each in state["findings"] if each["id"] == apart[tool]]
    judged["decision"] = {"disposition": word, "reason": "We know.", "origin": "issues", "decided_at": state["at"]}
    path.write_text(json.dumps(state))
    (one,) = run(tmp_path, 2, semgrep(FIRST_LINE), shifted(bandit(SECOND_LINE), FIRST_LINE))
    assert {one["id"], *one["aliases"]} == set(apart.values())
    assert (one["disposition"], one["decision"]["reason"], one["history"][-1]["to"]) == (word, "We know.", word)
    assert one["history"][-1]["reason"].startswith(f"Decided about {apart[tool]}, which is one with ")
    (same,) = run(tmp_path, 3, semgrep(FIRST_LINE), shifted(bandit(SECOND_LINE), FIRST_LINE))
    assert (same["disposition"], same["history"]) == (word, one["history"])


def test_a_tool_that_is_not_there_makes_nothing_milder(tmp_path: Path) -> None:
    """Pushes with one tool and nights with another: the gate, the severities and all dates stay what they were."""
    folder = EXAMPLES / "first"
    both = [str(folder / "semgrep.json"), str(folder / "modelled" / "codeql.sarif")]
    told = []
    for day, reports in enumerate((both, both[:1], both[1:], both[:1]), 1):
        now = f"{START + timedelta(days=day):%Y-%m-%d}T08:00:00Z"
        done = onefold("run", *reports, "--state", "state", "--now", now, "--fail-on", "any:critical", cwd=tmp_path)
        answer = json.loads((tmp_path / "onefold-out" / "findings.json").read_bytes())
        told.append((done.returncode, {each["id"]: (each["severity"], each["due_at"]) for each in answer["findings"]}))
        assert day == 1 or {each["baseline"] for each in answer["findings"]} == {"unchanged"}
    assert told[0][0] == 1
    assert told == [told[0]] * 4


SETTINGS = "shop/settings.py"


def reported_leak(*, is_there: bool) -> tuple[Any, Any]:
    """Gitleaks' and Bandit's reports, with a password in one line where the one says secret and the other weakness."""
    leaks = json.loads((EXAMPLES / "first" / "gitleaks.json").read_bytes())
    flaws = bandit()
    if is_there:
        leaks.append(leaks[-1] | {"File": SETTINGS, "StartLine": 3, "EndLine": 3})
        (log,) = flaws["runs"]
        row = json.loads(json.dumps(log["results"][0])) | {"ruleId": "B105", "level": "note"}
        del row["ruleIndex"]
        where = row["locations"][0]["physicalLocation"]
        where["artifactLocation"]["uri"] = SETTINGS
        where["region"] = {"startLine": 3, "endLine": 3}
        del where["contextRegion"]
        log["results"].append(row)
    return leaks, flaws


@pytest.mark.parametrize("turns", [("gb",), ("g", "b"), ("gb", "b"), ("b", "gb", "b", "g"), ("gb", "b", "gb", "b")])
def test_a_secret_is_one_in_whatever_turn_the_tools_run(turns: tuple[str, ...], tmp_path: Path) -> None:
    """The gate and the clock know it as one from when the first tool calls it so, and deleting it closes nothing."""
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "onefold.yml").write_text("sla: {rules: [{kind: secret, days: 1}]}\n")

    def turn(day: int, tools: str, *, is_there: bool) -> Any:
        for name, report in zip(("gitleaks.json", "bandit.sarif"), reported_leak(is_there=is_there), strict=True):
            (tmp_path / name).write_text(json.dumps(report))
        names = [name for name in ("gitleaks.json", "bandit.sarif") if name[0] in tools]
        now = f"{START + timedelta(days=day):%Y-%m-%d}T08:00:00Z"
        onefold("run", *names, "--state", "state", "--now", now, "--fail-on", "any kind=secret", cwd=tmp_path)
        answer = json.loads((tmp_path / "onefold-out" / "findings.json").read_bytes())
        (found,) = [each for each in answer["findings"] if each["locations"][0]["path"] == SETTINGS]
        failing = {id_ for reason in answer["verdict"]["reasons"] for id_ in reason["findings"]}
        return found | {"fails": found["id"] in failing}

    told = [turn(day, tools, is_there=True) for day, tools in enumerate(turns)]
    since = next(number for number, tools in enumerate(turns) if "g" in tools)
    assert {(each["kind"], each["due_at"][:10], each["fails"]) for each in told[since:]} == {
        ("secret", f"{START + timedelta(days=1):%Y-%m-%d}", True)
    }
    gone = turn(len(turns), "gb", is_there=False)
    assert (gone["status"], gone["observation"], gone["kind"]) == ("active", "held", "secret")
    assert gone["observation_reason"].startswith("Awaiting rotation.")
