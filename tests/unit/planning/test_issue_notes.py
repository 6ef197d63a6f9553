"""Tests of what becomes of people's own words in the text of an issue that :mod:`aggregator.planning.issues` edits."""

from __future__ import annotations

from msgspec.structs import replace

from tests.unit.planning.issue_life import Life, fixed, late, many

NOTES = "### Plan (kim)\n- [x] m3: PR 77\n- [ ] m4: waits for the vendor"


def test_notes_in_a_shared_issue_outlive_every_edit() -> None:
    """Whatever changes above them, and also while it is closed and opened, people's notes stay where they are."""
    life = Life(group_by="rule", remind_days=99)
    first, second, third = many(3)
    life.run(first, second)
    life.tracker.change(1, body=f"{life.tracker.kept[1].body}\n\n{NOTES}")
    text = life.tracker.kept[1].body
    assert life.run(first, second) == []
    assert life.tracker.kept[1].body == text
    assert life.run(first, second, third) == ["edit 1"]
    assert life.run(first, fixed(second, life.now), third) == ["edit 1"]
    over = [fixed(each, life.now) for each in (first, second, third)]
    assert life.run(*over) == ["close 1 completed"]
    assert life.run(replace(first, reopened_at=life.now), *over[1:]) == ["reopen 1", "reminder 1"]
    assert life.tracker.kept[1].body.replace("\r\n", "\n").endswith(f"-->\n\n{NOTES}")


def test_notes_in_the_rolling_issue_stay() -> None:
    """The list above them is written anew."""
    life = Life(most=1, remind_days=99)
    life.run(*(late(number) for number in range(1, 5)))
    life.tracker.change(2, body=f"{life.tracker.kept[2].body}\n{NOTES}")
    assert life.run(*(late(number) for number in range(1, 5))) == ["open F-0002", "edit 2"]
    assert life.tracker.kept[2].body.replace("\r\n", "\n").endswith(f"-->\n\n{NOTES}")
