"""What the README and the example workflows show works as it stands there."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.job import EXAMPLES, ROOT, onefold

README = (ROOT / "README.md").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / "examples" / "workflows").glob("*.yml"))


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def without_ids(line: str) -> str:
    """An id says nothing to a reader of the README, and changes with every new recipe for keys."""
    return re.sub(r"F-[0-9a-f]{12}", "F-", line)


def test_demo_says_what_is_shown(tmp_path: Path) -> None:
    """Every line that the README shows of the demo is one that its second run prints, in this order."""
    kept = ("--state", str(tmp_path / "state"), "--on-incomplete", "warn")
    onefold("run", "examples/reports/first", *kept, "--out", str(tmp_path / "first"), cwd=ROOT)
    second = onefold("run", "examples/reports/second", *kept, "--out", str(tmp_path / "second"), cwd=ROOT)
    printed = iter([without_ids(line) for line in second.stdout.decode().splitlines()])
    shown = [without_ids(line) for line in blocks("text")[0].splitlines() if line]
    assert next((line for line in shown if line not in printed), None) is None


@pytest.mark.parametrize("block", [block for block in blocks("yaml") if block.startswith("# .github/")])
def test_policy_files_of_the_readme_are_valid(tmp_path: Path, block: str) -> None:
    """The policy and the exceptions that the README shows are what `onefold check` calls valid."""
    file = tmp_path / Path(block.splitlines()[0].removeprefix("# ")).name
    file.write_text(block)
    done = onefold("check", str(file), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")


def test_two_commands_set_everything_up() -> None:
    """The quick start is two targets of the Makefile and nothing else."""
    quick = blocks("sh")[0].splitlines()
    assert [line.partition("#")[0].strip() for line in quick] == ["make demo", "make test"]


def test_commands_of_the_readme_work(tmp_path: Path) -> None:
    """Every command line the README shows is understood and does what it says."""
    shutil.copytree(EXAMPLES / "first", tmp_path / "reports")
    shutil.copytree(EXAMPLES / "first", tmp_path / "scans")
    shutil.copy(EXAMPLES / "first" / "semgrep.json", tmp_path / "out.json")
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/onefold.yml").write_text("product: shop\n")
    (tmp_path / ".github/onefold-exceptions.yml").write_text("exceptions: []\n")
    trivy = (EXAMPLES / "first" / "trivy-fs.json").read_bytes()
    lines = [line.partition("  #")[0].rpartition("| ")[2].strip() for line in blocks("sh")[1].splitlines()]
    assert len(lines) == 11
    for line in lines:
        words = [word.strip("'") for word in line.split()]
        assert words.pop(0) == "onefold"
        done = onefold(*words, cwd=tmp_path, stdin=trivy)
        if words[0] == "explain":
            assert done.returncode == 2
            assert b"knows no finding of this id" in done.stderr
        else:
            assert done.returncode == 0, (line, done.stderr)


def steps_in(text: str) -> list[dict[str, Any]]:
    return [step for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"]]


def steps(workflow: Path) -> list[dict[str, Any]]:
    return steps_in(workflow.read_text(encoding="utf-8"))


def shown() -> list[dict[str, Any]]:
    """Every step of ours that is shown anywhere."""
    found = [step for path in WORKFLOWS for step in steps(path)]
    found += [step for block in blocks("yaml") if block.startswith("name:") for step in steps_in(block)]
    return [step for step in found if step.get("uses", "").startswith("onefold/")]


def test_workflows_use_inputs_that_exist() -> None:
    """Every step that uses Onefold gives inputs that action.yml declares."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert len(shown()) >= len(WORKFLOWS)
    assert [step for step in shown() if step["with"].keys() - declared.keys()] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_use_outputs_that_exist(workflow: Path) -> None:
    """Every output of ours that a workflow reads is one that action.yml declares."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["outputs"]
    read = set(re.findall(r"steps\.onefold\.outputs\.([a-z-]+)", workflow.read_text(encoding="utf-8")))
    assert read <= declared.keys()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_pin_what_they_use(workflow: Path) -> None:
    """Every action of others is pinned by its commit, and every job says what it may do."""
    for step in steps(workflow):
        uses = step.get("uses", "onefold/")
        assert uses.startswith("onefold/") or re.search(r"@[0-9a-f]{40}$", uses), uses
    content = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    assert content["permissions"] == {}
    assert all("permissions" in job for job in content["jobs"].values())


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_scanners_name_paths_of_the_repository(workflow: Path) -> None:
    """A scanner in a container scans from inside the checkout, and its report is never among what is scanned."""
    for command in (str(step.get("run", "")) for step in steps(workflow)):
        if '"$PWD:/repo"' in command:
            assert "--workdir /repo" in command
            assert "/repo" not in command.replace('"$PWD:/repo"', "").replace("--workdir /repo", "").split()
            assert not re.search(r"--(?:output|report-path) (?!/reports/)", command)


def test_shown_workflows_are_found() -> None:
    """The README links each example workflow."""
    assert [path.name for path in WORKFLOWS if f"examples/workflows/{path.name}" not in README] == []
