"""Reports that earlier jobs left as artifacts: one ``uses:`` step finds them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from aggregator.run import collect
from aggregator.run.exits import Exit
from aggregator.transport.exchange import Break, Reply
from tests.e2e.repository import Ended, Repository, semgrep, sha
from tests.fakes.github.hub import Run

GITLEAKS = (
    b'[{"RuleID": "key", "Description": "A key", "File": "a.py", "StartLine": 1, "EndLine": 1, "StartColumn": 1, \
"EndColumn": 9, "Match": "k=hunter2hunter2", "Secret": "hunter2hunter2", "Fingerprint": "a.py:key:1"}]'
)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return packed.getvalue()


def fold(repository: Repository, run: Run, *artifacts: str, **about: object) -> Ended:
    """Fold the artifacts alone."""
    return repository.work(run, b"{}", reports=(), artifacts=artifacts, **about)  # type: ignore[arg-type]


def places(ended: Ended) -> list[str]:
    return sorted(scan["report"] for scan in ended.findings["scans"])


def test_artifacts_of_the_run_are_read(repository: Repository) -> None:
    """Every file of the artifacts that match is read; the state's own artifacts are none of them."""
    run = repository.start(1)
    repository.hub.publish("report-code", zipped(semgrep__json=semgrep("eval")), run)
    repository.hub.publish("report-secrets", zipped(deep=zipped(gitleaks__json=GITLEAKS)), run)
    repository.hub.publish("other", zipped(semgrep__json=semgrep("xss")), run)
    repository.hub.publish("report-code", zipped(semgrep__json=semgrep("old")), repository.start(0))
    ended = fold(repository, run, "report-*", "onefold-state-*")
    assert places(ended) == ["report-code/semgrep.json", "report-secrets/deep/gitleaks.json"]
    assert ended.outputs["total"] == "2"
    assert ended.code is Exit.INCOMPLETE  # nothing but a state is called onefold-state-
    assert ended.said("onefold-state-*: there is no artifact of this name.")


def test_the_latest_attempt_counts(repository: Repository) -> None:
    """Where two attempts uploaded one name the later upload is read, with the tool that is named."""
    run = repository.start(1)
    for rule in ("old", "eval"):
        repository.hub.publish("report", zipped(semgrep__json=semgrep(rule)), run)
    ended = fold(repository, run, "semgrep=report", "report")
    assert list(ended.open_ids) == ["eval"]
    assert ended.code is Exit.OK


def test_a_following_run_reads_what_it_follows(repository: Repository) -> None:
    """A ``workflow_run`` run reads the artifacts of the run that it follows, and no state or plan from it."""
    repository.push(1, "eval")
    repository.hub.commit(sha(100), sha(1))
    scanned = repository.hub.start_run(event="pull_request", head_sha=sha(100), head_branch="main", fork=666)
    report = zipped(semgrep__json=semgrep("eval", "xss"), state__json=b'{"line": 1, "schema_version": "0.2"}')
    repository.hub.publish("report", report, scanned)
    event = {
        "workflow_run": {
            "id": scanned.id,
            "event": "pull_request",
            "head_branch": "main",
            "head_sha": sha(100),
            "head_repository": {"full_name": "mallory/shop"},
        }
    }
    ended = fold(repository, repository.hub.start_run(event="workflow_run", head_sha=sha(1)), "report", event=event)
    assert (ended.outputs["new"], ended.outputs["state-artifact"]) == ("1", "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 no archive", "damaged"),
        (zipped(), "there is no file in this artifact"),
        (b"no report at all", "It is pinned to Semgrep"),
    ],
)
def test_what_cannot_be_opened_is_said(repository: Repository, content: bytes, reason: str) -> None:
    """An artifact that holds no report, or none that can be read, fails by name."""
    run = repository.start(1)
    repository.hub.publish("report", content, run)
    ended = fold(repository, run, "semgrep=report")
    assert ended.code is Exit.INCOMPLETE
    assert ended.said(reason), (*ended.console.said, *ended.console.warned)


def test_a_path_that_leads_out_is_passed_over(repository: Repository) -> None:
    """One odd member does not sink the others."""
    run = repository.start(1)
    repository.hub.publish("report", zipped(**{"../up__json": b"{}", "semgrep__json": semgrep("eval")}), run)
    ended = fold(repository, run, "report", verbose=True)
    assert (ended.code, ended.outputs["total"]) == (Exit.OK, "1")
    assert ended.said("its path leads out of the archive")


def test_expired_changed_and_huge_artifacts_are_not_read(repository: Repository) -> None:
    """What has expired, is not what was uploaded, or is larger than any report is a failure by name."""
    run = repository.start(1)
    content = zipped(semgrep__json=semgrep("eval"))
    repository.hub.publish("changed", content, run, digest="sha256:" + "0" * 64)
    repository.hub.publish("expired", content, run).expired = True
    repository.hub.publish("undigested", content, run, digest=None)
    ended = fold(repository, run, "changed", "expired", "undigested")
    assert ended.said("its digest differs")
    assert ended.said("this artifact has expired")
    assert places(ended)[-1] == "undigested/semgrep.json"


@pytest.mark.parametrize("fault", [Break.TIMEOUT, Reply(403, {}, b"Resource not accessible by integration")])
def test_artifacts_that_cannot_be_fetched_close_nothing(repository: Repository, fault: Reply | Break) -> None:
    """When the list cannot be had the run says so for each name, and what was known stays open."""
    repository.push(1, "eval")
    run = repository.start(2)
    content = zipped(semgrep__json=semgrep())
    repository.hub.publish("report", content, run)
    ended = fold(
        repository, run, "report", faults=lambda _n, request: fault if "/artifacts?per" in request.url else None
    )
    assert ended.code is Exit.INCOMPLETE
    assert (ended.outputs["fixed"], ended.outputs["total"]) == ("0", "1")


def test_a_huge_artifact_is_not_fetched(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no report can be is refused by its size alone."""
    monkeypatch.setattr(collect, "LARGEST_PACKED", 10)
    run = repository.start(1)
    repository.hub.publish("report", zipped(semgrep__json=semgrep("eval")), run)
    assert fold(repository, run, "report").said("larger than any report")


def test_artifacts_need_a_job(repository: Repository) -> None:
    """Where there is no run, or no token, each name is a failure that says why."""
    run = repository.start(1)
    assert fold(repository, run, "report", token="").said("there is no token")
    assert fold(repository, run, "report", around={"run_id": "x"}).said("nobody says which run")
