"""Canary secrets in every field that may hold one: none leaves, by whatever way, and not even in part."""

import json
from hashlib import sha1, sha256

import pytest

from aggregator.normalize.secret_key import SecretKey
from aggregator.normalize.secrets import seal
from tests.canaries import HIDDEN, KNOWN, planted, traces_in
from tests.e2e.job import ROOT, Ended, Job, everything_below, onefold

SAMPLES = ROOT / "tests" / "samples" / "sarif"


def lay(job: Job) -> None:
    folder = job.workspace / "reports"
    folder.mkdir()
    for name, data in planted().items():
        (folder / name).write_bytes(data)


@pytest.fixture
def ended(job: Job) -> Ended:
    """Run the action twice, as talkative as it gets, so that the state has been written and read."""
    lay(job)
    (job.workspace / ".github").mkdir()
    (job.workspace / ".github/onefold.yml").write_text("outputs: {report: true, evidence: true}\n")
    inputs = {"reports": "reports", "state": "state", "fail_on": "any:info", "verbose": "true"}
    job.run(**inputs)
    return job.run(**inputs)


def test_no_byte_of_a_secret_leaves(ended: Ended, job: Job) -> None:
    """No document, no state, no output, no summary and no line of the log holds a canary or a piece of one."""
    written = everything_below(job.workspace / "onefold-out") | everything_below(job.workspace / "state")
    texts = {name: data.decode("utf-8", "replace") for name, data in written.items()}
    texts |= {"log": ended.log, "summary": ended.summary, "outputs": json.dumps(dict(ended.outputs))}
    assert len([name for name in texts if "!" not in name]) == 12
    assert {"evidence.zip!state.json", "dashboard.html!data", "dashboard.html!details-0"} <= texts.keys()
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
    assert [found for text in told if (found := traces_in(text.decode("utf-8", "replace")))] == []


