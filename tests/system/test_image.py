"""What the image is, and what it does not carry."""

import pytest

from tests.system.engine import Buildah, image_config

# About 50 when this was written; half of it is the cryptography under PyGithub, and pydantic.
MOST_MEGABYTES = 70


@pytest.fixture(scope="module")
def container(buildah: Buildah, image: str) -> str:
    """Give a container to look into."""
    return buildah("from", "--pull-never", image)


def shell(buildah: Buildah, container: str, command: str) -> str:
    return buildah("run", "--isolation", "chroot", container, "--", "sh", "-c", command)


def test_image_runs_as_root_from_an_absolute_path(buildah: Buildah, image: str) -> None:
    """The image names no user and no working folder, and starts a program by its absolute path, without a shell."""
    config = image_config(buildah)
    assert config.get("User", "") == ""
    assert config.get("WorkingDir", "") in {"", "/"}
    assert config["Entrypoint"][0] == "/opt/onefold/bin/python"
    assert not config.get("Cmd")


def test_image_carries_no_workshop(buildah: Buildah, container: str) -> None:
    """No compiler, no second installer, no build backend, no cache and no leftovers of the build are in the image."""
    leftovers = shell(
        buildah,
        container,
        "command -v gcc cc make; ls -d /build ~root/.cache /var/cache/pip /opt/onefold/bin/pip* 2> /dev/null;"
        "cd /opt/onefold/lib/python3*/site-packages;"
        "ls -d pip* setuptools* pbr* hatchling* pytest* 2> /dev/null; true",
    )
    assert leftovers == ""


def test_image_is_small(buildah: Buildah, container: str) -> None:
    """What the image adds to its base stays small: every job that uses the action builds or pulls it."""
    assert int(shell(buildah, container, "du --summarize --block-size=1M /opt/onefold | cut -f1")) <= MOST_MEGABYTES


def test_bytecode_is_ready(buildah: Buildah, container: str) -> None:
    """Every module of ours starts from bytecode: nothing is compiled when the action starts."""
    counts = shell(
        buildah,
        container,
        "cd /opt/onefold/lib/python3*/site-packages/aggregator;"
        "find . -name '*.py' | wc -l; find . -name '*.pyc' | wc -l",
    ).split()
    assert int(counts[0]) > 0
    assert counts[0] == counts[1]


def test_version_is_the_packages_own(buildah: Buildah, container: str) -> None:
    """The program in the image says the version of the package it was built from."""
    printed = shell(buildah, container, "/opt/onefold/bin/onefold --version")
    installed = shell(
        buildah,
        container,
        "/opt/onefold/bin/python -c \"from importlib.metadata import version; print(version('onefold'))\"",
    )
    assert printed.split()[-1] == installed
