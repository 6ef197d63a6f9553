from typing import Any

from aggregator.model.coverage import Completeness
from aggregator.writers.sarif_model import Json, as_json
from aggregator.writers.sarif_notes import invocation_of
from tests.builders import note, scan


def invocation(**fields: Any) -> dict[str, Json]:
    found = as_json(invocation_of(scan(**fields), ()))
    assert isinstance(found, dict)
    return found


def test_complete() -> None:
    """A complete scan was successful and has nothing to say."""
    assert invocation() == {
        "executionSuccessful": True,
        "properties": {"completeness": "complete", "report": "semgrep.json", "passed": 0, "manual": 0, "refused": 0},
    }


def test_partial_and_failed() -> None:
    """A partial scan warns; a failed one was not successful and says so as an error, with the next step."""
    partial = invocation(completeness=Completeness.PARTIAL, reason="Two files timed out.")
    assert partial["executionSuccessful"] is True
    failed = invocation(completeness=Completeness.FAILED, reason="Empty.", next_step="Run it again.")
    assert failed["executionSuccessful"] is False
    assert failed["toolExecutionNotifications"] == [
        {
            "level": "error",
            "message": {"text": "semgrep.json: Empty. Run it again."},
            "descriptor": {"id": "scan-failed"},
        }
    ]


def test_diagnostics() -> None:
    """What went wrong while reading stands beside the scan."""
    found = as_json(invocation_of(scan(), [note(next_step="Look.")]))
    assert isinstance(found, dict)
    # SARIF's default level is warning, so it is not written.
    assert found["toolExecutionNotifications"] == [
        {"message": {"text": "semgrep.json: Odd. Look."}, "descriptor": {"id": "report-odd"}}
    ]
