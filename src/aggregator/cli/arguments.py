"""The command line's grammar."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from msgspec import Struct

from aggregator.cli.record_arguments import DashboardCommand, ExportCommand, add_dashboard, add_export, export_of
from aggregator.model.errors import UsageError

EXIT_CODES = """exit codes:
  0   all is well
  1   the gate failed
  2   usage or configuration: an argument, the policy, a state that must not be overwritten
  3   input incomplete: a report that was named or expected is missing or unusable
  4   delivery incomplete: something could not be written, or a service could not be asked
  70  a mistake of ours
when several hold: 70, 2, 1, 3, 4
"""

SCHEMAS = ("findings", "export", "state", "config", "exceptions", "sarif")


class RunCommand(Struct, frozen=True):
    """``onefold run``: the flags that were given, by the setting's name."""

    said: dict[str, object]
    color: bool = True


class ExplainCommand(Struct, frozen=True):
    """``onefold explain ID``."""

    id: str
    out: str


class CheckCommand(Struct, frozen=True):
    """``onefold check FILE``; or ``--connections``, then without a file and with the flags by the setting's name."""

    file: str
    said: dict[str, object] = {}


class SchemaCommand(Struct, frozen=True):
    """``onefold schema NAME``."""

    name: str


class StateCommand(Struct, frozen=True):
    """``onefold state ACTION PATH...``.

    Attributes:
        action: ``show``, ``verify``, ``merge`` or ``migrate``.
        id: the finding to show; empty for all.
        out: where the new state goes; empty for the place of the old one.
    """

    action: str
    paths: tuple[str, ...]
    id: str = ""
    out: str = ""


class ExceptionsCommand(Struct, frozen=True):
    """``onefold exceptions ACTION``.

    Attributes:
        action: ``lint``, ``list`` or ``suggest``.
        said: the flags that were given, by the setting's name.
        id: the finding to suggest an exception for.
    """

    action: str
    said: dict[str, object]
    id: str = ""


Question = (
    ExplainCommand | CheckCommand | SchemaCommand | StateCommand | ExceptionsCommand | DashboardCommand | ExportCommand
)
Command = RunCommand | Question


class VersionAsked(Exception):
    """``onefold --version``."""


def parse(argv: Sequence[str]) -> Command:
    """Understand the arguments. Raises ``UsageError``, and ``SystemExit`` after ``--help``."""
    said = vars(_parser(next(iter(argv), "")).parse_args(argv))
    match said.pop("command"):
        case "run":
            color = not said.pop("no_color")
            return RunCommand({name: value for name, value in said.items() if value not in (None, False, [])}, color)
        case "explain":
            return ExplainCommand(said["id"], said["out"])
        case "check":
            return _checked(said)
        case "state":
            return StateCommand(said["action"], tuple(said["paths"]), said.get("id", ""), said.get("out", ""))
        case "dashboard":
            return DashboardCommand(tuple(said["sources"]), said["out"], said["source_url"])
        case "export":
            return export_of(said)
        case "exceptions":
            action, id_ = said.pop("action"), said.pop("id", "")
            return ExceptionsCommand(action, {name: value for name, value in said.items() if value is not None}, id_)
        case _:
            return SchemaCommand(said["name"])


def _checked(said: dict[str, object]) -> CheckCommand:
    file = said.pop("file")
    if said.pop("connections") is bool(file):
        raise UsageError("There is one thing to check.", "Give a file, or --connections.")
    return CheckCommand(str(file or ""), {} if file else {name: said[name] for name in said if said[name] is not None})


