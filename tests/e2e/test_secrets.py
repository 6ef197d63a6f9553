"""Canary secrets in every field that may hold one: none leaves, by whatever way, and not even in part."""

import json

import pytest

from tests.canaries import HIDDEN, KNOWN, planted, traces_in
from tests.e2e.job import Ended, Job, everything_below, onefold


def lay(job: Job) -> None:
    folder = job.workspace / "reports"
    folder.mkdir()
    for name, data in planted().items():
        (folder / name).write_bytes(data)


@pytest.fixture
def ended(job: Job) -> Ended:
    """Run the action twice, as talkative as it gets, so that the state has been written and read."""
    lay(job)
    inputs = {"reports": "reports", "state": "state", "fail_on": "any:info", "verbose": "true"}
    job.run(**inputs)
    return job.run(**inputs)


def test_no_byte_of_a_secret_leaves(ended: Ended, job: Job) -> None:
    """No document, no state, no output, no summary and no line of the log holds a canary or a piece of one."""
    written = everything_below(job.workspace / "onefold-out") | everything_below(job.workspace / "state")
    texts = {name: data.decode() for name, data in written.items()}
    texts |= {"log": ended.log, "summary": ended.summary, "outputs": json.dumps(dict(ended.outputs))}
    assert len(texts) == 9
    assert {name: found for name, text in texts.items() if (found := traces_in(text))} == {}


def test_reports_were_really_read(ended: Ended) -> None:
    """The canaries were not kept back by refusing the reports: their findings are there."""
    assert ended.exit_code == 1
    assert int(ended.outputs["total"]) > 5


def test_explanations_hold_no_secret(ended: Ended, job: Job) -> None:
    """What explain says about each finding holds no canary either."""
    findings = json.loads((job.workspace / "onefold-out/findings.json").read_bytes())["findings"]
    for finding in findings[:5]:
        done = onefold("explain", finding["id"], cwd=job.workspace)
        assert done.returncode == 0
        assert traces_in(done.stdout.decode()) == []


@pytest.mark.parametrize("name", sorted(planted()))
def test_errors_hold_no_secret(name: str, job: Job) -> None:
    """A report that breaks off in the middle of a secret is an error without it."""
    data = planted()[name]
    cuts = [data.find(mark.encode()[:9]) + 5 for mark in (HIDDEN, KNOWN) if mark.encode()[:9] in data]
    (job.workspace / "known.json").write_bytes(planted()["gitleaks.json"])
    for number, cut in enumerate([*cuts, len(data) - 1]):
        (job.workspace / f"{number}-{name}").write_bytes(data[:cut])
    done = onefold("run", ".", "--verbose", "--out", "out", "--state", "state", cwd=job.workspace)
    assert done.returncode in {0, 3}
    told = [done.stdout, done.stderr, *everything_below(job.workspace / "out").values()]
    assert [found for text in told if (found := traces_in(text.decode()))] == []


def test_mistakes_of_the_caller_quote_no_value(job: Job) -> None:
    """A secret as a value in the wrong place, in the policy or in a flag, is not repeated by the error."""
    (job.workspace / "policy.yml").write_text(f"gate: {HIDDEN}\nproduct: [{HIDDEN}]\n")
    for arguments in (["--config", "policy.yml"], ["--now", HIDDEN], [f"--dry-run={HIDDEN}"], [f"--token={HIDDEN}"]):
        done = onefold("run", *arguments, cwd=job.workspace)
        assert done.returncode == 2
        assert traces_in((done.stdout + done.stderr).decode()) == []
