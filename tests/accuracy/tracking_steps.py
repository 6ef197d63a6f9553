"""Every step that is judged: edited trees, edited reports, consecutive releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from random import Random

from tests.accuracy import edits, report_edits
from tests.accuracy.author import author
from tests.accuracy.edits import Tree, line_map, planted, written
from tests.accuracy.releases import PACKAGES, Package
from tests.accuracy.scanners import SCANNERS
from tests.accuracy.tracking_samples import kept_steps
from tests.accuracy.tracking_truth import Step, read

_REAL_TREES = ("luigi", "node-forge")


def steps(*, quick: bool = False) -> Iterator[Step]:
    """All of them; of the generator one seed and of the releases one package a language when it has to be quick."""
    yield from kept_steps()
    for seed in range(1, 2 if quick else 4):
        yield from _edited("authored", planted(author(seed)), seed, SCANNERS)
        yield from _reported(seed)
    chosen = [package for package in PACKAGES if not quick or package.name in _REAL_TREES]
    for package in chosen:
        package.fetch()
        yield from _releases(package)
    if not quick:
        for package in (package for package in PACKAGES if package.name in _REAL_TREES):
            yield from _edited(f"edited {package.name}", planted(package.trees[0]), 1, package.tools)


def _edited(source: str, base: Tree, seed: int, tools: Iterable[str]) -> Iterator[Step]:
    """Each edit of a tree; every tool looks at both."""
    before = written(base)
    for edit in edits.EDITS:
        tree = {path: list(rows) for path, rows in base.items()}
        edit(tree, Random(seed))  # noqa: S311 - the same edit every time is the point
        after, lines = written(tree), line_map(base, tree)
        for tool in tools:
            scanner = SCANNERS[tool]
            reports = scanner.scan(before), scanner.scan(after)
            name = f"seed {seed}"
            yield Step(f"{source}: {edit.__name__}", name, tool, scanner.report, *reports, before, after, lines)


def _reported(seed: int) -> Iterator[Step]:
    """Each edit of the report on a tree into which lines were inserted."""
    base = planted(author(seed))
    tree = {path: list(rows) for path, rows in base.items()}
    edits.insert_lines(tree, Random(seed))  # noqa: S311 - as above
    before, after, lines = written(base), written(tree), line_map(base, tree)
    for scanner in SCANNERS.values():
        old, new = scanner.scan(before), scanner.scan(after)
        for edit in report_edits.EDITS:
            changed = report_edits.edited(new, edit, seed)
            source = f"reports: {edit.__name__}"
            step = Step(source, f"seed {seed}", scanner.name, scanner.report, old, changed, before, after, lines)
            yield step if edit is not report_edits.renamed_rules else _with_rules(step, new)


def _with_rules(step: Step, unchanged: bytes) -> Step:
    """The step, with the new name of every rule: rows stand where they stood."""
    names = {row.pointer: row.rule_id for scan in read(step, unchanged).scans for row in scan.results}
    renamed = {names[row.pointer]: row.rule_id for scan in read(step, step.new).scans for row in scan.results}
    values = (step.source, step.name, step.tool, step.report, step.old, step.new, step.old_files, step.new_files)
    return Step(*values, step.lines, renamed)


def _releases(package: Package) -> Iterator[Step]:
    """Each release of a package against the next one."""
    for number in range(len(package.releases) - 1):
        old, new = package.trees[number : number + 2]
        lines = package.line_map(number)
        name = f"{package.releases[number]} to {package.releases[number + 1]}"
        for tool in package.tools:
            scanner = SCANNERS[tool]
            reports = scanner.scan(old), scanner.scan(new)
            checkout = partial(package.checkout, number)
            yield Step(package.name, name, tool, scanner.report, *reports, old, new, lines, checkout=checkout)
