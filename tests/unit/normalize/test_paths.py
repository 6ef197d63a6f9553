import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize.paths import is_inside, normalize_path, uri_to_path


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        ("src/a.py", "src/a.py"),
        ("./src//a.py", "src/a.py"),
        ("src/../lib/a.py", "lib/a.py"),
        ("src\\a.py", "src/a.py"),
        ("/github/workspace/src/a.py", "src/a.py"),
        ("/github/workspace", "."),
        ("/home/runner/work/shop/shop/src/a.py", "src/a.py"),
        ("/home/ci/actions-runner/_work/shop/shop/a.py", "a.py"),
        ("/__w/shop/shop/a.py", "a.py"),
        ("/builds/group/shop/a.py", "a.py"),
        ("D:\\a\\shop\\shop\\src\\a.py", "src/a.py"),
        ("/home/runner/work/shop/other/a.py", "/home/runner/work/shop/other/a.py"),
        ("C:\\code\\a.py", "/code/a.py"),
        ("outer.zip!inner/a.py", "outer.zip!inner/a.py"),
        ("c:d.txt", "c:d.txt"),
        ("a%20b.py", "a%20b.py"),
        ("Größe/Ä.py", "Größe/Ä.py"),
        ("../../a.py", "../../a.py"),
        ("a/../..", ".."),
        ("/..", "/"),
        (".", "."),
        ("", ""),
        ("a\x1b[31m\x00.py", "a.py"),
        ("file:///github/workspace/a%20b.py", "a b.py"),
    ],
)
def test_a_path_has_one_spelling(raw: str, path: str) -> None:
    """Paths are relative to the repository, POSIX, with CI workspaces, drives and dots resolved and case kept."""
    assert normalize_path(raw) == path


@pytest.mark.parametrize(
    ("raw", "root", "path"),
    [
        ("/src/app/a.py", "/src/", "app/a.py"),
        ("/src", "/src", "."),
        ("/srcery/a.py", "/src", "/srcery/a.py"),
        ("repo/a.py", "repo", "a.py"),
        ("C:/work/x/a.py", "c:\\work\\x", "a.py"),
        ("/a.py", "/", "a.py"),
        ("a.py", "", "a.py"),
        ("a.py", ".", "a.py"),
    ],
)
def test_a_given_root_is_taken_off_whole(raw: str, root: str, path: str) -> None:
    """A configured prefix goes only where it ends at a separator."""
    assert normalize_path(raw, (root,)) == path


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/a%20b.py", "src/a b.py"),
        ("a b.py", "a b.py"),
        ("100%.txt", "100%.txt"),
        ("file:///C:/x/y.c", "/x/y.c"),
        ("file:////src/x", "/src/x"),
        ("file:/x", "/x"),
        ("file://host/share/x", "/share/x"),
        ("FILE:///github/workspace/a", "a"),
        ("https://example.org/a%20b", "https://example.org/a%20b"),
        ("git::https://example.org/x", "git::https://example.org/x"),
        ("alpine:3.18", "alpine:3.18"),
        ("C:\\x", "/x"),
        ("", ""),
    ],
)
def test_a_uri_gives_the_path_it_names(uri: str, path: str) -> None:
    """Relative references and every form of file URI become paths; other schemes stay as they are."""
    assert uri_to_path(uri) == path


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        *(("a.py", True), ("..a/b", True), ("", False), (".", False)),
        *(("..", False), ("../a", False), ("/a", False), ("https://example.org/a", False)),
    ],
)
def test_only_files_below_the_root_are_inside(path: str, *, inside: bool) -> None:
    """A path that leaves the repository, or is none, must not be opened or linked."""
    assert is_inside(path) is inside


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(raw: str) -> None:
    """Normalising is idempotent for paths outside the known workspaces."""
    once = normalize_path("x/" + raw.replace(":", ""))
    assert normalize_path(once) == once


def test_a_password_in_a_url_is_masked_before_its_slashes_go() -> None:
    """Of ``//`` a path keeps one slash, by which no password is known."""
    assert normalize_path("x/postgres://u:pa55@h/db") == "x/postgres:/[redacted]@h/db"
