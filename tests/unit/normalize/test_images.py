import pytest

from aggregator.normalize.images import image_name, image_repository


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


@pytest.mark.parametrize(
    ("repository", "expected"),
    [("ghcr.io/acme/shop", "shop"), ("acme/shop", "shop"), ("shop", "shop"), ("registry.example:5000/shop", "shop")],
)
def test_an_image_keeps_its_name(repository: str, expected: str) -> None:
    """Registries and owners change; the last part of the name stays."""
    assert image_name(repository) == expected
