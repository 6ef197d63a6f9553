"""Give findings the identity under which code scanning will know them.

An alert is found again by tool name, rule, path and line hash, inside one category. If one of these moved between two
uploads, GitHub would close the alert and open another, so Onefold decides them once and remembers them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from urllib.parse import quote

from msgspec.structs import replace

from aggregator.model.finding import Finding, UploadIdentity
from aggregator.model.location import Location
from aggregator.model.result import Kind
from aggregator.model.state import Line, ScopeRecord, first_names
from aggregator.uploads.line_hash import line_hashes

_UNPLACED = frozenset({Kind.CLOUD, Kind.DAST})
_CATEGORY_LIMIT = 200
DRIVER_END = " (Onefold)"
"""How the driver's name of everything we upload ends: our alerts are told from those of others by it."""


def assign_uploads(
    findings: tuple[Finding, ...],
    *,
    line: Line,
    already_uploaded: tuple[str, ...],
    unplaced: bool,
    sources: Mapping[str, str],
    scopes: Iterable[ScopeRecord] = (),
) -> tuple[Finding, ...]:
    """Give every finding that is to be uploaded for the first time its frozen identity; the order is kept.

    A finding gets one when it is open, seen in this run, and not already shown by a tool that uploads by itself.
    One that is silenced before anybody uploaded it has no alert to keep alive, so it waits until it opens.

    Args:
        findings: all findings of the run, those with an identity included.
        line: whose findings they are; part of every category.
        already_uploaded: tools that upload by themselves, for example ``("CodeQL",)``; a finding with a source or an
            earlier sighting of one of them stays without identity.
        unplaced: whether cloud and web findings, which have no file in the repository, are uploaded too.
        sources: the text of the files known, by path; without it the line hash is derived from the finding's id.
        scopes: what is remembered of scopes; one that has another name for good keeps its category.
    """
    own = frozenset(already_uploaded)
    new = [finding for finding in findings if _is_due(finding, own, unplaced=unplaced)]
    if not new:
        return findings
    hashes = _line_hashes(new, findings, sources) if sources else {}
    given = _in_turn(new, findings, line, hashes, names_in_categories(scopes))
    return tuple(
        [
            finding if (upload := given.get(finding.id)) is None else replace(finding, upload=upload)
            for finding in findings
        ]
    )


def _is_due(finding: Finding, own: frozenset[str], *, unplaced: bool) -> bool:
    if finding.upload is not None or not finding.sources or not finding.is_open:
        return False
    if not unplaced and finding.kind in _UNPLACED:
        return False
    # Every source of this run is among the sightings too.
    return not own or own.isdisjoint([sighting.tool for sighting in finding.sightings])


def _in_turn(
    new: list[Finding],
    findings: tuple[Finding, ...],
    line: Line,
    hashes: Mapping[str, str],
    named: Mapping[tuple[str, str], str],
) -> dict[str, UploadIdentity]:
    """Identities by finding id; in each category newcomers queue behind everybody, worst first."""
    last: defaultdict[tuple[str, str], int] = defaultdict(int)
    for finding in findings:
        if (upload := finding.upload) is not None:
            queue = (upload.category, upload.driver)
            last[queue] = max(last[queue], upload.turn)
    given = {}
    for finding in sorted(new, key=_worst_first):  # equals stay in the order of their places
        id_, primary = finding.id, finding.sources[0]
        scope = named.get((primary.tool, primary.scope), primary.scope)
        category, driver = queue = _queue(line, primary.tool, scope)
        turn = last[queue] = last[queue] + 1
        given[id_] = UploadIdentity(category, driver, primary.rule_id, hashes.get(id_) or _own_hash(id_), turn)
    return given


@lru_cache(maxsize=4096)
def _queue(line: Line, tool: str, scope: str) -> tuple[str, str]:
    return (category_of(line, tool, scope), driver_of(tool))


def _worst_first(finding: Finding) -> int:
    return -finding.severity.rank


def _line_hashes(new: list[Finding], findings: tuple[Finding, ...], sources: Mapping[str, str]) -> dict[str, str]:
    """Hashes of real source lines by finding id, for findings in files whose text is known."""
    secrets: defaultdict[str, set[int]] = defaultdict(set)
    for finding in findings:
        if finding.kind is Kind.SECRET:
            for place in _all_places(finding):
                secrets[place.path].update(_lines(place))
    wanted: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for finding in new:
        location = finding.location
        if finding.kind is not Kind.SECRET and location is not None and location.path in sources:
            wanted[location.path][finding.id] = location.start_line or 1
    found = {}
    for path, lines in wanted.items():
        hashes = line_hashes(sources[path], lines.values(), secrets[path])
        found.update({id_: hashes[line] for id_, line in lines.items() if line in hashes})
    return found


def _all_places(finding: Finding) -> list[Location]:
    seen = [finding.location, *(source.location for source in finding.sources)]
    seen += [sighting.location for sighting in finding.sightings]
    return [location for location in seen if location is not None]


def _lines(location: Location) -> range:
    first = location.start_line or 1
    # A report may name any end: no file that people write has a secret of more than a thousand lines.
    return range(first, min(max(first, location.end_line or first), first + 1000) + 1)


def _own_hash(finding_id: str) -> str:
    """A stand-in of the line hash's shape, where no line may or can be hashed: the id is as stable, and in hex."""
    return f"{finding_id.removeprefix('F-')}:1"


def names_in_categories(records: Iterable[ScopeRecord]) -> dict[tuple[str, str], str]:
    """The names of scopes, by tool and today's name, where categories are called by others: by their first ones.

    Not so while nobody knows whether the old name is back in the next run: places are told by what was seen last, so
    of two images that take turns each one has to keep to its own category.
    """
    records = tuple(records)
    known = {(record.tool, record.scope) for record in records}
    return {key: name for key, name in first_names(records).items() if (key[0], name) not in known}


def driver_of(tool: str) -> str:
    """What the Security tab calls our uploads of a tool: ``Semgrep (Onefold)``."""
    return f"{tool}{DRIVER_END}"


@lru_cache(maxsize=4096)
def category_of(line: Line, tool: str, scope: str) -> str:
    """The category of a tool's scope: ``onefold/<product>/<tool>/<scope>/``.

    Behind the product stand its environment and the memory's key, where there are: ``shop@staging+eu``. The branch is
    GitHub's to tell apart. The same names always give the same category; different ones differ in the category or the
    driver. It ends with a slash: GitHub takes only what stands before the last one (SARIF ``automationDetails.id``).
    """
    environment = f"@{quote(line.environment, safe='')}" if line.environment else ""
    key = f"+{quote(line.key, safe='')}" if line.key else ""
    category = f"onefold/{quote(line.product)}{environment}{key}/{quote(tool, safe='')}/{quote(scope)}"
    if len(category) > _CATEGORY_LIMIT:
        digest = blake2b(category.encode(), digest_size=8).hexdigest()
        category = f"{category[:_CATEGORY_LIMIT]}~{digest}"
    return category + "/"
