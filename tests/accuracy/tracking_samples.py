"""A few steps of the generator with the scanners' own reports, kept in tests/samples/tracking for the quick test.

python -m tests.accuracy.tracking_samples
"""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterator
from random import Random

from tests.accuracy import edits
from tests.accuracy.author import author
from tests.accuracy.edits import Edit, Tree, line_map, planted, written
from tests.accuracy.scanners import HERE, SCANNERS, Files, install
from tests.accuracy.tracking_history import digest
from tests.accuracy.tracking_truth import Step

HOME = HERE.parent / "samples" / "tracking"
_TREE, _MODULES = 11, 4
_EDITS: tuple[tuple[Edit, int], ...] = (
    *((edit, 1) for edit in (edits.insert_lines, edits.delete_blocks, edits.move_between_files, edits.rename_files)),
    *((edit, 2) for edit in (edits.indent_deeper, edits.everything)),
)


def kept_steps() -> Iterator[Step]:
    """Each edit of the small tree, for each tool, without a scanner: the reports stand in the samples."""
    base = _base()
    for edit, seed in _EDITS:
        after = _edited(base, edit, seed)
        before, later, lines = written(base), written(after), line_map(base, after)
        for tool, scanner in SCANNERS.items():
            reports = _kept(tool, before), _kept(tool, later)
            yield Step(
                f"samples: {edit.__name__}", f"seed {seed}", tool, scanner.report, *reports, before, later, lines
            )


def main() -> None:
    """Scan the trees anew and keep what the scanners say."""
    install()
    shutil.rmtree(HOME, ignore_errors=True)
    base = _base()
    for tree in (base, *(_edited(base, edit, seed) for edit, seed in _EDITS)):
        files = written(tree)
        folder = HOME / digest(files)
        folder.mkdir(parents=True)
        for tool, scanner in SCANNERS.items():
            (folder / f"{tool}.gz").write_bytes(gzip.compress(scanner.scan(files), mtime=0))


def _kept(tool: str, files: Files) -> bytes:
    """What the tool said about exactly this tree."""
    return gzip.decompress((HOME / digest(files) / f"{tool}.gz").read_bytes())


def _base() -> Tree:
    return planted(author(_TREE, modules=_MODULES))


def _edited(base: Tree, edit: Edit, seed: int) -> Tree:
    tree = {path: list(rows) for path, rows in base.items()}
    edit(tree, Random(seed))  # noqa: S311 - the same edit every time is the point
    return tree


if __name__ == "__main__":
    main()
