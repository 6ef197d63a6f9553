"""How the fake writes people, tickets, comments and transitions, in the words of either flavour."""

from __future__ import annotations

from typing import Any

from aggregator.sinks.jira.access import Flavour
from tests.fakes.jira.workflow import RESOLUTIONS, Transition
from tests.fakes.jira.world import Person, Ticket, World, stamp

_COLOURS = {"new": "blue-gray", "indeterminate": "yellow", "done": "green"}


def person(world: World, who: Person | None) -> dict[str, Any] | None:
    """People have an account id in Cloud, a key and a name in Data Center."""
    if who is None:
        return None
    told: dict[str, Any] = {"self": f"{world.url}/user", "displayName": who.name, "active": True}
    if world.flavour is Flavour.CLOUD:
        return {**told, "accountId": who.id, "accountType": "atlassian"}
    return {**told, "key": f"KEY-{who.id}", "name": who.id, "emailAddress": who.email}


def status(world: World, name: str) -> dict[str, Any]:
    """A status with its category."""
    category = world.workflow.statuses[name]
    kind = {"self": f"{world.url}/c", "id": 2, "key": category, "colorName": _COLOURS[category], "name": category}
    return {"self": f"{world.url}/s", "id": name, "name": name, "statusCategory": kind}


def comment(world: World, made: dict[str, Any]) -> dict[str, Any]:
    """One comment."""
    author, at = person(world, made["author"]), stamp(made["created"])
    return {"self": f"{world.url}/x", "id": made["id"], "author": author, "body": made["body"], "created": at}


def change(world: World, made: dict[str, Any]) -> dict[str, Any]:
    """One line of a history; Data Center tells no ids of fields."""
    drop = set() if world.flavour is Flavour.CLOUD else {"fieldId"}
    items = [{name: value for name, value in item.items() if name not in drop} for item in made["items"]]
    author = person(world, made["author"])
    return {"id": made["id"], "author": author, "created": stamp(made["created"]), "items": items}


def ticket(world: World, it: Ticket, asked: str, expand: str) -> dict[str, Any]:
    """A ticket with the fields that were asked for."""
    fields = it.fields
    everything: dict[str, Any] = {
        **{name: value for name, value in fields.items() if name.startswith("customfield_")},
        "summary": fields.get("summary"),
        "description": fields.get("description"),
        "issuetype": {"id": "1", "name": fields["issuetype"]["name"]},
        "project": fields["project"],
        "status": status(world, it.status),
        "resolution": {"id": "1", "name": it.resolution} if it.resolution else None,
        "priority": {"id": "1", **fields["priority"]} if fields.get("priority") else None,
        "assignee": person(world, _who(world, fields.get("assignee"))),
        "creator": person(world, it.creator),
        "labels": sorted(fields.get("labels", ())),
        "duedate": fields.get("duedate"),
        "created": stamp(it.created),
        "updated": stamp(it.updated),
        "comment": _inline(world, it),
    }
    names = asked.split(",")
    told: dict[str, Any] = {"id": it.id, "key": it.key, "self": f"{world.url}/issue/{it.id}"}
    told["fields"] = {name: value for name, value in everything.items() if name in names}
    if "changelog" in expand:
        # Assumed: the newest come along, and the total tells of the rest.
        shown = it.history[-world.inline :] if world.flavour is Flavour.CLOUD else it.history
        histories = [change(world, each) for each in reversed(shown)]
        told["changelog"] = {"startAt": 0, "maxResults": len(shown), "total": len(it.history), "histories": histories}
    return told


def transition(world: World, it: Transition, expand: str) -> dict[str, Any]:
    """What a transition leads to, and what its screen asks for when that is wanted."""
    told = {"id": it.id, "name": it.name, "to": status(world, it.to), "hasScreen": bool(it.screen)}
    told |= {"isAvailable": it.is_available, "isGlobal": not it.start}
    return {**told, "fields": dict(it.screen)} if "transitions.fields" in expand else told


def resolution_named(value: Any) -> str:
    """The name of a resolution by its id."""
    return RESOLUTIONS[int(value["id"]) - 10000]


def _who(world: World, assignee: dict[str, str] | None) -> Person | None:
    id_ = (assignee or {}).get("accountId") or (assignee or {}).get("name")
    return next((each for each in world.people if each.id == id_), None)


def _inline(world: World, it: Ticket) -> dict[str, Any]:
    """Assumed: the oldest come along, and the total tells of the rest."""
    shown = [comment(world, each) for each in it.comments[: world.inline]]
    return {"comments": shown, "total": len(it.comments), "maxResults": len(shown), "startAt": 0}
