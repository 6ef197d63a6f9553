"""The published schemas: made from the code, never edited by hand."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

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


def keys_in(schema: Any) -> Iterator[str]:
    """Give the names of all properties of a schema, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from keys_in(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys_in(part)


@pytest.mark.parametrize("name", ["config", "exceptions"])
def test_every_key_that_people_may_write_is_explained(name: str) -> None:
    """The README or a page of docs/ names each key of the policy and of the exceptions, as code."""
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    code = "\n".join(
        each for page in pages for each in re.findall(r"```.*?```|`[^`\n]+`", page.read_text("utf-8"), re.DOTALL)
    )
    keys = set(keys_in(json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())))
    assert "expires" in keys or "fail-on" in keys
    assert [key for key in sorted(keys) if not re.search(rf"(?<![\w-]){key}(?![\w-])", code)] == []
