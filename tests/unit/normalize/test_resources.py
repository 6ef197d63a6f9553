import pytest

from aggregator.normalize.resources import normalize_resource_uid


@pytest.mark.parametrize(
    ("provider", "uid", "expected"),
    [
        ("aws", " arn:aws:s3:::Logs ", "arn:aws:s3:::Logs"),
        ("azure", "/subscriptions/AB/resourceGroups/RG/", "/subscriptions/ab/resourcegroups/rg"),
        ("", "/Subscriptions/AB", "/subscriptions/ab"),
        ("gcp", "<none>", ""),
        ("aws", "NONE_PROVIDED", ""),
        ("aws", "", ""),
    ],
)
def test_one_spelling_of_a_resource(provider: str, uid: str, expected: str) -> None:
    """Azure's ids have no case, everybody else's do, and placeholders are no ids."""
    assert normalize_resource_uid(provider, uid) == expected
