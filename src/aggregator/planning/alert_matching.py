"""Which finding a code scanning alert is about: GitHub gives back no fingerprint of ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from aggregator.model.state import Tracked
from aggregator.planning.observed import SeenAlert
from aggregator.uploads import DRIVER_END
from aggregator.writers.places import place_of
from aggregator.writers.sarif import artifact_at, region_at
from aggregator.writers.upload_run import SIGNATURE


class Matched(Struct, frozen=True):
    """Our alerts, each in one of three places.

    Attributes:
        known: each alert and the id of its finding, in the order in which the alerts came.
        ambiguous: alerts that fit several findings.
        unknown: alerts that fit none that is remembered.
    """

    known: tuple[tuple[SeenAlert, str], ...] = ()
    ambiguous: tuple[SeenAlert, ...] = ()
    unknown: tuple[SeenAlert, ...] = ()


def match_alerts(alerts: Iterable[SeenAlert], findings: Iterable[Tracked]) -> Matched:
    """Match by our id at the end of the message; without it by what was uploaded: rule, path, and line if need be.

    An id that the alert's driver or rule does not fit is no proof: whoever may upload could write it. An alert with an
    id that nobody remembers must agree with its finding in the line as well.
    """
    ours = [alert for alert in alerts if alert.driver.endswith(DRIVER_END)]
    if not ours:
        return Matched()
    findings = tuple(findings)
    ids = _by_id(findings)
    named = {alert.number: item.id for alert in ours if (item := _named(alert, ids)) is not None}
    taken = frozenset(named.values())
    rules = _by_rule(item for item in findings if item.id not in taken)
    known: list[tuple[SeenAlert, str]] = []
    ambiguous: list[SeenAlert] = []
    unknown: list[SeenAlert] = []
    for alert in ours:
        fitting = [named[alert.number]] if alert.number in named else _fitting(alert, rules)
        if len(fitting) == 1:
            known.append((alert, fitting[0]))
        else:
            (ambiguous if fitting else unknown).append(alert)
    return Matched(tuple(known), tuple(ambiguous), tuple(unknown))


def _by_id(findings: Iterable[Tracked]) -> dict[str, Tracked]:
    ids: dict[str, Tracked] = {}
    for item in findings:
        ids[item.id] = item
        for alias in item.aliases:
            ids.setdefault(alias, item)
    return ids


def _by_rule(findings: Iterable[Tracked]) -> dict[str, list[Tracked]]:
    rules: defaultdict[str, list[Tracked]] = defaultdict(list)
    for item in findings:
        if item.upload is not None:
            rules[item.upload.rule_id].append(item)
    return rules


def _id_in(alert: SeenAlert) -> str:
    """The last word, when our name stands before it."""
    words = alert.message[-200:].split()
    return words[-1] if len(words) > 1 and words[-2] == SIGNATURE else ""


def _named(alert: SeenAlert, ids: dict[str, Tracked]) -> Tracked | None:
    id_ = _id_in(alert)
    item = ids.get(id_)
    if item is None or item.upload is None or item.id != id_:
        return item  # what an alias was uploaded as is not remembered
    upload = item.upload
    return item if (upload.driver, upload.rule_id) == (alert.driver, alert.rule_id) else None


def _fitting(alert: SeenAlert, rules: dict[str, list[Tracked]]) -> list[str]:
    """The findings that it may be about: by its whole place on GitHub, else by rule, path and line alone."""
    near = [item for item in rules.get(alert.rule_id, ()) if _is_at(item, alert.path)]
    same = [item for item in near if _is_in_category(item, alert)]
    if len(same) == 1 and not _id_in(alert):
        return [same[0].id]
    on_line = [item.id for item in same or near if region_at(place_of(item)).start_line == alert.start_line]
    if len(same) > 1 and not on_line and not _id_in(alert):
        return [item.id for item in same]
    return on_line


def _is_at(item: Tracked, path: str) -> bool:
    """As it was uploaded, or as people write it: GitHub's description does not say which one it gives back."""
    place = place_of(item).path
    return path in (place, artifact_at(place).uri)


def _is_in_category(item: Tracked, alert: SeenAlert) -> bool:
    """GitHub calls a category by what stands before its last slash."""
    upload = item.upload
    if upload is None or upload.driver != alert.driver:
        return False
    return not alert.category or alert.category.rstrip("/") == upload.category.rstrip("/")
