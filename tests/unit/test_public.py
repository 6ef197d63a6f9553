import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import aggregator

EXAMPLES = Path(__file__).parents[2] / "examples" / "reports"


def test_everything_public_can_be_imported() -> None:
    """Each public name is there, found where it is promised, and listed."""
    for name in aggregator.__all__:
        assert getattr(aggregator, name) is not None
    assert dir(aggregator) == sorted(aggregator.__all__)


def test_what_is_not_public_is_not_there() -> None:
    """A name that is not public is an attribute error, as of any module."""
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = aggregator.nothing_of_the_kind


def test_import_costs_nothing() -> None:
    """Importing the package imports none of the libraries it stands on."""
    heavy = (
        "{'pydantic', 'msgspec', 'jinja2', 'yaml', 'rich', 'sarif_om', 'requests', 'github', 'jsonschema', 'dulwich'}"
    )
    program = f"import sys, aggregator; print(sorted(set(sys.modules) & {heavy}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_run_imports_only_what_it_needs(tmp_path: Path) -> None:
    """A run without a policy file and without a terminal imports no library that it does not use."""
    shutil.copy(EXAMPLES / "first" / "semgrep.json", tmp_path)
    heavy = "{'jinja2', 'yaml', 'rich', 'requests', 'github', 'jsonschema', 'dulwich', 'urllib3'}"
    program = (
        "import sys; from aggregator.cli import main; code = main(['run', '--quiet', '--dry-run']);"
        f"print(code, sorted(set(sys.modules) & {heavy}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def test_run_reads_no_repository_where_there_is_none(tmp_path: Path) -> None:
    """A run with a state and a commit, in a folder that is no repository, does not import what reads repositories."""
    program = (
        "import sys; from aggregator.cli import main;"
        "call = ['run', '--quiet', '--state', 'state', '--commit', 40 * '0'];"
        "print(main(call), main([*call, '--source-root', '.']), 'dulwich' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 0 False"


def test_module_is_the_command() -> None:
    """``python -m aggregator`` is ``onefold``."""
    done = subprocess.run([sys.executable, "-m", "aggregator", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"onefold {aggregator.__version__}\n"
