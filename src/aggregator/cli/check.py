"""``onefold check FILE``: what kind of file it is, and what is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from msgspec import Struct

from aggregator.cli.schemas import SCHEMAS
from aggregator.model.errors import OnefoldError, UsageError
from aggregator.policy import Policy, read_exceptions, read_policy
from aggregator.policy.part import written_name
from aggregator.state import decode

MISTAKES = 20
"""How many mistakes are listed; the rest is counted."""

CALLED = {
    "sarif": "SARIF 2.1.0",
    "findings": "Onefold findings",
    "export": "an Onefold export",
    "state": "an Onefold state",
    "config": "an Onefold policy",
    "exceptions": "Onefold exceptions",
}

_EXCEPTIONS = r"^(?:\{\s*\"?)?exceptions\"?\s*:"
_HAS_EXCEPTIONS = re.compile(_EXCEPTIONS, re.MULTILINE)
_LIMITS_THEM = re.compile(rf"{_EXCEPTIONS}(?:\s|#[^\n]*\n|[{{\"])*(?:longest|warn)[-_]days\b", re.MULTILINE)
_FIRST_KEY = re.compile(r"\s*\{\s*(\"?)([a-z_-]+)\1\s*:")
_CHAPTERS = frozenset(map(written_name, Policy.model_fields))


class Checked(Struct, frozen=True):
    """What a file is and what is wrong with it.

    Attributes:
        kind: a key of ``CALLED``.
        mistakes: one sentence each, with the place and never with a value; empty when the file is valid.
        more: how many further mistakes there are.
    """

    kind: str
    mistakes: tuple[str, ...] = ()
    more: int = 0


def check(data: bytes, name: str) -> Checked:
    """Hold a file against what it seems to be. Raises ``UsageError`` when it is nothing we know."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not UTF-8 text.", "Give a SARIF, JSON or YAML file.") from None
    if text.lstrip()[:1] != "{":
        return _check_yaml(text, name)
    content = _content(text)
    if not _kind(content or {}) and _is_in_braces(text):
        return _check_yaml(text, name)
    if content is None:
        raise UsageError(f"{name} starts like JSON and is none.", "Look for what was cut off at its end.")
    return _check_json(content, data, name)


def _content(text: str) -> dict[str, Any] | None:
    """What a JSON object holds; ``None`` where the text is none."""
    try:
        content: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content


def _is_in_braces(text: str) -> bool:
    """Whether people wrote it, in braces: YAML may be so written, and JSON is YAML. Machines put keys in quotes."""
    first = _FIRST_KEY.match(text)
    return first is not None and (not first[1] or written_name(first[2]) in _CHAPTERS)


def _check_yaml(text: str, name: str) -> Checked:
    """Policy and exceptions have readers that find all mistakes at once and know better words than a schema."""
    # The policy has a chapter of that name, with keys of its own.
    is_exceptions = _HAS_EXCEPTIONS.search(text) is not None and _LIMITS_THEM.search(text) is None
    kind = "exceptions" if is_exceptions else "config"
    read: Callable[[str, str], object] = read_exceptions if is_exceptions else read_policy
    try:
        read(text, name)
    except OnefoldError as error:
        return Checked(kind, (str(error),))
    return Checked(kind)


def _check_json(content: Mapping[str, Any], data: bytes, name: str) -> Checked:
    kind = _kind(content)
    if not kind:
        raise UsageError(
            f"{name} is neither SARIF nor findings nor a state of Onefold.", "`onefold run` reads other reports."
        )
    mistakes = _mistakes(content, SCHEMAS[kind]())
    listed = tuple(islice(mistakes, MISTAKES))
    checked = Checked(kind, listed, sum(1 for _ in mistakes))
    if kind == "state" and not listed:
        try:
            decode(data, name)
        except OnefoldError as error:
            return Checked(kind, (str(error),))
    return checked


def _kind(content: Mapping[str, Any]) -> str:
    """What its own keys say it is; a broken file is still recognised by what is left."""
    if "runs" in content and ("version" in content or "sarif" in str(content.get("$schema", ""))):
        return "sarif"
    if "line" in content and "schema_version" in content:
        return "state"
    if "findings" in content and "schema_version" in content:
        return "export" if "lines" in content else "findings"
    return ""


def _mistakes(content: Mapping[str, Any], schema: dict[str, object]) -> Iterator[str]:
    from jsonschema.validators import validator_for  # noqa: PLC0415 - costs 80 ms

    validator = validator_for(schema)(schema)
    for mistake in validator.iter_errors(content):
        place = "".join(f"/{part}" for part in mistake.absolute_path) or "/"
        # Only this message quotes the schema; the others quote the file.
        why = mistake.message if mistake.validator == "required" else f"breaks the rule `{mistake.validator}`"
        yield f"{place}: {why} of {'/'.join(str(part) for part in mistake.absolute_schema_path)}"
