"""The labelled sets: our own beside this file, and the development sets where their folder is there."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

OWN = Path(__file__).parent / "sets"
DEVELOPMENT = Path(__file__).parents[3] / "shared" / "samples"
_UNPACKED = Path(__file__).parents[2] / "build" / "accuracy" / "samples"


class LabelledSet(NamedTuple):
    """Reports with a truth.

    Attributes:
        precision, recall: what the set must show.
    """

    name: str
    folder: Path
    reports: tuple[str, ...]
    precision: float
    recall: float

    @property
    def truth(self) -> Path:
        """The labels."""
        return self.folder / "truth.json"


# One export of each tool: a second one of the same scan would be folded into the first and prove nothing.
_DEVELOPMENT_SETS = (
    (
        "code-python",
        ("semgrep.json", "bandit-1.8.6-published.sarif", "ruff.sarif", "bearer-published.json"),
        0.98,
        0.93,
    ),
    (
        "secrets",
        ("gitleaks.json", "trivy.json", "detect-secrets.json", "semgrep-secrets.json", "checkov-secrets.json"),
        0.97,
        0.98,
    ),
    (
        "dependencies",
        (
            "trivy.json",
            "pip-audit.requirements.json",
            "pip-audit.services_worker_requirements.json",
            "grype.crafted.json",
            "osv-scanner.crafted.json",
        ),
        0.99,
        0.99,
    ),
    ("iac-terraform", ("trivy-fs.json", "checkov.json", "semgrep.json"), 0.97, 0.90),
)
_OWN_PRECISION, _OWN_RECALL = 0.97, 0.90


def own_sets() -> Iterator[LabelledSet]:
    """Sets that stand in the project: every folder with a ``truth.json``; all other files in it are reports."""
    for truth in sorted(OWN.glob("*/truth.json")):
        reports = tuple(
            sorted(
                path.name
                for path in truth.parent.iterdir()
                if path.suffix in (".json", ".sarif", ".xml") and path != truth
            )
        )
        yield LabelledSet(truth.parent.name, truth.parent, reports, _OWN_PRECISION, _OWN_RECALL)


def development_sets() -> Iterator[LabelledSet]:
    """The sets the rules were developed on; none where the folder is absent."""
    for name, reports, precision, recall in _DEVELOPMENT_SETS:
        archive = DEVELOPMENT / f"{name}.tar.xz"
        if archive.is_file():
            yield LabelledSet(name, _unpack(archive, name), reports, precision, recall)


def missing_sets() -> list[str]:
    """Development sets that are not on this machine, by name."""
    return [name for name, *_ in _DEVELOPMENT_SETS if not (DEVELOPMENT / f"{name}.tar.xz").is_file()]


def _unpack(archive: Path, name: str) -> Path:
    folder = _UNPACKED / name
    if not folder.is_dir():
        _UNPACKED.mkdir(parents=True, exist_ok=True)
        with tarfile.open(archive) as packed:
            packed.extractall(_UNPACKED, filter="data")
    return folder
