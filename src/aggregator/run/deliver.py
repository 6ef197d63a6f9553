"""Carries out a plan: each action by the first sink that knows it, each failure for itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from aggregator.model.errors import Fault, OnefoldError, ServiceError
from aggregator.planning.actions import Action
from aggregator.planning.github_actions import GitHubAction
from aggregator.planning.plan import Delivery, Receipt
from aggregator.run.words import harmless

_CHECK = "Check the folder and the disk."


class Sink(Protocol):
    """Carries out the actions it knows."""

    def accepts(self, action: Action) -> bool:
        """Whether this sink is the one to carry it out."""
        ...

    def apply(self, action: Action) -> str | None:
        """Carry it out, twice with the effect of once, and say where the thing is now, a path or an address.

        Raises ``OSError`` or ``OnefoldError``.
        """
        ...


def deliver(
    actions: Iterable[Action], sinks: Sequence[Sink], announce: Callable[[str], None], receipts: list[Receipt]
) -> None:
    """Add one receipt for each action, in their order; a failing action never stops the next one."""
    for action in actions:
        announce(harmless(f"Now: {action.sentence()}"))
        receipts.append(_apply(action, sinks))


def _apply(action: Action, sinks: Sequence[Sink]) -> Receipt:
    sink = next((sink for sink in sinks if sink.accepts(action)), None)
    if sink is None:
        return Receipt(action.key, Delivery.FAILED, f"Nobody here can {action.sentence()}.")
    try:
        place = sink.apply(action)
    except OSError as error:
        return Receipt(action.key, Delivery.FAILED, f"Could not {action.sentence()}: {error.strerror}. {_CHECK}")
    except OnefoldError as error:
        delivery = Delivery.UNAVAILABLE if _is_not_wanted(error, action) else Delivery.FAILED
        return Receipt(action.key, delivery, f"Could not {action.sentence()}: {error}")
    return Receipt(action.key, Delivery.DONE, place=place or "")


def _is_not_wanted(error: OnefoldError, action: Action) -> bool:
    """Whether no run after this one will do better: there is no such service, or nobody gave the job the permission.

    The state is wanted in any case: without its permission a run would forget in silence. So is what is done on a
    service whose address and token were given: a token that may not do it is a mistake and no choice.
    """
    if not isinstance(error, ServiceError):
        return False
    return error.fault is Fault.MISSING or (error.fault is Fault.PERMISSION and isinstance(action, GitHubAction))


def hand_over(workspace: Path, paths: Iterable[Path]) -> None:
    """Give what we wrote, and the folders we made for it, to the owner of the workspace.

    The container writes as root; on a self-hosted runner nobody else could remove root's files.
    """
    root = Path(os.path.abspath(workspace))  # noqa: PTH100 - links stay links
    with suppress(OSError):
        owner = root.stat()
        ours = {path for file in paths for path in _up_to(root, file)}
        for path in sorted(ours):
            if path.lstat().st_uid == os.geteuid() != owner.st_uid:
                os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _up_to(root: Path, file: Path) -> Iterable[Path]:
    """The file and its folders below the root; nothing when it lies elsewhere."""
    path = Path(os.path.abspath(root / file))  # noqa: PTH100 - as above
    if root not in path.parents or not path.exists():
        return []
    return [path, *(parent for parent in path.parents if root in parent.parents)]
