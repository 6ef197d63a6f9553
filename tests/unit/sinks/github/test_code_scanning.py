"""Tests of :mod:`aggregator.sinks.github.code_scanning`, over a client of the same kind that remembers."""

import base64
import gzip
import json

import pytest
from msgspec.structs import replace

from aggregator.model.diagnostic import Level
from aggregator.model.errors import Fault, ServiceError
from aggregator.model.finding import Decision, Disposition
from aggregator.model.state import State
from aggregator.planning.actions import Action, SetOutput
from aggregator.planning.alert_words import ORIGIN
from aggregator.planning.github_actions import DismissAlert, ReopenAlert, UploadSarif
from aggregator.planning.observed import SeenAlert
from aggregator.sinks.github.answers import SarifStatus
from aggregator.sinks.github.code_scanning import (
    OPEN_PAGES,
    CodeScanningSink,
    Sight,
    observe_alerts,
    observe_open,
    packed,
)
from aggregator.writers.upload_sarif import render_batch, upload_batches
from tests.builders import LINE, NOW, RUN, finding, outcome, tracked
from tests.contract.github_rules import refusals
from tests.fakes.github.clock import FakeClock
from tests.writers import uploaded

UPLOAD = UploadSarif(0, ("onefold/shop/Semgrep/src/",), "refs/heads/main", "a" * 40)
PENDING, COMPLETE = SarifStatus("pending"), SarifStatus("complete")
NO = ServiceError(Fault.PERMISSION, "Could not.", "Ask.")


class Desk:
    """Code scanning as the client shows it: takes uploads, tells their status in turn, keeps alerts."""

    def __init__(self, *statuses: SarifStatus | ServiceError, alerts: tuple[SeenAlert, ...] = ()) -> None:
        self.statuses = list(statuses)
        self.kept = {alert.number: alert for alert in alerts}
        self.taken: list[dict[str, object]] = []
        self.asked: list[tuple[str, str, int]] = []
        self.refusal: ServiceError | None = None
        self.is_cut = False
        self.closed_states: frozenset[str] = frozenset()

    def upload_sarif(self, fields: dict[str, object]) -> str:
        """Take a file."""
        self._check()
        self.taken.append(fields)
        return "47177e22"

    def sarif_status(self, id: str) -> SarifStatus:  # noqa: A002 - as the client
        """Tell the next status."""
        assert id == "47177e22"
        status = self.statuses.pop(0)
        if isinstance(status, ServiceError):
            raise status
        return status

    def alerts(
        self, *, tool: str = "", state: str, ref: str = "", most: int = 50
    ) -> tuple[tuple[SeenAlert, ...], bool]:
        """The alerts kept."""
        self._check()
        assert ref == ""
        if state in self.closed_states:
            raise NO
        self.asked.append((tool, state, most))
        found = [each for each in self.kept.values() if each.state == state and tool in ("", each.driver)]
        return tuple(found), self.is_cut

    def dismiss_alert(self, number: int, reason: str, comment: str) -> None:
        """Dismiss one that is open."""
        self._check()
        self._change(number, "dismissed")
        self.kept[number] = replace(self.kept[number], dismissed_reason=reason, dismissed_comment=comment)

    def reopen_alert(self, number: int) -> None:
        """Open one that is dismissed."""
        self._check()
        self._change(number, "open")

    def _change(self, number: int, state: str) -> None:
        if number not in self.kept or self.kept[number].state == state:
            raise ServiceError(Fault.REFUSED, "Could not change an alert.")
        self.kept[number] = replace(self.kept[number], state=state)

    def _check(self) -> None:
        if self.refusal is not None:
            raise self.refusal


def alert(number: int, state: str = "open", driver: str = "Semgrep (Onefold)") -> SeenAlert:
    return SeenAlert(number=number, state=state, driver=driver, rule_id="r", message="x")


