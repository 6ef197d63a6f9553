"""Real sources, edited at random by a script that knows where every line went."""

import random
from collections.abc import Iterator

from aggregator.passages.lines import unchanged_lines
from tests.meta.source import modules

_Page = list[tuple[int | None, str]]
"""Lines with the number that each had before; ``None`` for a new one."""
_TELLING = 4
"""Letters of a line that is counted: brackets and blank lines are nobody's evidence."""


def edited(lines: list[str], chance: random.Random) -> _Page:
    """Insert, delete, change and indent lines at up to a dozen places."""
    page: _Page = list(enumerate(lines))
    for _ in range(chance.randrange(1, 12)):
        first = chance.randrange(len(page) + 1)
        end = min(len(page), first + chance.choice([1, 1, 2, 3, 8, 20]))
        match chance.randrange(4):
            case 0:
                page[first:first] = [(None, f"    new = {chance.random()}")]
            case 1:
                del page[first:end]
            case 2:
                page[first:end] = [(None, f"{line}  # changed") for _, line in page[first:end]]
            case _:
                page[first:end] = [(number, f"    {line}") for number, line in page[first:end]]
    return page


def followed(old: list[str], page: _Page) -> Iterator[bool | None]:
    """Whether each telling line that stayed, or that is said to have stayed, was followed to where it is; or lost."""
    now = {number: place for place, (number, _) in enumerate(page) if number is not None}
    runs = unchanged_lines("\n".join(old), "\n".join(line for _, line in page))
    told = {run.old + k - 1: run.new + k - 1 for run in runs for k in range(run.length)}
    for number, line in enumerate(old):
        if len(line.strip()) >= _TELLING and (number in now or number in told):
            yield told[number] == now.get(number) if number in told else None


def test_edited_sources_are_followed() -> None:
    """Of the lines that stayed at least 99.8 % are followed, and not 1 in 2 000 to a wrong place."""
    chance = random.Random(5)  # noqa: S311 - no secret is made of it
    sources = [path.read_text(encoding="utf-8").split("\n") for path in modules()]
    results: list[bool | None] = []
    for _ in range(400):
        old = chance.choice(sources)
        results += followed(old, edited(old, chance))
    assert len(results) > 20_000
    assert results.count(True) / len(results) > 0.998
    assert results.count(False) / len(results) < 0.0005
