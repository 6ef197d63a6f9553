"""Carries uploads to code scanning and dismissals of its alerts, and looks at the alerts that are there."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Callable, Iterable
from typing import Protocol

from msgspec import Struct

from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import Fault, ServiceError
from aggregator.model.state import State
from aggregator.planning.actions import Action
from aggregator.planning.alert_words import doubtful_drivers
from aggregator.planning.github_actions import DismissAlert, ReopenAlert, UploadSarif
from aggregator.planning.observed import SeenAlert
from aggregator.sinks.github.answers import SarifStatus
from aggregator.sinks.github.upload_errors import explained, refused
from aggregator.transport.exchange import Clock
from aggregator.uploads import DRIVER_END

PATIENCE = 155.0
"""Seconds that all uploads of a run together are waited for."""
FIRST_LOOK = 5.0
"""Seconds until an upload is first asked about; then twice as long each time."""
OPEN_PAGES = 10
"""Pages of a driver's open alerts that are looked at: 1 000 alerts."""


class CodeScanning(Protocol):
    """The part of the GitHub client that this sink needs; every method raises ``ServiceError``."""

    def upload_sarif(self, fields: dict[str, object]) -> str:
        """Send one log; gives the upload's id."""
        ...

    def sarif_status(self, id: str) -> SarifStatus:  # noqa: A002
        """How far an upload is."""
        ...

    def alerts(
        self, *, tool: str = "", state: str, ref: str = "", most: int = ...
    ) -> tuple[tuple[SeenAlert, ...], bool]:
        """Alerts, and whether there are more."""
        ...

    def dismiss_alert(self, number: int, reason: str, comment: str) -> None:
        """Dismiss an alert."""
        ...

    def reopen_alert(self, number: int) -> None:
        """Open an alert again."""
        ...


class CodeScanningSink:
    """Carries out ``UploadSarif``, ``DismissAlert`` and ``ReopenAlert``.

    Args:
        client: of the repository.
        render: gives a batch's file, by its number.
        clock: the session's.
        patience: seconds that all uploads together are waited for.
        author: whose pull request made the token one that only reads; empty where it may write.
    """

    def __init__(
        self,
        client: CodeScanning,
        render: Callable[[int], Iterable[bytes]],
        clock: Clock,
        *,
        patience: float = PATIENCE,
        author: str = "",
    ) -> None:
        self._client = client
        self._render = render
        self._clock = clock
        self._patience = patience
        self._author = author
        self._notes: list[Diagnostic] = []

    @property
    def notes(self) -> tuple[Diagnostic, ...]:
        """What is to be said about uploads whose end nobody saw."""
        return tuple(self._notes)

    def accepts(self, action: Action) -> bool:
        """Uploads, and changes of alerts."""
        return isinstance(action, UploadSarif | DismissAlert | ReopenAlert)

    def apply(self, action: Action) -> None:
        """Carry it out; an alert that is so already is left alone. Raises ``ServiceError``."""
        match action:
            case UploadSarif():
                self._upload(action)
            case DismissAlert():
                self._change(
                    lambda: self._client.dismiss_alert(action.number, action.reason, action.comment),
                    action.number,
                    "dismissed",
                )
            case ReopenAlert():
                self._change(lambda: self._client.reopen_alert(action.number), action.number, "open")
            case _:
                return

    def _upload(self, action: UploadSarif) -> None:
        fields: dict[str, object] = {
            "commit_sha": action.commit,
            "ref": action.ref,
            "sarif": packed(self._render(action.batch)),
        }
        try:
            upload = self._client.upload_sarif(fields)
        except ServiceError as error:
            raise explained(error, self._author) from None
        self._await(upload, action)

    def _await(self, upload: str, action: UploadSarif) -> None:
        """GitHub looks into a file only after it has taken it."""
        wait = FIRST_LOOK
        while wait <= self._patience:
            self._patience -= wait
            self._clock.sleep(wait)
            wait *= 2
            try:
                status = self._client.sarif_status(upload)
            except ServiceError:
                break  # the file is there; only nobody can say what became of it
            if status.state == "failed":
                raise refused(status.errors)
            if status.state == "complete":
                return
        reason = f"What became of {len(action.categories)} categories is not known yet: GitHub still works on them."
        step = "Look at the Security tab later."
        self._notes.append(Diagnostic("upload-pending", Level.NOTE, "code scanning", reason, step))

    def _change(self, change: Callable[[], None], number: int, state: str) -> None:
        """GitHub refuses to dismiss what is dismissed: then a look tells whether all is well."""
        try:
            change()
        except ServiceError as error:
            if error.fault is not Fault.REFUSED:
                raise
            alerts, _ = self._client.alerts(state=state)
            if number not in {alert.number for alert in alerts}:
                raise


class Sight(Struct, frozen=True):
    """The alerts that were seen; ``None`` when nobody could look, or not at all of them."""

    alerts: tuple[SeenAlert, ...] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def observe_alerts(client: CodeScanning, state: State | None, login: str = "") -> Sight:
    """What tells which alerts people dismissed and which they opened again; in most runs one call.

    Args:
        client: of the repository.
        state: what is remembered; where nothing was ever uploaded nothing is asked.
        login: who we are on GitHub, if known.
    """
    dismissed = _observe_dismissed(client, state)
    if dismissed.alerts is None:
        return dismissed
    opened = observe_open(client, doubtful_drivers(dismissed.alerts, state, login))
    if opened.alerts is None:
        return opened
    return Sight((*dismissed.alerts, *opened.alerts))


def _observe_dismissed(client: CodeScanning, state: State | None) -> Sight:
    """Our dismissed alerts on the default branch; one call for each hundred."""
    if state is None or all(item.upload is None for item in state.findings):
        return Sight(())
    try:
        alerts, is_cut = client.alerts(state="dismissed")
    except ServiceError as error:
        return Sight(None, (_unseen(error),))
    if is_cut:
        return Sight(None, (_too_many(),))
    return Sight(_ours(alerts))


def observe_open(client: CodeScanning, drivers: Iterable[str]) -> Sight:
    """The newest open alerts of these drivers on the default branch."""
    found: list[SeenAlert] = []
    for driver in drivers:
        try:
            alerts, _ = client.alerts(tool=driver, state="open", most=OPEN_PAGES)
        except ServiceError as error:
            return Sight(None, (_unseen(error),))
        found += _ours(alerts)
    return Sight(tuple(found))


def packed(chunks: Iterable[bytes]) -> str:
    """The file as GitHub takes it: gzip, then base64; the same bytes for the same file."""
    packer = zlib.compressobj(wbits=31)
    whole = b"".join([*(packer.compress(chunk) for chunk in chunks), packer.flush()])
    return base64.b64encode(whole).decode("ascii")


def _ours(alerts: Iterable[SeenAlert]) -> tuple[SeenAlert, ...]:
    return tuple(alert for alert in alerts if alert.driver.endswith(DRIVER_END))


def _unseen(error: ServiceError) -> Diagnostic:
    """What people decided there before holds on."""
    level = Level.WARNING if error.is_for_good else Level.ERROR
    level = Level.NOTE if error.fault is Fault.MISSING else level
    reason = f"{error.reason} What was decided there before holds on."
    return Diagnostic("alerts-unseen", level, "code scanning", reason, error.next_step)


def _too_many() -> Diagnostic:
    reason = "There are more dismissed alerts than can be read. What was decided there before holds on."
    step = "Delete analyses of tools that no longer run."
    return Diagnostic("alerts-unseen", Level.WARNING, "code scanning", reason, step)
