"""``onefold state``: look into what is remembered, hold it against its rules, merge it, bring it up to date."""

from __future__ import annotations

from pathlib import Path

from aggregator.cli.arguments import StateCommand
from aggregator.cli.screen import Screen
from aggregator.cli.state_files import content_of, file_of, files_of, read, write
from aggregator.model.errors import StateError, UsageError
from aggregator.model.state import SCHEMA_VERSION
from aggregator.run.exits import Exit
from aggregator.run.words import harmless, indented
from aggregator.state import decode, encode, merge_states, version_of
from aggregator.state.verify import mistakes
from aggregator.writers.state_text import state_finding_text, state_text
from aggregator.writers.summary_cells import many

_MOST_MISTAKES = 20


def answer_about_state(command: StateCommand, screen: Screen) -> Exit:
    """Do what the command says. Raises ``UsageError`` and ``StateError``; then nothing was written."""
    paths = tuple(map(Path, command.paths))
    match command.action:
        case "show":
            return _show(paths[0], command.id, screen)
        case "verify":
            return _verify(paths, screen)
        case "merge":
            return _merge(paths, Path(command.out), screen)
        case _:
            file = file_of(paths[0])
            return _migrate(file, Path(command.out or file), screen)


def _show(path: Path, id_: str, screen: Screen) -> Exit:
    shown = 0
    for file in files_of(path):
        data = content_of(file)
        state = decode(data, str(file))
        if id_:
            lines = state_finding_text(state, id_)
        else:
            lines = state_text(state, version_of(data, str(file)), len(data), screen.width)
        for number, line in enumerate(lines):
            if not number and shown:
                screen.say("")
            shown += 1
            screen.say(indented(line))
    if not shown:
        raise UsageError("No state here knows a finding of this id.", "`onefold state show PATH` says what it knows.")
    return Exit.OK


def _verify(paths: tuple[Path, ...], screen: Screen) -> Exit:
    unsound = False
    for file in (file for path in paths for file in files_of(path)):
        try:
            data = content_of(file)
            found = mistakes(data, str(file))
        except StateError as error:
            data, found = b"", (str(error),)
        for mistake in found[:_MOST_MISTAKES]:
            screen.warn(f"  {harmless(mistake)}")
        if len(found) > _MOST_MISTAKES:
            screen.warn(f"  and {len(found) - _MOST_MISTAKES} more")
        unsound = unsound or bool(found)
        verdict = "is not sound" if found else f"is sound: {_summary(data, str(file))}"
        screen.say(f"{harmless(str(file))} {verdict}")
    return Exit.GATE if unsound else Exit.OK


def _summary(data: bytes, name: str) -> str:
    version, count = version_of(data, name), len(decode(data, name).findings)
    old = "" if version == SCHEMA_VERSION else "; `onefold state migrate` rewrites it as one of the present"
    return f"{count} findings, schema {version}{old}"


def _merge(paths: tuple[Path, ...], out: Path, screen: Screen) -> Exit:
    heads = tuple(read(file) for path in paths for file in files_of(path))
    merged = merge_states(heads) or heads[0]  # a path means one state at least
    write(out, merged, known=heads)
    screen.say(f"{harmless(str(out))}: {many(len(merged.findings), 'finding')} of {many(len(heads), 'state')}")
    return Exit.OK


def _migrate(path: Path, out: Path, screen: Screen) -> Exit:
    data = content_of(path)
    version, state = version_of(data, str(path)), decode(data, str(path))
    if out == path and data != path.read_bytes():
        raise UsageError(f"{path} is a zip file.", "Say with --out where the migrated state goes.")
    if out == path and encode(state) == data:
        screen.say(f"{harmless(str(path))} is of schema {version} already")
        return Exit.OK
    write(out, state, known=(state,))
    screen.say(f"{harmless(str(out))}: schema {version} -> {SCHEMA_VERSION}, {len(state.findings)} findings")
    return Exit.OK
