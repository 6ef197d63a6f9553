import os
from pathlib import Path

import pytest

from aggregator.run.found import Found, Search, find_reports, seen_from_here


@pytest.fixture(autouse=True)
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two reports in two folders, one file that is none, one in a folder of git."""
    for name in ("reports/a/semgrep.json", "reports/b.sarif", "reports/.git/config", "single.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def places(search: Search) -> dict[str, str]:
    return {file.place: file.name for file in search.files}


def test_named_file_has_its_name_as_place() -> None:
    """A file that is named has no folder in its place: the name is what stays from run to run."""
    assert find_reports(["single.json"]).files == (Found(name="single.json", place="single.json"),)


def test_named_files_of_one_name_have_their_paths_as_places(reports: Path) -> None:
    """Two modules' reports are two places, however they are spelled; a name that no other file has stays short."""
    (reports / "other").mkdir()
    (reports / "other/b.sarif").write_text("{}")
    search = find_reports(["zap=./reports//b.sarif", f"{reports}/other/b.sarif", "single.json"])
    assert set(places(search)) == {"reports/b.sarif", "other/b.sarif", "single.json"}


def test_a_missing_file_changes_no_place(reports: Path) -> None:
    """What is named shares its name with others whether it is there or not, and is missing under its own place."""
    outside = f"{reports.parent}/elsewhere/b.sarif"
    search = find_reports(["reports/b.sarif", "other/b.sarif", outside])
    assert set(places(search)) == {"reports/b.sarif"}
    assert {failure.place for failure in search.failures} == {"other/b.sarif", outside}


@pytest.mark.parametrize(
    "other", ["./reports/b.sarif", "Trivy=reports/b.sarif", "reports", "*/b.sarif", "-", "a/b.json"]
)
def test_only_another_named_file_shares_a_name(other: str) -> None:
    """The same file named twice, folders, patterns and standard input leave a named file its short place."""
    assert "b.sarif" in places(find_reports(["reports/b.sarif", other]))


def test_folder_is_swept_whole() -> None:
    """A folder is searched recursively; places are relative to it; version control is left alone."""
    search = find_reports(["reports"])
    assert places(search) == {"a/semgrep.json": "reports/a/semgrep.json", "b.sarif": "reports/b.sarif"}
    assert all(file.swept for file in search.files)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("reports/**/*.json", {"a/semgrep.json"}),
        ("reports/*", {"a/semgrep.json", "b.sarif"}),
        ("*.json", {"single.json"}),
        ("reports/*/semgrep.json", {"a/semgrep.json"}),
        ("**/*", {"reports/a/semgrep.json", "reports/b.sarif", "single.json"}),
    ],
)
def test_pattern_is_searched_recursively(pattern: str, found: set[str]) -> None:
    """A pattern finds files in folders below, with places relative to the part of it that is fixed."""
    assert set(places(find_reports([pattern]))) == found


def test_absolute_pattern_has_relative_places(reports: Path) -> None:
    """Where the checkout lies on this machine is in no place."""
    assert set(places(find_reports([f"{reports}/reports/*.sarif"]))) == {"b.sarif"}
    assert not find_reports(["/*nowhere*"]).files


def test_pin_says_the_tool() -> None:
    """A report can be pinned to a tool, one by one or a folder at once."""
    assert find_reports(["Semgrep=single.json"]).files[0].pinned == "semgrep"
    assert {file.pinned for file in find_reports(["trivy=reports"]).files} == {"trivy"}


def test_name_with_an_equals_sign_is_a_name(reports: Path) -> None:
    """A file that really has this name is no pin."""
    (reports / "x=y.json").write_text("{}")
    assert find_reports(["x=y.json"]).files == (Found(name="x=y.json", place="x=y.json"),)


def test_standard_input_is_a_report() -> None:
    """A dash is standard input, pinned or not."""
    assert find_reports(["-"]).files == (Found(name="-", place="stdin"),)
    assert find_reports(["zap=-"]).files == (Found(name="-", place="stdin", pinned="zap"),)


def test_one_file_is_read_once() -> None:
    """A file found in several ways is read once; a pin says most about it, then its name."""
    assert find_reports(["reports", "reports/b.sarif"]).files[1] == Found(name="reports/b.sarif", place="b.sarif")
    pinned = find_reports(["reports/b.sarif", "trivy=./reports/b.sarif"]).files
    assert [file.pinned for file in pinned] == ["trivy"]


def test_order_of_arguments_does_not_matter() -> None:
    """The files come in the same order whatever the order of the arguments."""
    assert find_reports(["single.json", "reports"]) == find_reports(["reports", "single.json", "reports"])


