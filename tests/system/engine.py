"""Building and looking into images without a daemon and without an image registry.

buildah builds the real Dockerfile on a stand-in for the official Python image, which `tests/system/setup` makes from
Debian's packages. What this cannot show: the official image itself, other architectures, and docker's own isolation.
"""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

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


def build_image(buildah: Buildah) -> None:
    """Build the image from the project's own Dockerfile; only the base image is stood in for."""
    make_base(buildah)
    # The build trusts what the machine trusts; this belongs to the machine, so it is not in the Dockerfile.
    pip_settings = WORK / "pip.conf"
    pip_settings.write_text(f"[global]\ncert = {TRUSTED}\ntimeout = 120\n")
    buildah(
        "build",
        *("--isolation", "chroot", "--network", "host", "--pull=never", "--format", "docker"),
        *("--build-context", f"{base_tag()}=container-image://{BASE}"),
        *("--volume", f"{TRUSTED}:{TRUSTED}:ro", "--volume", f"{pip_settings}:/etc/pip.conf:ro"),
        *("--tag", IMAGE, ROOT),
    )


def entrypoint(buildah: Buildah) -> list[str]:
    """Read the image's entry point, as docker would start it."""
    return list(image_config(buildah)["Entrypoint"])


def image_config(buildah: Buildah) -> dict[str, Any]:
    """Read the image's configuration."""
    found: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", IMAGE))["OCIv1"]["config"]
    return found
