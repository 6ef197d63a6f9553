"""The whole program against a DefectDojo over loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.canaries import planted, traces_in
from tests.e2e.job import EXAMPLES, everything_below
from tests.fakes.defectdojo.server import FakeDefectDojo
from tests.fakes.github.server import Loopback

TOKEN = "canary-token-4410"
FIRST, LATER, LAST = "2026-10-01T08:00:00Z", "2026-10-02T08:00:00Z", "2026-10-03T08:00:00Z"


@dataclass
class Machine:
    """A developer's machine with a DefectDojo in reach.

    Attributes:
        folder: where the program runs.
        dojo: what it pushes to.
        url: where that is.
    """

    folder: Path
    dojo: FakeDefectDojo
    url: str

    def run(self, *arguments: str, token: str = TOKEN) -> subprocess.CompletedProcess[bytes]:
        """Run the command line with the DefectDojo in its environment."""
        environment = {"PYTHONHASHSEED": "0", "PATH": os.defpath, "ONEFOLD_DEFECTDOJO_URL": self.url}
        environment |= {"ONEFOLD_DEFECTDOJO_TOKEN": token} if token else {}
        command = [sys.executable, "-m", "aggregator", *arguments]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, check=False)

    def scan(self, now: str, *more: str, token: str = TOKEN) -> subprocess.CompletedProcess[bytes]:
        """One run over the reports."""
        return self.run("run", "reports", "--state", "state", "--product", "shop", "--now", now, *more, token=token)

    def open(self) -> list[str]:
        """The ids of what the last run calls open."""
        told = json.loads((self.folder / "onefold-out" / "findings.json").read_bytes())
        return sorted(each["id"] for each in told["findings"] if each["status"] in {"active", "verified"})


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Give a machine with the first reports of the examples."""
    shutil.copytree(EXAMPLES / "first", tmp_path / "reports")
    dojo = FakeDefectDojo(token=TOKEN)
    with Loopback(dojo.answer_call) as server:
        yield Machine(tmp_path, dojo, server.origin)


def test_a_date_in_the_names_of_reports_makes_no_copies(machine: Machine) -> None:
    """Each run has reports of other names: the tests stay the same, and so does what is open in them."""
    machine.scan(FIRST)
    first, tests = machine.dojo.open(), set(machine.dojo.tests)
    for day, now in enumerate((LATER, LAST), start=2):
        for report in [each for each in (machine.folder / "reports").rglob("*.*") if each.is_file()]:
            report.rename(report.with_name(f"day-{day}-{report.name.removeprefix(f'day-{day - 1}-')}"))
        machine.scan(now)
        assert machine.dojo.open() == machine.open() == first
    assert set(machine.dojo.tests) == tests


def test_what_is_open_here_is_open_there(machine: Machine) -> None:
    """The findings of real scanners go there and are taken; what the next reports no longer show is closed."""
    assert machine.scan(FIRST).returncode == 0
    first = machine.dojo.open()
    assert first == machine.open()
    assert len(first) > 20
    assert len({title for _, _, title in machine.dojo.tests}) > 3
    machine.scan(LATER)
    assert machine.dojo.open() == first
    shutil.rmtree(machine.folder / "reports")
    shutil.copytree(EXAMPLES / "second", machine.folder / "reports")
    done = machine.scan(LAST)
    assert done.returncode == 3  # one of the second reports is cut off
    assert b"See http" in done.stdout
    assert machine.dojo.open() == machine.open() != first
    assert all(row.date.year == 2026 for row in machine.dojo.rows)


def test_a_dry_run_says_what_it_would_push(machine: Machine) -> None:
    """Each test in a sentence, and no call."""
    done = machine.scan(FIRST, "--dry-run")
    assert done.returncode == 0
    assert b"to DefectDojo (shop / Onefold / Gitleaks" in done.stdout
    assert machine.dojo.calls == []


def test_without_a_token_nothing_is_pushed(machine: Machine) -> None:
    """As in a pull request of a fork: the run is as good as any other."""
    done = machine.scan(FIRST, "--dry-run", token="")
    assert done.returncode == 0
    assert b"(there is no token to push with; " in done.stdout
    done = machine.scan(FIRST, token="")
    assert (done.returncode, machine.dojo.calls) == (0, [])
    assert b"There is no token to push to DefectDojo with. Set defectdojo-token." in done.stdout


def test_a_server_that_refuses_fails_the_delivery_alone(machine: Machine) -> None:
    """The documents and the state are written, the reason is said, and the next run pushes everything."""
    machine.dojo.token = "another"
    done = machine.scan(FIRST)
    assert done.returncode == 4
    assert b"it does not know the token" in done.stderr
    assert (machine.folder / "onefold-out" / "findings.json").exists()
    machine.dojo.token = TOKEN
    assert machine.scan(LATER).returncode == 0
    assert machine.dojo.open()


def test_a_wrong_address_ends_the_run_at_its_start(machine: Machine) -> None:
    """With 2 and a reason, before anything is written."""
    machine.url = "dojo"
    done = machine.scan(FIRST)
    assert done.returncode == 2
    assert b"defectdojo-url is no address" in done.stderr
    assert not (machine.folder / "onefold-out").exists()


def test_the_policy_may_switch_it_off(machine: Machine) -> None:
    """With an address and a token in the environment."""
    (machine.folder / ".github").mkdir()
    (machine.folder / ".github" / "onefold.yml").write_text("defectdojo: {mode: 'off'}\n")
    assert machine.scan(FIRST).returncode == 0
    assert machine.dojo.calls == []


def test_the_connection_can_be_tried_first(machine: Machine) -> None:
    """Without leaving a trace there."""
    done = machine.run("check", "--connections")
    assert done.returncode == 0, done.stderr
    assert b"DefectDojo answers and takes the token." in done.stdout
    assert [call.method for call in machine.dojo.calls] == ["GET"]
    machine.dojo.token = "another"
    done = machine.run("check", "--connections")
    assert done.returncode != 0
    assert b"it does not know the token" in done.stdout + done.stderr


def test_no_secret_goes_there_and_the_token_nowhere_else(machine: Machine) -> None:
    """No byte of a report's secret stands in a request; the token stands in its header and in nothing that is left."""
    for name, data in planted().items():
        (machine.folder / "reports" / name).write_bytes(data)
    done = machine.scan(FIRST, "--verbose")
    assert machine.dojo.open()
    bodies = {number: call.body.decode() for number, call in enumerate(machine.dojo.calls)}
    assert {number: found for number, text in bodies.items() if (found := traces_in(text))} == {}
    assert not any(TOKEN in text for text in bodies.values())
    left = [done.stdout, done.stderr, *everything_below(machine.folder / "onefold-out").values()]
    left += everything_below(machine.folder / "state").values()
    assert not any(TOKEN.encode() in text for text in left)
