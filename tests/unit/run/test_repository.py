import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from aggregator.run import repository as module
from aggregator.run.repository import Differences, Repository, open_repository
from tests.checkouts import Checkout, git

LINES = "".join(f"line {number}\n" for number in range(300))


@contextmanager
def opened(root: Path, digits: int = 40) -> Iterator[Repository]:
    repository = open_repository(root, digits)
    assert repository is not None
    yield repository
    repository.close()


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A repository without commits."""
    return Checkout(tmp_path / "checkout")


def read(root: Path, commit: str, path: str, digits: int = 40) -> bytes | None:
    """Read a file of a commit."""
    with opened(root, digits) as repository:
        tree = repository.tree_of(commit)
        file = repository.file(tree, path) if tree else None
        return repository.content(file) if file else None


def as_it_is(_: Path) -> None:
    """Leave all objects loose."""


def packed(root: Path) -> None:
    """Pack all objects, as offsets to what they change."""
    git(root, "repack", "-adf", "--depth=50", "--window=50")


def packed_by_name(root: Path) -> None:
    """Pack all objects, as changes of named ones."""
    git(root, "-c", "repack.useDeltaBaseOffset=false", "repack", "-adf", "--depth=50", "--window=50")


def packed_twice(root: Path) -> None:
    """Pack what there is so far, and what comes later in a second pack, with an index of both."""
    git(root, "repack", "-d")
    git(root, "commit", "--quiet", "--allow-empty", "--message=more")
    git(root, "repack", "-d")
    git(root, "multi-pack-index", "write")


@pytest.mark.parametrize("arrange", [as_it_is, packed, packed_by_name, packed_twice])
@pytest.mark.parametrize("digits", [40, 64])
def test_old_content_is_read(tmp_path: Path, arrange: Callable[[Path], None], digits: int) -> None:
    """What a file held at a commit is read, loose or packed in any way, with SHA-1 and with SHA-256."""
    checkout = Checkout(tmp_path, "--object-format=sha1" if digits == 40 else "--object-format=sha256")
    first = checkout.commit({"src/app.py": LINES, "other.py": "1\n"})
    second = checkout.commit({"src/app.py": LINES + "more\n"})
    third = checkout.commit({"src/app.py": LINES.replace("line 7\n", "")})
    arrange(tmp_path)
    assert read(tmp_path, first, "src/app.py", digits) == LINES.encode()
    assert read(tmp_path, second, "src/app.py", digits) == (LINES + "more\n").encode()
    assert read(tmp_path, third, "src/app.py", digits) == LINES.replace("line 7\n", "").encode()
    with opened(tmp_path, digits) as repository:
        assert repository.id_of(b"1\n") == repository.file(str(repository.tree_of(first)), "other.py")
        assert repository.head() == git(tmp_path, "rev-parse", "HEAD")


def test_only_files_are_files(checkout: Checkout) -> None:
    """Folders, links, submodules and what is not there are no files, and no commit is taken for one."""
    (checkout.root / "link").symlink_to("/etc/passwd")
    inner = Checkout(checkout.root / "vendor/lib")
    inner.commit({"a.c": "int a;\n"})
    commit = checkout.commit({"src/app.py": "1\n"})
    with opened(checkout.root) as repository:
        tree = str(repository.tree_of(commit))
        for path in (
            "link",
            "src",
            "vendor/lib",
            "vendor/lib/a.c",
            "nowhere",
            "no/where",
            "src/app.py/x",
            "/src/app.py",
        ):
            assert repository.file(tree, path) is None
        assert repository.content(commit) is None
        assert repository.content(tree) is None
        assert repository.tree_of(tree) is None
        assert repository.tree_of("../../../etc") is None


def test_differences_of_trees(checkout: Checkout) -> None:
    """Files that only one tree has are told by their content's id; changed ones, equal ones and links are not."""
    old = checkout.commit({"a.py": "1\n", "b/c.py": "2\n", "b/d/e.py": "3\n", "same/f.py": "4\n", "g": "5\n"})
    (checkout.root / "link").symlink_to("a.py")
    new = checkout.commit({"a.py": "9\n", "b/c.py": None, "b/d/e.py": None, "x/e.py": "3\n", "g": None, "g/h": "5\n"})
    with opened(checkout.root) as repository:
        ids = {number: repository.id_of(b"%d\n" % number) for number in range(10)}
        trees = [str(repository.tree_of(commit)) for commit in (old, new)]
        assert repository.differences(trees[0], trees[1]) == Differences(
            {"b/c.py": ids[2], "b/d/e.py": ids[3], "g": ids[5]}, {"x/e.py": ids[3], "g/h": ids[5]}
        )
        assert repository.differences(trees[0], trees[0]) == Differences({}, {})


def test_odd_names_are_passed_over(checkout: Checkout) -> None:
    """A name that is no UTF-8, or a path longer than any, is passed over: no report can mean it."""
    old = checkout.commit({"a.py": "1\n"})
    (checkout.root / "b").mkdir()
    Path(bytes(checkout.root).decode() + "/b/" + b"caf\xe9.py".decode("utf-8", "surrogateescape")).write_bytes(b"")
    new = checkout.commit({"b/" + "/".join(["d" * 200] * 3) + "/e.py": "2\n", "b/f.py": "3\n"})
    with opened(checkout.root) as repository:
        trees = [str(repository.tree_of(commit)) for commit in (old, new)]
        found = repository.differences(trees[0], trees[1])
        assert found is not None
        assert len(found.added) == 2
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_LONGEST_PATH", 100)
            assert repository.differences(trees[0], trees[1]) == Differences({}, {"b/f.py": found.added["b/f.py"]})


