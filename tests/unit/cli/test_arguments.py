import pytest

from aggregator.cli.arguments import (
    SCHEMAS,
    CheckCommand,
    ExceptionsCommand,
    ExplainCommand,
    RunCommand,
    SchemaCommand,
    StateCommand,
    VersionAsked,
    parse,
)
from aggregator.cli.schemas import SCHEMAS as MADE
from aggregator.model.errors import UsageError


def test_flags_become_settings_only_when_given() -> None:
    """What the caller does not say is left for the policy and the surroundings."""
    assert parse(["run"]) == RunCommand({})
    command = parse(["run", "a", "b", "--state", "s", "--fail-on", "breached", "--fail-on", "new:high", "--dry-run"])
    said = {"reports": ["a", "b"], "state": "s", "fail_on": ["breached", "new:high"], "dry_run": True}
    assert command == RunCommand(said)


def test_colour_can_be_refused() -> None:
    """``--no-color`` is about the terminal, not about the run."""
    assert parse(["run", "--no-color"]) == RunCommand({}, color=False)


def test_other_commands() -> None:
    """Each other command has its one argument."""
    assert parse(["explain", "F-1"]) == ExplainCommand("F-1", "onefold-out")
    assert parse(["explain", "F-1", "--out", "d"]) == ExplainCommand("F-1", "d")
    assert parse(["check", "f"]) == CheckCommand("f")
    assert parse(["schema", "state"]) == SchemaCommand("state")


def test_state_has_actions_of_its_own() -> None:
    """Each action of ``state`` has its paths and what else it needs."""
    assert parse(["state", "show", "p"]) == StateCommand("show", ("p",))
    assert parse(["state", "show", "p", "F-1"]) == StateCommand("show", ("p",), id="F-1")
    assert parse(["state", "verify", "p", "q"]) == StateCommand("verify", ("p", "q"))
    assert parse(["state", "merge", "p", "q", "--out", "o"]) == StateCommand("merge", ("p", "q"), out="o")
    assert parse(["state", "migrate", "p"]) == StateCommand("migrate", ("p",))


def test_exceptions_have_actions_of_their_own() -> None:
    """Each action of ``exceptions`` keeps what was said, by the setting's name."""
    assert parse(["exceptions", "lint"]) == ExceptionsCommand("lint", {})
    assert parse(["exceptions", "list", "f", "--out", "d"]) == ExceptionsCommand(
        "list", {"exceptions": "f", "out": "d"}
    )
    assert parse(["exceptions", "suggest", "F-1"]) == ExceptionsCommand("suggest", {}, "F-1")


@pytest.mark.parametrize(
    "argv",
    [
        ["state"],
        ["exceptions"],
        ["exceptions", "suggest"],
        ["state", "merge", "p"],
        ["state", "show"],
        [],
        ["walk"],
        ["run", "--colour"],
        ["run", "--quiet", "--verbose"],
        ["run", "--stat", "s"],
        ["schema", "x"],
    ],
)
def test_mistakes_are_ours_to_tell(argv: list[str]) -> None:
    """A wrong argument, an abbreviation too, is a usage error with the way to help."""
    with pytest.raises(UsageError) as caught:
        parse(argv)
    assert "--help" in caught.value.next_step


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["walk-canary"], "argument COMMAND: invalid choice (choose from"),
        (["run", "--on-incomplete", "it's a canary"], "argument --on-incomplete: invalid choice (choose from"),
        (["run", "--dry-run=canary"], "argument --dry-run: ignored explicit argument."),
        (["run", "--token=canary", "--other", "canary"], "unrecognized arguments: --token --other."),
        (["check", "a", "canary"], "unrecognized arguments."),
    ],
)
def test_mistakes_quote_no_value(argv: list[str], told: str) -> None:
    """What was typed may be a secret; the name of the option is enough."""
    with pytest.raises(UsageError) as caught:
        parse(argv)
    assert caught.value.reason.startswith(told)
    assert "canary" not in caught.value.reason


@pytest.mark.parametrize(
    ("argv", "asked"),
    [
        (["run", "--bogus"], "onefold run"),
        (["run", "--bogus=canary"], "onefold run"),
        (["state", "show", "a", "--bogus"], "onefold state show"),
        (["--bogus", "run"], "onefold"),
    ],
)
def test_the_command_s_own_help_is_named(argv: list[str], asked: str) -> None:
    """An option that a command does not know is looked up in the help of that command."""
    with pytest.raises(UsageError) as caught:
        parse(argv)
    assert caught.value.reason == "unrecognized arguments: --bogus."
    assert caught.value.next_step == f"See `{asked} --help`."


def test_version_is_asked() -> None:
    """``--version`` asks for the version."""
    with pytest.raises(VersionAsked):
        parse(["--version"])


def test_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    """The help of the program and of ``run`` tell every exit code."""
    for argv in (["--help"], ["run", "--help"]):
        with pytest.raises(SystemExit) as caught:
            parse(argv)
        assert caught.value.code == 0
        assert "when several hold: 70, 2, 1, 3, 4" in capsys.readouterr().out


def test_every_schema_can_be_asked_for() -> None:
    """The names on the command line are the names of the schemas there are."""
    assert set(SCHEMAS) == set(MADE)
