"""Where packages stand: in projects, the files of one folder that tell of the same ones, and in Java's archives."""

from __future__ import annotations

import re
from functools import lru_cache

from aggregator.model.location import Component

_ARCHIVE = re.compile(r".*?\.(?:jar|war|ear|par)(?=/)", re.IGNORECASE | re.DOTALL)
_SORTS = (
    frozenset({"package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"}),
    frozenset({"pyproject.toml", "poetry.lock", "uv.lock", "pdm.lock"}),
    frozenset({"Pipfile", "Pipfile.lock"}),
    frozenset({"go.mod", "go.sum"}),
    frozenset({"Gemfile", "Gemfile.lock", "gems.rb", "gems.locked"}),
    frozenset({"composer.json", "composer.lock"}),
    frozenset({"Cargo.toml", "Cargo.lock"}),
    frozenset({"build.gradle", "build.gradle.kts", "gradle.lockfile", "buildscript-gradle.lockfile"}),
    frozenset({"pubspec.yaml", "pubspec.lock"}),
    frozenset({"mix.exs", "mix.lock"}),
    frozenset({"Podfile", "Podfile.lock"}),
)


@lru_cache(maxsize=1 << 14)
def project_of(path: str) -> tuple[str, int | str]:
    """The folder of a manifest and the sort of project it tells of; a file of no known sort stands for itself."""
    folder, _, name = path.rpartition("/")
    return folder, next((sort for sort, files in enumerate(_SORTS) if name in files), name)


@lru_cache(maxsize=1 << 14)
def archive_of(path: str) -> str:
    """The outermost archive that a path leads into, which some tools name alone; any other path as it is."""
    found = _ARCHIVE.match(path)
    return found.group() if found else path


def is_packed(path: str) -> bool:
    """Whether a path tells what it is inside an archive."""
    return archive_of(path) != path


def place_of(component: Component) -> object:
    """Where tools may mean one thing by different paths: a project, an archive, and of an image any one file."""
    path = archive_of(component.path)
    return path if component.image else project_of(path)
