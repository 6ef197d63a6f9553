"""Results of a run (3.27), each normalised as far as its log allows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from aggregator.knowledge.site_problems import site_of, site_problem_of
from aggregator.model.location import Component, Endpoint, Resource
from aggregator.model.location import Location as Place
from aggregator.model.result import Kind, Result, Rule
from aggregator.normalize.text import clean_text, first_sentence
from aggregator.normalize.weakness import parse_weaknesses
from aggregator.readers.base import ReadContext
from aggregator.readers.sarif.commits import commit_of
from aggregator.readers.sarif.dates import detection_of
from aggregator.readers.sarif.facts import Facts, facts_of
from aggregator.readers.sarif.log import Descriptor, Entry, Invocation, Location
from aggregator.readers.sarif.marks import (
    digest_of,
    fingerprint_of,
    message_of,
    secrets_of,
    snippet_of,
    suppression_of,
)
from aggregator.readers.sarif.messages import render
from aggregator.readers.sarif.packages import component_of, located
from aggregator.readers.sarif.places import Places
from aggregator.readers.sarif.producers import SILENT, SPLITS_LOCATIONS
from aggregator.readers.sarif.properties import NONE, Properties, properties_of
from aggregator.readers.sarif.ratings import Rating, rate
from aggregator.readers.sarif.rules import RuleBook, RuleSet
from aggregator.readers.sarif.taxa import Taxonomies

_NOT_WRONG = frozenset({"pass", "notApplicable"})
_PACKAGED = frozenset({Kind.SCA, Kind.CONTAINER, Kind.LICENSE})
_OLD_GITLEAKS = re.compile(r"(.+) secret detected")
_LONGEST_RULE_ID = 80
_CHECKOV_SECRET = "CKV_SECRET_"  # noqa: S105 - how its rules are called


class Origin(Struct, frozen=True):
    """Where the results of a run come from.

    Attributes:
        image: the repository of the image that was looked at; empty for anything else.
    """

    tool: str
    scope: str
    image: str
    book: RuleBook
    places: Places
    taxonomies: Taxonomies
    invocations: Sequence[Invocation]
    context: ReadContext


class Results:
    """Turns the results of one run into ours, remembering what many of them share.

    Attributes:
        passed: entries that say *no problem here*, or *no longer*.
        values: secret values the run gave away.
        detected: when entries say that they were first detected, by pointer.
    """

    def __init__(self, origin: Origin) -> None:
        self.passed = 0
        self.values: set[str] = set()
        self.detected: dict[str, datetime] = {}
        self._origin = origin
        self._facts: dict[tuple[int, str], Facts] = {}
        self._ratings: dict[tuple[int, str | None, str], Rating] = {}
        self._plain: dict[str, str] = {}

    def rules(self) -> tuple[Rule, ...]:
        """The rules the results name, each once."""
        return tuple({facts.rule.id: facts.rule for facts in self._facts.values()}.values())

    def read(self, entry: Entry, pointer: str) -> Sequence[Result]:
        """The results one entry stands for: none, one, or one for each of its locations."""
        if entry.kind in _NOT_WRONG or entry.baseline_state == "absent":
            self.passed += 1
            return ()
        locations = entry.locations or ()
        found: Sequence[Result]
        if len(locations) > 1 and self._origin.tool in SPLITS_LOCATIONS:
            found = [self._result(entry, (place,), f"{pointer}/locations/{at}") for at, place in enumerate(locations)]
        else:
            found = (self._result(entry, locations, pointer),)
        if entry.provenance is not None and (moment := detection_of(entry.provenance)) is not None:
            self.detected.update((result.pointer, moment) for result in found)
        return found

    # The result by position, as the fields stand: two dozen keywords would cost more than all the rest.
    def _result(self, entry: Entry, locations: Sequence[Location], pointer: str) -> Result:
        origin = self._origin
        rule, rules = origin.book.find(entry)
        message = self._message_of(entry, rule, rules)
        facts = self._facts_of(entry, rule, message)
        own = properties_of(entry.properties)
        rating = self._rating_of(entry, rule, facts, own)
        primary = locations[0] if locations else None
        place = origin.places.place_of(primary) if primary else None
        resource = self._resource_of(facts, primary, place)
        values = secrets_of(origin.tool, primary, own, message) if facts.is_secretive else ()
        self.values.update(values)
        message = message_of(origin.tool, facts, message, values) if facts.is_secretive else message
        return Result(
            facts.kind,
            origin.tool,
            origin.scope,
            origin.context.name,
            pointer,
            facts.rule.id,
            facts.title,
            rating.severity,
            rating.native,
            message if origin.tool not in SILENT else "",
            facts.aliases,
            rating.confidence,
            self._weaknesses_of(entry, facts, own),
            facts.vulnerability_ids,
            None,  # SARIF has no place for a CVSS vector
            None if origin.image or facts.kind is Kind.CLOUD else _real(facts, place, resource),
            self._related(entry, locations, place) if len(locations) > 1 or entry.related_locations else (),
            self._component_of(rule, facts, primary, place, message) if facts.kind in _PACKAGED else None,
            resource,
            self._endpoint_of(entry, facts, primary) if primary and place is None else None,
            suppression_of(entry) if entry.suppressions else None,
            "" if facts.is_secretive else snippet_of(primary),
            digest_of(origin.tool, values, origin.context.seal_key) if values else "",
            fingerprint_of(origin.tool, entry),
            commit_of(origin.tool, entry, primary),
        )

    def _message_of(self, entry: Entry, rule: Descriptor | None, rules: RuleSet) -> str:
        """The message; many results say the same, and to look through each text again costs more than all else."""
        said = entry.message
        if said is None or said.arguments or not said.text:
            return render(said, rule.message_strings if rule else None, rules.messages)
        message = self._plain.get(said.text)
        if message is None:
            message = self._plain[said.text] = render(said)
        return message

    def _facts_of(self, entry: Entry, rule: Descriptor | None, message: str) -> Facts:
        native = entry.rule_id or (entry.rule.id if entry.rule else None) or (rule.id if rule else None)
        key = (id(rule), native or message)
        facts = self._facts.get(key)
        if facts is None:
            origin = self._origin
            named = native or _rule_in(origin.tool, message)
            facts = facts_of(origin.tool, rule, named, message, is_image=bool(origin.image))
            self._facts[key] = facts
        return facts

    def _rating_of(self, entry: Entry, rule: Descriptor | None, facts: Facts, own: Properties) -> Rating:
        level = entry.level or self._configured_level(entry, rule)
        kind = entry.kind or "fail"
        if own is not NONE:
            return rate(self._origin.tool, facts, own, level, kind)
        key = (id(facts), level, kind)
        rating = self._ratings.get(key)
        if rating is None:
            rating = self._ratings[key] = rate(self._origin.tool, facts, own, level, kind)
        return rating

    def _configured_level(self, entry: Entry, rule: Descriptor | None) -> str | None:
        """The level that the invocation set for the rule (3.20.5): of the result's own, or of the only one."""
        invocations = self._origin.invocations
        index = entry.provenance.invocation_index if entry.provenance else None
        if index is None or index < 0:
            index = 0 if len(invocations) == 1 else -1
        if rule is None or not 0 <= index < len(invocations):
            return None
        for override in invocations[index].rule_configuration_overrides or ():
            named = override.descriptor
            if named and override.configuration and self._origin.book.names(named, rule):
                return override.configuration.level
        return None

    def _weaknesses_of(self, entry: Entry, facts: Facts, own: Properties) -> tuple[int, ...]:
        if not entry.taxa and own is NONE:
            return facts.weaknesses
        taxa = self._origin.taxonomies.weaknesses(entry.taxa) if entry.taxa else ()
        tags = [tag for tag in own.tags if "cwe" in tag.lower()]
        return parse_weaknesses(taxa, tags, *own.weaknesses, facts.weaknesses)

    def _related(self, entry: Entry, locations: Sequence[Location], place: Place | None) -> tuple[Place, ...]:
        others = [*locations[1:], *(entry.related_locations or ())]
        found = [self._origin.places.place_of(other) for other in others]
        distinct = found if len(found) == 1 else dict.fromkeys(found)
        return tuple([other for other in distinct if other and other != place])

    def _component_of(
        self, rule: Descriptor | None, facts: Facts, primary: Location | None, place: Place | None, message: str
    ) -> Component | None:
        names = self._origin.places.names_of(primary) if primary else []
        component = component_of(self._origin.tool, facts.native_id, message, rule, names)
        return located(component, place.path if place else "", self._origin.image) if component else None

    def _resource_of(self, facts: Facts, primary: Location | None, place: Place | None) -> Resource | None:
        """The cloud resource, or the file of an image; else what the log calls a place that tells no two apart.

        Beside a line a name tells nothing more, and one line may have several (each instance of a C++ template).
        """
        if facts.kind is Kind.CLOUD and place:
            return Resource(place.path)
        image = self._origin.image
        if image and place and facts.kind not in _PACKAGED:
            return Resource(f"{image}!{place.path}", type="image-file", name=place.path)
        if primary is None or not primary.logical_locations or facts.kind in _PACKAGED or _is_telling(place):
            return None
        names = self._origin.places.names_of(primary)
        return Resource(clean_text(names[0])) if names and not self._origin.places.endpoint_of(primary, "") else None

    def _endpoint_of(self, entry: Entry, facts: Facts, primary: Location) -> Endpoint | None:
        method = (entry.web_request.method if entry.web_request else None) or ""
        endpoint = self._origin.places.endpoint_of(primary, method)
        problem = site_problem_of(self._origin.tool, facts.rule.id, facts.title) if endpoint else ""
        return site_of(endpoint, problem) if endpoint and problem else endpoint


def _real(facts: Facts, place: Place | None, resource: Resource | None) -> Place | None:
    """The place; without its first line where that only stands for "somewhere in this file".

    Of a secret, Checkov gives the line below as the end.
    """
    if place and facts.native_id.startswith(_CHECKOV_SECRET):
        return Place(place.path, place.start_line, end_line=place.start_line)
    if place and (facts.kind in _PACKAGED or resource) and place.start_line == place.end_line == 1:
        return Place(place.path)
    return place


def _is_telling(place: Place | None) -> bool:
    """Whether a place is more than a file: its first line, or the point before it, may stand for all of it."""
    if place is None or place.start_line is None:
        return False
    is_point = place.end_column == 1 or (place.start_column is None and place.end_column is None)
    return not (is_point and place.start_line == place.end_line == 1)


def _rule_in(tool: str, message: str) -> str:
    """A name for the rule of a result that names none."""
    found = _OLD_GITLEAKS.match(message) if tool == "Gitleaks" else None
    return found.group(1) if found else first_sentence(message, _LONGEST_RULE_ID) or "unnamed-rule"