class _Parser(argparse.ArgumentParser):
    """Refuses with our error; argparse would repeat the whole usage and the value, which may be a secret."""

    def parse_known_args(  # type: ignore[override]  # the typeshed's overloads are for namespaces of other makes
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """What is left over is refused by the command it was said to, which knows its own help."""
        known, over = super().parse_known_args(args, namespace)
        if over:
            self.error(f"unrecognized arguments: {' '.join(over)}")
        return known, over

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{_without_values(message)}.", f"See `{self.prog} --help`.")


def _without_values(message: str) -> str:
    """What argparse says, with the names of options and choices and without what was typed."""
    told = re.sub(r"(choice|explicit argument):? (?:'.*'|\".*\")(?= \(choose|$)", r"\1", message, flags=re.DOTALL)
    said, mark, typed = told.partition("unrecognized arguments: ")
    options = (word.partition("=")[0] for word in typed.split() if word.startswith("-"))
    return f"{said}{mark}{' '.join(options)}".removesuffix(": ") if mark else told


class _Version(argparse.Action):
    """Asks for the version without paying for it on every start."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version and stop")

    def __call__(self, *_: object) -> NoReturn:
        raise VersionAsked


def _parser(asked: str) -> argparse.ArgumentParser:
    """The grammar of the command that is asked; of all when it is none of them."""
    parser = _Parser(
        prog="onefold",
        description="Many security reports, one finding each.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, dest="version")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)
    # Building the grammar of every command takes longer than understanding one of them.
    for name in [asked] if asked in _COMMANDS else _COMMANDS:
        said, fill = _COMMANDS[name]
        fill(commands.add_parser(name, help=said, allow_abbrev=False))
    return parser


def _add_explain(explain: argparse.ArgumentParser) -> None:
    explain.add_argument("id", metavar="ID", help="the finding's id or an id it absorbed")
    explain.add_argument("--out", metavar="DIR", default="onefold-out", help="where findings.json is (%(default)s)")


def _add_check(check: argparse.ArgumentParser) -> None:
    check.add_argument("file", metavar="FILE", nargs="?", help="SARIF or one of Onefold's own")
    check.add_argument("--connections", action="store_true", help="ask every configured service whether it can be used")
    check.add_argument("--config", metavar="FILE", help="the policy (.github/onefold.yml when there is one)")


def _add_schema(schema: argparse.ArgumentParser) -> None:
    schema.add_argument("name", metavar="NAME", choices=SCHEMAS, help=", ".join(SCHEMAS))


def _add_state(state: argparse.ArgumentParser) -> None:
    path = "a state: its file, the folder it lies in, or the zip file of its artifact"
    actions = state.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    show = actions.add_parser("show", help="what is remembered, or all about one finding")
    show.add_argument("paths", metavar="PATH", nargs=1, help=path)
    show.add_argument("id", metavar="ID", nargs="?", default="", help="a finding's id or an id it absorbed")
    verify = actions.add_parser("verify", help="whether states are sound; exit code 1 when one is not")
    verify.add_argument("paths", metavar="PATH", nargs="+", help=path)
    merge = actions.add_parser("merge", help="make one state of several that have lost nothing")
    merge.add_argument("paths", metavar="PATH", nargs="+", help=path)
    merge.add_argument("--out", metavar="FILE", required=True, help="where the merged state goes")
    migrate = actions.add_parser("migrate", help="rewrite a state of an older schema as one of the present")
    migrate.add_argument("paths", metavar="PATH", nargs=1, help=path)
    migrate.add_argument("--out", metavar="FILE", default="", help="where it goes (its own file)")


def _add_exceptions(exceptions: argparse.ArgumentParser) -> None:
    actions = exceptions.add_subparsers(dest="action", required=True, metavar="ACTION", parser_class=_Parser)
    helps = {
        "lint": "every mistake, and what is over, unused or too wide; exit code 1 when there are mistakes",
        "list": "what is accepted, by whom, until when, and how many findings it matches",
        "suggest": "print the entry to paste for a finding of the last run",
    }
    for name, said in helps.items():
        action = actions.add_parser(name, help=said, allow_abbrev=False)
        if name == "suggest":
            action.add_argument("id", metavar="ID", help="the finding's id or an id it absorbed")
            action.add_argument("--exceptions", metavar="FILE", help="the file (.github/onefold-exceptions.yml)")
        else:
            action.add_argument("exceptions", metavar="FILE", nargs="?", help=".github/onefold-exceptions.yml")
        action.add_argument("--out", metavar="DIR", help="where findings.json is (onefold-out)")
        action.add_argument("--config", metavar="FILE", help="the policy (.github/onefold.yml when there is one)")
        action.add_argument("--source-root", metavar="DIR", help="the checkout, with CODEOWNERS and both files (.)")
        action.add_argument("--now", metavar="ISO-8601", help="the moment that ends are counted from (now)")


def _add_run(run: argparse.ArgumentParser) -> None:
    run.description = "Without a report the run is a tick: clocks, expiries and retention only."
    run.epilog = EXIT_CODES
    run.formatter_class = argparse.RawDescriptionHelpFormatter
    add = run.add_argument
    add("reports", metavar="REPORT", nargs="*", help="file, folder, glob or -; tool=REPORT says where it came from")
    add("--artifacts", metavar="NAME", action="append", help="in a job: reports in artifacts of the run; repeatable")
    add("--state", metavar="PATH", help="folder that remembers findings from run to run; without it none are")
    add("--state-key", metavar="NAME", help="tells states of one line apart, where several jobs keep one each")
    add("--out", metavar="DIR", help="where the documents go (onefold-out)")
    add("--dashboard-artifact", metavar="NAME", help="in a job: the artifact of the run that keeps the dashboard")
    add("--config", metavar="FILE", help="the policy (.github/onefold.yml when there is one)")
    add("--exceptions", metavar="FILE", help="accepted findings (.github/onefold-exceptions.yml)")
    add("--source-root", metavar="DIR", help="the checkout the reports are about; helps to recognise moved code")
    add("--product", metavar="NAME", help="repository or account; findings of different products never meet")
    add("--engagement", metavar="NAME", help="what the reports were made for: the pipeline, or one of the policy's")
    add("--environment", metavar="NAME", help="production, staging...; as above")
    add("--branch", metavar="NAME", help="the branch line; as above")
    add("--commit", metavar="SHA", help="the commit that was scanned")
    add("--now", metavar="ISO-8601", help="the moment of the run, for repeatable output")
    add("--fail-on", metavar="RULE", action="append", help="new:high, any:critical, breached...; may be repeated")
    add("--on-incomplete", choices=("fail", "warn"), help="what a missing or unusable report means (fail)")
    add("--dry-run", action="store_true", help="print the plan, write nothing")
    volume = run.add_mutually_exclusive_group()
    volume.add_argument("--quiet", action="store_true", help="print errors only")
    volume.add_argument("--verbose", action="store_true", help="print every finding, every note, and our tracebacks")
    add("--no-color", action="store_true", help="no colour, even on a terminal; NO_COLOR does the same")


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "run": ("read reports, fold them, follow their findings", _add_run),
    "explain": ("why a finding is one, and how it was recognised", _add_explain),
    "check": ("hold a file against its schema, or try the services", _add_check),
    "state": ("look into what is remembered: show, verify, merge, migrate", _add_state),
    "exceptions": ("what people accepted: lint, list, suggest", _add_exceptions),
    "dashboard": ("one page from states and findings", add_dashboard),
    "export": ("a table, JSON, a report or evidence", add_export),
    "schema": ("print a JSON Schema", _add_schema),
}
