"""ZAP's traditional XML, every version since 2.3, plain and with requests and responses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aggregator.model.errors import UnreadableReport
from aggregator.readers.zap.alerts import TROUBLE, Alert, Instance, Session, Site, site_host

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TROUBLES = ("afPlanErrors/*", "stoppingInsight/*")


def read_xml(data: bytes) -> Session:
    """The session an XML report tells of. Raises ``UnreadableReport`` for a DTD, ``ParseError`` for bad XML."""
    from defusedxml import DefusedXmlException  # noqa: PLC0415 - costs 10 ms
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - as above

    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise UnreadableReport(
            "it declares a document type or entities, which ZAP never does.", "Check where the file comes from."
        ) from None
    top = f"/{root.tag}"
    sites = tuple(_site(site, f"{top}/site[{at}]") for at, site in enumerate(root.findall("site"), 1))
    levels = [_text(insight, "level").lower() for insight in root.iterfind("insights/insight")]
    is_troubled = "high" in levels or any(root.find(mark) is not None for mark in _TROUBLES)
    return Session(root.get("version", ""), sites, TROUBLE if is_troubled else "")


def _site(site: Element, pointer: str) -> Site:
    host = site_host(*(site.get(key, "") for key in ("name", "host", "port", "ssl")))
    items = enumerate(site.findall("alerts/alertitem"), 1)
    return Site(host, tuple(_alert(item, f"{pointer}/alerts/alertitem[{at}]") for at, item in items))


def _alert(item: Element, pointer: str) -> Alert:
    listed = enumerate(item.findall("instances/instance"), 1)
    instances = tuple(_instance(instance, f"{pointer}/instances/instance[{at}]") for at, instance in listed)
    if not instances and _text(item, "uri"):  # up to 2.3, and unmerged reports of 2.4
        instances = (_instance(item, pointer),)
    return Alert(
        pointer=pointer,
        plugin=_text(item, "pluginid"),
        reference=_text(item, "alertRef"),
        name=_text(item, "name") or _text(item, "alert"),
        risk=_text(item, "riskcode"),
        confidence=_text(item, "confidence") or _text(item, "reliability"),
        description=_text(item, "desc"),
        solution=_text(item, "solution"),
        links=_text(item, "reference"),
        cwe=_text(item, "cweid"),
        tags=tuple(_text(tag, "tag") for tag in item.iterfind("tags/tag")),
        is_systemic=_text(item, "systemic").lower() == "true",
        instances=instances,
    )


def _instance(instance: Element, pointer: str) -> Instance:
    # Versions up to 2.3 break long values with line breaks of their own.
    uri = "".join(_text(instance, "uri").split())
    return Instance(uri, pointer, _text(instance, "nodeName"), _text(instance, "method"), _text(instance, "param"))


def _text(element: Element, name: str) -> str:
    return (element.findtext(name) or "").strip()
