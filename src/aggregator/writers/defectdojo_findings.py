"""A report for DefectDojo's *Generic Findings Import*: JSON of exactly the keys that every version of it takes.

DefectDojo fills in a finding when it first sees it, and knows it again by what it is configured to compare: its title,
weakness, line, file and description, or ``unique_id_from_tool``. So these are written from what the state remembers,
the same whether a scan of this run saw the finding or not; all else may say what this run knows.

Sources: dojo/tools/generic/json_parser.py and dojo/finding/models.py of DefectDojo/django-DefectDojo.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.json import Encoder
from msgspec.structs import replace

from aggregator.model.finding import Disposition, Finding
from aggregator.model.report import Scan
from aggregator.model.result import Kind, Result
from aggregator.model.state import Tracked
from aggregator.writers.escape import clip, is_link, markdown, markdown_code, plain
from aggregator.writers.finding_words import Advice, advice
from aggregator.writers.status_words import last_moment
from aggregator.writers.summary_cells import words

TYPE = "Onefold"
"""DefectDojo makes the test type ``Onefold Scan (Generic Findings Import)`` of it, which has settings of its own."""

_TITLE, _NAME, _PATH, _VERSION, _VULNERABILITY = 400, 500, 4000, 100, 50
_WORDS = 300
_MOST_SOURCES = 5
_CVSS = re.compile(r"CVSS:3\.[01](?:/[A-Z]{1,3}:[A-Z]){8,20}")
_LONGEST_CVSS = 117
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?")
_WEB_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]*)*")
_FALSE = frozenset({Disposition.FALSE_POSITIVE, Disposition.NOT_AFFECTED})
_ACCEPTED = frozenset({Disposition.RISK_ACCEPTED, Disposition.SUPPRESSED})

_IN = "/"

_encode = Encoder().encode


class DojoFinding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One finding; each field is a key of the same name.

    Attributes:
        unique_id_from_tool: our id and the test: of equal ids in two tests DefectDojo would hide one as a duplicate.
        date: when it was first seen, ``YYYY-MM-DD``; DefectDojo's SLA starts there.
        mitigated: when it was closed.
        planned_remediation_date: when it is due.
        steps_to_reproduce: where it is and what the tools say. DefectDojo renders it as Markdown, like all long texts.
    """

    title: str
    severity: str
    description: str
    unique_id_from_tool: str
    date: str
    active: bool
    verified: bool
    static_finding: bool
    dynamic_finding: bool
    false_p: bool = False
    risk_accepted: bool = False
    out_of_scope: bool = False
    is_mitigated: bool = False
    mitigated: str = ""
    cwe: int = 0
    vuln_id_from_tool: str = ""
    vulnerability_ids: tuple[str, ...] = ()
    file_path: str = ""
    line: int = 0
    component_name: str = ""
    component_version: str = ""
    endpoints: tuple[str, ...] = ()
    param: str = ""
    planned_remediation_date: str = ""
    tags: tuple[str, ...] = ()
    cvssv3: str = ""
    severity_justification: str = ""
    steps_to_reproduce: str = ""
    mitigation: str = ""
    references: str = ""

    @property
    def flags(self) -> tuple[bool, bool, bool]:
        """What DefectDojo never takes back by itself."""
        return self.false_p, self.risk_accepted, self.out_of_scope


class Home(Struct, frozen=True, order=True):
    """The source that says in which test a finding stands: the same from run to run, whichever tools ran."""

    tool: str
    scope: str
    rule_id: str


def finding_in(unique_id: str) -> str:
    """Our id in a ``unique_id_from_tool``; what people entered there by hand has none."""
    return unique_id.partition(_IN)[0]


def home_of(item: Tracked) -> Home:
    """The first of the finding's sources, by name."""
    sources = (Home(each.tool, each.scope, each.rule_id) for each in item.sightings)
    return min(sources, default=Home(item.tool, "", item.rule_id))


def dojo_finding(item: Tracked, test: str, *, lines: bool) -> DojoFinding:
    """What is told of a finding in any run: all of it comes from the state.

    Args:
        item: the finding.
        test: the title of the test that it stands in.
        lines: whether its line stands in the field that DefectDojo may know it again by.
    """
    home, location, component = home_of(item), item.location, item.component
    disposition = item.decision.disposition
    is_closed = item.closed_at is not None
    mitigated_at = item.closed_at or (item.decision.decided_at if disposition is Disposition.MITIGATED else None)
    path = location.path if location is not None else component.path if component is not None else ""
    return DojoFinding(
        title=clip(plain(item.title), _TITLE) or clip(plain(item.rule_id), _TITLE) or item.id,
        severity=item.severity.value.capitalize(),
        description=_description(item, home, test),
        unique_id_from_tool=f"{item.id}{_IN}{test}",
        date=item.first_seen.date().isoformat(),
        active=not is_closed and not disposition.silences,
        verified=disposition is Disposition.VERIFIED,
        static_finding=item.kind is not Kind.DAST,
        dynamic_finding=item.kind is Kind.DAST,
        false_p=disposition in _FALSE,
        risk_accepted=disposition in _ACCEPTED,
        out_of_scope=disposition is Disposition.OUT_OF_SCOPE,
        is_mitigated=is_closed or disposition is Disposition.MITIGATED,
        mitigated=_moment(mitigated_at),
        cwe=item.weaknesses[0] if item.weaknesses else 0,
        vuln_id_from_tool=_short(home.rule_id, _NAME),
        vulnerability_ids=tuple(_vulnerabilities(item)),
        file_path=_short(path, _PATH),
        line=(location.start_line or 0) if lines and location is not None else 0,
        component_name=_short(component.name, _NAME) if component is not None else "",
        component_version=_short(component.version, _VERSION) if component is not None else "",
        endpoints=tuple(_endpoints(item)),
        param=_short(item.endpoint.parameter, _NAME) if item.endpoint is not None else "",
    )


