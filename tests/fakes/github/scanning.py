"""Code scanning of the fake GitHub: uploads, analyses and alerts.

An alert is one driver, rule, path and line hash, whatever the branch. It has an instance for each ref and category it
was uploaded for; the next upload there without it fixes that instance. Nobody publishes GitHub's own rules: these are
what its documentation and users' reports tell.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from tests.contract.github_rules import refusals
from tests.fakes.github.clock import FakeClock

Identity = tuple[str, str, str, str]
"""Driver, rule, path and line hash."""


@dataclass
class Instance:
    """Where an alert was seen last, for one ref and category."""

    ref: str
    category: str
    commit: str
    at: float
    message: str
    path: str = ""
    region: dict[str, int] = field(default_factory=dict)
    is_open: bool = True


@dataclass
class Alert:
    """An alert of the repository."""

    number: int
    identity: Identity
    created_at: float
    instances: dict[tuple[str, str], Instance] = field(default_factory=dict)
    dismissed: dict[str, str] | None = None

    def at(self, ref: str) -> list[Instance]:
        """Its instances on one ref, the latest last."""
        return sorted((each for each in self.instances.values() if each.ref == ref), key=lambda each: each.at)

    def state(self, ref: str) -> str:
        """What it is on one ref; dismissed is dismissed everywhere."""
        if self.dismissed is not None:
            return "dismissed"
        return "open" if any(each.is_open for each in self.at(ref)) else "fixed"


@dataclass
class Upload:
    """A file that was taken. ``looks``: how often it is still pending."""

    id: str
    errors: list[str]
    looks: int


class Scanning:
    """The Security tab of one repository.

    Attributes:
        enabled: whether code scanning is switched on.
        slow: how often who asks about an upload hears that it is pending; ``late``: not there yet, before that.
        verdict: what every upload fails with, beside what is found wrong in it.
    """

    def __init__(self, clock: FakeClock, default_branch: str) -> None:
        self._clock = clock
        self.default_ref = f"refs/heads/{default_branch}"
        self.enabled = True
        self.slow, self.late = 2, 0
        self.verdict: list[str] = []
        self.uploads: dict[str, Upload] = {}
        self.documents: list[bytes] = []
        self.analyses: list[dict[str, Any]] = []
        self.alerts: dict[int, Alert] = {}

    def take(self, packed: bytes, ref: str, commit: str) -> str:
        """Take a gzip file; raises ``ValueError`` for what is none."""
        try:
            document = zlib.decompress(packed, wbits=31)
        except zlib.error:
            raise ValueError from None
        self.documents.append(document)
        log = json.loads(document)
        number = f"{len(self.uploads) + 1:08d}-0000-0000-0000-000000000000"
        errors = [*refusals(document), *self.verdict]
        self.uploads[number] = Upload(number, errors, self.slow + self.late)
        if not errors:
            for run in log["runs"]:
                self._analyse(run, ref, commit, number)
        return number

    def status(self, number: str) -> str | None:
        """``pending``, ``complete`` or ``failed``; ``None`` when there is no such upload, or not yet."""
        upload = self.uploads.get(number)
        if upload is None:
            return None
        if upload.looks > 0:
            upload.looks -= 1
            return "pending" if upload.looks < self.slow else None
        return "failed" if upload.errors else "complete"

    def dismiss(self, number: int, *, by: str, reason: str, comment: str = "") -> None:
        """Dismiss an alert, as a person does on its page."""
        at = str(self._clock.now())
        self.alerts[number].dismissed = {"by": by, "reason": reason, "comment": comment, "at": at}

    def reopen(self, number: int) -> None:
        """Open a dismissed alert again."""
        self.alerts[number].dismissed = None

    def _analyse(self, run: dict[str, Any], ref: str, commit: str, upload: str) -> None:
        driver = run["tool"]["driver"]["name"]
        category = run["automationDetails"]["id"].rpartition("/")[0]
        place, now = (ref, category), self._clock.now()
        for alert in self.alerts.values():
            if alert.identity[0] == driver and place in alert.instances:
                alert.instances[place].is_open = False
        for result in run["results"]:
            self._see(driver, result, Instance(ref, category, commit, now, result["message"]["text"]))
        told = {"driver": driver, "category": category, "ref": ref, "commit": commit, "upload": upload, "at": now}
        self.analyses.append({**told, "results": len(run["results"]), "id": len(self.analyses) + 1})

    def _see(self, driver: str, result: dict[str, Any], instance: Instance) -> None:
        where = result["locations"][0]["physicalLocation"]
        instance.path, instance.region = where["artifactLocation"]["uri"], where["region"]
        identity = (driver, result["ruleId"], instance.path, result["partialFingerprints"]["primaryLocationLineHash"])
        alert = next((each for each in self.alerts.values() if each.identity == identity), None)
        if alert is None:
            alert = Alert(len(self.alerts) + 1, identity, instance.at)
            self.alerts[alert.number] = alert
        alert.instances[instance.ref, instance.category] = instance
