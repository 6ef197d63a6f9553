"""The real image, built from the Dockerfile and run the way the Actions runner runs a container action.

No daemon and no image registry: buildah builds on a stand-in for the official Python image (`tests/system/setup` makes
it from Debian's packages) and runs the image in a chroot, as process 1 of its own process namespace. What this cannot
show: the official image itself, other architectures, and docker's own isolation.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORK = ROOT / "build" / "system"
BASE = "localhost/onefold-base:latest"
IMAGE = "localhost/onefold:test"
TRUSTED = "/etc/ssl/certs/ca-certificates.crt"


class Buildah:
    """The buildah program with an image store of its own."""

    def __init__(self, store: Path) -> None:
        self._options = ("--root", f"{store}/root", "--runroot", f"{store}/run", "--storage-driver", "overlay")

    def __call__(self, *arguments: str | Path, timeout: float = 900) -> str:
        """Run to the end; fail with what buildah printed."""
        done = subprocess.run(
            self.command(*arguments),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"buildah {arguments[0]} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def command(self, *arguments: str | Path) -> list[str]:
        """Give the whole command line."""
        return ["buildah", *self._options, *map(str, arguments)]


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
        (self.folder / "workflow" / "event.json").write_text('{"repository": {"full_name": "octocat/hello-world"}}')
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


def entrypoint(buildah: Buildah) -> list[str]:
    """Read the image's entry point, as docker would start it."""
    return list(image_config(buildah)["Entrypoint"])


def image_config(buildah: Buildah) -> dict[str, Any]:
    """Read the image's configuration."""
    found: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", IMAGE))["OCIv1"]["config"]
    return found


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


def base_tag() -> str:
    """Read which base image the Dockerfile asks for."""
    found = re.search(r"^FROM (\S+) AS base$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert found, "the Dockerfile names no base image"
    return found[1]


def make_base(buildah: Buildah) -> None:
    """Import the root file system and give it the shape of the official image."""
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, WORK / "trixie.tar", "/")
    shape = (
        "rm -f /usr/lib/python3*/EXTERNALLY-MANAGED;"
        "ln -s /usr/bin/python3 /usr/local/bin/python; ln -s /usr/bin/pip3 /usr/local/bin/pip"
    )
    buildah("run", "--isolation", "chroot", container, "--", "sh", "-c", shape)
    path = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
    buildah("config", "--cmd", "python3", "--env", f"PATH={path}", "--env", "LANG=C.UTF-8", container)
    buildah("commit", "--quiet", "--rm", container, BASE)


@pytest.fixture(scope="session")
def buildah() -> Iterator[Buildah]:
    """Give an image store that is thrown away afterwards."""
    store = WORK / f"store-{os.getpid()}"
    engine = Buildah(store)
    yield engine
    engine("rm", "--all")
    engine("rmi", "--all", "--force")
    subprocess.run(["rm", "-rf", store], check=True)


@pytest.fixture(scope="session")
def image(buildah: Buildah) -> str:
    """Build the image from the project's own Dockerfile, only the base image stood in for."""
    make_base(buildah)
    pip_settings = WORK / "pip.conf"
    pip_settings.write_text(f"[global]\ncert = {TRUSTED}\ntimeout = 120\n")
    buildah(
        "build",
        *("--isolation", "chroot", "--network", "host", "--pull=never", "--format", "docker"),
        *("--build-context", f"{base_tag()}=container-image://{BASE}"),
        *("--volume", f"{TRUSTED}:{TRUSTED}:ro", "--volume", f"{pip_settings}:/etc/pip.conf:ro"),
        *("--tag", IMAGE, ROOT),
    )
    return IMAGE


@pytest.fixture(params=[0, 1001], ids=["owned-by-root", "owned-by-1001"])
def job(request: pytest.FixtureRequest, buildah: Buildah, image: str, tmp_path: Path) -> Job:
    """Give a fresh job; on hosted runners uid 1001 owns its folders, on others often root."""
    made = Job(buildah, tmp_path / "job", request.param)
    made.set_up()
    return made
