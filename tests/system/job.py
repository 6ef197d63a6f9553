"""One job of the Actions runner, as far as a container action can see it."""

import json
import os
import re
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from tests.system.engine import IMAGE, ROOT, Buildah, entrypoint


@dataclass(frozen=True)
class Run:
    """What one run of the action left behind."""

    exit_code: int
    log: str
    outputs: Mapping[str, str]
    summary: str


@dataclass(frozen=True)
class Job:
    """One job on the runner: its workspace and the folders the runner mounts into the container."""

    buildah: Buildah
    folder: Path
    owner: int
    mounts: tuple[str, ...] = ("runner_temp", "home", "workflow", "file_commands", "workspace")
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        """The checkout, `/github/workspace` in the container."""
        return self.folder / "workspace"

    def set_up(self) -> None:
        """Lay the mounted folders and the runner's file commands, owned as the runner's user would own them."""
        for name in self.mounts:
            (self.folder / name).mkdir(parents=True)
        for name in ("output", "summary", "env", "state", "path"):
            (self.folder / "file_commands" / name).touch()
        repository = {"full_name": "octocat/hello-world", "default_branch": "main"}
        (self.folder / "workflow" / "event.json").write_text(json.dumps({"repository": repository}))
        self.hand_over()

    def hand_over(self) -> None:
        """Give everything to the runner's user, and let nobody else write, as on a real runner."""
        for path in [self.folder, *self.folder.rglob("*")]:
            os.chown(path, self.owner, self.owner)
            path.chmod(0o755 if path.is_dir() else 0o644)

    def start(self, inputs: Mapping[str, str]) -> subprocess.Popen[str]:
        """Start the action; its container is removed by `finish`."""
        self.hand_over()
        name = f"onefold-{os.getpid()}-{time.monotonic_ns()}"
        container = self.buildah("from", "--pull-never", "--name", name, IMAGE)
        arguments = ["run", "--isolation", "chroot", "--network", "host", "--cap-add", "CAP_SYS_ADMIN"]
        for name, value in {**runner_environment(), **action_inputs(inputs), **self.environment}.items():
            arguments += ["--env", f"{name}={value}"]
        for name in self.mounts:
            arguments += ["--volume", f"{self.folder / name}:/github/{name}"]
        arguments += ["--workingdir", "/github/workspace", container, "--"]
        # Docker makes the program process 1, whose signals have no default action; so does this.
        arguments += ["unshare", "--pid", "--fork", "--kill-child", *entrypoint(self.buildah)]
        return subprocess.Popen(
            self.buildah.command(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self, process: subprocess.Popen[str], timeout: float = 120) -> Run:
        """Wait for the end and read the file commands as the runner does."""
        log, _ = process.communicate(timeout=timeout)
        self.buildah("rm", container_of(process))
        commands = self.folder / "file_commands"
        return Run(
            exit_code=process.returncode,
            log=log,
            outputs=read_outputs((commands / "output").read_text()),
            summary=(commands / "summary").read_text(),
        )

    def run(self, **inputs: str) -> Run:
        """Run the action with these inputs (an underscore stands for a hyphen)."""
        return self.finish(self.start({name.replace("_", "-"): value for name, value in inputs.items()}))


def container_of(process: subprocess.Popen[str]) -> str:
    """Give the container's name: the word before the first `--`."""
    words = [str(word) for word in process.args] if isinstance(process.args, list) else []
    return words[words.index("--") - 1]


def action_inputs(given: Mapping[str, str]) -> dict[str, str]:
    """Name the inputs as the runner does: every declared one, upper case, blanks to underscores, hyphens kept."""
    declared = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    unknown = given.keys() - declared.keys()
    assert not unknown, f"action.yml declares no input {sorted(unknown)}"
    values = {name: str(about.get("default", "")) for name, about in declared.items()} | dict(given)
    # The runner fills in expressions such as the token; here they are empty.
    values = {name: "" if value.startswith("${{") else value for name, value in values.items()}
    return {f"INPUT_{name.upper().replace(' ', '_')}": value for name, value in values.items()}


def runner_environment() -> dict[str, str]:
    """Give the variables of every container action."""
    commands = "/github/file_commands"
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": "http://127.0.0.1:9",
        "GITHUB_ENV": f"{commands}/env",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_EVENT_PATH": "/github/workflow/event.json",
        "GITHUB_JOB": "scan",
        "GITHUB_OUTPUT": f"{commands}/output",
        "GITHUB_PATH": f"{commands}/path",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REF_NAME": "main",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_REPOSITORY": "octocat/hello-world",
        "GITHUB_REPOSITORY_OWNER": "octocat",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_NUMBER": "7",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_SHA": "0123456789abcdef0123456789abcdef01234567",
        "GITHUB_STATE": f"{commands}/state",
        "GITHUB_STEP_SUMMARY": f"{commands}/summary",
        "GITHUB_WORKFLOW": "Security",
        "GITHUB_WORKFLOW_REF": "octocat/hello-world/.github/workflows/security.yml@refs/heads/main",
        "GITHUB_WORKSPACE": "/github/workspace",
        "HOME": "/github/home",
        "RUNNER_ARCH": "X64",
        "RUNNER_OS": "Linux",
        "RUNNER_TEMP": "/github/runner_temp",
    }


def read_outputs(text: str) -> dict[str, str]:
    """Read GITHUB_OUTPUT by the runner's rules: whichever of `=` and `<<` comes first decides."""
    outputs: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, mark, rest = re.fullmatch(r"([^=<]*?)(<<|=)(.*)", line).groups()  # type: ignore[union-attr]
        if mark == "=":
            outputs[name] = rest
            continue
        value = []
        for inner in lines:
            if inner == rest:
                break
            value.append(inner)
        else:
            pytest.fail(f"output {name!r} has no closing delimiter")
        outputs[name] = "\n".join(value)
    return outputs
