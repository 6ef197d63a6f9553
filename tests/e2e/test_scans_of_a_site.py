"""A site that is only watched at each push and attacked once a week: who closes what."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.job import onefold

START = date(2026, 9, 1)
SITE = "https://shop.example"
WATCHED = (("10038-1", "Content Security Policy (CSP) Header Not Set"), ("10202", "Absence of Anti-CSRF Tokens"))
SQLI, XSS = ("40018", "SQL Injection"), ("40012", "Cross Site Scripting (Reflected)")


def zap(*alerts: tuple[str, str]) -> Any:
    """ZAP's report of the site."""
    rows = [
        {
            "pluginid": rule.partition("-")[0],
            "alertRef": rule,
            "name": name,
            "riskcode": "3",
            "confidence": "2",
            "instances": [{"uri": f"{SITE}/search?q=1", "method": "GET", "param": "q"}],
        }
        for rule, name in alerts
    ]
    site = {"@name": SITE, "@host": "shop.example", "@port": "443", "@ssl": "true", "alerts": rows}
    return {"@programName": "ZAP", "@version": "2.16.1", "site": [site]}


class Life:
    """Runs over reports of a site, one a day."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._day = 0

    def run(self, name: str, *alerts: tuple[str, str]) -> dict[str, str]:
        """One run; what became of each finding, by its title."""
        self._day += 1
        (self._folder / name).write_text(json.dumps(zap(*alerts)))
        now = f"{START + timedelta(days=self._day):%Y-%m-%d}T08:00:00Z"
        done = onefold("run", name, "--state", "state", "--now", now, cwd=self._folder)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        told = json.loads((self._folder / "onefold-out" / "findings.json").read_bytes())
        return {each["title"]: each["baseline"] for each in told["findings"]}


@pytest.fixture
def life(tmp_path: Path) -> Life:
    """No run so far."""
    return Life(tmp_path)


def test_what_an_attack_found_waits_for_the_next_attack(life: Life) -> None:
    """Weeks of pushes close and open nothing; the header that they find gone closes at the second push."""
    for _ in range(3):
        attacked = life.run("zap-full.json", *WATCHED, SQLI, XSS)
        assert set(attacked.values()) <= {None, "unchanged"}
        for _ in range(4):
            assert set(life.run("zap-baseline.json", *WATCHED).values()) == {"unchanged"}
    life.run("zap-baseline.json", WATCHED[0])
    assert life.run("zap-baseline.json", WATCHED[0]) == {
        WATCHED[0][1]: "unchanged",
        WATCHED[1][1]: "absent",
        SQLI[1]: "unchanged",
        XSS[1]: "unchanged",
    }


def test_a_scan_that_attacks_closes_all_that_is_mended(life: Life) -> None:
    """Though its report shows no trace of an attack any more, in the second run, as ever on the web."""
    life.run("zap-full-1.json", *WATCHED, SQLI, XSS)
    life.run("zap-baseline.json", *WATCHED)
    assert life.run("zap-full-2.json", *WATCHED)[SQLI[1]] == "unchanged"
    told = life.run("zap-full-3.json", *WATCHED)
    assert (told[SQLI[1]], told[XSS[1]]) == ("absent", "absent")


def test_a_scan_with_fewer_attacks_closes_what_it_looks_for(life: Life) -> None:
    """That of an interface tries no scripts: what it never showed is the other one's."""
    life.run("zap-full.json", SQLI, XSS)
    told = [life.run("zap-api.json", SQLI)[XSS[1]] for _ in range(4)]
    assert told == ["unchanged"] * 4
    assert [life.run("zap-api.json")[SQLI[1]] for _ in range(2)] == ["unchanged", "absent"]


def test_two_scans_under_one_name_err_once(life: Life) -> None:
    """Where both write one file a push cannot be told from a clean attack, until what it closed is back."""
    name = "report_json.json"
    life.run(name, *WATCHED, SQLI)
    told = [life.run(name, *WATCHED).get(SQLI[1]) for _ in range(2)]
    assert told == ["unchanged", "absent"]
    assert life.run(name, *WATCHED, SQLI)[SQLI[1]] == "new"
    assert {life.run(name, *WATCHED)[SQLI[1]] for _ in range(4)} == {"unchanged"}
