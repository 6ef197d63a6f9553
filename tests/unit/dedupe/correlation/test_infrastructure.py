"""Which results are about infrastructure as code, and what their places say."""

import pytest

from aggregator.dedupe.correlation.infrastructure import begins_block, is_asked_twice, is_head, is_infrastructure
from aggregator.knowledge.knowledge import Knowledge
from aggregator.model.location import Location
from aggregator.model.result import Kind
from tests.unit.dedupe.flaws import flaw, misconfigured


@pytest.mark.parametrize(
    "path", ["a/main.tf", "k8s/pod.yaml", "Dockerfile", "api.Dockerfile", "dockerfile.prod", "x.json"]
)
def test_files_of_infrastructure(path: str) -> None:
    """Terraform, Kubernetes, CloudFormation, Dockerfiles, by their names."""
    assert is_infrastructure(path)


@pytest.mark.parametrize("path", ["app.py", "src/dockerfiles.go", "main.tf/readme.md"])
def test_files_of_code(path: str) -> None:
    """A folder's name tells nothing."""
    assert not is_infrastructure(path)


@pytest.mark.parametrize(
    "where",
    [
        Location("a.tf"),
        Location("a.tf", 3),
        Location("a.tf", 3, 1, 4, 9),
        Location("a.tf", 3, 3, 3, 11),
        Location("a.py", 3, 1, 3, 9),
    ],
)
def test_what_is_no_head(where: Location) -> None:
    """A head is the word ``resource`` at the beginning of a line of Terraform."""
    assert not is_head(where)
    assert is_head(Location("a.tf", 3, 1, 3, 9))


def test_only_rules_in_one_place_ask_twice() -> None:
    """Nothing without a place or a control, nothing of two lines."""
    knowledge = Knowledge()
    key = flaw("azure-key-no-expiration-date", "a.tf")
    assert is_asked_twice(key, flaw("keyvault-ensure-key-expires", "a.tf"), knowledge)
    assert not is_asked_twice(key, flaw("keyvault-ensure-key-expires", "a.tf", 11), knowledge)
    assert not is_asked_twice(key, flaw("other", "a.tf"), knowledge)
    assert not is_asked_twice(flaw("other", "a.tf"), key, knowledge)
    assert not is_asked_twice(misconfigured(), misconfigured(), knowledge)
    assert not is_asked_twice(flaw("CKV_AWS_21", "a.tf", tool="Checkov", kind=Kind.IAC), key, knowledge)


def test_what_begins_a_block() -> None:
    """What Checkov flags in Terraform, and what begins at the margin; nothing without a line or in another language."""
    assert begins_block(flaw(path="main.tf", tool="Checkov"))
    assert begins_block(flaw(path="main.tf", columns=(1, 9)))
    assert not begins_block(flaw(path="main.tf", columns=(3, 9)))
    assert not begins_block(flaw(path="stack.yaml", tool="Checkov"))
    assert not begins_block(flaw(path="main.tf", line=None, tool="Checkov"))