@pytest.mark.parametrize("missing", ["nowhere.json", "semgrep=nowhere.json", "reports/*.xml", "empty"])
def test_what_is_missing_is_a_failure(missing: str, reports: Path) -> None:
    """A named file, a pattern or a folder that yields nothing is a failure that says what to do."""
    (reports / "empty").mkdir()
    search = find_reports([missing])
    assert search.files == ()
    (failure,) = search.failures
    assert not failure.ignored
    assert failure.reason
    assert failure.next_step
    assert failure.tool == ("Semgrep" if "=" in missing else "")


def test_links_are_passed_over_aloud(reports: Path) -> None:
    """A sweep follows no link and opens no pipe, and says so; the rest is read."""
    (reports / "reports/link.json").symlink_to("/etc/hostname")
    os.mkfifo(reports / "reports/pipe.json")
    (reports / "reports/nightly").symlink_to(reports)
    search = find_reports(["reports"])
    assert set(places(search)) == {"a/semgrep.json", "b.sarif"}
    assert [(failure.place, failure.ignored, failure.unopened) for failure in search.failures] == [
        ("link.json", True, True),
        ("nightly", True, True),
        ("pipe.json", True, True),
    ]


def test_a_link_to_what_is_read_is_not_passed_over(reports: Path) -> None:
    """Found in another way, or named: there is nothing to say."""
    (reports / "reports/latest.sarif").symlink_to("b.sarif")
    (reports / "reports/single.json").symlink_to("../single.json")
    search = find_reports(["reports", "reports/single.json"])
    assert set(places(search)) == {"a/semgrep.json", "b.sarif", "single.json"}
    assert search.failures == ()


@pytest.mark.parametrize(
    ("argument", "reason"),
    [("linked", "there are only links in this folder."), ("linked/*", "only links match this pattern.")],
)
def test_where_only_links_are_that_is_said(argument: str, reason: str, reports: Path) -> None:
    """It is not called empty: somebody laid them there to be read."""
    (reports / "linked").mkdir()
    (reports / "linked/b.sarif").symlink_to("../reports/b.sarif")
    told, link = sorted(find_reports([argument]).failures, key=lambda failure: failure.ignored)
    assert (told.reason, told.ignored, link.place, link.unopened) == (reason, False, "b.sarif", True)
    assert told.next_step == "Name what they lead to, to have it read."


@pytest.mark.parametrize("argument", [".", "**/*.json", "*"])
def test_own_output_is_no_report(argument: str, reports: Path) -> None:
    """What an earlier run of ours wrote is not swept up as a report."""
    (reports / "onefold-out").mkdir()
    (reports / "onefold-out/findings.json").write_text("{}")
    found = find_reports([argument], ours=[Path("onefold-out")])
    assert found.files
    assert not any("onefold-out" in file.name for file in found.files)


@pytest.mark.parametrize(
    "said",
    [
        "single.json, other.json",
        "single.json,other.json",
        "reports/b.sarif single.json",
        "- single.json",
        "['single.json']",
        '"single.json"',
        "semgrep = single.json",
        "semgrep: single.json",
        "semgrep='single.json'",
        "gitleaks=other.json, semgrep=single.json",
        "single.json, reports/*.txt",
    ],
)
def test_a_list_is_answered_with_how_to_write_it(said: str) -> None:
    """Where the text holds names of files that are there, no scanner is to blame: each wants a line of its own."""
    (failure,) = find_reports([said]).failures
    assert failure.reason in {"there is no such file.", "no file matches this pattern."}
    assert failure.next_step.startswith("Give one report a line, ")


@pytest.mark.parametrize("said", ["gone.json, other.json", "semgrep=gone.json", "reports, reports", "*.txt"])
def test_only_names_of_files_make_a_list(said: str) -> None:
    """What holds no name of a file that is there is missing, whatever else stands in it."""
    search = find_reports([said])
    assert [failure.next_step for failure in search.failures] == [
        "Check that the scanner ran and where it wrote its report."
    ]


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("/runner/shop/single.json", "single.json"),
        ("semgrep=/runner/shop/single.json", "semgrep=single.json"),
        ("/runner/shop/reports", "reports"),
        ("/runner/shop/reports/*.sarif", "reports/*.sarif"),
        ("/runner/shop/gone.json", "/runner/shop/gone.json"),
        ("/runner/shop/*.txt", "/runner/shop/*.txt"),
        ("/runner/shop-2/single.json", "/runner/shop-2/single.json"),
        ("/elsewhere/single.json", "/elsewhere/single.json"),
        ("single.json", "single.json"),
        ("-", "-"),
    ],
)
def test_a_path_of_the_runner_is_found_here(said: str, here: str) -> None:
    """What steps before this one call by the runner's path is the same file of the workspace in the container."""
    assert seen_from_here(said, ["/github/workspace", "/runner/shop"]) == here
