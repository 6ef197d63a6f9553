"""A job on the runner, played by the rules of actions/runner: an emptied environment, file commands, a parsed log."""

import atexit
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

import yaml

from tests.packed import inside

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "reports"
SHA = "0123456789abcdef0123456789abcdef01234567"


@dataclass(frozen=True)
class Command:
    """One line of the log that the runner acts upon."""

    name: str
    properties: str
    data: str


@dataclass(frozen=True)
class Ended:
    """What one run of the action left behind."""

    exit_code: int
    log: str
    outputs: Mapping[str, str]
    summary: str

    @property
    def commands(self) -> list[Command]:
        """What the runner would have done because of the log."""
        return read_commands(self.log)


@dataclass(frozen=True)
class Job:
    """One job; its workspace lasts from run to run, its file commands do not."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        """The checkout."""
        return self.folder / "workspace"

    def set_up(self) -> None:
        """Lay the folders."""
        self.workspace.mkdir(parents=True)
        (self.folder / "event.json").write_text('{"ref": "refs/heads/main"}')

    def start(self, inputs: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start the action as the container would be started, with every declared input set."""
        for name in ("output", "summary"):
            (self.folder / name).write_bytes(b"")
        return subprocess.Popen(
            [sys.executable, "-IBu", ROOT / "entrypoint.py"],
            cwd=self.workspace,
            env={**self._runner_environment(), **inputs_as_variables(inputs), **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def finish(self, process: subprocess.Popen[bytes]) -> Ended:
        """Wait for the end and read what the runner would read."""
        log, _ = process.communicate(timeout=120)
        return Ended(
            exit_code=process.returncode,
            log=log.decode(),
            outputs=read_outputs((self.folder / "output").read_text()),
            summary=(self.folder / "summary").read_text(),
        )

    def run(self, **inputs: str) -> Ended:
        """Run the action with these inputs; an underscore stands for a hyphen."""
        return self.finish(self.start({name.replace("_", "-"): value for name, value in inputs.items()}))

    def _runner_environment(self) -> dict[str, str]:
        return {
            "ACTIONS_RUNTIME_TOKEN": "runtime-t0ken",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_EVENT_PATH": str(self.folder / "event.json"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REF_NAME": "main",
            "GITHUB_REPOSITORY": "octocat/shop",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_RUN_ID": "77",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": SHA,
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_WORKSPACE": str(self.workspace),
            "HOME": str(self.folder),
        }


def inputs_as_variables(given: Mapping[str, str]) -> dict[str, str]:
    """Every declared input as the runner hands it over: upper case, hyphens kept, defaults filled in."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    assert given.keys() <= declared.keys()
    values = (
        {name: str(about.get("default", "")) for name, about in declared.items()} | {"token": "job-t0ken"} | dict(given)
    )
    return {f"INPUT_{name.upper()}": value for name, value in values.items()}


def read_outputs(text: str) -> dict[str, str]:
    """GITHUB_OUTPUT by the runner's rules; a delimiter that is missing fails the step."""
    outputs: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, mark, rest = re.fullmatch(r"([^=<]*?)(<<|=)(.*)", line).groups()  # type: ignore[union-attr]
        value: list[str] = []
        while mark == "<<" and (inner := next(lines)) != rest:
            value.append(inner)
        outputs[name] = "\n".join(value) if mark == "<<" else rest
    return outputs


def read_commands(log: str) -> list[Command]:
    """The log by the runner's rules: ``::x::`` at the start of a line, ``##[x]`` anywhere in one."""
    commands = []
    for line in re.split(r"\r\n|\r|\n", log):
        if found := re.match(r"\s*::([\w-]+)( [^:]*)?::(.*)", line):
            commands.append(Command(found[1], (found[2] or "").strip(), found[3]))
        elif found := re.search(r"##\[([\w-]+)([^\]]*)\](.*)", line):
            commands.append(Command(found[1], found[2].strip(), found[3]))
    return commands


def onefold(*arguments: str, cwd: Path, seed: str = "0", stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command line in an emptied environment, in a process of its own."""
    if seed == "0" and not stdin:
        return _forked(arguments, cwd)
    return subprocess.run(
        [sys.executable, "-m", "aggregator", *arguments],
        cwd=cwd,
        env={"PYTHONHASHSEED": seed, "PATH": os.defpath},
        input=stdin,
        capture_output=True,
        check=False,
    )


def _forked(arguments: tuple[str, ...], cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """The same without waiting for Python to import the program once more."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    with NamedTemporaryFile() as out, NamedTemporaryFile() as err:
        asked = {"arguments": arguments, "cwd": str(cwd.absolute()), "out": out.name, "err": err.name}
        server.stdin.write(f"{json.dumps(asked)}\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, Path(out.name).read_bytes(), Path(err.name).read_bytes())


@cache
def _server() -> subprocess.Popen[str]:
    """What :mod:`tests.e2e.forks` says it is; it ends with the tests, when nobody can ask it any more."""
    environment = {"PYTHONHASHSEED": "0", "PATH": os.defpath}
    command = [sys.executable, "-P", str(ROOT / "tests" / "e2e" / "forks.py")]
    server = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)
    return server


def everything_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes, and the parts of those that are packed."""
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return files | {part: content for name, data in files.items() for part, content in inside(name, data)}
