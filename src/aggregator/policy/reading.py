"""Reading what people wrote, all mistakes at once."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from aggregator.model.errors import UsageError
from aggregator.policy.document import Document, Loc, read_document
from aggregator.policy.exception import ExceptionRule, ExceptionsFile
from aggregator.policy.mistakes import path, sentence
from aggregator.policy.part import Part, written_name
from aggregator.policy.policy import Policy

_File = TypeVar("_File", bound=Part)


def read_policy(text: str, name: str) -> Policy:
    """Read ``.github/onefold.yml``; an empty file is the default policy.

    Raises ``UsageError`` with every mistake: the file, the line, the key, what is wrong. Never a value.
    """
    document = read_document(text, name)
    return _validated(Policy, document)


def read_exceptions(text: str, name: str) -> tuple[ExceptionRule, ...]:
    """Read ``.github/onefold-exceptions.yml``, in its order. Raises ``UsageError`` as :func:`read_policy` does."""
    document = read_document(text, name)
    rules = _validated(ExceptionsFile, document).exceptions
    return tuple(rule.placed(document.place(("exceptions", index))) for index, rule in enumerate(rules))


def _validated(model: type[_File], document: Document) -> _File:
    found = [(loc, f"{path(loc)} stands here twice") for loc in document.repeated]
    try:
        valid = model.model_validate(_said(model, document.content))
    except ValidationError as error:
        found += ((item["loc"], sentence(model, item)) for item in error.errors(include_url=False))
    else:
        if not found:
            return valid
    raise UsageError(_listed(document, found))


def _said(model: type[Part], content: object) -> object:
    """The content without the chapters that hold nothing, or nothing but comments."""
    if not isinstance(content, dict):
        return content
    chapters = {written_name(field) for field in model.model_fields}
    return {key: value for key, value in content.items() if value is not None or key not in chapters}


def _listed(document: Document, found: list[tuple[Loc, str]]) -> str:
    mistakes = sorted((document.line(loc), what) for loc, what in found)
    lines = "".join(f"\n  {document.name}:{line}: {what}" for line, what in mistakes)
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    return f"{document.name} has {count}; correct the file and run again:{lines}"
