"""Every step that is judged: edited trees, edited reports, consecutive releases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from random import Random

from tests.accuracy import edits, report_edits
from tests.accuracy.author import author
from tests.accuracy.edits import Tree, line_map, planted, written
from tests.accuracy.releases import PACKAGES, Package
from tests.accuracy.scanners import SCANNERS
from tests.accuracy.tracking_samples import kept_steps
from tests.accuracy.tracking_truth import Step

Wanted = Callable[[str, str], bool]
"""Whether a source and a tool are to be judged."""

_REAL_TREES = ("luigi", "node-forge")


def steps(wanted: Wanted, *, quick: bool = False) -> Iterator[Step]:
    """All of them; of the generator one seed and of the releases one package a language when it has to be quick."""
    yield from (step for step in kept_steps() if wanted(step.source, step.tool))
    for seed in range(1, 2 if quick else 4):
        yield from _edited("authored", planted(author(seed)), seed, wanted)
        yield from _reported(seed, wanted)
    chosen = [package for package in PACKAGES if not quick or package.name in _REAL_TREES]
    for package in chosen:
        if tools := [tool for tool in package.tools if wanted(package.name, tool)]:
            package.fetch()
            yield from _releases(package, tools)
    if not quick:
        for package in (package for package in PACKAGES if package.name in _REAL_TREES):
            package.fetch()
            yield from _edited(f"edited {package.name}", planted(package.trees[0]), 1, _only(package.tools, wanted))


def _only(tools: Iterable[str], wanted: Wanted) -> Wanted:
    return lambda source, tool: tool in tools and wanted(source, tool)


def _edited(source: str, base: Tree, seed: int, wanted: Wanted) -> Iterator[Step]:
    """Each edit of a tree; every tool looks at both."""
    before = written(base)
    for edit in edits.EDITS:
        name = f"{source}: {edit.__name__}"
        scanners = [scanner for scanner in SCANNERS.values() if wanted(name, scanner.name)]
        if not scanners:
            continue
        tree = {path: list(rows) for path, rows in base.items()}
        edit(tree, Random(seed))  # noqa: S311 - the same edit every time is the point
        after, lines = written(tree), line_map(base, tree)
        for scanner in scanners:
            reports = scanner.scan(before), scanner.scan(after)
            yield Step(name, f"seed {seed}", scanner.name, scanner.report, *reports, before, after, lines)


def _reported(seed: int, wanted: Wanted) -> Iterator[Step]:
    """Each edit of the report on a tree into which lines were inserted."""
    base = planted(author(seed))
    tree = {path: list(rows) for path, rows in base.items()}
    edits.insert_lines(tree, Random(seed))  # noqa: S311 - as above
    before, after, lines = written(base), written(tree), line_map(base, tree)
    for scanner in SCANNERS.values():
        for edit in report_edits.EDITS:
            source = f"reports: {edit.__name__}"
            if not wanted(source, scanner.name):
                continue
            old, new = scanner.scan(before), scanner.scan(after)
            changed = report_edits.edited(new, edit, seed)
            step = Step(source, f"seed {seed}", scanner.name, scanner.report, old, changed, before, after, lines)
            yield step if edit is not report_edits.renamed_rules else _with_rules(step, new)


def _with_rules(step: Step, unchanged: bytes) -> Step:
    """The step, with the new name of every rule: rows stand where they stood."""
    plain = replace(step, new=unchanged).after
    names = {row.pointer: row.rule_id for scan in plain.scans for row in scan.results}
    renamed = {names[row.pointer]: row.rule_id for scan in step.after.scans for row in scan.results}
    return replace(step, rules=renamed)


def _releases(package: Package, tools: Iterable[str]) -> Iterator[Step]:
    """Each release of a package against the next one."""
    for number in range(len(package.releases) - 1):
        old, new = package.trees[number : number + 2]
        lines = package.line_map(number)
        name = f"{package.releases[number]} to {package.releases[number + 1]}"
        for tool in tools:
            scanner = SCANNERS[tool]
            reports = scanner.scan(old), scanner.scan(new)
            checkout = partial(package.checkout, number)
            yield Step(package.name, name, tool, scanner.report, *reports, old, new, lines, checkout=checkout)
