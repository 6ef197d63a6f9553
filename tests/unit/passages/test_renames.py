import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.passages import renames as module
from aggregator.passages.renames import Renames, pair_by_folder, pair_equal, pair_similar
from tests.effort import effort


def body(name: str, lines: int = 10) -> str:
    return "".join(f"    {name} does step {number}\n" for number in range(lines))


def renames(doubtful: frozenset[str] = frozenset(), **pairs: str) -> Renames:
    return Renames(pairs, doubtful)


def test_equal_content_is_a_rename() -> None:
    """The one new file with the content of the one that is gone goes on with it, whatever it is called."""
    assert pair_equal({"a": "1", "b": "2"}, {"x": "2", "y": "3"}) == renames(b="x")


def test_two_equal_files_are_nobodys_rename() -> None:
    """With two new files of the content, or two that are gone, nothing but their names can decide."""
    assert pair_equal({"a": "1"}, {"x": "1", "y": "1"}) == renames(frozenset({"a"}))
    assert pair_equal({"a": "1", "b": "1"}, {"x": "1"}) == renames(frozenset({"a", "b"}))


def test_ends_of_paths_decide_between_equals() -> None:
    """Equal files of a folder that moved are told apart by what of their paths stayed."""
    gone = {"a/__init__.py": "0", "b/__init__.py": "0"}
    came = {"src/a/__init__.py": "0", "src/b/__init__.py": "0"}
    assert pair_equal(gone, came).pairs == {"a/__init__.py": "src/a/__init__.py", "b/__init__.py": "src/b/__init__.py"}


def test_content_of_many_tells_nothing() -> None:
    """What a crowd of files holds, nothing at all for example, makes none of them a rename, and none of them gone."""
    crowd = {f"{number}/__init__.py": "" for number in range(module._MOST_HOLDERS + 1)}
    assert pair_equal(crowd, {f"src/{path}": "" for path in crowd}) == Renames({}, frozenset(crowd))


def test_edited_file_is_a_rename() -> None:
    """A new file with most of the lines of the one that is gone goes on with it."""
    came = {"lib/new.py": "import re\n" + body("a").replace("step 3", "step three"), "other.py": body("b")}
    assert pair_similar({"old.py": body("a")}, came) == Renames({"old.py": "lib/new.py"}, frozenset())


def test_indented_file_is_a_rename() -> None:
    """White space at the ends of lines makes no difference."""
    assert pair_similar({"old": body("a")}, {"new": body("a").replace("    ", "\t")}).pairs == {"old": "new"}


@pytest.mark.parametrize(("kept", "is_doubtful"), [(0, False), (2, False), (3, True), (4, True)])
def test_few_lines_make_no_rename(kept: int, *, is_doubtful: bool) -> None:
    """A file with less than half of the lines is no rename; the old one is gone for sure when they are very few."""
    doubtful = frozenset({"old"} if is_doubtful else ())
    assert pair_similar({"old": body("a")}, {"new": body("a", kept) + body("b", 10 - kept)}) == renames(doubtful)


def test_small_files_make_no_rename() -> None:
    """Two lines are too few to recognise a file by, and too many to say that it is gone."""
    assert pair_similar({"old": body("a", 2)}, {"new": body("a", 2)}) == renames(frozenset({"old"}))


def test_name_leaves_doubt() -> None:
    """A new file with the name of one that is gone may go on with it, whatever is in it."""
    assert pair_similar({"a/x": body("a")}, {"b/x": body("b"), "b/y": ""}) == renames(frozenset({"a/x"}))


def test_look_alikes_are_no_renames() -> None:
    """What files that stayed hold as well is boilerplate: it does not make one look-alike another's rename."""
    cases = {number: body("frame", 30) + body(f"case {number}", 5) for number in range(4)}
    gone, came = {"1.py": cases[1]}, {"2.py": cases[2]}
    assert pair_similar(gone, came).pairs == {"1.py": "2.py"}  # of these two alone nobody could know
    assert pair_similar(gone, came, [cases[0], cases[3]]) == renames()


def test_boilerplate_alone_makes_no_rename() -> None:
    """A few telling lines in common do not outweigh a file that is mostly something else."""
    frame = body("frame", 30)
    gone, came = {"a": frame + body("a", 4)}, {"b": body("a", 4)}
    assert pair_similar(gone, came, [frame]) == renames()


