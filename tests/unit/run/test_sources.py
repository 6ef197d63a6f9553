from pathlib import Path

import pytest

from aggregator.run import sources
from aggregator.run.sources import Sources, read_sources
from tests.checkouts import Checkout, git


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with three files."""
    root = tmp_path / "checkout"
    (root / ".git/info").mkdir(parents=True)
    (root / "src").mkdir()
    for name in ("src/a.py", "src/b.py", "README.md"):
        (root / name).write_text(f"# {name}\n")
    return root


def test_named_files_are_read(checkout: Path) -> None:
    """The files that findings name are read, and no other."""
    assert read_sources(checkout, ["src/b.py", "src/a.py"]).texts == {
        "src/a.py": "# src/a.py\n",
        "src/b.py": "# src/b.py\n",
    }


@pytest.mark.parametrize("root", [None, Path("nowhere")])
def test_without_a_checkout_nothing_is_known(root: Path | None) -> None:
    """Without a source root nothing is read and nothing is called gone."""
    assert read_sources(root, ["src/a.py"]) == Sources()


def test_nothing_outside_is_touched(checkout: Path) -> None:
    """No path leads out of the checkout, by dots, by a root, by a link to a file or to a folder."""
    secret = checkout.parent / "secret"
    secret.mkdir()
    (secret / "key").write_text("canary")
    (checkout / "link").symlink_to(secret / "key")
    (checkout / "folder").symlink_to(secret)
    (checkout / "inner").symlink_to("src/a.py")
    paths = [
        "../secret/key",
        str(secret / "key"),
        "link",
        "folder/key",
        "inner",
        "src",
        "src/a.py\0",
        "src/../README.md",
    ]
    assert read_sources(checkout, paths) == Sources()


def test_absent_files_are_gone(checkout: Path) -> None:
    """In a whole checkout that fits, a file that is not there is gone."""
    read = read_sources(checkout, ["src/a.py", "src/b.py", "src/old.py"])
    assert read.gone == read.absent == frozenset({"src/old.py"})


def test_absence_needs_a_checkout(checkout: Path) -> None:
    """In a folder that is no checkout of git absence proves nothing."""
    (checkout / ".git").rename(checkout / "git")
    read = read_sources(checkout, ["src/a.py", "src/old.py"])
    assert (read.gone, read.absent) == (frozenset(), frozenset({"src/old.py"}))


def test_absence_needs_a_whole_checkout(checkout: Path) -> None:
    """In a sparse checkout whose commit cannot be told absence proves nothing."""
    (checkout / ".git/info/sparse-checkout").write_text("src\n")
    read = read_sources(checkout, ["src/a.py", "src/old.py"])
    assert read.gone == read.absent == read.uncommitted == frozenset()
    assert read.unfetched == {"src/old.py": "."}


def test_a_sparse_checkout_leaves_out_what_is_in_its_commit(tmp_path: Path) -> None:
    """What the commit does not have either is gone."""
    made = Checkout(tmp_path)
    made.commit({"src/a.py": "a\n", "src/b.py": "b\n", "other/c.py": "c\n"})
    git(tmp_path, "sparse-checkout", "set", "src")
    read = read_sources(tmp_path, ["src/a.py", "src/b.py", "src/old.py", "other/c.py"])
    assert read.unfetched == {"other/c.py": "."}
    assert read.gone == read.absent == read.uncommitted == {"src/old.py"}


def test_what_the_commit_does_not_have_is_not_the_repositorys(tmp_path: Path) -> None:
    """A file that a build made is none of its own, be it there now or not; one that was removed by hand is."""
    made = Checkout(tmp_path)
    made.commit({"a.py": "a\n", "b.py": "b\n"})
    (tmp_path / "gen.py").write_text("made\n")
    (tmp_path / "b.py").unlink()
    read = read_sources(tmp_path, ["a.py", "b.py", "gen.py", "never.py"])
    assert read.uncommitted == {"gen.py", "never.py"}
    assert read.gone == read.absent == {"b.py", "never.py"}


def test_absence_needs_a_checkout_that_fits(checkout: Path) -> None:
    """When most files are absent it is another project's checkout, and absence proves nothing."""
    read = read_sources(checkout, ["src/a.py", "x.py", "y.py"])
    assert (read.gone, read.absent) == (frozenset(), frozenset({"x.py", "y.py"}))


@pytest.mark.parametrize("left", ["no folder", "an empty folder", "a file"])
def test_submodules_may_be_left_empty(checkout: Path, left: str) -> None:
    """What lies in a submodule is not gone because the submodule was not fetched; where it was, it is."""
    (checkout / ".gitmodules").write_text('[submodule "lib"]\n\tpath = vendor/lib\n\turl = elsewhere\n')
    module = checkout / "vendor/lib"
    if left != "no folder":
        module.parent.mkdir()
        module.mkdir() if left == "an empty folder" else module.touch()
    named = ["src/a.py", "src/b.py", "vendor/lib/x.c", "vendor/old.c"]
    read = read_sources(checkout, named)
    assert read.gone == read.absent == read.uncommitted == {"vendor/old.c"}
    assert read.unfetched == {"vendor/lib/x.c": "vendor/lib/"}
    module.unlink() if left == "a file" else None
    module.mkdir(parents=True, exist_ok=True)
    (module / "y.c").write_text("y\n")
    fetched = read_sources(checkout, named)
    assert fetched.gone == {"vendor/lib/x.c", "vendor/old.c"}
    assert not fetched.unfetched


def test_limits_are_kept_and_told(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files too large, too many or too much together are left out, counted, and not called gone."""
    (checkout / "big.py").write_text("x" * 100)
    monkeypatch.setattr(sources, "MOST_BYTES_A_FILE", 50)
    assert read_sources(checkout, ["big.py"]) == Sources(left_out=1)
    monkeypatch.setattr(sources, "MOST_BYTES", 10)
    assert read_sources(checkout, ["README.md", "src/a.py", "src/b.py"]).left_out == 2
    monkeypatch.setattr(sources, "MOST_FILES", 0)
    assert read_sources(checkout, ["README.md", "nowhere"]) == Sources(left_out=2)


def test_unreadable_file_is_not_gone(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is there and cannot be read is neither text nor gone."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(sources, "open", refuse, raising=False)
    assert read_sources(checkout, ["src/a.py"]) == Sources()


def test_odd_bytes_are_read(checkout: Path) -> None:
    """A file in another encoding is read as far as it goes."""
    (checkout / "latin.py").write_bytes(b"caf\xe9\n")
    assert read_sources(checkout, ["latin.py"]).texts == {"latin.py": "caf�\n"}
