"""What is found where it was, by another address: a scanner moved into a container, an application on another port."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import onefold

FILES = {"main.go": (4, 9), "app/a.go": (4, 9, 12), "app/b.go": (9,)}
RUNS = ("2026-10-01T08:00:00Z", "2026-10-02T08:00:00Z", "2026-10-03T08:00:00Z")


def sarif(tool: str, rule: str, folder: str = "") -> str:
    """What a tool that shows no text says of the files, by their names below a folder."""
    rows = [
        {
            "ruleId": rule,
            "message": {"text": rule},
            "locations": [
                {"physicalLocation": {"artifactLocation": {"uri": folder + path}, "region": {"startLine": line}}}
            ],
        }
        for path, lines in FILES.items()
        for line in lines
    ]
    driver = {"name": tool, "rules": [{"id": rule}]}
    return json.dumps({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": rows}]})


@pytest.fixture
def job(tmp_path: Path) -> Path:
    """A checkout, and the report of a tool that stays where it is."""
    for name in FILES:
        (tmp_path / "code" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "code" / name).write_text("".join(f"line {number}\n" for number in range(1, 20)))
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports/other.sarif").write_text(sarif("njsscan", "weak-hash"))
    return tmp_path


def run(job: Path, now: str, folder: str, *more: str) -> dict[str, Any]:
    (job / "reports/gosec.sarif").write_text(sarif("gosec", "G304", folder))
    done = onefold("run", "reports", "--state", "state", "--now", now, "--source-root", "code", *more, cwd=job)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    answer: dict[str, Any] = json.loads((job / "onefold-out" / "findings.json").read_bytes())
    return answer


def ids(answer: dict[str, Any]) -> set[str]:
    return {item["id"] for item in answer["findings"]}


def remarks(answer: dict[str, Any]) -> list[str]:
    return [item["next_step"] for item in answer["diagnostics"] if item["code"] == "paths-outside"]


@pytest.mark.parametrize("folder", ["/src/", "shop/"])
def test_findings_follow_the_folder_and_come_back(job: Path, folder: str) -> None:
    """Every finding keeps its id on both ways, though another tool goes on naming the same files."""
    first, moved, back = (run(job, now, name) for now, name in zip(RUNS, ("", folder, ""), strict=True))
    assert len(ids(first)) == 12
    assert ids(first) == ids(moved) == ids(back)
    assert [answer["totals"]["new"] for answer in (moved, back)] == [0, 0]


@pytest.mark.parametrize("root", ["/src", "shop"])
def test_advice_can_be_followed(job: Path, root: str) -> None:
    """The remark says what to write; with it nothing is new, nothing closed, and nothing is said any more."""
    before = run(job, RUNS[0], f"{root}/")
    assert remarks(before) == [f"Name {root} under paths.roots in the policy, or start the tool inside the checkout."]
    (job / "policy.yml").write_text(f"paths:\n  roots: [{root}]\n")
    after = run(job, RUNS[1], f"{root}/", "--config", "policy.yml")
    assert ids(before) == ids(after)
    assert (after["totals"]["new"], remarks(after)) == (0, [])


def zap(host: str, *pages: str) -> str:
    """What ZAP says of the pages of an application."""
    name, _, port = host.partition(":")
    alerts = [
        {
            "pluginid": "40018",
            "alert": "SQL Injection",
            "riskcode": "3",
            "confidence": "2",
            "cweid": "89",
            "instances": [{"uri": f"http://{host}{page}?q=1", "method": "GET", "param": "q"} for page in pages],
        }
    ]
    site = {"@name": f"http://{host}", "@host": name, "@port": port, "@ssl": "false", "alerts": alerts}
    return json.dumps({"@programName": "ZAP", "@version": "2.17.0", "site": [site]})


@pytest.mark.parametrize(
    "hosts", [("localhost:32768", "localhost:49153"), ("pr-12.shop.example:80", "pr-15.shop.example:80")]
)
def test_application_on_another_port(tmp_path: Path, hosts: tuple[str, str]) -> None:
    """Every run of a pipeline starts it on another one: what was found stays itself, and what was mended closes."""
    known, totals = set(), []
    runs = zip(RUNS, (*hosts, hosts[0]), ("/a /b /c", "/b /c", "/b /c"), strict=True)
    for now, host, pages in runs:
        (tmp_path / "zap.json").write_text(zap(host, *pages.split()))
        done = onefold("run", "zap.json", "--state", "state", "--now", now, cwd=tmp_path)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        answer = json.loads((tmp_path / "onefold-out" / "findings.json").read_bytes())
        known |= ids(answer)
        totals.append([answer["totals"][name] for name in ("open", "new", "absent")])
    assert len(known) == 3
    assert totals == [[3, 0, 0], [3, 0, 0], [2, 0, 1]]