def test_lines_of_a_crowd_tell_nothing() -> None:
    """Lines that very many of the files hold bring no two of them together."""
    crowd = {f"{number}.py": body("frame") for number in range(module._MOST_HOLDERS + 1)}
    assert pair_similar(crowd, {"new.py": body("frame")}) == renames()


def test_doubt_is_no_rename() -> None:
    """Two candidates that are as good as each other make none; one that is clearly better wins."""
    gone = {"old": body("a", 20)}
    near, nearly, far = (body("a", count) + body("b", 20 - count) for count in (19, 18, 12))
    assert pair_similar(gone, {"x": near, "y": nearly}) == renames(frozenset({"old"}))
    assert pair_similar(gone, {"x": near, "y": far}) == renames(old="x")


def test_one_new_file_goes_on_with_one_old_file() -> None:
    """Two files that are gone never become the same new file: the one that is clearly nearer does."""
    assert pair_similar({"a": body("a", 20), "b": body("a", 12)}, {"x": body("a", 20)}) == Renames(
        {"a": "x"}, frozenset({"b"})
    )


MOVED = {"a/x": "src/a/x", "a/y": "src/a/y"}


def test_folder_takes_its_files_along() -> None:
    """Where two files of a folder went under their names, a third one of that name went too, whatever is in it."""
    came = ["src/a/x", "src/a/y", "src/a/z", "src/w"]
    assert pair_by_folder(MOVED, ["a/x", "a/z", "a/w", "b/z", "z"], came) == {"a/z": "src/a/z"}


@pytest.mark.parametrize(
    "pairs",
    [
        {},
        {"a/x": "src/a/x"},
        {"a/x": "src/a/x", "a/y": "src/a/renamed"},
        {"a/x": "src/a/x", "a/y": "src/a/y", "a/v": "lib/v", "a/w": "lib/w"},
    ],
)
def test_folder_moves_by_most_of_its_files(pairs: dict[str, str]) -> None:
    """One file, files that lost their names, or files that went in all directions move no folder."""
    assert pair_by_folder(pairs, ["a/z"], ["src/a/z"]) == {}


def test_folders_that_became_one_claim_no_file_twice() -> None:
    """A file that two folders claim goes on with neither."""
    pairs = {"a/x": "c/x", "a/y": "c/y", "b/v": "c/v", "b/w": "c/w"}
    assert pair_by_folder(pairs, ["a/z", "b/z", "b/u"], ["c/z", "c/u", "c/x"]) == {"b/u": "c/u"}


PATHS = st.text("abc/", min_size=1, max_size=6)
CONTENTS = st.lists(st.sampled_from([f"line {number}" for number in range(12)]), max_size=12).map("\n".join)
FILES = st.dictionaries(PATHS, CONTENTS, max_size=6)


@given(FILES, FILES, st.lists(CONTENTS, max_size=2))
def test_renames_are_one_to_one(gone: dict[str, str], came: dict[str, str], common: list[str]) -> None:
    """No new file goes on with two old ones, and no old file has both a new path and a doubt."""
    for answer in (pair_equal(gone, came), pair_similar(gone, came, common)):
        assert len(set(answer.pairs.values())) == len(answer.pairs)
        assert answer.pairs.keys() <= gone.keys()
        assert set(answer.pairs.values()) <= came.keys()
        assert answer.doubtful <= gone.keys() - answer.pairs.keys()


@given(FILES, FILES)
def test_order_of_files_does_not_matter(gone: dict[str, str], came: dict[str, str]) -> None:
    """The answer is the same for files in any order."""
    backwards = dict(reversed(gone.items())), dict(reversed(came.items()))
    assert pair_equal(gone, came) == pair_equal(*backwards)
    assert pair_similar(gone, came) == pair_similar(*backwards)


def test_many_files_are_not_compared_in_pairs() -> None:
    """A thousand files of two hundred lines on either side, much alike, are some passes over their lines."""
    chance = random.Random(1)  # noqa: S311 - no secret is made of it
    gone = {f"{k}.py": body(f"file {k // 15}", 150) + body(str(chance.random()), 50) for k in range(1000)}
    came = {f"new/{path}": text for path, text in gone.items()}
    one_pass = effort(
        lambda: Counter(line.strip() for text in (*gone.values(), *came.values()) for line in text.split("\n"))
    )
    assert effort(lambda: pair_similar(gone, came)) < 100 * one_pass
    assert pair_similar(gone, came).pairs.keys() == gone.keys()
