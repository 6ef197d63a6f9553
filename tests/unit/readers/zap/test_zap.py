import json
from typing import Any

import pytest

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.errors import UnreadableReport
from aggregator.model.location import Endpoint
from aggregator.model.report import ReadFailure, Report
from aggregator.model.severity import Severity
from aggregator.readers import zap
from aggregator.readers.base import ReadContext
from aggregator.readers.intake import take_in
from aggregator.readers.registry import read_report
from aggregator.readers.zap.scans import plain

CONTEXT = ReadContext(name="r", place="here")


def instance(uri: str = "https://h.example/a", **more: Any) -> dict[str, Any]:
    """A place of an alert."""
    return {"uri": uri, "method": "GET", "param": "q", **more}


def alert(*instances: Any, **more: Any) -> dict[str, Any]:
    """An alert."""
    base = {"pluginid": "10", "alertRef": "10-1", "name": "Flaw", "riskcode": "2", "confidence": "3", "cweid": "79"}
    return {**base, "instances": list(instances or [instance()]), **more}


def site(*alerts: Any, host: str = "h.example", **more: Any) -> dict[str, Any]:
    """A site."""
    name = f"https://{host}"
    return {"@name": name, "@host": host, "@port": "443", "@ssl": "true", "alerts": list(alerts), **more}


def read(*sites: Any, **more: Any) -> Report:
    """What is read from a report of these sites."""
    document = {"@programName": "ZAP", "@version": "2.16.0", "site": list(sites), **more}
    return zap.read(json.dumps(document).encode(), CONTEXT)


def xml(body: str, before: str = "") -> Report:
    """What is read from XML."""
    return zap.read(
        f'<?xml version="1.0"?>{before}<OWASPZAPReport version="2">{body}</OWASPZAPReport>'.encode(), CONTEXT
    )


def test_what_only_an_attack_finds_is_told_of_each_site() -> None:
    """By rule, and with the place of the report; of a rule that nobody knows as well."""
    sqli, header, script = (
        alert(pluginid=number, alertRef=variant)
        for number, variant in (("40018", "40018-1"), ("10038", "10038-1"), ("100001", "100001"))
    )
    elsewhere = alert(instance("https://till.example/"), pluginid="10038", alertRef="10038-1")
    shop, till = read(site(sqli, header, script), site(elsewhere, host="till.example")).scans
    assert (shop.coverage.active, till.coverage.active) == (frozenset({"40018", "100001"}), frozenset())
    assert {shop.place, till.place} == {"here"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"site": [], "@version": "2"}', True),
        ('{"site": [], "@generated": "x"}', True),
        ('{"site": []}', False),
        ('{"site": [], "@version": "2", "vulnerabilities": []}', False),
        ("<!-- x --><OWASPZAPReport/>", True),
        ("<OWASPZAPReporter/>", False),
        ("<!-- nothing -->", False),
    ],
)
def test_zap_is_told_by_its_marks(text: str, expected: bool) -> None:
    """GitLab's DAST reports carry ZAP's marks beside vulnerabilities of their own."""
    assert zap.sniff(take_in(text.encode()).head) is expected


def test_an_entry_is_a_place_of_an_alert_without_values() -> None:
    """Ids in paths and values of parameters do not tell entries apart; methods and parameters do."""
    found = read(
        site(
            alert(
                instance("https://h.example/u/1?q=a"),
                instance("https://h.example/u/2?q=b"),
                instance("https://h.example/u/2", method="post"),
                instance("https://h.example/u/2", param="r"),
            )
        )
    )
    assert [result.endpoint for result in found.scans[0].results] == [
        Endpoint("h.example", "/u/{}", "GET", "q"),
        Endpoint("h.example", "/u/{}", "POST", "q"),
        Endpoint("h.example", "/u/{}", "GET", "r"),
    ]


def test_the_node_name_is_steadier_than_the_uri() -> None:
    """ZAP's site tree has no payload in it."""
    odd = instance("https://h.example/x/../../etc", nodeName="https://h.example/files (name,q)(body)")
    assert read(site(alert(odd))).scans[0].results[0].endpoint == Endpoint("h.example", "/files", "GET", "q")


def test_alerts_belong_to_their_own_host() -> None:
    """ZAP lists what begins with a site's name under it; each place counts once, where it is."""
    both = alert(instance("https://h.example/a"), instance("https://h.example:8443/a"), instance("https://other/a"))
    report = read(site(both), site(both, host="h.example", **{"@port": "8443"}))
    assert [(scan.scope, len(scan.results), scan.coverage.extent) for scan in report.scans] == [
        ("h.example", 1, Extent.SCOPE),
        ("h.example:8443", 1, Extent.SCOPE),
        ("other", 1, Extent.UNKNOWN),
    ]


