"""SARIF of tools that look into the history: in which commit's file a place is."""

from typing import Any

import pytest

from aggregator.model.result import UNTOLD
from tests.unit.readers.sarif.logs import place, result, scan_of

COMMIT = "ab" * 20


def commit_of(tool: str, properties: object = None, **more: Any) -> str:
    """What is read of one result of a tool."""
    where = place("a.env", 3) if properties is None else {**place("a.env", 3), "properties": properties}
    (found,) = scan_of(result(locations=[where], **more), tool=tool).results
    return found.commit


@pytest.mark.parametrize(("said", "commit"), [(COMMIT, COMMIT), ("", ""), ("<b>", UNTOLD), (7, UNTOLD)])
def test_the_fingerprints_tell_the_commit(said: object, commit: str) -> None:
    """Gitleaks writes the commit there, and an empty one for what it found in a file."""
    assert commit_of("gitleaks", partialFingerprints={"commitSha": said, "author": "ann"}) == commit


@pytest.mark.parametrize(
    ("said", "commit"),
    [
        ({"git_metadata": {"commit": {"id": COMMIT}}}, COMMIT),
        ({"git_metadata": {"commit": {}}}, UNTOLD),
        ({"git_metadata": "none"}, UNTOLD),
        ({"entropy": "4.1"}, UNTOLD),
        ("none", UNTOLD),
    ],
)
def test_the_location_tells_the_commit(said: object, commit: str) -> None:
    """Kingfisher writes it there."""
    assert commit_of("kingfisher", said) == commit


def test_who_says_nothing_leaves_it_open() -> None:
    """Tools that look into the history may mean any commit; all others mean the files as they are."""
    assert commit_of("trufflehog") == UNTOLD
    assert commit_of("semgrep", partialFingerprints={"commitSha": COMMIT}) == ""
    (nowhere,) = scan_of(result(locations=[]), tool="trufflehog").results
    assert (nowhere.location, nowhere.commit) == (None, UNTOLD)