def sink(desk: Desk, clock: FakeClock | None = None, patience: float = 155.0) -> CodeScanningSink:
    of = outcome(*uploaded(finding()))
    batches = upload_batches(of)
    return CodeScanningSink(
        desk, lambda batch: render_batch(of, batches[batch]), clock or FakeClock(), patience=patience
    )


def test_accepts() -> None:
    """Uploads and changes of alerts, and nothing else."""
    mine: tuple[Action, ...] = (UPLOAD, DismissAlert(1, "won't fix", "x"), ReopenAlert(1))
    assert all(sink(Desk()).accepts(action) for action in mine)
    assert not sink(Desk()).accepts(SetOutput("total", "1"))
    sink(Desk()).apply(SetOutput("total", "1"))


def test_upload() -> None:
    """The file goes out packed, with its ref and commit and nothing that GitHub does not describe."""
    desk = Desk(COMPLETE)
    sink(desk).apply(UPLOAD)
    (fields,) = desk.taken
    assert fields.keys() == {"commit_sha", "ref", "sarif"}
    assert (fields["commit_sha"], fields["ref"]) == (UPLOAD.commit, UPLOAD.ref)
    document = gzip.decompress(base64.b64decode(str(fields["sarif"])))
    assert refusals(document) == []
    assert json.loads(document)["runs"][0]["automationDetails"]["id"] == UPLOAD.categories[0]


def test_same_bytes() -> None:
    """The same file is packed into the same bytes, at any time."""
    assert packed([b"a" * 1000, b"b"]) == packed(iter([b"a" * 1000, b"b"]))
    assert gzip.decompress(base64.b64decode(packed([b"a", b"b"]))) == b"ab"


def test_status_is_awaited() -> None:
    """A taken file is asked about, less and less often, until GitHub has looked into it."""
    clock = FakeClock()
    of = sink(Desk(PENDING, PENDING, PENDING, COMPLETE), clock)
    of.apply(UPLOAD)
    assert clock.slept == [5.0, 10.0, 20.0, 40.0]
    assert of.notes == ()


def test_patience_ends() -> None:
    """When GitHub takes too long the upload is not waited for any more, which is said; the next one waits no longer."""
    clock = FakeClock()
    desk = Desk(*[PENDING] * 9)
    of = sink(desk, clock, patience=20.0)
    of.apply(UPLOAD)
    of.apply(UPLOAD)
    assert clock.slept == [5.0, 10.0, 5.0]
    assert len(desk.taken) == 2
    assert [note.code for note in of.notes] == ["upload-pending", "upload-pending"]


def test_status_cannot_be_asked() -> None:
    """A file that was taken is not lost because nobody can say what became of it."""
    of = sink(Desk(PENDING, ServiceError(Fault.UNREACHABLE, "Could not ask.")))
    of.apply(UPLOAD)
    assert [note.level for note in of.notes] == [Level.NOTE]


def test_failed_upload() -> None:
    """A file that GitHub refuses after it has taken it is an error with GitHub's reason."""
    with pytest.raises(ServiceError, match="expected artifact location"):
        sink(Desk(PENDING, SarifStatus("failed", ("expected artifact location",)))).apply(UPLOAD)


def test_upload_not_allowed() -> None:
    """Without permission there is no such service for this run, and the permission is named."""
    desk = Desk()
    desk.refusal = NO
    with pytest.raises(ServiceError, match="security-events: write") as caught:
        sink(desk).apply(UPLOAD)
    assert caught.value.fault is Fault.MISSING


def test_changes() -> None:
    """An alert is dismissed with reason and comment, and opened again."""
    desk = Desk(alerts=(alert(1),))
    sink(desk).apply(DismissAlert(1, "won't fix", "Onefold F-1: x"))
    assert desk.kept[1] == replace(
        alert(1, "dismissed"), dismissed_reason="won't fix", dismissed_comment="Onefold F-1: x"
    )
    sink(desk).apply(ReopenAlert(1))
    assert desk.kept[1].state == "open"


