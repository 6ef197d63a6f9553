import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from aggregator.model.errors import Fault, ServiceError, StateError
from aggregator.planning.actions import Action, SaveState, SetOutput, WriteFile
from aggregator.planning.github_actions import UpsertComment
from aggregator.planning.jira_actions import MoveTicket
from aggregator.planning.plan import Delivery, Plan, Receipt
from aggregator.run.deliver import deliver, hand_over
from tests.builders import LINE

ACTIONS = (WriteFile("out/a", "a"), SetOutput("new", "1"), SaveState(LINE, "s/x.json"))


class FakeSink:
    """Takes everything of some kinds and remembers it, or fails."""

    def __init__(self, *kinds: type, error: Exception | None = None) -> None:
        self.kinds = kinds
        self.error = error
        self.done: list[Action] = []

    def accepts(self, action: Action) -> bool:
        """Whether it is of one of the kinds."""
        return isinstance(action, self.kinds)

    def apply(self, action: Action) -> str | None:
        """Fail, or remember and say where it is."""
        if self.error:
            raise self.error
        self.done.append(action)
        return action.path if isinstance(action, WriteFile) else None


def delivered(actions: Iterable[Action], sinks: Sequence[FakeSink], announce: Callable[[str], None]) -> list[Receipt]:
    receipts: list[Receipt] = []
    deliver(actions, sinks, announce, receipts)
    return receipts


def test_each_action_has_a_receipt() -> None:
    """Every action is carried out in order by the first sink that takes it; receipts name the files."""
    said: list[str] = []
    files, rest = FakeSink(WriteFile), FakeSink(WriteFile, SetOutput, SaveState)
    receipts = delivered(ACTIONS, [files, rest], said.append)
    assert [receipt.key for receipt in receipts] == [action.key for action in ACTIONS]
    assert [receipt.place for receipt in receipts] == ["out/a", "", ""]
    assert said == ["Now: write out/a", "Now: set the step's output new to 1", "Now: save the state to s/x.json"]
    assert (files.done, rest.done) == ([ACTIONS[0]], [*ACTIONS[1:]])


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), StateError("It is newer.", "Upgrade.")])
def test_one_failure_stops_nothing_else(error: Exception) -> None:
    """A sink that fails leaves a receipt with the reason; the others go on."""
    receipts = delivered(ACTIONS, [FakeSink(WriteFile, error=error), FakeSink(SetOutput, SaveState)], print)
    assert [receipt.delivery for receipt in receipts] == [Delivery.FAILED, Delivery.DONE, Delivery.DONE]
    assert "write out/a" in receipts[0].reason
    assert receipts[0].place == ""


def test_a_service_that_is_not_there_is_no_failure() -> None:
    """Where there is no such service no later run will do better: that is a warning."""
    error = ServiceError(Fault.MISSING, "There is none.")
    (receipt,) = delivered(ACTIONS[:1], [FakeSink(WriteFile, error=error)], print)
    assert receipt.delivery is Delivery.UNAVAILABLE


def test_a_permission_that_nobody_gave_is_a_warning_but_for_the_state() -> None:
    """What is done on GitHub may be left out by leaving out its permission; a state, or a ticket, is a failure."""
    error = ServiceError(Fault.PERMISSION, "Not allowed.")
    actions = (UpsertComment(7, "Text."), MoveTicket("SEC-1", "done"), ACTIONS[2])
    receipts = delivered(actions, [FakeSink(UpsertComment, MoveTicket, SaveState, error=error)], print)
    assert [receipt.delivery for receipt in receipts] == [Delivery.UNAVAILABLE, Delivery.FAILED, Delivery.FAILED]


def test_the_state_is_saved_after_everything_else() -> None:
    """A plan knows its deeds from the saving of what they taught."""
    plan = Plan(ACTIONS)
    assert (plan.deeds, plan.saving) == (ACTIONS[:2], ACTIONS[2:])


def test_action_that_nobody_takes_failed() -> None:
    """An action without a sink is not forgotten."""
    (receipt,) = delivered(ACTIONS[1:2], [FakeSink(WriteFile)], print)
    assert receipt.delivery is Delivery.FAILED


def test_files_are_handed_to_the_workspaces_owner(tmp_path: Path) -> None:
    """What we made in the workspace belongs to its owner afterwards; what others made, or lies elsewhere, does not."""
    workspace, elsewhere = tmp_path / "workspace", tmp_path / "elsewhere"
    (workspace / "out").mkdir(parents=True)
    elsewhere.mkdir()
    for path in (workspace / "out/a", workspace / "out/b", elsewhere / "a"):
        path.touch()
    os.chown(workspace, 1001, 1001)
    os.chown(workspace / "out/b", 1002, 1002)
    paths = [Path("out/a"), Path("out/b"), Path("out/missing"), elsewhere / "a", workspace]
    hand_over(workspace, paths)
    owners = [path.stat().st_uid for path in (workspace / "out", workspace / "out/a", workspace / "out/b")]
    assert owners == [1001, 1001, 1002]
    assert (elsewhere / "a").stat().st_uid == os.geteuid()


def test_missing_workspace_is_nobodys(tmp_path: Path) -> None:
    """Without the workspace there is nobody to hand files to, and that is no failure."""
    hand_over(tmp_path / "nowhere", [Path("out/a")])
