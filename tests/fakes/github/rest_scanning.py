"""The fake REST API of code scanning."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from aggregator.transport.exchange import Reply
from tests.fakes.github.description import Call, sample
from tests.fakes.github.hub import Hub, rfc3339
from tests.fakes.github.replies import REPO, Answer, ok, page, refusal
from tests.fakes.github.scanning import Alert

_LARGEST = 10_000_000
_OFF = "Code Security must be enabled for this repository to use code scanning."


def _upload(hub: Hub, call: Call) -> Reply:
    if not hub.scanning.enabled:
        return refusal(403, _OFF)
    try:
        packed = base64.b64decode(call.fields["sarif"], validate=True)
        if len(packed) > _LARGEST:
            return refusal(413, "The SARIF is too large.")
        number = hub.scanning.take(packed, call.fields["ref"], call.fields["commit_sha"])
    except (binascii.Error, ValueError):
        return refusal(400, "The SARIF could not be decoded.")
    except (KeyError, TypeError, IndexError):
        return refusal(422, "The SARIF is not valid.")
    return ok({"id": number, "url": f"{hub.api}/repos/{hub.name}/code-scanning/sarifs/{number}"}, 202)


def _status(hub: Hub, call: Call) -> Reply:
    state = hub.scanning.status(call.values["sarif_id"])
    if state is None:
        return refusal(404, "Not Found")
    errors = hub.scanning.uploads[call.values["sarif_id"]].errors if state == "failed" else None
    return ok({"processing_status": state, "analyses_url": None if state == "pending" else "", "errors": errors})


def _alerts(hub: Hub, call: Call) -> Reply:
    if not hub.scanning.enabled:
        return refusal(403, _OFF)
    if not hub.scanning.analyses:
        return refusal(404, "no analysis found")
    ref = call.query.get("ref", hub.scanning.default_ref)
    wanted = call.query.get("state")
    rows = [
        (alert, ref)
        for alert in reversed(hub.scanning.alerts.values())
        if alert.at(ref)
        and call.query.get("tool_name", alert.identity[0]) == alert.identity[0]
        and wanted in {None, alert.state(ref)}
    ]
    return page(hub, call, "", rows, _item)


def _change(hub: Hub, call: Call) -> Reply:
    alert = hub.scanning.alerts.get(int(call.values["alert_number"]))
    if alert is None:
        return refusal(404, "Not Found")
    wanted = call.fields["state"]
    if wanted == ("dismissed" if alert.dismissed else "open"):
        return refusal(400, f"Alert is already {wanted}")
    if wanted == "open":
        hub.scanning.reopen(alert.number)
    elif call.fields.get("dismissed_reason") is None:
        return refusal(400, "A dismissed_reason is required")
    else:
        comment = call.fields.get("dismissed_comment") or ""
        hub.scanning.dismiss(alert.number, by=call.login, reason=call.fields["dismissed_reason"], comment=comment)
    return ok(_alert(hub, (alert, hub.scanning.default_ref), "code-scanning-alert"))


def _item(hub: Hub, row: tuple[Alert, str]) -> dict[str, Any]:
    return _alert(hub, row, "code-scanning-alert-items")


def _alert(hub: Hub, row: tuple[Alert, str], schema: str) -> dict[str, Any]:
    alert, ref = row
    instance = (alert.at(ref) or list(alert.instances.values()))[-1]
    driver, rule, _, _ = alert.identity
    told = alert.dismissed
    region = {name: instance.region[name] for name in ("startLine", "endLine", "startColumn", "endColumn")}
    words = {"startLine": "start_line", "endLine": "end_line", "startColumn": "start_column", "endColumn": "end_column"}
    latest = {
        "ref": instance.ref,
        "category": instance.category,
        "commit_sha": instance.commit,
        "state": alert.state(instance.ref),
        "message": {"text": instance.message},
        "location": {"path": instance.path, **{words[name]: value for name, value in region.items()}},
    }
    dismissal = {
        "dismissed_by": None if told is None else sample("simple-user") | {"login": told["by"]},
        "dismissed_at": None if told is None else rfc3339(float(told["at"])),
        "dismissed_reason": None if told is None else told["reason"],
        "dismissed_comment": None if told is None else told["comment"],
    }
    return (
        sample(schema)
        | dismissal
        | {
            "number": alert.number,
            "created_at": rfc3339(alert.created_at),
            "state": alert.state(ref),
            "rule": {"id": rule},
            "tool": {"name": driver, "guid": None, "version": None},
            "most_recent_instance": latest,
        }
    )


def _analyses(hub: Hub, call: Call) -> Reply:
    rows = [
        each
        for each in reversed(hub.scanning.analyses)
        if call.query.get("ref", each["ref"]) == each["ref"]
        and call.query.get("tool_name", each["driver"]) == each["driver"]
        and call.query.get("sarif_id", each["upload"]) == each["upload"]
    ]
    return page(hub, call, "", rows, _analysis) if hub.scanning.analyses else refusal(404, "no analysis found")


def _analysis(hub: Hub, row: dict[str, Any]) -> dict[str, Any]:
    return sample("code-scanning-analysis") | {
        "id": row["id"],
        "ref": row["ref"],
        "commit_sha": row["commit"],
        "category": row["category"],
        "created_at": rfc3339(row["at"]),
        "results_count": row["results"],
        "sarif_id": row["upload"],
        "tool": {"name": row["driver"], "guid": None, "version": None},
    }


_READ, _WRITE = ("security-events:read",), ("security-events:write",)
ANSWERS: dict[tuple[str, str], tuple[tuple[str, ...], Answer]] = {
    ("GET", f"{REPO}/code-scanning/alerts"): (_READ, _alerts),
    ("PATCH", f"{REPO}/code-scanning/alerts/{{alert_number}}"): (_WRITE, _change),
    ("GET", f"{REPO}/code-scanning/analyses"): (_READ, _analyses),
    ("POST", f"{REPO}/code-scanning/sarifs"): (_WRITE, _upload),
    ("GET", f"{REPO}/code-scanning/sarifs/{{sarif_id}}"): (_READ, _status),
}
