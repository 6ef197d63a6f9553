import pytest

from aggregator.normalize.weakness import parse_weaknesses


@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        (89, (89,)),
        ("252", (252,)),
        ("CWE-79", (79,)),
        ("cwe-79", (79,)),
        ("CWE 79", (79,)),
        ("CWE-79: Improper neutralisation (CWE-80)", (79, 80)),
        ("external/cwe/cwe-089", (89,)),
        ("external/cwe/cwe-None", ()),
        (["CWE-79", "CWE-79", 80], (79, 80)),
        ([{"cweId": "CWE-1"}, {"cwe_id": 2}, {"id": "3"}, {"name": "CWE-4"}], (1, 2, 3)),
        (None, ()),
        (True, ()),
        (-1, ()),
        (0, ()),
        ("0", ()),
        (100_000, ()),
        ("1234567", ()),
        ("nvd-cve-other", ()),
        ("NVD-CWE-noinfo", ()),
        (1.5, ()),
        ([[[["CWE-79"]]]], ()),
    ],
)
def test_every_shape_gives_its_numbers(value: object, numbers: tuple[int, ...]) -> None:
    """Numbers, texts, objects and lists of them give CWE numbers; what names none gives nothing."""
    assert parse_weaknesses(value) == numbers


def test_order_is_kept_and_each_is_given_once() -> None:
    """The first source's weakness stays the primary one."""
    assert parse_weaknesses("CWE-89", ["CWE-20", "CWE-89"], 77) == (89, 20, 77)
