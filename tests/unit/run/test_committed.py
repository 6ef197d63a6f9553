"""Tests of :mod:`aggregator.run.committed`."""

from pathlib import Path

import pytest

from aggregator.run.committed import committed_files
from tests.checkouts import Checkout, git

NAMED = ("src/a.py", "src/gen.py", "nowhere.py", "src")


@pytest.mark.parametrize("digits", [40, 64])
def test_the_commit_tells(tmp_path: Path, digits: int) -> None:
    """What is in the commit is the repository's own, be it in the folder or not; what only the folder has is not."""
    checkout = Checkout(tmp_path, "--object-format=sha1" if digits == 40 else "--object-format=sha256")
    checkout.commit({"src/a.py": "a\n", "src/b.py": "b\n"})
    (tmp_path / "src/gen.py").touch()
    (tmp_path / "src/b.py").unlink()
    assert committed_files(str(tmp_path), (*NAMED, "src/b.py")) == frozenset({"src/a.py", "src/b.py"})
    git(tmp_path, "pack-refs", "--all")
    assert committed_files(str(tmp_path), NAMED) == frozenset({"src/a.py"})


def test_where_no_commit_is_known_nobody_can_tell(tmp_path: Path) -> None:
    """No checkout, a damaged one, one without a commit, and one whose commit was not fetched tell nothing."""
    assert committed_files(str(tmp_path), NAMED) is None
    (tmp_path / ".git").mkdir()
    assert committed_files(str(tmp_path), NAMED) is None
    Checkout(tmp_path)
    assert committed_files(str(tmp_path), NAMED) is None
    (tmp_path / ".git/HEAD").write_text("1" * 40)
    assert committed_files(str(tmp_path), NAMED) is None
    assert committed_files(str(tmp_path), ()) is None
