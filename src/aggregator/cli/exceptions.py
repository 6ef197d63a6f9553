"""``onefold exceptions``: hold the file against its rules, the clock and the last run; list it; add to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from aggregator.cli.arguments import ExceptionsCommand
from aggregator.cli.screen import Screen
from aggregator.disposition.review import review
from aggregator.disposition.suggestion import suggest
from aggregator.model.errors import UsageError
from aggregator.model.finding import Finding
from aggregator.policy.next_entry import NextEntry, next_entry
from aggregator.run.code_owners import find_owners
from aggregator.run.exits import Exit
from aggregator.run.gather import EXCEPTIONS, read_rules, rule_files
from aggregator.run.words import harmless, indented
from aggregator.settings import Settings, from_arguments
from aggregator.writers.exceptions_text import exceptions_text, stanza
from aggregator.writers.published_findings import named, read_findings, recalled
from aggregator.writers.summary_cells import many


class Desk(Struct, frozen=True):
    """What the command works with; ``findings`` is ``None`` where no run left its own."""

    settings: Settings
    file: Path
    now: datetime
    findings: tuple[Finding, ...] | None


def answer_about_exceptions(command: ExceptionsCommand, screen: Screen) -> Exit:
    """Do what the command says. Raises ``UsageError`` when a file is not there or is not what it should be."""
    desk = _desk(command)
    match command.action:
        case "lint":
            return _lint(desk, screen)
        case "list":
            return _list(desk, screen)
        case _:
            return _suggest(desk, command.id, screen)


def _desk(command: ExceptionsCommand) -> Desk:
    settings = from_arguments(command.said)
    file = rule_files(settings)[1] or (settings.source_root or Path()) / EXCEPTIONS
    path = settings.out / "findings.json"
    findings = None
    if path.is_file():
        findings = tuple(map(recalled, read_findings(path.read_bytes()).findings))
    return Desk(settings, file, settings.now or datetime.now(UTC), findings)


def _lint(desk: Desk, screen: Screen) -> Exit:
    _must_exist(desk.file)
    try:
        rules = read_rules(desk.settings)
    except UsageError as error:
        for line in str(error).splitlines():
            screen.warn(indented(line))
        return Exit.GATE
    said = review(rules.exceptions, desk.findings, desk.now, rules.policy.exceptions).diagnostics
    for each in said:
        screen.say(harmless(f"{each.subject}: {each.level.value}: {each.reason} {each.next_step}"))
    _tell_of_findings(desk, screen)
    count = many(len(rules.exceptions), "exception")
    remarks = f", {many(len(said), 'remark')}" if said else ""
    screen.say(f"{harmless(str(desk.file))} is valid: {count}{remarks}")
    return Exit.OK


def _list(desk: Desk, screen: Screen) -> Exit:
    _must_exist(desk.file)
    rules = read_rules(desk.settings)
    entries = review(rules.exceptions, desk.findings, desk.now, rules.policy.exceptions).entries
    for line in exceptions_text(entries, desk.now, is_counted=desk.findings is not None):
        screen.say(indented(line))
    if not entries:
        screen.say(f"{harmless(str(desk.file))} holds no exception")
    _tell_of_findings(desk, screen)
    return Exit.OK


def _suggest(desk: Desk, wanted: str, screen: Screen) -> Exit:
    path = desk.settings.out / "findings.json"
    if desk.findings is None:
        raise UsageError(f"{path} is not there.", "Run onefold first, or say with --out where its documents are.")
    wanted = named(read_findings(path.read_bytes()), wanted).id
    finding = next(finding for finding in desk.findings if finding.id == wanted)
    rules = read_rules(desk.settings)
    owners = (*_owners(finding, desk.settings.source_root or Path()), *finding.owners)
    rule = suggest(finding, desk.findings, owners, desk.now, rules.policy.exceptions.longest(finding.severity))
    text = desk.file.read_text("utf-8-sig") if desk.file.is_file() else ""
    where = next_entry(text, str(desk.file))
    if text and not text.endswith("\n") and not where.obstacle:
        screen.say("")  # ends the last line
    for line in stanza(rule, finding, where, is_titled=True):
        screen.say(indented(line))
    screen.warn(f"{_advice(where, len(rules.exceptions), harmless(str(desk.file)))}, and say why it is acceptable.")
    return Exit.OK


def _advice(where: NextEntry, entries: int, file: str) -> str:
    """What to do with the entry."""
    if not where.obstacle:
        return f"Put this at the end of {file}"
    if not entries:
        return f"Put this in the place of line {where.obstacle} of {file}, where the list is empty"
    return f"The list in line {where.obstacle} of {file} stands in brackets: write it with dashes, as here, add this"


def _owners(finding: Finding, root: Path) -> Sequence[str]:
    """Those whom CODEOWNERS names for the finding's file, where it is one."""
    component = finding.component
    path = finding.location.path if finding.location is not None else ""
    if not path and component is not None and not component.image:
        path = component.path
    return find_owners(root).of(path) if path else ()


def _must_exist(file: Path) -> None:
    if not file.is_file():
        raise UsageError(f"{file} is not there.", "Name the exceptions file.")


def _tell_of_findings(desk: Desk, screen: Screen) -> None:
    if desk.findings is None:
        screen.warn(
            f"What they match is not known: {harmless(str(desk.settings.out))} holds no findings.json of a run."
        )
