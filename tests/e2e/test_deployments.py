"""Deployment after deployment: what is called anew each time is not found anew, and what was judged stays judged."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.job import onefold

START = date(2026, 9, 1)
SITE = "https://shop.example"
HASHES = ("8f3c2a1b", "91be77d0", "0c5d1e2f", "e7a9b3c4")
ORDERS = (
    "01HV3K5Z8J9QW2R4T6Y8P0A1BC",
    "01HW4M6A9K0RX3S5V7Z9Q1B2CD",
    "01HX5N7B0M1SY4T6W8A0R2C3DE",
    "01HY6P8C1N2TZ5V7X9B1S3D4EF",
)
REPLICAS = (("xk2lp", "q8zmn"), ("b7c4d", "f9g2h"), ("j5k8l", "m4n6p"), ("r2s7t", "v8w5x"))


def zap(number: int) -> Any:
    """ZAP's report about one deployment: its bundles, a page of an order and one with a session in its path."""
    name = HASHES[number]
    paths = (
        f"/static/js/main.{name}.chunk.js",
        f"/assets/vendor-{name[:4]}X{name[4:]}.js",
        f"/orders/{ORDERS[number]}",
        f"/(S(lit3py55t21z5v55{name}))/cart.aspx",
    )
    instances = [{"uri": SITE + path, "method": "GET", "param": "", "attack": "", "evidence": ""} for path in paths]
    alert = {
        "pluginid": "10096",
        "alertRef": "10096",
        "name": "Timestamp Disclosure - Unix",
        "riskcode": "2",
        "confidence": "2",
        "desc": "A timestamp was disclosed.",
        "instances": instances,
        "count": str(len(instances)),
        "cweid": "497",
    }
    site = {"@name": SITE, "@host": "shop.example", "@port": "443", "@ssl": "true", "alerts": [alert]}
    return {"@programName": "ZAP", "@version": "2.16.1", "@generated": "Mon, 1 Jan 2026 12:00:00", "site": [site]}


def row(check: str, uid: str, name: str, status: str, cloud: Any, region: str) -> Any:
    """One row of Prowler."""
    return {
        "metadata": {"event_code": check, "product": {"name": "Prowler", "version": "5.4.0"}},
        "severity": "High",
        "status": "New",
        "status_code": status,
        "status_detail": f"{name} was looked at",
        "finding_info": {"title": check, "uid": f"prowler-{check}-{name}"},
        "resources": [{"uid": uid, "name": name, "region": region, "namespace": "shop", "type": "Pod"}],
        "class_uid": 2004,
        "cloud": cloud,
    }


def prowler(number: int, status: str = "FAIL") -> Any:
    """Prowler's rows about one deployment: the latest task definition."""
    uid = f"arn:aws:ecs:eu-west-1:111122223333:task-definition/web:{41 + number}"
    cloud = {"provider": "aws", "account": {"uid": "111122223333"}, "region": "eu-west-1"}
    return [row("ecs_task_definitions_no_environment_secrets", uid, f"web:{41 + number}", status, cloud, "eu-west-1")]


def kubernetes(number: int, status: str = "FAIL") -> Any:
    """Prowler's rows about one deployment: two pods."""
    cloud = {"provider": "kubernetes", "account": {"uid": "prod"}}
    names = [f"web-{HASHES[number].translate(str.maketrans('013ae', 'bcdfg'))}-{pod}" for pod in REPLICAS[number]]
    return [row("core_seccomp_profile", f"uid-{name}", name, status, cloud, "namespace: shop") for name in names]


def run(folder: Path, day: int, report: Any) -> dict[str, tuple[str, str | None]]:
    """One run over one report: by id, how each finding stands."""
    (folder / "report.json").write_text(json.dumps(report))
    now = f"{START + timedelta(days=day):%Y-%m-%d}T08:00:00Z"
    done = onefold("run", "report.json", "--state", "state", "--now", now, cwd=folder)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    findings = json.loads((folder / "onefold-out" / "findings.json").read_bytes())["findings"]
    return {each["id"]: (each["status"], each["baseline"]) for each in findings}


def accept(folder: Path, ids: Sequence[str]) -> None:
    """Exceptions for some findings."""
    entry = "  - {{status: risk_accepted, reason: judged, owner: kim, expires: 2027-06-30, id: {}}}\n"
    (folder / ".github").mkdir()
    (folder / ".github" / "onefold-exceptions.yml").write_text("exceptions:\n" + "".join(map(entry.format, ids)))


def test_a_site_is_built_anew(tmp_path: Path) -> None:
    """Its bundles, orders and sessions have other names, and nothing is new, closed or open again."""
    first = run(tmp_path, 0, zap(0))
    assert len(first) == 4
    accept(tmp_path, tuple(first))
    for number in range(1, 4):
        assert run(tmp_path, number, zap(number)) == dict.fromkeys(first, ("risk_accepted", "unchanged"))


def test_a_service_is_deployed_anew(tmp_path: Path) -> None:
    """By another revision, or by other pods; the two pods stay two."""
    for name, report in (("ecs", prowler), ("kubernetes", kubernetes)):
        folder = tmp_path / name
        folder.mkdir()
        first = run(folder, 0, report(0))
        assert len(first) == len(report(0))
        accept(folder, tuple(first))
        for number in range(1, 4):
            assert run(folder, number, report(number)) == dict.fromkeys(first, ("risk_accepted", "unchanged"))


def test_a_deployment_mends_it(tmp_path: Path) -> None:
    """What took the place of the old revision or pods passes, twice in a row: they are gone."""
    for name, report in (("ecs", prowler), ("kubernetes", kubernetes)):
        folder = tmp_path / name
        folder.mkdir()
        first = run(folder, 0, report(0))
        assert run(folder, 1, report(1, "PASS")) == dict.fromkeys(first, ("active", "unchanged"))
        assert run(folder, 2, report(1, "PASS")) == dict.fromkeys(first, ("closed", "absent"))