@pytest.mark.parametrize(
    ("sample", "path", "value", "other"),
    [
        ("secretlint", "deploy/a.env", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKE", "canary-of-day/two/three/and-four"),
        ("eslint-secrets", "src/client.js", "9f86d081884c7d659a2feaa0c55ad015", "00ffee081884c7d659a2feaa0c55ad01"),
    ],
)
def test_what_one_message_alone_prints_stays_inside(sample: str, path: str, value: str, other: str, job: Job) -> None:
    """No other tool knows the value: it is in nothing that a run writes, and another one leaves the same state."""
    text = (SAMPLES / f"{sample}.sarif").read_text()
    (job.workspace / path).parent.mkdir()
    states = []
    for secret in (value, other):
        (job.workspace / "report.sarif").write_text(text.replace(value, secret))
        (job.workspace / path).write_text(f'KEY = "{secret}"\n')
        place = ("--out", secret[:4], "--state", f"{secret[:4]}/state", "--now", "2026-06-01T00:00:00Z")
        done = onefold("run", "report.sarif", *place, cwd=job.workspace)
        written = everything_below(job.workspace / secret[:4])
        assert done.returncode == 0
        told = (done.stdout, done.stderr, *written.values())
        assert [data for data in told if secret[:12].encode() in data or secret[-12:].encode() in data] == []
        (state,) = (json.loads(data) for name, data in written.items() if name.startswith("state/"))
        states.append(state["findings"])
    assert states[0] == states[1] != []


def test_mistakes_of_the_caller_quote_no_value(job: Job) -> None:
    """A secret as a value in the wrong place, in the policy or in a flag, is not repeated by the error."""
    (job.workspace / "policy.yml").write_text(f"gate: {HIDDEN}\nproduct: [{HIDDEN}]\n")
    for arguments in (["--config", "policy.yml"], ["--now", HIDDEN], [f"--dry-run={HIDDEN}"], [f"--token={HIDDEN}"]):
        done = onefold("run", *arguments, cwd=job.workspace)
        assert done.returncode == 2
        assert traces_in((done.stdout + done.stderr).decode()) == []


@pytest.mark.parametrize("key", ["", "a-key-of-the-users-that-is-long-enough"])
def test_without_a_key_no_digest_is_stored(key: str, job: Job) -> None:
    """The state tells nothing of a value, hashed or not; with a key of the user's it holds that key's seals."""
    lay(job)
    ended = job.run(reports="reports", state="state", secret_key=key)
    written = b"".join(everything_below(job.workspace / "state").values()).decode()
    digests = {
        digest
        for value in (KNOWN, HIDDEN)
        for digest in (
            sha1(value.encode(), usedforsecurity=False).hexdigest(),
            sha256(value.encode()).hexdigest(),
            seal(value, b"onefold"),
        )
    }
    assert not [digest for digest in digests if digest[:12] in written]
    assert ("v1:secret:" in written, "v1:value:" in written) == (bool(key), bool(key))
    assert (seal(KNOWN, SecretKey(key)) in written) is bool(key)
    assert ended.exit_code in {0, 3}
    outputs = b"".join(everything_below(job.workspace).values()).decode("utf-8", "replace")
    assert not key or key not in ended.log.replace(f"::add-mask::{key}", "") + outputs


def test_a_short_key_is_refused_in_silence(job: Job) -> None:
    """A key that can be guessed stops the run, and the error does not repeat it."""
    lay(job)
    ended = job.run(reports="reports", state="none", secret_key="hunter2hunter2")
    assert ended.exit_code == 2
    assert "secret-key: must have 32 characters or more" in ended.log
    assert "hunter2hunter2" not in ended.log.replace("::add-mask::hunter2hunter2", "")


def leak(value: str, line: int = 3) -> str:
    """A Gitleaks report of one secret."""
    fingerprint = f".env:generic-api-key:{line}"
    return json.dumps(
        [
            {
                "RuleID": "generic-api-key",
                "Description": "A key",
                "File": ".env",
                "StartLine": line,
                "EndLine": line,
                "StartColumn": 5,
                "EndColumn": 30,
                "Secret": value,
                "Match": f"KEY={value}",
                "Fingerprint": fingerprint,
            }
        ]
    )


@pytest.mark.parametrize(
    ("key", "new", "total"), [("", "0", "1"), ("a-key-of-the-users-that-is-long-enough", "1", "2")]
)
def test_a_new_secret_on_an_old_line(key: str, new: str, total: str, job: Job) -> None:
    """With a key of the user's it is new, and the old one still waits for its rotation; without one nobody can tell."""

    def run(value: str, line: int = 3, key: str = key) -> tuple[str, str]:
        (job.workspace / "leaks.json").write_text(leak(value, line))
        ended = job.run(reports="leaks.json", state="state", secret_key=key)
        return ended.outputs["new"], ended.outputs["total"]

    assert run("first-value-4711") == ("0", "1")
    assert run("other-value-0815") == (new, total)
    assert run("other-value-0815", 40) == ("0", total)
    assert run("other-value-0815", 40, "another-key-of-the-users-also-long") == ("0", total)


def test_every_line_of_a_webhook_is_masked_and_none_is_shown(job: Job) -> None:
    """The runner hides each line, each address alone and each token without blanks; a plan and its log show none."""
    lay(job)
    (job.workspace / "onefold.yml").write_text("slack: {routes: [{name: a}, {name: b}]}\n")
    one, two = "https://hooks.slack.com/services/T0/B0/canary-1", "https://hooks.slack.com/services/T0/B0/canary-2"
    ended = job.run(
        reports="reports",
        config="onefold.yml",
        state="state",
        dry_run="true",
        verbose="true",
        slack_webhook=f"a={one}\n  b = {two}  \n",
        teams_webhook="https://prod.logic.azure.com/workflows/x?sig=canary-3",
        jira_token=" canary-4 ",
        defectdojo_url="https://dojo.example",
        defectdojo_token="canary-5",
    )
    assert ended.exit_code in {0, 3}
    assert "tell Slack (route b)" in ended.log
    assert "DefectDojo" in ended.log
    masked = [command.data for command in ended.commands if command.name == "add-mask"]
    wanted = {f"a={one}", f"b = {two}", one, two, "https://prod.logic.azure.com/workflows/x?sig=canary-3"}
    assert wanted | {"canary-4", "canary-5"} <= set(masked)
    lines = [line for line in ended.log.splitlines() if not line.startswith("::add-mask::")]
    assert "canary-" not in "\n".join(lines) + ended.summary + json.dumps(dict(ended.outputs))
    assert ended.log.splitlines()[: len(masked)] == [f"::add-mask::{value}" for value in masked]
