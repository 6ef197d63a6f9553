from aggregator.model.location import Endpoint
from aggregator.model.report import Scan
from aggregator.readers import zap
from aggregator.readers.base import ReadContext

OLD = """<site name="https://h.example"><alerts><alertitem><pluginid>10</pluginid><alert>Flaw</alert>
<riskcode>1</riskcode><reliability>0</reliability><uri>https://h.example/a
/b</uri><param>p
</param></alertitem></alerts></site>"""
NEW = """<site name="https://h.example" host="h.example" port="443" ssl="true"><alerts><alertitem>
<pluginid>10</pluginid><alertRef>10-1</alertRef><riskcode>2</riskcode><confidence>3</confidence>
<desc>&lt;p&gt;a &amp;amp; b&lt;/p&gt;</desc><reference>&lt;p&gt;https://x/1&lt;/p&gt;&lt;p&gt;https://x/2&lt;/p&gt;</reference>
<tags><tag><tag>CWE-79</tag><link>https://c</link></tag></tags><instances><instance><uri>https://h.example/x</uri>
<nodeName>https://h.example/n (q)</nodeName><method>GET</method><param>q</param></instance></instances>
</alertitem></alerts></site>"""


def scan_of(site: str) -> Scan:
    """The one scan of a report of this site."""
    data = f'<?xml version="1.0"?><OWASPZAPReport version="2">{site}</OWASPZAPReport>'.encode()
    (scan,) = zap.read(data, ReadContext(name="r", place="here")).scans
    return scan


def test_old_xml_breaks_its_values() -> None:
    """Up to 2.3 line breaks stand inside URLs, the place in the alert, the confidence in reliability."""
    found = scan_of(OLD).results[0]
    assert found.endpoint == Endpoint("h.example", "/a/b", "", "p")
    assert found.suppression is not None


def test_new_xml_has_html_inside_its_texts() -> None:
    """The parser takes away one layer of entities and paragraphs remain; tags are named inside tags."""
    scan = scan_of(NEW)
    assert (scan.rules[0].description, scan.rules[0].references) == ("a & b", ("https://x/1", "https://x/2"))
    assert (scan.results[0].rule_id, scan.results[0].weaknesses) == ("10-1", (79,))
    assert scan.results[0].endpoint == Endpoint("h.example", "/n", "GET", "q")
