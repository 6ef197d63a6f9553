"""The published schemas: made from the code, never edited by hand."""

import json
import re
import subprocess
import sys

import pytest
from jsonschema import Draft202012Validator

from tests.meta.source import ROOT

SCHEMAS = ROOT / "schemas"


def generated() -> list[str]:
    """Give the names of the schemas that `make schemas` writes."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    found = re.search(r"^SCHEMAS := (.+)$", makefile, re.MULTILINE)
    assert found
    return found[1].split()


@pytest.mark.parametrize("name", generated())
def test_schema_is_up_to_date(name: str) -> None:
    """What lies in schemas/ is what `onefold schema` prints: run `make schemas` when this fails."""
    printed = subprocess.run([sys.executable, "-m", "aggregator", "schema", name], capture_output=True, check=True)
    assert (SCHEMAS / f"{name}.schema.json").read_bytes() == printed.stdout


@pytest.mark.parametrize("name", generated())
def test_schema_is_a_schema(name: str) -> None:
    """Each published schema is a valid JSON Schema and says which dialect it is in."""
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_no_schema_is_forgotten() -> None:
    """Every generated schema in the folder is one that `make schemas` writes."""
    assert {path.name.removesuffix(".schema.json") for path in SCHEMAS.glob("*.schema.json")} == set(generated())