@pytest.mark.parametrize(
    ("action", "state"), [(DismissAlert(1, "won't fix", "x"), "dismissed"), (ReopenAlert(1), "open")]
)
def test_changed_already(action: Action, state: str) -> None:
    """What GitHub refuses because it is so already is done."""
    desk = Desk(alerts=(alert(1, state),))
    sink(desk).apply(action)
    assert desk.asked == [("", state, 50)]


def test_refused_change() -> None:
    """A change that is refused for another reason fails, and one that is not allowed is not tried by a look."""
    with pytest.raises(ServiceError, match="Could not change"):
        sink(Desk()).apply(DismissAlert(9, "won't fix", "x"))
    desk = Desk(alerts=(alert(1),))
    desk.refusal = NO
    with pytest.raises(ServiceError, match="Could not"):
        sink(desk).apply(ReopenAlert(1))
    assert desk.asked == []


def state() -> State:
    return State(line=LINE, run=RUN, at=NOW, findings=tuple(map(tracked, uploaded(finding()))))


def test_dismissed_are_seen() -> None:
    """Our dismissed alerts are read in one list for all tools; those of others are not ours."""
    desk = Desk(alerts=(alert(1, "dismissed"), alert(2), alert(3, "dismissed", "CodeQL")))
    assert observe_alerts(desk, state()) == Sight((alert(1, "dismissed"),))
    assert desk.asked == [("", "dismissed", 50)]


@pytest.mark.parametrize("of", [None, replace(state(), findings=(tracked(finding()),))])
def test_nothing_uploaded_nothing_asked(of: State | None) -> None:
    """Where nothing was ever uploaded there is no alert to look for."""
    desk = Desk()
    assert observe_alerts(desk, of) == Sight(())
    assert desk.asked == []


@pytest.mark.parametrize(
    ("fault", "level"), [(Fault.PERMISSION, Level.WARNING), (Fault.MISSING, Level.NOTE), (Fault.RATE, Level.ERROR)]
)
def test_nobody_could_look(fault: Fault, level: Level) -> None:
    """Where the alerts cannot be read nobody was listened to; where there are none to read that is a note."""
    desk = Desk()
    desk.refusal = ServiceError(fault, "Could not list.", "Ask.")
    for sight in (observe_alerts(desk, state()), observe_open(desk, ("Semgrep (Onefold)",))):
        assert sight.alerts is None
        (said,) = sight.diagnostics
        assert (said.level, said.next_step) == (level, "Ask.")


def test_half_a_list_is_none() -> None:
    """A decision must not be undone because its alert is on a page that was not read."""
    desk = Desk()
    desk.is_cut = True
    assert observe_alerts(desk, state()).alerts is None


def test_what_vanished_is_looked_for() -> None:
    """Where a dismissal that was heard is not there any more, the open alerts of its driver are read as well."""
    decided = replace(state().findings[0], decision=Decision(Disposition.RISK_ACCEPTED, origin=ORIGIN))
    of = replace(state(), findings=(decided,))
    desk = Desk(alerts=(alert(2),))
    assert observe_alerts(desk, of) == Sight((alert(2),))
    assert desk.asked == [("", "dismissed", 50), ("Semgrep (Onefold)", "open", OPEN_PAGES)]
    desk.closed_states = frozenset({"open"})
    assert observe_alerts(desk, of).alerts is None


def test_open_are_seen() -> None:
    """Open alerts are asked for by driver, within bounds."""
    desk = Desk(alerts=(alert(1), alert(2, driver="Trivy (Onefold)"), alert(3, "dismissed")))
    assert observe_open(desk, ("Semgrep (Onefold)", "Trivy (Onefold)")).alerts == (
        alert(1),
        alert(2, driver="Trivy (Onefold)"),
    )
    assert desk.asked[0] == ("Semgrep (Onefold)", "open", OPEN_PAGES)
    assert observe_open(desk, ()) == Sight(())
