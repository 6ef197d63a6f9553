"""Several products, accounts and engagements side by side, in every order: what happens to one happens to no other."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import EXAMPLES, onefold

FIRST = EXAMPLES / "first"
ACCOUNTS = ("123456789012", "210987654321")
START = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
Findings = dict[str, Any]


class Shop:
    """A folder whose runs go on from one another, one a day."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.days = 0

    def write(self, name: str, text: str) -> str:
        """A file below the folder; its name."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    def run(self, *arguments: str, code: int = 0) -> Findings:
        """One run, and its findings.json."""
        now = START + timedelta(days=self.days)
        self.days += 1
        done = onefold("run", *arguments, "--state", "state", "--now", now.isoformat(), cwd=self.folder)
        assert done.returncode == code, (done.stdout + done.stderr).decode()
        found: Findings = json.loads((self.folder / "onefold-out" / "findings.json").read_bytes())
        return found


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def ids(found: Findings, product: str = "") -> set[str]:
    """The ids of what is open, perhaps of one product alone."""
    return {each["id"] for each in found["findings"] if each["closed_at"] is None and product in {"", each["product"]}}


def prowler(account: str, *, mended: bool = False) -> str:
    """The example account's report, told of another account: buckets keep their ARNs, which name none."""
    text = (FIRST / "prowler.ocsf.json").read_text(encoding="utf-8").replace(ACCOUNTS[0], account)
    rows = json.loads(text)
    for row in rows:
        if mended and row["metadata"]["event_code"].startswith("rds_"):
            row["status_code"] = "PASS"
    return json.dumps(rows)


def site(*alerts: str) -> str:
    """ZAP's report of one site with some of the alerts that it has."""
    report = json.loads((FIRST / "modelled" / "zap-shop.json").read_text(encoding="utf-8"))
    report["site"] = report["site"][:1]
    report["site"][0]["alerts"] = [each for each in report["site"][0]["alerts"] if each["alertRef"] in alerts]
    return json.dumps(report)


def test_products_with_a_memory_each(shop: Shop) -> None:
    """Two runs that name their product share a folder of states and nothing else, whichever comes first."""
    report = str(FIRST / "semgrep.json")
    empty = shop.write("empty.json", '{"version": "1.0", "results": [], "errors": [], "paths": {"scanned": []}}')
    first = {product: ids(shop.run(report, "--product", product)) for product in ("shop", "till")}
    assert first["shop"]
    assert not first["shop"] & first["till"]
    for product, other in permutations(("shop", "till")):
        shop.run(f"semgrep={empty}", "--product", other)
        assert ids(shop.run(report, "--product", product)) == first[product]


def test_products_of_one_run(shop: Shop) -> None:
    """A policy tells the products of one run apart in every document, and the numbers add up."""
    policy = shop.write(
        "onefold.yml",
        "product: octo/platform\n"
        "products:\n"
        "  - {name: till, paths: [shop/orders.py], product-type: retail}\n"
        "  - {name: cloud, accounts: ['*'], environment: production}\n"
        "gate: {fail-on: ['any product=till']}\n",
    )
    reports = [str(FIRST / name) for name in ("semgrep.json", "bandit.sarif", "prowler.ocsf.json")]
    found = shop.run(*reports, "--config", policy, code=1)
    totals = found["totals"]["by_product"]
    assert set(totals) == {"cloud", "octo/platform", "till"}
    assert sum(totals.values()) == found["totals"]["open"]
    assert Counter(each["product"] for each in found["findings"]) == totals
    till = [each for each in found["findings"] if each["product"] == "till"]
    assert {each["product_type"] for each in till} == {"retail"}
    assert set(found["verdict"]["failing"]) == {each["id"] for each in till}
    out = shop.folder / "onefold-out"
    with (out / "findings.csv").open(encoding="utf-8", newline="") as table:
        assert {(row["product"], row["environment"]) for row in csv.DictReader(table)} == {
            ("till", ""),
            ("cloud", "production"),
            ("octo/platform", ""),
        }
    assert f"| till | {totals['till']} |" in (out / "summary.md").read_text(encoding="utf-8")
    told = onefold("explain", till[0]["id"], cwd=shop.folder).stdout.decode()
    assert "In the product till of retail." in told


