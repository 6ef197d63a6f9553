import pytest

from aggregator.model.severity import Cvss, Severity
from aggregator.normalize.severity import cvss_of_vector, preferred_cvss, severity_of_score, severity_of_word

V31 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
V40 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
V2 = "AV:N/AC:L/Au:N/C:P/I:P/A:P"


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("CRITICAL", Severity.CRITICAL),
        ("High", Severity.HIGH),
        (" moderate ", Severity.MEDIUM),
        ("ERROR", Severity.HIGH),
        ("warning", Severity.MEDIUM),
        ("note", Severity.LOW),
        ("INFO", Severity.INFO),
        ("none", Severity.INFO),
        ("INVENTORY", Severity.INFO),
        ("EXPERIMENT", Severity.INFO),
        ("UNKNOWN", None),
        ("undefined", None),
        ("", None),
    ],
)
def test_every_tools_word_has_its_step(word: str, severity: Severity | None) -> None:
    """One table for all tools; a word nobody knows is told apart, not guessed and not raised."""
    assert severity_of_word(word) is severity


@pytest.mark.parametrize(
    ("score", "version", "severity"),
    [
        (10.0, "", Severity.CRITICAL),
        (9.0, "3.1", Severity.CRITICAL),
        (8.9, "", Severity.HIGH),
        (7.0, "", Severity.HIGH),
        (6.9, "", Severity.MEDIUM),
        (4.0, "", Severity.MEDIUM),
        (3.9, "", Severity.LOW),
        (0.1, "", Severity.LOW),
        (0.0, "", Severity.INFO),
        (9.5, "2.0", Severity.HIGH),
        (0.0, "2.0", Severity.LOW),
        (-1.0, "", Severity.INFO),
        (10.1, "", Severity.INFO),
        (float("nan"), "", Severity.INFO),
    ],
)
def test_a_score_has_the_step_of_its_scale(score: float, version: str, severity: Severity) -> None:
    """The steps are FIRST's; version 2 knows no critical, and no number out of range means anything."""
    assert severity_of_score(score, version) is severity


@pytest.mark.parametrize(
    ("vector", "rating"),
    [
        (V31, Cvss("3.1", 9.8, V31, "nvd")),
        (V31.removeprefix("CVSS:3.1/"), Cvss("3.1", 9.8, V31, "nvd")),
        (V31.replace("3.1", "3.0"), Cvss("3.0", 9.8, V31.replace("3.1", "3.0"), "nvd")),
        (V2, Cvss("2.0", 7.5, V2, "nvd")),
        (f"({V2})", Cvss("2.0", 7.5, V2, "nvd")),
        (V40, Cvss("4.0", 9.3, V40, "nvd")),
        (V40.removeprefix("CVSS:4.0/"), Cvss("4.0", 9.3, V40, "nvd")),
        ("garbage", Cvss("3.1", 1.0, "", "nvd")),
        ("CVSS:9.9/x", Cvss("3.1", 1.0, "", "nvd")),
    ],
)
def test_the_score_is_worked_out_from_the_vector(vector: str, rating: Cvss) -> None:
    """The vector decides over the printed score, which stands alone only where the vector is unreadable."""
    assert cvss_of_vector(vector, "nvd", 1.0) == rating


@pytest.mark.parametrize("score", [None, 0.0, 11.0])
def test_neither_vector_nor_score_is_no_rating(score: float | None) -> None:
    """Nothing usable gives nothing."""
    assert cvss_of_vector("garbage", "nvd", score) is None


def test_the_newest_version_that_rates_is_preferred() -> None:
    """Of one source's ratings version 4 comes before 3.1 before 2; a zero says nothing."""
    old, new, empty = Cvss("2.0", 7.5), Cvss("3.1", 9.8), Cvss("4.0", 0.0)
    assert preferred_cvss([old, new, empty]) == new
    assert preferred_cvss([empty]) is None
