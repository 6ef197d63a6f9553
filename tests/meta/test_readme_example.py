"""The README's example of the library."""

import re
import subprocess
import sys

from tests.meta.source import ROOT

LONGEST = 10


def example() -> str:
    """Give the code exactly as a reader would copy it."""
    found = re.findall(
        r"^```python\n(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert len(found) == 1
    return str(found[0])


def test_example_runs_without_any_environment() -> None:
    """The example runs as it stands with an empty environment, and finds nothing new the second time."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", example()], cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) > 1
    assert lines[-1] == "0 new"


def test_example_is_short() -> None:
    """The example takes about ten lines, blank ones left out."""
    assert len([line for line in example().splitlines() if line.strip()]) <= LONGEST