def render_dojo_report(
    told: Iterable[DojoFinding], known: Mapping[str, Tracked], seen: Mapping[str, Finding], scans: Iterable[Scan]
) -> bytes:
    """The whole report, a finding a line.

    Args:
        told: what is told of each finding, in order.
        known: the findings by id.
        seen: those of them that this run saw.
        scans: of this run, for what tools say about their rules.
    """
    rules = _rules(scans)
    rows = [_encode(_with_words(each, known[finding_in(each.unique_id_from_tool)], seen, rules)) for each in told]
    return b'{"type":' + _encode(TYPE) + b',"findings":[\n' + b",\n".join(rows) + b"\n]}\n"


def _rules(scans: Iterable[Scan]) -> dict[tuple[str, str], Scan]:
    """For each rule of a tool a scan that knows this rule alone, so that it need not be looked for."""
    return {(scan.tool, rule.id): replace(scan, rules=(rule,)) for scan in scans for rule in scan.rules}


def _with_words(
    told: DojoFinding, item: Tracked, seen: Mapping[str, Finding], rules: Mapping[tuple[str, str], Scan]
) -> DojoFinding:
    """What only new findings are filled in with; nothing of it tells one finding from another."""
    finding = seen.get(item.id)
    sources = finding.sources[:_MOST_SOURCES] if finding is not None else ()
    scan = rules.get((item.tool, item.rule_id))
    said = Advice("", "", ()) if finding is None else advice(finding, () if scan is None else (scan,))
    return replace(
        told,
        planned_remediation_date=item.due_at.date().isoformat() if item.due_at is not None and told.active else "",
        tags=(item.kind.value,),
        cvssv3=next(filter(None, map(_cvss, sources)), ""),
        severity_justification=" ".join(_decision(item)),
        steps_to_reproduce="\n\n".join((*_places(item), *_said(sources))),
        mitigation="\n\n".join(_fixes(item, said)),
        references="\n".join(f"<{link}>" for link in said.links if is_link(link)),
    )


def _description(item: Tracked, home: Home, test: str) -> str:
    by = f"Found by {words(home.tool)}, rule {markdown_code(clip(plain(home.rule_id), _WORDS)) or '-'}."
    return (
        f"{by}\n\nFinding {markdown_code(item.id)} of Onefold, in the test {markdown_code(clip(plain(test), _WORDS))}."
    )


def _vulnerabilities(item: Tracked) -> Iterator[str]:
    for name in map(plain, item.vulnerability_ids):
        if name and len(name) <= _VULNERABILITY:
            yield name


def _endpoints(item: Tracked) -> Iterator[str]:
    """The host, with the path where both are plain: one odd address fails the whole report."""
    endpoint = item.endpoint
    if endpoint is not None and _HOST.fullmatch(endpoint.host):
        yield f"{endpoint.host}{endpoint.path if _WEB_PATH.fullmatch(endpoint.path) else ''}"


def _places(item: Tracked) -> Iterator[str]:
    location, resource, component = item.location, item.resource, item.component
    if location is not None:
        line = f":{location.start_line}" if location.start_line else ""
        yield f"Where: {markdown_code(clip(plain(location.path), _WORDS) + line)}"
    if resource is not None:
        yield f"Resource: {markdown_code(clip(plain(resource.uid), _WORDS))}"
    if component is not None:
        yield f"Package: {markdown_code(clip(plain(component.purl or component.name), _WORDS))}"
    if item.endpoint is not None:
        address = f"{item.endpoint.method} {item.endpoint.host}{item.endpoint.path}"
        yield f"Address: {markdown_code(clip(plain(address), _WORDS))}"


def _said(sources: Iterable[Result]) -> Iterator[str]:
    for source in sources:
        text = clip(plain(source.message), _NAME)
        if text:
            yield f"{words(source.tool)} says: {markdown(text)}"


def _fixes(item: Tracked, said: Advice) -> Iterator[str]:
    fixed = item.component.fixed_versions if item.component is not None else ()
    if fixed:
        yield f"Fixed in {markdown_code(clip(plain(', '.join(fixed)), _WORDS))}."
    if said.fix:
        yield markdown(said.fix)


def _decision(item: Tracked) -> Iterator[str]:
    """Who decided what, when it silences the finding."""
    decision = item.decision
    if decision.disposition.silences:
        author = f" by {words(decision.author)}" if decision.author else ""
        end = f" until {last_moment(decision.expires_at).date().isoformat()}" if decision.expires_at is not None else ""
        yield f"{decision.disposition.value.replace('_', ' ').capitalize()}{author}{end}."
        yield markdown(clip(plain(decision.reason), _NAME))


def _cvss(source: Result) -> str:
    vector = source.cvss.vector if source.cvss is not None else ""
    return vector if len(vector) <= _LONGEST_CVSS and _CVSS.fullmatch(vector) else ""


def _short(text: str, limit: int) -> str:
    return clip(plain(text), limit)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment is not None else ""