def test_systemic_alerts_are_one_for_the_site() -> None:
    """Only some places of them are listed, so a place that is gone proves nothing."""
    for mark in (True, "true"):
        (scan,) = read(site(alert(instance(), instance("https://h.example/b"), systemic=mark))).scans
        assert [result.endpoint for result in scan.results] == [Endpoint("h.example")]


def test_a_missing_header_belongs_to_the_site() -> None:
    """Every page that shows it is an entry of the site's problem and says where; a cookie has its own problems."""
    header = alert(instance(), instance("https://h.example/b/17"), pluginid="10038", alertRef="10038-1")
    cookie = alert(instance(param="sid"), instance(param="theme"), pluginid="10010", alertRef="10010")
    (scan,) = read(site(header, cookie)).scans
    assert [(result.endpoint, result.message) for result in scan.results] == [
        (Endpoint("h.example"), "Seen at GET /a."),
        (Endpoint("h.example"), "Seen at GET /b/{}."),
        (Endpoint("h.example", parameter="sid"), "Seen at GET /a."),
        (Endpoint("h.example", parameter="theme"), "Seen at GET /a."),
    ]


def test_confidence_zero_is_a_false_positive() -> None:
    """It has no instances, for ZAP looks them up by risk; it stands suppressed."""
    found = read(site(alert(confidence="0") | {"instances": []})).scans[0].results[0]
    assert found.suppression is not None
    assert found.suppression.disposition == "false_positive"
    assert found.endpoint == Endpoint("h.example")
    assert found.confidence is None


@pytest.mark.parametrize(
    ("risk", "severity"),
    [("0", Severity.INFO), ("1", Severity.LOW), ("2", Severity.MEDIUM), ("3", Severity.HIGH), (3, Severity.HIGH)],
)
def test_the_risk_code_decides(risk: Any, severity: Severity) -> None:
    """The description beside it is in the user's language."""
    found = read(site(alert(riskcode=risk, riskdesc="Hoch (Mittel)"))).scans[0].results[0]
    assert found.severity is severity
    assert found.confidence == 90


def test_an_unknown_risk_is_said_aloud() -> None:
    """It is taken for INFO, with a warning."""
    report = read(site(alert(riskcode="9")))
    assert report.scans[0].results[0].severity is Severity.INFO
    assert report.diagnostics[0].code == "severity-unknown"


def test_names_and_weaknesses() -> None:
    """The alert's reference before the plugin; -1 and 0 are no weaknesses; tags name more."""
    first = alert(cweid="-1", tags=[{"tag": "CWE-80"}, {"tag": "OWASP_2021_A03"}])
    second = alert(instance("https://h.example/z"), alertRef="", name="", alert="Old name")
    third = alert(instance("https://h.example/y"), alertRef="", pluginid="", name="Only a name", cweid="0")
    results = read(site(first, second, third)).scans[0].results
    assert [result.rule_id for result in results] == ["10-1", "10", "Only a name"]
    assert [result.rule_aliases for result in results] == [("10",), (), ()]
    assert [result.title for result in results] == ["Flaw", "Old name", "Only a name"]
    assert [result.weaknesses for result in results] == [(80,), (79,), ()]


def test_rules_are_plain_text() -> None:
    """Paragraphs become lines, entities characters, references links."""
    text = alert(desc="<p>a &amp; b</p><p>c</p>", solution="do", reference="<p>https://x/1</p><p>see x</p>")
    (rule,) = read(site(text)).scans[0].rules
    assert (rule.description, rule.help, rule.references, rule.help_uri) == (
        "a & b\nc",
        "do",
        ("https://x/1",),
        "https://x/1",
    )
    assert plain("already < plain") == "already < plain"


def test_converted_files_hold_objects_for_lists() -> None:
    """XML converters write a single entry as an object, and lists inside objects."""
    one = alert() | {"instances": {"instance": [instance()]}}
    converted = site() | {"alerts": {"alertitem": one}}
    document = {"@version": "2", "site": converted}
    (scan,) = zap.read(json.dumps(document).encode(), CONTEXT).scans
    assert len(scan.results) == 1


def test_old_reports_have_the_place_in_the_alert() -> None:
    """Up to 2.3, and unmerged in 2.4: no instances, reliability for confidence."""
    old = {
        "pluginid": "10",
        "alert": "Flaw",
        "riskcode": "1",
        "reliability": "2",
        "uri": "https://h.example/x",
        "param": "p",
    }
    found = read(site(old)).scans[0].results[0]
    assert (found.endpoint, found.confidence) == (Endpoint("h.example", "/x", "", "p"), 60)


def test_a_site_without_attributes_goes_by_its_name() -> None:
    """The host is taken from the name; without any the report's place is the scope."""
    assert read({"@name": "http://N.example:80", "alerts": []}).scans[0].scope == "n.example"
    assert read({"alerts": [alert(instance("/x"))]}).scans[0].scope == "here"
    six = read({"@host": "::1", "@port": "8080", "@ssl": "false", "alerts": []})
    assert six.scans[0].scope == "[::1]:8080"


