"""Tests of :mod:`aggregator.run.code_owners`."""

from __future__ import annotations

from pathlib import Path

import pytest

from aggregator.run import code_owners
from aggregator.run.code_owners import find_owners


def test_the_first_file_counts(tmp_path: Path) -> None:
    """The file in .github comes before the one at the root and the one in docs."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/CODEOWNERS").write_text("* @docs")
    assert find_owners(tmp_path).of("a") == ("@docs",)
    (tmp_path / "CODEOWNERS").write_text("* @root")
    assert find_owners(tmp_path).of("a") == ("@root",)
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_text("* @first")
    assert find_owners(tmp_path).of("a") == ("@first",)


def test_without_a_checkout_it_is_the_working_directory_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody names a checkout, the file is read where the policy is."""
    monkeypatch.chdir(tmp_path)
    assert find_owners(None).of("a") == ()
    (tmp_path / "CODEOWNERS").write_text("* @root")
    assert find_owners(None).of("a") == ("@root",)


def test_without_a_file_it_is_nobodys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file, a folder of that name and a file that GitHub would not read name nobody."""
    assert find_owners(tmp_path).of("a") == ()
    (tmp_path / "CODEOWNERS").mkdir()
    assert find_owners(tmp_path).of("a") == ()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/CODEOWNERS").write_text("* @docs")
    monkeypatch.setattr(code_owners, "LARGEST", 3)
    assert find_owners(tmp_path).of("a") == ()
