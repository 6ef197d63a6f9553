"""Follow what has the name of its deployment in its address: hashed assets, ids of objects, revisions and pods.

A bundler calls a file after its content (``main.8f3c2a1b.js``), each deployment of ECS is another revision of a task
definition (``web:42``), and of Kubernetes another pod (``web-7d4b9c8f6-xk2lp``). What lasts of such a name is compared.
What is back under its own name is known by that, and so is what the report has a row of, be it one that passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from aggregator.dedupe.tracking.ledger import Checked, Ledger
from aggregator.model.location import Endpoint, Resource
from aggregator.normalize.lasting import lasting_asset, lasting_path, lasting_uid
from aggregator.normalize.urls import lasting_host

_Sign: TypeAlias = Callable[[Endpoint | None, Resource | None], tuple[str, ...]]
"""What lasts of a place; empty where it has no name of a deployment in it."""
_Groups: TypeAlias = dict[tuple[str, ...], list[int]]


def match_renewed(ledger: Ledger, is_checked: Checked) -> None:
    """Pair what shows one rule in what lasts of one place, open findings alone.

    Assets one against one. Of objects, revisions and pods one is as good as another, so as many are paired as there
    are; where people have judged them differently, or they are on several hosts that have other names now, one against
    one as well.
    """
    old = [index for index in ledger.alive(ledger.old) if _is_outside_files(ledger, index, is_checked)]
    if not old:  # nearly always
        return
    results = {index: ledger.entries[index].results[0] for index in ledger.new}
    found = [index for index, each in results.items() if each.endpoint is not None or each.resource is not None]
    for sign_of, are_alike in _SIGNS:
        theirs, ours = _remembered(ledger, old, sign_of), _reported(ledger, found, sign_of)
        for sign, new in ours.items():
            known = theirs.get(sign, [])
            if len(known) == len(new) == 1 or (are_alike and _are_alike(ledger, known, new)):
                for one, two in zip(known, new, strict=False):
                    ledger.take(one, two, "medium", "renewed")


def _is_outside_files(ledger: Ledger, old: int, is_checked: Checked) -> bool:
    """Whether a source is behind an address, or about a resource of which the report has no row."""
    known = ledger.known[old]
    resource = known.tracked.resource
    if resource is None:
        return known.tracked.endpoint is not None
    return known.sighting.location is None and not is_checked(known.sighting.rule_id, resource.uid)


def _remembered(ledger: Ledger, old: Sequence[int], sign_of: _Sign) -> _Groups:
    groups: _Groups = {}
    for index in old:
        known = ledger.known[index]
        if index in ledger.old and (sign := sign_of(known.tracked.endpoint, known.tracked.resource)):
            seen = known.sighting
            groups.setdefault((seen.tool, seen.scope, seen.rule_id, *sign), []).append(index)
    return groups


def _reported(ledger: Ledger, new: Sequence[int], sign_of: _Sign) -> _Groups:
    groups: _Groups = {}
    for index in new:
        result = ledger.entries[index].results[0]
        if index in ledger.new and (sign := sign_of(result.endpoint, result.resource)):
            groups.setdefault((*ledger.family_of(index), *sign), []).append(index)
    return groups


def _are_alike(ledger: Ledger, old: Sequence[int], new: Sequence[int]) -> bool:
    """Whether it makes no difference which is taken for which."""
    known = [ledger.known[index].tracked for index in old]
    found = [ledger.entries[index].results[0] for index in new]
    return (
        len({each.decision.disposition for each in known}) == 1
        and len({each.endpoint.host for each in known if each.endpoint}) <= 1
        and len({each.endpoint.host for each in found if each.endpoint}) <= 1
    )


def _replica(_: Endpoint | None, at: Resource | None) -> tuple[str, ...]:
    lasting = lasting_uid(at.provider, at.type, at.uid) if at else ""
    return (at.provider, at.account, at.region, lasting) if at and lasting else ()


def _behind(path_of: Callable[[str], str], host_of: Callable[[str], str]) -> _Sign:
    def sign(at: Endpoint | None, _: Resource | None) -> tuple[str, ...]:
        lasting = path_of(at.path) if at else ""
        return (at.method, host_of(at.host), lasting, at.parameter) if at and lasting else ()

    return sign


_SIGNS: tuple[tuple[_Sign, bool], ...] = (
    (_replica, True),
    (_behind(lasting_path, str), True),
    (_behind(lasting_asset, str), False),
    (_behind(lasting_path, lasting_host), True),
    (_behind(lasting_asset, lasting_host), False),
)
"""In order, and whether one place with a sign is as good as another."""
