"""The two ways in, ``onefold ...`` and the action, and the one way out."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from aggregator.cli.arguments import RunCommand, VersionAsked, parse
from aggregator.cli.commands import answer
from aggregator.cli.screen import Screen
from aggregator.model.diagnostic import Level
from aggregator.model.errors import OnefoldError
from aggregator.planning.actions import Annotate
from aggregator.run.exits import Exit
from aggregator.run.words import harmless, indented
from aggregator.runner.commands import annotation, masks
from aggregator.settings import from_arguments, from_inputs, surroundings

FROM_SIGNAL = 128
"""Added to a signal's number, as shells do."""


class Interrupted(KeyboardInterrupt):
    """Somebody asked us to stop."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def main(argv: Sequence[str] | None = None) -> int:
    """The ``onefold`` command; returns the exit code."""
    argv = sys.argv[1:] if argv is None else argv
    return _guarded(lambda screen: _command(argv, screen), verbose="--verbose" in argv)


def main_of_action() -> int:
    """The GitHub action: inputs instead of arguments; returns the exit code."""
    # Where we failed is always shown: nobody can ask a job that has ended, and places hold no value of a report.
    return _guarded(_action, as_action=True, verbose=True)


def leave(code: int) -> NoReturn:
    """End the process at once: everything is written, and the interpreter's own tidying costs 5 % of a large run."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # a reader that has gone away
            stream.flush()
    os._exit(code)


def onefold() -> NoReturn:
    """The console script."""
    leave(main())


def _command(argv: Sequence[str], screen: Screen) -> int:
    try:
        command = parse(argv)
    except VersionAsked:
        from aggregator import __version__  # noqa: PLC0415 - costs 15 ms

        screen.say(f"onefold {__version__}")
        return Exit.OK
    if not isinstance(command, RunCommand):
        return answer(command, screen)
    from aggregator.run.run import run  # noqa: PLC0415 - brings the whole program along

    around = surroundings()
    screen.colour = screen.colour and command.color and not around.no_color
    screen.watched = screen.watched and "quiet" not in command.said
    return run(from_arguments(command.said), around, screen)


def _action(screen: Screen) -> int:
    around = surroundings()
    for credential in around.credentials:
        for line in masks(credential):
            screen.say(line)
    from aggregator.run.run import run  # noqa: PLC0415 - the masks come first, even before our own mistakes

    return run(from_inputs(), around, screen, as_action=True)


def _guarded(work: Callable[[Screen], int], *, verbose: bool, as_action: bool = False) -> int:
    """Do the work; whatever happens, say it in our words and end with the promised code."""
    screen = Screen()
    _listen()
    try:
        return work(screen)
    except OnefoldError as error:
        _complain(screen, str(error), as_action=as_action)
        return Exit.USAGE
    except Interrupted as interruption:
        _complain(screen, "Interrupted: no file is half written.", as_action=as_action)
        return FROM_SIGNAL + interruption.signum
    except Exception as error:  # noqa: BLE001 - the last resort, and it says so
        _complain(screen, _confession(error), as_action=as_action)
        if verbose:
            for line in _frames(error):
                screen.warn(line)
        return Exit.BUG
    finally:
        screen.status("")
        # What lives now lives until the end: spare the interpreter the last search as well.
        gc.freeze()


def _complain(screen: Screen, message: str, *, as_action: bool) -> None:
    if as_action:
        screen.say(annotation(Annotate(Level.ERROR, "Onefold", message)))
    else:
        first, *more = message.split("\n")
        screen.warn(f"onefold: {harmless(first)}")
        for line in more:
            screen.warn(indented(line))


def _listen() -> None:
    """Python as process 1 of a container has no default for SIGTERM; a job that is cancelled gets both."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def _interrupt(signum: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise Interrupted(signum)


def _confession(error: Exception) -> str:
    """What can be told about our mistake without a word of a report: the message of the error stays out."""
    return (
        f"Onefold made a mistake ({type(error).__name__} {_last_place(error)})."
        " Please report it with the places that --verbose shows; they hold no value of a report."
    )


def _last_place(error: Exception) -> str:
    frames = _frames(error)
    return frames[-1] if frames else "somewhere"


def _frames(error: Exception) -> list[str]:
    """Where it happened, outermost first: files and lines of programs, never a value."""
    import traceback  # noqa: PLC0415 - costs 5 ms, and only we need it

    return [
        f"in {os.path.basename(frame.filename)}:{frame.lineno} {frame.name}"  # noqa: PTH119
        for frame in traceback.extract_tb(error.__traceback__)
    ]