def test_large_differences_are_nobodys(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trees that differ in more than can be looked at tell nothing."""
    old = checkout.commit({"a.py": "1\n"})
    new = checkout.commit({"b.py": "2\n", "c/d.py": "3\n"})
    monkeypatch.setattr(module, "MOST_ENTRIES", 4)
    with opened(checkout.root) as repository:
        assert repository.differences(*(str(repository.tree_of(commit)) for commit in (old, new))) is None


@pytest.mark.parametrize("arrange", [as_it_is, packed, packed_by_name])
def test_large_objects_are_not_read(
    checkout: Checkout, arrange: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An object above the limit is not there, however small it was made, nor one that changes such an object."""
    small = checkout.commit({"a.py": "1\n"})
    large = checkout.commit({"a.py": LINES * 10})
    larger = checkout.commit({"a.py": LINES * 10 + "more\n"})
    arrange(checkout.root)
    monkeypatch.setattr(module, "MOST_BYTES", 4000)
    assert read(checkout.root, small, "a.py") == b"1\n"
    assert read(checkout.root, large, "a.py") is None
    assert read(checkout.root, larger, "a.py") is None


@pytest.mark.parametrize("file", ["pack", "idx"])
def test_damaged_packs_hold_nothing(checkout: Checkout, file: str) -> None:
    """Of a pack that is damaged nothing is read, and that is no error."""
    commit = checkout.commit({"a.py": LINES})
    packed(checkout.root)
    (pack,) = (checkout.root / ".git/objects/pack").glob(f"*.{file}")
    pack.chmod(0o600)
    data = pack.read_bytes()
    pack.write_bytes(data[: len(data) // 2])
    assert read(checkout.root, commit, "a.py") is None


def test_damaged_objects_are_not_there(checkout: Checkout) -> None:
    """A damaged folder, file or head is not there, and that is no error."""
    commit = checkout.commit({"src/a.py": LINES})
    with opened(checkout.root) as repository:
        tree = str(repository.tree_of(commit))
        file = str(repository.file(tree, "src/a.py"))
    for name in (file, tree):
        damaged = checkout.root / ".git/objects" / name[:2] / name[2:]
        damaged.chmod(0o600)
        damaged.write_bytes(b"nothing of the kind")
    (checkout.root / ".git/HEAD").write_text("ref: refs/heads/nowhere\n")
    with opened(checkout.root) as repository:
        assert repository.content(file) is None
        assert repository.file(tree, "src/a.py") is None
        assert repository.differences(tree, tree) is None
        assert repository.head() == ""


def test_folder_that_is_none_holds_nothing(checkout: Checkout) -> None:
    """A tree whose bytes are no tree holds nothing, and that is no error."""
    checkout.commit({"a.py": "1\n"})
    (checkout.root / "nonsense").write_bytes(b"100644 a\0short")
    name = git(checkout.root, "hash-object", "-t", "tree", "-w", "--literally", "nonsense")
    git(checkout.root, "pack-objects", "--quiet", ".git/objects/pack/pack", given=name)
    (checkout.root / ".git/objects" / name[:2] / name[2:]).unlink()
    with opened(checkout.root) as repository:
        assert repository.file(name, "a") is None


def test_missing_objects_are_not_there(checkout: Checkout, tmp_path: Path) -> None:
    """A shallow clone has no older commit, and a partial clone no older content."""
    first = checkout.commit({"a.py": "1\n"})
    second = checkout.commit({"a.py": "2\n"})
    git(checkout.root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--depth=1", checkout.root.as_uri(), "shallow")
    git(tmp_path, "clone", "--quiet", "--filter=blob:none", checkout.root.as_uri(), "partial")
    with opened(tmp_path / "shallow") as repository:
        assert repository.tree_of(first) is None
        assert repository.head() == second
    with opened(tmp_path / "partial") as repository:
        file = repository.file(str(repository.tree_of(first)), "a.py")
        assert file is not None
        assert repository.content(file) is None


def test_no_repository_is_none(checkout: Checkout, tmp_path: Path) -> None:
    """A folder without git, a worktree, and a repository whose parts are links are none; no link is followed."""
    checkout.commit({"a.py": "1\n"})
    git(checkout.root, "worktree", "add", "--quiet", "../worktree")
    (tmp_path / "plain").mkdir()
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked/.git").symlink_to(checkout.root / ".git")
    shutil.copytree(checkout.root, tmp_path / "lent")
    shutil.rmtree(tmp_path / "lent/.git/objects")
    (tmp_path / "lent/.git/objects").symlink_to(checkout.root / ".git/objects")
    for name in ("worktree", "plain", "linked", "lent", "nowhere"):
        assert open_repository(tmp_path / name, 40) is None


def test_borrowed_objects_are_not_there(checkout: Checkout, tmp_path: Path) -> None:
    """Objects that lie in another repository are not read: it is outside the workspace."""
    commit = checkout.commit({"a.py": "1\n"})
    git(tmp_path, "clone", "--quiet", "--shared", "checkout", "borrower")
    assert read(tmp_path / "borrower", commit, "a.py") is None


def test_nothing_is_run(checkout: Checkout, tmp_path: Path) -> None:
    """Neither configuration nor hooks nor filters of the repository are looked at."""
    commit = checkout.commit({"a.py": "1\n", ".gitattributes": "* filter=bad\n"})
    config = checkout.root / ".git/config"
    config.write_text(
        f"[core]\n\tfsmonitor = touch {tmp_path}/ran\n\thooksPath = {tmp_path}\n"
        f'[include]\n\tpath = {tmp_path}/none\n[filter "bad"]\n\tsmudge = touch {tmp_path}/ran\n[broken'
    )
    assert read(checkout.root, commit, "a.py") == b"1\n"
    assert not (tmp_path / "ran").exists()
