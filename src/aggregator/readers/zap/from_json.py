"""ZAP's traditional JSON, plain and with requests and responses. Numbers in it are texts, lists may be one object."""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct, field

from aggregator.readers.zap.alerts import TROUBLE, Alert, Instance, Session, Site, site_host

_NOTHING = Raw(b"")
_Text = str | int | float | bool | None


class _Instance(Struct, frozen=True, gc=False):
    uri: _Text = None
    node: _Text = field(default=None, name="nodeName")
    method: _Text = None
    param: _Text = None


class _Tag(Struct, frozen=True, gc=False):
    tag: _Text = None


class _Alert(Struct, frozen=True, gc=False):
    pluginid: _Text = None
    reference: _Text = field(default=None, name="alertRef")
    alert: _Text = None
    name: _Text = None
    riskcode: _Text = None
    confidence: _Text = None
    reliability: _Text = None  # confidence, up to 2.3
    desc: _Text = None
    solution: _Text = None
    links: _Text = field(default=None, name="reference")
    cweid: _Text = None
    systemic: _Text = None
    uri: _Text = None
    param: _Text = None
    tags: Raw = _NOTHING
    instances: Raw = _NOTHING


class _Site(Struct, frozen=True, gc=False):
    name: _Text = field(default=None, name="@name")
    host: _Text = field(default=None, name="@host")
    port: _Text = field(default=None, name="@port")
    ssl: _Text = field(default=None, name="@ssl")
    alerts: Raw = _NOTHING


class _Insight(Struct, frozen=True, gc=False):
    level: _Text = None


class _Document(Struct, frozen=True):
    version: _Text = field(default=None, name="@version")
    site: Raw = _NOTHING
    insights: Raw = _NOTHING
    stopped: Raw = field(default=_NOTHING, name="stoppingInsight")
    errors: Raw = field(default=_NOTHING, name="afPlanErrors")


def read_json(data: bytes) -> Session:
    """The session a JSON report tells of. Raises ``msgspec.DecodeError`` when it is none."""
    document = msgspec.json.decode(data, type=_Document)
    refused: list[str] = []
    sites = tuple(_site(raw, f"/site/{at}", refused) for at, raw in enumerate(_listed(document.site, "site")))
    insights = [msgspec.json.decode(raw, type=_Insight) for raw in _listed(document.insights, "insight")]
    is_troubled = any(_text(item.level).lower() == "high" for item in insights)
    is_troubled = is_troubled or bool(_listed(document.errors, "") or _listed(document.stopped, ""))
    return Session(_text(document.version), sites, TROUBLE if is_troubled else "", tuple(refused))


def _site(raw: Raw, pointer: str, refused: list[str]) -> Site:
    site = msgspec.json.decode(raw, type=_Site)
    alerts: list[Alert] = []
    for at, item in enumerate(_listed(site.alerts, "alertitem")):
        place = f"{pointer}/alerts/{at}"
        try:
            alerts.append(_alert(msgspec.json.decode(item, type=_Alert), place))
        except msgspec.ValidationError:
            refused.append(place)
    return Site(site_host(*map(_text, (site.name, site.host, site.port, site.ssl))), tuple(alerts))


def _alert(alert: _Alert, pointer: str) -> Alert:
    listed = [msgspec.json.decode(raw, type=_Instance) for raw in _listed(alert.instances, "instance")]
    instances = tuple(_instance(item, f"{pointer}/instances/{at}") for at, item in enumerate(listed))
    if not instances and alert.uri:  # up to 2.3, and unmerged reports of 2.4
        instances = (Instance(_text(alert.uri), pointer, parameter=_text(alert.param)),)
    tags = [msgspec.json.decode(raw, type=_Tag) for raw in _listed(alert.tags, "tag")]
    return Alert(
        pointer=pointer,
        plugin=_text(alert.pluginid),
        reference=_text(alert.reference),
        name=_text(alert.name) or _text(alert.alert),
        risk=_text(alert.riskcode),
        confidence=_text(alert.confidence) or _text(alert.reliability),
        description=_text(alert.desc),
        solution=_text(alert.solution),
        links=_text(alert.links),
        cwe=_text(alert.cweid),
        tags=tuple(_text(tag.tag) for tag in tags),
        is_systemic=_text(alert.systemic).lower() == "true",
        instances=instances,
    )


def _instance(item: _Instance, pointer: str) -> Instance:
    return Instance(_text(item.uri), pointer, _text(item.node), _text(item.method), _text(item.param))


def _listed(raw: Raw, inner: str) -> list[Raw]:
    """The entries of a list; of a single object; or of the list inside it that an XML converter made."""
    opening = bytes(memoryview(raw)[:1])
    if opening == b"[":
        return msgspec.json.decode(raw, type=list[Raw])
    if opening != b"{":
        return []
    nested = msgspec.json.decode(raw, type=dict[str, Raw])
    return _listed(nested[inner], "") if inner in nested else [raw]


def _text(value: _Text) -> str:
    return "" if value is None else str(value).strip()
