"""The Markdown files: links that lead somewhere, a changelog tools can read."""

import re
from datetime import date
from pathlib import Path

import pytest

from aggregator.readers.registry import READERS
from tests.meta.source import PACKAGE, ROOT, floors, pyproject, top_level, tracked_files

GENUINE = ("examples/reports/", "examples/app/", "tests/samples/")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
VERSION = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})$", re.MULTILINE)
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def pages() -> list[Path]:
    found = [path for path in tracked_files() if path.suffix == ".md"]
    return [path for path in found if not str(path.relative_to(ROOT)).startswith(GENUINE)]


def prose(path: Path) -> str:
    """Read a page without its code."""
    text = re.sub(r"^( *)(```|~~~).*?^\1\2", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^( *)(```|~~~).*?^\1\2", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_resolves(page: Path) -> None:
    """Every link inside the project leads to a file and a heading that exist."""
    dead = []
    for groups in LINK.findall(prose(page)):
        link = groups[0] or groups[1]
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors(file)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_on_and_off_are_shown_in_quotes(page: Path) -> None:
    """YAML takes a bare on or off for a truth value, which the policy refuses: what people copy has it in quotes."""
    assert re.findall(r"[\w-]+: (?:on|off)[`}\],]", page.read_text(encoding="utf-8")) == []


def test_changelog_is_kept() -> None:
    """CHANGELOG.md keeps its form: unreleased first, newest version first, dated, changes by kind."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE)[0] == "[Unreleased]"
    released = VERSION.findall(text)
    assert len(released) == len(re.findall(r"^## ", text, re.MULTILINE)) - 1
    assert released == sorted(released, key=lambda entry: [int(part) for part in entry[0].split(".")], reverse=True)
    assert all(date.fromisoformat(day) for _, day in released)
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= KINDS


def test_changelog_knows_the_version() -> None:
    """The package's version has been released or is being prepared."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = pyproject()["project"]["version"]
    unreleased = text.partition("## [Unreleased]")[2].partition("\n## ")[0]
    assert version in [name for name, _ in VERSION.findall(text)] or unreleased.strip()


def mapped() -> list[str]:
    """Give the modules in the order of the map of docs/architecture.md, high to low."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").partition("\n## The floors\n")[2]
    return re.findall(r"^\|[^|]*\| `([a-z_]+)(?:/|\.py)` \|", text, re.MULTILINE)


def test_map_shows_every_module_on_its_floor() -> None:
    """The map of the architecture has one row for each top-level module, in the order of the import contract."""
    rank = {name.strip("()"): place for place, floor in enumerate(floors()) for name in floor}
    assert sorted(mapped()) == sorted(top_level())
    assert mapped() == sorted(mapped(), key=rank.__getitem__)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_every_file_that_is_named_exists(page: Path) -> None:
    """A page that names a file of the package or of the tests names one that is there."""
    named = re.findall(r"`((?:src|tests|docs|schemas|examples)/[\w./-]+|[a-z_]+/[a-z_]+\.py)`", page.read_text("utf-8"))
    assert [name for name in named if not any((root / name).exists() for root in (ROOT, PACKAGE))] == []


def test_what_silence_means_is_told_of_every_format() -> None:
    """The table of docs/lifecycle.md has a row for each tool that has a reader, and one for SARIF."""
    text = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8").partition("\n## What the reports say\n")[2]
    told = re.findall(r"^\| ([\w -]+) \| ", text.partition("\n## ")[0], re.MULTILINE)[1:]
    assert sorted(told) == sorted(reader.TOOL or "SARIF" for reader in READERS)


def test_every_dependency_is_used() -> None:
    """Every library that users install is imported somewhere."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.partition("\ndependencies = [\n")[2].partition("]")[0]
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    called = {"pyyaml": "yaml", "packageurl-python": "packageurl", "pygithub": "github"}
    for line in block.splitlines():
        name = re.match(r'\s*"([a-z0-9-]+)', line)
        assert name
        module = called.get(name[1], name[1].replace("-", "_"))
        assert re.search(rf"^\s*(?:from|import) {module}\b", code, re.MULTILINE), line
