"""Projects: the files of one folder that tell of the same packages, what is wanted and what was chosen."""

from __future__ import annotations

from functools import lru_cache

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
