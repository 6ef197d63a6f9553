"""The rules of docs/architecture.md that the import contracts cannot express."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.source import PACKAGE, contract, floor_of, floors, modules, parse, top_level, where

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_FILE = 300

SHELL = {"__main__", "cli", "run", "sinks", "stores", "runner", "transport", "disk"}

# What a name reaches for, and the floors that may.
CALLS = {
    "print": ("the terminal", {"cli"}),
    "input": ("the terminal", set()),
    "sys.exit": ("the end of the process", set()),
    "exit": ("the end of the process", set()),
    "SystemExit": ("the end of the process", set()),
    "os._exit": ("the end of the process", {"cli"}),
    "os.environ": ("the environment", {"settings"}),
    "os.getenv": ("the environment", {"settings"}),
    "open": ("files", SHELL | {"resources"}),
    "Path": ("files", SHELL | {"settings", "resources"}),
    "importlib.resources": ("files", {"resources"}),
    "datetime.now": ("the clock", SHELL),
    "datetime.utcnow": ("the clock", set()),
    "datetime.today": ("the clock", set()),
    "date.today": ("the clock", set()),
    "datetime.datetime.now": ("the clock", SHELL),
    "time.time": ("the clock", SHELL),
    "time.monotonic": ("the clock", SHELL),
    "time.sleep": ("the clock", {"transport"}),
    "uuid.uuid1": ("chance", set()),
    "uuid.uuid4": ("chance", SHELL),
    "uuid4": ("chance", SHELL),
    "hash": ("the hash seed", set()),
}

# After the readers everything has a type of its own.
TYPED = {
    "belonging",
    "dedupe",
    "disposition",
    "gate",
    "lifecycle",
    "model",
    "owners",
    "pipeline",
    "planning",
    "risk",
    "sla",
}
TOOLS = ("codeql", "gitleaks", "prowler", "semgrep", "trivy", "zap")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def names(path: Path) -> Iterator[tuple[str, ast.expr]]:
    """Give every dotted name a file uses, outermost first: `os.environ`, `print`."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Name | ast.Attribute):
            yield ast.unparse(node), node


@pytest.mark.parametrize("name", sorted(CALLS))
def test_reach_for_the_world(name: str) -> None:
    """Only the floors that may reach for the terminal, files, the clock, the environment or chance do."""
    what, allowed = CALLS[name]
    # A type is named in annotations without being reached for: only the call counts.
    offenders = [
        where(path, node)
        for path in modules()
        if floor_of(path) not in allowed
        for node in ast.walk(parse(path))
        if (isinstance(node, ast.Call) and ast.unparse(node.func) == name)
        or (isinstance(node, ast.Attribute) and ast.unparse(node) == name)
    ]
    assert offenders == [], f"{name} reaches for {what}: pass it as an argument"


@pytest.mark.parametrize("method", ["read_bytes", "read_text", "write_bytes", "write_text", "glob", "rglob", "mkdir"])
def test_files_are_touched_in_the_shell(method: str) -> None:
    """Below the shell only `resources` touches files."""
    offenders = [
        where(path, node)
        for path in modules()
        if floor_of(path) not in SHELL | {"resources"}
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Attribute) and node.attr == method
    ]
    assert offenders == []


def test_functions_are_short() -> None:
    """No function is longer than forty lines, its docstring and decorators left out."""
    too_long = []
    for path in modules():
        for node in functions(path):
            first = node.body[0]
            docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            documented = (first.end_lineno or 0) - first.lineno + 1 if docstring else 0
            length = (node.end_lineno or 0) - node.lineno + 1 - documented
            if length > MOST_LINES_OF_A_FUNCTION:
                too_long.append(f"{where(path, node)} {node.name}: {length} lines")
    assert too_long == []


def test_files_are_short() -> None:
    """No file is longer than three hundred lines."""
    lengths = {path.relative_to(PACKAGE): len(path.read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES_OF_A_FILE} == {}


def test_no_reader_imports_another() -> None:
    """A reader knows its own format only: none imports another reader."""
    readers = {
        path.stem: path
        for path in modules(PACKAGE / "readers")
        if any(isinstance(node, ast.Assign | ast.AnnAssign) and "FORMAT" in targets(node) for node in parse(path).body)
    }
    offenders = []
    for name, path in readers.items():
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aggregator.readers"):
                imported = {(node.module or "").rpartition(".")[2], *(alias.name for alias in node.names)}
                offenders += [f"{where(path, node)} {other}" for other in imported & readers.keys() - {name}]
    assert offenders == []


def targets(node: ast.Assign | ast.AnnAssign) -> set[str]:
    found = node.targets if isinstance(node, ast.Assign) else [node.target]
    return {target.id for target in found if isinstance(target, ast.Name)}


def test_everything_has_a_type_after_the_readers() -> None:
    """After the readers there is no `Any`."""
    offenders = [
        where(path, node)
        for path in modules()
        if floor_of(path) in TYPED
        for name, node in names(path)
        if name in {"Any", "typing.Any"}
    ]
    assert offenders == []


def test_no_tool_is_named_after_the_readers() -> None:
    """After the readers no code asks which tool it was."""
    offenders = [
        f"{where(path, node)} {node.value!r}"
        for path in modules()
        if floor_of(path) in TYPED
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.lower() in TOOLS
    ]
    assert offenders == []


def test_every_module_has_a_floor() -> None:
    """The import contract names every module of the package, as optional only while it is missing."""
    listed = {name for floor in floors() for name in floor}
    bare = {name.strip("()") for name in listed}
    assert bare >= top_level()
    assert listed == {name if name in top_level() else f"({name})" for name in bare}


def test_every_pure_floor_is_guarded() -> None:
    """The contract of purity covers every module below the settings."""
    bare = [{name.strip("()") for name in floor} for floor in floors()]
    below = set().union(*bare[bare.index({"settings"}) + 1 :])
    assert set(contract("pure")["source_modules"]) == {f"aggregator.{name}" for name in below & top_level()}
