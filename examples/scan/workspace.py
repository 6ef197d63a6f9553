"""A copy of the app at the place where a runner would have it, so that reports carry no path of this machine."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACE = Path("/github/workspace")


@contextmanager
def checked_out(app: Path, rules: Path, run: str) -> Iterator[Path]:
    """The app with the Semgrep rules of that run in `security/semgrep`; taken away afterwards."""
    made = [folder for folder in (PLACE.parent, PLACE) if not folder.exists()]
    if PLACE not in made:
        raise SystemExit(f"{PLACE} exists already: move it away, this script makes and removes its own.")
    try:
        shutil.copytree(app, PLACE, ignore=shutil.ignore_patterns("__pycache__"))
        _copy_rules(rules, PLACE / "security" / "semgrep", run)
        yield PLACE
    finally:
        shutil.rmtree(made[0], ignore_errors=True)


def _copy_rules(source: Path, target: Path, run: str) -> None:
    """`rule.yml` goes into both runs, `rule.first.yml` into the first only."""
    target.mkdir(parents=True)
    for page in sorted(source.glob("*.yml")):
        if page.name.count(".") == 1 or page.name.endswith(f".{run}.yml"):
            shutil.copy(page, target / f"{page.name.split('.')[0]}.yml")
