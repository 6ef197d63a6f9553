from pathlib import Path

import pytest

from aggregator.cli.arguments import CheckCommand, parse
from aggregator.cli.connections import check_connections
from aggregator.cli.entry import main
from aggregator.cli.screen import Screen
from aggregator.model.errors import UsageError
from aggregator.run.exits import Exit
from tests.fakes.chat import SLACK


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("GITHUB_ACTIONS", "GITHUB_TOKEN", "INPUT_TOKEN", "ONEFOLD_SLACK_WEBHOOK"):
        monkeypatch.delenv(name, raising=False)


def test_connections_are_one_thing_to_check() -> None:
    """``check`` takes a file or ``--connections``, not both and not neither."""
    assert parse(["check", "--connections"]) == CheckCommand("")
    assert parse(["check", "--connections", "--config", "p.yml"]) == CheckCommand("", {"config": "p.yml"})
    for argv in (["check"], ["check", "f", "--connections"], ["check", ""]):
        with pytest.raises(UsageError, match="Give a file, or --connections"):
            parse(argv)


def test_nothing_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a service that is said, and all is well."""
    assert main(["check", "--connections"]) == Exit.OK
    said = capsys.readouterr().out
    assert said.startswith("No service is configured, so there is nothing to try.")
    assert "ONEFOLD_JIRA_URL" in said


def test_each_service_has_a_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A service that can be used is told on the output, without its address."""
    monkeypatch.setenv("ONEFOLD_SLACK_WEBHOOK", SLACK)
    assert main(["check", "--connections"]) == Exit.OK
    out = capsys.readouterr().out
    assert out.startswith("Slack: default looks like a webhook of Slack.")
    assert "cAnArY" not in out


def test_a_service_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A service that cannot be used is told as an error, and the exit code says so."""
    monkeypatch.setenv("ONEFOLD_SLACK_WEBHOOK", SLACK)
    (tmp_path / "p.yml").write_text("slack: {routes: [{name: cloud}]}\n")
    assert main(["check", "--connections", "--config", "p.yml"]) == Exit.DELIVERY
    assert capsys.readouterr().err.startswith("Slack: The route cloud of Slack goes to the webhook cloud")


def test_settings_are_read_as_in_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that is none is refused before anything is asked."""
    monkeypatch.setenv("ONEFOLD_SLACK_WEBHOOK", "nowhere")
    with pytest.raises(UsageError, match="ONEFOLD_SLACK_WEBHOOK: must "):
        check_connections({}, Screen())