def test_no_sites_is_legal_and_says_nothing() -> None:
    """An empty list of sites is a report about nothing."""
    assert read().scans == ()


def test_a_bad_alert_costs_only_itself() -> None:
    """It is refused with its place."""
    report = read(site(alert(riskcode=[1]), alert()))
    assert (len(report.scans[0].results), report.scans[0].refused) == (1, 1)
    assert report.diagnostics[0].pointer == "/site/0/alerts/0"


@pytest.mark.parametrize(
    "more", [{"insights": [{"level": "High"}]}, {"afPlanErrors": ["x"]}, {"stoppingInsight": {"key": "k"}}]
)
def test_a_scan_in_trouble_closes_nothing(more: dict[str, Any]) -> None:
    """An insight of level High, or a plan that failed: the scan is partial and its coverage unknown."""
    (scan,) = read(site(alert()), **more).scans
    assert (scan.completeness, scan.coverage.extent) == (Completeness.PARTIAL, Extent.UNKNOWN)
    assert scan.reason
    quiet = {"insights": [{"level": "Low"}], "afPlanErrors": [], "afPlanWarns": ["x"], "stoppingInsight": None}
    (fine,) = read(site(alert()), **quiet).scans
    assert fine.completeness is Completeness.COMPLETE


def test_only_alerts_are_findings() -> None:
    """Insights, statistics and the steps of sequences are none."""
    step = {"steps": [{"alerts": [alert()], "resultDetails": "x"}]}
    more = {"insights": [{"level": "Medium"}], "statistics": {"a": 1}, "sequences": [step]}
    assert [len(scan.results) for scan in read(site(statistics={"b": 2}), **more).scans] == [0]


def test_a_false_alarm_does_not_hide_a_real_one() -> None:
    """Both stand for the whole site when one is systemic and the other without places: the real one counts."""
    false, real = alert(confidence="0") | {"instances": []}, alert(systemic=True)
    for both in ((false, real), (real, false)):
        (found,) = read(site(*both)).scans[0].results
        assert found.suppression is None
    (found,) = read(site(false, false)).scans[0].results
    assert found.suppression is not None


@pytest.mark.parametrize(("code", "confidence"), [("1", 30), ("2", 60), ("3", 90), ("4", 100), ("", None)])
def test_confidence_goes_by_its_own_code(code: str, confidence: int | None) -> None:
    """Not by the risk's, and not by the words beside it."""
    assert read(site(alert(riskcode="0", confidence=code))).scans[0].results[0].confidence == confidence


def test_dates_of_any_language_and_versions_of_any_sort_are_no_obstacle() -> None:
    """Nothing depends on either."""
    (scan,) = read(site(), **{"@generated": "Fr., 30 Sep. 2022 10:00:00", "@version": "D-2021-03-29"}).scans
    assert scan.tool_version == "D-2021-03-29"


def test_control_characters_written_out_do_not_break_a_report() -> None:
    """ZAP writes them as a backslash and an x, which JSON does not know."""
    text = json.dumps({"@programName": "ZAP", "site": [site(alert(desc="a NUL b"))]}).replace("NUL", "\\x0000")
    report = read_report(text.encode(), "zap.json")
    assert isinstance(report, Report)
    assert report.scans[0].rules[0].description == "a \\x0000 b"
    assert [each.code for each in report.diagnostics] == ["report-damaged"]


def test_troubled_xml_closes_nothing() -> None:
    """The same in XML."""
    insight = "<insights><insight><level>High</level></insight></insights>"
    stopped = "<stoppingInsight><key>k</key></stoppingInsight>"
    for trouble in (insight, stopped, "<afPlanErrors><error>x</error></afPlanErrors>"):
        (scan,) = xml(f'{trouble}<site name="https://h"/>').scans
        assert scan.completeness is Completeness.PARTIAL


def test_a_document_type_is_refused() -> None:
    """Entities can expand without end or read files; ZAP writes none."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(UnreadableReport, match="document type"):
        xml("<site/>", bomb)


def test_broken_templates_are_clear_failures() -> None:
    """Insights are not escaped by ZAP: a quote breaks the file, and that is said, with the tool's name."""
    text = '{"@programName": "ZAP", "@version": "2.17.0", "insights": [{"reason": "a "quote""}], "site": []}'
    failure = read_report(text.encode(), "zap.json", pinned="zap")
    assert isinstance(failure, ReadFailure)
    assert failure.tool == "ZAP"
    broken = read_report(b"<OWASPZAPReport><site>", "zap.xml")
    assert isinstance(broken, ReadFailure)
    assert broken.tool == "ZAP"
    assert isinstance(read_report(b"[]", "zap.json", pinned="zap"), ReadFailure)
