import pytest

from aggregator.normalize.images import image_name, image_repository, image_scope


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


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("ghcr.io/acme/shop:prod", "ghcr.io/acme/shop:prod"),
        ("registry.example:5000/shop:feature-login@sha256:00ff", "registry.example:5000/shop:feature-login"),
        ("docker.io/library/nginx:latest", "nginx"),
        ("nginx", "nginx"),
        ("nginx:", "nginx"),
        ("nginx:1.27-alpine", "nginx"),
        ("shop:deadbee", "shop"),
        ("registry.example:5000/shop", "registry.example:5000/shop"),
        ("", ""),
    ],
)
def test_a_tag_that_is_a_name_is_a_line_of_its_own(reference: str, expected: str) -> None:
    """Production and the main branch are looked at each by itself; versions and commits are builds of one line."""
    assert image_scope(reference) == expected
