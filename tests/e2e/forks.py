"""A program that runs the command line again and again, each time in a process of its own.

A process that is forked from one that has imported the program begins where the other one stands: it saves the half
second of imports that most of a small run is. Started by :func:`tests.e2e.job.onefold`, once for all tests.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from typing import TextIO

import aggregator.run.run  # noqa: F401 - brings the whole program along


def serve(asked: TextIO, told: TextIO) -> None:
    """Run each line that is asked for, and tell how it ended."""
    for line in asked:
        process = os.fork()
        if not process:
            become(**json.loads(line))
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), file=told, flush=True)


def become(arguments: list[str], cwd: str, out: str, err: str) -> None:
    """Be what ``python -m aggregator`` is there, with nothing to read and with files for what it says."""
    os.chdir(cwd)
    for number, place, flags in ((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
        opened = os.open(place, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.path.insert(0, cwd)
    sys.argv[1:] = arguments
    runpy.run_module("aggregator", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    with os.fdopen(os.dup(0)) as asked, os.fdopen(os.dup(1), "w") as told:
        serve(asked, told)
