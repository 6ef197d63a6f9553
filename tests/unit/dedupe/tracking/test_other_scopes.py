"""A file that moves from one service to another, where each has a report of its own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report

TEXT = "".join(f"def step_{number}(value):\n    return run(value, {number})\n" for number in range(9))
SHOP, TILL = "shop/semgrep.json", "till/semgrep.json"
STAYS = flaw("other", path="shop/app.py", line=2, scope=SHOP)


def at(path: str, scope: str, line: int = 6) -> Result:
    """The flaw in a file of a service."""
    return flaw(path=path, scope=scope, line=line)


def after(then: Result, *now: Result, files: tuple[str, ...]) -> tuple[Finding, list[Finding]]:
    """The finding, and what the next run finds in these files; the first report has another one all the time."""
    sources = dict.fromkeys((*files, "shop/app.py"), TEXT)
    first = folded(report(then, STAYS), sources=sources | {"shop/util.py": TEXT}).findings
    found = folded(report(STAYS), report(*now), sources=sources, previous=remember(first), now=LATER).findings
    (before,) = [each for each in first if each.rule_id == then.rule_id]
    return before, [each for each in found if each.rule_id == then.rule_id]


def test_it_is_followed() -> None:
    """By its lines and all that stands around them, whatever the file is called there."""
    before, (found,) = after(at("shop/util.py", SHOP), at("till/tools.py", TILL), files=("till/tools.py",))
    assert found.id == before.id
    assert [(each.tier, each.key) for each in found.carried] == [("high", "moved-context")]


@pytest.mark.parametrize(
    ("now", "files"),
    [
        ((at("till/util.py", TILL),), ("till/util.py", "shop/util.py")),
        ((at("till/util.py", TILL, line=8),), ("till/util.py",)),
        ((at("till/util.py", TILL), at("till/copy.py", TILL)), ("till/util.py", "till/copy.py")),
        ((replace(at("till/util.py", TILL), rule_id="x"),), ("till/util.py",)),
        ((at("till/util.py", TILL),), ()),
    ],
    ids=["stays-unread", "other-line", "two-copies", "other-rule", "no-checkout"],
)
def test_what_is_not_sure_is_new(now: tuple[Result, ...], files: tuple[str, ...]) -> None:
    """A copy, another line, one of two, or a line that nobody can read takes nothing over."""
    before, found = after(at("shop/util.py", SHOP), *now, files=files)
    assert before.id not in {each.id for each in found}


def test_a_pentest_keeps_to_itself() -> None:
    """What was examined once is no file of another scan."""
    examined = replace(at("shop/util.py", "Pen test \u00bb src"), kind=Kind.SAST)
    before, found = after(examined, at("till/util.py", TILL), files=("till/util.py",))
    assert before.id not in {each.id for each in found}
