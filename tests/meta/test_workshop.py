"""The Makefile, the locks and the continuous integration."""

import json
import os
import re

import pytest

from tests.meta.source import ROOT

LOCKS = ["build", "dev", "runtime"]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def make_targets() -> list[str]:
    return re.findall(r"^([a-z-]+):.*## ", read("Makefile"), re.MULTILINE)


def test_every_target_is_documented() -> None:
    """CONTRIBUTING.md explains every target of the Makefile."""
    explained = read("CONTRIBUTING.md")
    assert [name for name in make_targets() if f"`make {name}`" not in explained] == []


def test_every_target_is_phony() -> None:
    """Every target with a help text is declared phony, so that a file of its name cannot hide it."""
    phony = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
    assert phony
    assert sorted(phony[1].split()) == sorted(make_targets())


def test_ci_runs_everything() -> None:
    """The gate runs the linters, the tests and the system tests, and stops at the first failure."""
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = script.read_text(encoding="utf-8").splitlines()
    assert "set -euo pipefail" in lines
    assert [line for line in lines if line.startswith("make ")] == ["make check", "make test", "make test-system"]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_pins_and_hashes_everything(name: str) -> None:
    """Every locked package has one exact version and at least one hash, and no index is named."""
    text = read(f"requirements/{name}.txt")
    entries = re.split(r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#")))
    loose = [
        entry for entry in entries if entry.strip() and not re.match(r"[a-z0-9._-]+==\S+ .*--hash=", entry, re.DOTALL)
    ]
    assert loose == []
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", ["build", "runtime"])
def test_locks_agree(name: str) -> None:
    """What the image gets is what the tests ran with: the same versions in every lock."""
    pinned = re.compile(r"^([a-z0-9._-]+==[^ ;]+)", re.MULTILINE)
    assert set(pinned.findall(read(f"requirements/{name}.txt"))) <= set(pinned.findall(read("requirements/dev.txt")))


def test_node_lock_names_no_address() -> None:
    """The lock of the npm packages has their hashes, and no address to fetch them from."""
    packages = json.loads(read("tests/node/package-lock.json"))["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


def test_dockerfile_keeps_the_contract() -> None:
    """The image runs as root from an absolute entry point, on a base whose version is exact."""
    text = read("Dockerfile")
    assert re.search(r"^FROM python:3\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})? AS base$", text, re.MULTILINE)
    assert not re.search(r"^(USER|VOLUME|CMD|SHELL)\b", text, re.MULTILINE)
    entry = re.search(r"^ENTRYPOINT (\[.+\])$", text, re.MULTILINE)
    assert entry
    assert json.loads(entry[1])[0].startswith("/")
