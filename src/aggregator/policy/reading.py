"""Reading what people wrote, all mistakes at once."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError

from aggregator.model.errors import UsageError
from aggregator.policy.document import Document, Repetition, read_document
from aggregator.policy.exception import ExceptionRule, ExceptionsFile
from aggregator.policy.mistakes import path, told
from aggregator.policy.part import Part, written_name
from aggregator.policy.policy import Policy

_File = TypeVar("_File", bound=Part)
MOST = 50
"""Mistakes that are told at once; the rest is counted."""


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
    found = [(again.line, _repeated(again)) for again in document.repeated]
    try:
        valid = model.model_validate(_said(model, document.content))
    except ValidationError as error:
        mistakes = told(model, error.errors(include_url=False))
        found += ((document.line(loc), what) for loc, what in mistakes)
    else:
        if not found:
            return valid
    raise UsageError(_listed(document.name, sorted(found)))


def _repeated(again: Repetition) -> str:
    return f"{path(again.loc)} stands here a second time; the first is in line {again.first}"


def _said(model: type[Part], content: object) -> object:
    """The content without the chapters that hold nothing, or nothing but comments."""
    if not isinstance(content, dict):
        return content
    chapters = {written_name(field) for field in model.model_fields}
    return {key: value for key, value in content.items() if value is not None or key not in chapters}


def _listed(name: str, mistakes: list[tuple[int, str]]) -> str:
    lines = "".join(f"\n  {name}:{line}: {what}" for line, what in mistakes[:MOST])
    more = f"\n  and {len(mistakes) - MOST} more" if len(mistakes) > MOST else ""
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    return f"{name} has {count}; correct the file and run again:{lines}{more}"