@pytest.mark.parametrize("turn", list(permutations(range(2))))
def test_accounts_of_one_workflow(turn: tuple[int, ...], shop: Shop) -> None:
    """Two accounts with equal buckets, in one run and in runs of their own: none renames or closes the other's."""
    reports = [shop.write(f"{account}.ocsf.json", prowler(account)) for account in ACCOUNTS]
    one, two = (reports[place] for place in turn)
    alone = [ids(shop.run(each)) for each in (one, two)]
    together = shop.run(one, two)
    assert ids(together) == alone[0] | alone[1]
    mine = {
        account: {each["id"] for each in together["findings"] if each["resource"]["account"] == account}
        for account in ACCOUNTS
    }
    assert [len(each) for each in mine.values()] == [10, 10]
    assert not mine[ACCOUNTS[0]] & mine[ACCOUNTS[1]]
    shop.write("broken.ocsf.json", "Traceback: no credentials\n")
    for given, code in ([one], 0), ([two], 0), ([one, "prowler=broken.ocsf.json"], 3):
        found = shop.run(*given, code=code)
        assert found["totals"]["absent"] == 0
        assert ids(found) == alone[0] | alone[1]
    shop.write(one, prowler(ACCOUNTS[turn[0]], mended=True))
    found = shop.run(one, two)
    closed = ids(together) - ids(found)
    assert len(closed) == 2
    assert closed < mine[ACCOUNTS[turn[0]]]


def test_a_weekly_scan_beside_every_push(shop: Shop) -> None:
    """The cloud stays as it was while code is pushed, and the code while the cloud is scanned."""
    code, cloud = str(FIRST / "semgrep.json"), shop.write("cloud.ocsf.json", prowler(ACCOUNTS[0]))
    pushed = ids(shop.run(code))
    both = ids(shop.run(cloud))
    assert pushed < both
    for _ in range(2):
        assert ids(shop.run(code)) == both
    shop.write("cloud.ocsf.json", prowler(ACCOUNTS[0], mended=True))
    after = ids(shop.run(cloud))
    assert pushed < after
    assert len(both - after) == 2


def test_environments_never_meet(shop: Shop) -> None:
    """The same site in two environments is twice the same findings under other ids, mended one by one."""
    full, half = shop.write("full.json", site("40018", "10010")), shop.write("half.json", site("40018"))
    first = {each: ids(shop.run(full, "--environment", each)) for each in ("staging", "production")}
    assert not first["staging"] & first["production"]
    shop.run(half, "--environment", "staging")
    assert ids(shop.run(half, "--environment", "staging")) < first["staging"]
    assert ids(shop.run(full, "--environment", "production")) == first["production"]


@pytest.mark.parametrize("way", ["--engagement", "reports"])
def test_a_penetration_test(way: str, shop: Shop) -> None:
    """Ten runs of the pipeline with the same tool on the same site close nothing; its next report does at once."""
    entry = (
        "{name: Pen test, once: true}" if way == "--engagement" else "{name: Pen test, once: true, reports: [pentest/]}"
    )
    policy = ("--config", shop.write("onefold.yml", f"engagements:\n  - {entry}\n"), "--product", "shop")
    told = ("--engagement", "Pen test") if way == "--engagement" else ()
    pipeline = shop.write("pipeline/zap.json", site())
    shop.write("imported/pentest/zap.json", site("40018", "10010"))
    found = shop.run("imported", *told, *policy)
    examined = ids(found)
    assert len(examined) == 2
    assert {each["engagement"] for each in found["findings"]} == {"Pen test"}
    for _ in range(10 if told else 2):
        found = shop.run(pipeline, *policy)
        assert ids(found) == examined
        assert {each["observation"] for each in found["findings"]} == {"not_covered"}
    assert {each["engagement"] for each in found["findings"]} == {"Pen test"}
    assert not [each for each in found["diagnostics"] if each["level"] != "note"]
    shop.write("pipeline/zap.json", site("40018"))
    assert len(ids(shop.run(pipeline, *policy)) - examined) == 1
    shop.write("imported/pentest/zap.json", site("10010"))
    found = shop.run("imported", *told, *policy)
    (closed,) = [each for each in found["findings"] if each["closed_at"]]
    assert closed["id"] in examined
    assert closed["engagement"] == "Pen test"
    assert len(ids(found)) == 2
