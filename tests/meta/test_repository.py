"""What may not be committed."""

import re
from pathlib import Path

from tests.meta.source import ROOT, tracked_files

# Spelled in pieces, or this file would not pass itself.
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:wo" + r"rk/(?:main|shared)|ro" + r"ot/\.pyenv|op" + r"t/(?:wheels|pypi))")
HOSTS = re.compile(
    "|".join(
        map(
            re.escape,
            ("pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com", "deb.debian" + ".org"),
        )
    )
)
# The genuine output of tools names the pages of advisories.
GENUINE = ("examples/reports/", "tests/samples/")


def texts() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in tracked_files():
        try:
            found[str(path.relative_to(ROOT))] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def test_no_path_of_a_machine() -> None:
    """No committed file names a path of the machine it was written on."""
    assert [name for name, text in texts().items() if MACHINE_PATHS.search(text)] == []


def test_no_registry_is_named() -> None:
    """No committed file names the host of a package registry: installers know their own."""
    offenders = [name for name, text in texts().items() if HOSTS.search(text) and not name.startswith(GENUINE)]
    assert offenders == []


def test_text_files_end_well() -> None:
    """Our own text files use line feeds and end with one."""
    ours = {".cfg", ".md", ".mjs", ".py", ".toml", ".txt", ".yml"}
    offenders = [
        name
        for name, text in texts().items()
        if Path(name).suffix in ours and not name.startswith((*GENUINE, "examples/")) and text
        if "\r" in text or not text.endswith("\n")
    ]
    assert offenders == []


def test_no_symbol_pictures() -> None:
    """Prose is plain: no emoji in any Markdown file."""
    pictures = re.compile("[\U0001f300-\U0001faff☀-➿]")
    offenders = [
        f"{name}: {found[0]}"
        for name, text in texts().items()
        if name.endswith(".md") and not name.startswith(GENUINE) and (found := pictures.search(text))
    ]
    assert offenders == []
