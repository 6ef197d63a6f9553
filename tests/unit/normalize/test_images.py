import pytest

from aggregator.normalize.images import image_repository


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("alpine:3.18", "alpine"),
        ("docker.io/library/alpine", "alpine"),
        ("registry.example:5000/team/shop", "registry.example:5000/team/shop"),
        ("registry.example:5000/team/shop:1.2@sha256:00ff", "registry.example:5000/team/shop"),
        ("", ""),
    ],
)
def test_an_image_is_its_repository(reference: str, expected: str) -> None:
    """Tags and digests change with each build; the repository stays."""
    assert image_repository(reference) == expected
