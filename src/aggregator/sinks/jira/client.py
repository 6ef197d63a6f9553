"""One Jira: what the sink asks of it, as typed calls.

Lists that a decision rests on are read to their end: what is not on them must not be made, so half a list is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Final, TypeVar
from urllib.parse import quote

from aggregator.model.errors import Fault, ServiceError
from aggregator.sinks.jira.access import Access, Flavour
from aggregator.sinks.jira.api import JiraApi, Nothing
from aggregator.sinks.jira.rows import (
    ASKED,
    AnyFields,
    Change,
    Changes,
    CommentPage,
    CommentRow,
    IssueRow,
    Made,
    Permissions,
    Person,
    ProjectRow,
    SearchPage,
    Status,
    TransitionList,
    TransitionRow,
)
from aggregator.transport.session import Session
from aggregator.writers.ticket_adf import LONGEST, Document, adf
from aggregator.writers.ticket_blocks import Text
from aggregator.writers.ticket_wiki import wiki_markup

PAGE: Final = 100
"""Rows of a page; Jira may give fewer."""
MOST_PAGES: Final = 50
NEEDED: Final = ("BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES", "ADD_COMMENTS", "TRANSITION_ISSUES")
"""Permissions, by Jira's names; to assign is one as well, and tickets can do without."""

_LOGIN: Final = "log in to Jira"
_SEARCH: Final = "search for our tickets"
_INTERNAL: Final = [{"key": "sd.public.comment", "value": {"internal": True}}]
"""In a service project a comment is sent to customers unless it says this; elsewhere it means nothing."""

_Page = TypeVar("_Page", CommentPage, Changes, SearchPage)
_Row = TypeVar("_Row")


class JiraClient:
    """What stands in one Jira, and changes to it; every method raises ``ServiceError``.

    Args:
        session: all that this run says to it.
        access: which one, and what lets us in.
        pause: seconds between two writes.
    """

    def __init__(self, session: Session, access: Access, *, pause: float = 0.5) -> None:
        self.access = access
        self._api = JiraApi(session, access, pause)
        self._is_cloud = access.flavour is Flavour.CLOUD
        self._me: Person | None = None
        self._people: dict[tuple[str, str], Person | None] = {}
        self._statuses: dict[str, Status | None] = {}

    # --- who

    def me(self) -> Person:
        """Whose token it is. Asked before any list is believed: without a valid token some lists are empty."""
        if self._me is None:
            me = self._logged_in()
            if not me.id:
                reason = "Could not log in to Jira: it does not say whose token it is."
                raise ServiceError(Fault.PERMISSION, reason, "Look at jira-url, jira-user and jira-token.")
            self._me = me
        return self._me

    def _logged_in(self) -> Person:
        """At the site, else through the gateway; what the site said tells more than what the gateway says."""
        try:
            return self._api.read("myself", {}, _LOGIN, Person)
        except ServiceError as error:
            if error.fault is not Fault.PERMISSION or not self._api.take_gateway():
                raise
            with suppress(ServiceError):
                return self._api.read("myself", {}, _LOGIN, Person)
            self._api.leave_gateway()
            raise

    def assignable(self, project: str, name: str) -> Person | None:
        """The one person of this id, name or e-mail address who can be assigned in a project; ``None`` for others."""
        if (project, name) not in self._people:
            self._people[project, name] = self._looked_up(project, name)
        return self._people[project, name]

    def _looked_up(self, project: str, name: str) -> Person | None:
        query = {"project": project, "query" if self._is_cloud else "username": name, "maxResults": "50"}
        if self._is_cloud and "@" not in name and " " not in name:
            query = {"project": project, "accountId": name}
        people = self._api.read("user/assignable/search", query, "look up an assignee", tuple[Person, ...])
        named = [each for each in people if name.lower() in _names(each)]
        if "@" in name and not named and len(people) == 1:  # people may hide their address
            named = list(people)
        return named[0] if len(named) == 1 else None

    def person(self, id_: str) -> Person:
        """Somebody by the id, in Data Center by the name, that Jira knows them by."""
        return Person(accountId=id_) if self._is_cloud else Person(name=id_)

    # --- tickets

    def search(self, labels: tuple[str, ...]) -> tuple[IssueRow, ...]:
        """All tickets that bear all of these labels, in whatever project, by key.

        Cloud's index may lag behind by seconds, in rare cases by minutes.
        """
        self.me()
        jql = " AND ".join(f'labels = "{_quoted(label)}"' for label in labels) + " ORDER BY created ASC"
        query = {"jql": jql, "fields": ASKED, "expand": "changelog"}
        counted = self._counted("search", query, _SEARCH, SearchPage, lambda page: page.issues)
        rows = {row.key: row for row in (self._by_token(query) if self._is_cloud else counted)}
        self._statuses |= {row.fields.status.id: row.fields.status for row in rows.values()}
        # Jira finds labels in any case; ours are exact.
        return tuple(row for row in rows.values() if set(labels) <= set(row.fields.labels or ()))

    def issue(self, key: str) -> IssueRow | None:
        """One ticket, by any key it ever had; ``None`` when it is gone or hidden from us."""
        self.me()
        query = {"fields": ASKED, "expand": "changelog"}
        try:
            return self._api.read(f"issue/{quote(key, safe='')}", query, "look up a ticket", IssueRow)
        except ServiceError as error:
            if error.fault is Fault.MISSING:
                return None
            raise

    def filled(self, key: str, fields: Sequence[str]) -> frozenset[str]:
        """Which of these fields of a ticket have a value."""
        path = f"issue/{quote(key, safe='')}"
        row = self._api.read(path, {"fields": ",".join(fields)}, "look at the fields of a ticket", AnyFields)
        return frozenset(name for name in fields if row.fields.get(name) not in (None, "", []))

    def create(self, fields: Mapping[str, object]) -> str:
        """Create a ticket and give its key."""
        return self._api.write("POST", "issue", "create the ticket", {"fields": fields}, Made).key

    def edit(self, key: str, fields: Mapping[str, object], add_labels: tuple[str, ...]) -> None:
        """Set fields of a ticket, and add labels to those that it has."""
        asked: dict[str, object] = {"fields": fields}
        if add_labels:
            asked["update"] = {"labels": [{"add": label} for label in add_labels]}
        self._api.write("PUT", f"issue/{quote(key, safe='')}", "update the ticket", asked, Nothing)

    # --- comments and history

    def comments(self, key: str) -> tuple[CommentRow, ...]:
        """All comments below a ticket, oldest first."""
        path = f"issue/{quote(key, safe='')}/comment"
        purpose = "read the comments on a ticket"
        return tuple(self._counted(path, {"orderBy": "created"}, purpose, CommentPage, lambda page: page.comments))

    def comment(self, key: str, text: Text) -> None:
        """Say something below a ticket."""
        path = f"issue/{quote(key, safe='')}/comment"
        asked = {"body": self.body(text), "properties": _INTERNAL}
        self._api.write("POST", path, "comment on the ticket", asked, Nothing)

    def history(self, row: IssueRow) -> tuple[Change, ...]:
        """Everything that was ever changed; asked for only where what came along with the ticket is not all."""
        told = row.changelog
        if told is not None and (len(told.histories) >= told.total or not self._is_cloud):
            return told.histories
        return self._whole_history(row.key) if self._is_cloud else self._own_history(row.key)

    # --- statuses and transitions

    def status(self, id_: str) -> Status | None:
        """A status of any workflow; ``None`` for one that is gone, and where Jira tells us of none."""
        if id_ not in self._statuses:
            self._statuses[id_] = self._told(id_)
        return self._statuses[id_]

    def _told(self, id_: str) -> Status | None:
        """A token whose scopes leave statuses out can do without."""
        try:
            return self._api.read(f"status/{quote(id_, safe='')}", {}, "look up a status", Status)
        except ServiceError as error:
            if error.fault in {Fault.PERMISSION, Fault.MISSING}:
                return None
            raise

    def transitions(self, key: str) -> tuple[TransitionRow, ...]:
        """What the workflow offers for a ticket now, with what each transition asks for."""
        path = f"issue/{quote(key, safe='')}/transitions"
        query = {"expand": "transitions.fields"}
        return self._api.read(path, query, "ask how the ticket can be moved", TransitionList).transitions

    def transit(self, key: str, transition: str, fields: Mapping[str, object]) -> None:
        """Move a ticket along a transition."""
        path = f"issue/{quote(key, safe='')}/transitions"
        asked: dict[str, object] = {"transition": {"id": transition}}
        if fields:
            asked["fields"] = fields
        self._api.write("POST", path, "move the ticket", asked, Nothing)

    # --- projects and texts

    def project(self, key: str) -> ProjectRow:
        """A project, with its types of tickets."""
        return self._api.read(f"project/{quote(key, safe='')}", {}, f"look up the project {key}", ProjectRow)

    def lacking(self, project: str) -> tuple[str, ...]:
        """What we would have to be allowed in a project and are not, by Jira's names; nothing when it does not tell."""
        query = {"projectKey": project, "permissions": ",".join(NEEDED)}
        try:
            told = self._api.read("mypermissions", query, "ask what the account may do", Permissions).permissions
        except ServiceError as error:
            if error.fault is Fault.MISSING:
                return ()
            raise
        return tuple(name for name in NEEDED if name in told and not told[name].havePermission)

    def body(self, text: Text, most: int = LONGEST) -> Document | str:
        """A text as this Jira takes it, with so many characters at most."""
        return adf(text, most) if self._is_cloud else wiki_markup(text, most)

    def _whole_history(self, key: str) -> tuple[Change, ...]:
        path = f"issue/{quote(key, safe='')}/changelog"
        return tuple(self._counted(path, {}, "read the history of a ticket", Changes, lambda page: page.values))

    def _own_history(self, key: str) -> tuple[Change, ...]:
        """The history that comes with a ticket alone, where a list does not bring it along."""
        alone = self.issue(key)
        return alone.changelog.histories if alone is not None and alone.changelog is not None else ()

    def _by_token(self, query: Mapping[str, str]) -> Iterator[IssueRow]:
        token = ""
        for _ in range(MOST_PAGES):
            asked = {**query, "maxResults": str(PAGE), **({"nextPageToken": token} if token else {})}
            page = self._api.read("search/jql", asked, _SEARCH, SearchPage)
            yield from page.issues
            token = page.nextPageToken or ""
            if not token:
                return
        raise _endless(_SEARCH)

    def _counted(
        self,
        path: str,
        query: Mapping[str, str],
        purpose: str,
        kind: type[_Page],
        rows_of: Callable[[_Page], Sequence[_Row]],
    ) -> Iterator[_Row]:
        """All rows of a list whose pages tell how many there are."""
        seen = 0
        for _ in range(MOST_PAGES):
            page = self._api.read(path, {**query, "startAt": str(seen), "maxResults": str(PAGE)}, purpose, kind)
            rows = rows_of(page)
            yield from rows
            seen += len(rows)
            if not rows or seen >= page.total:
                return
        raise _endless(purpose)


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _names(person: Person) -> set[str]:
    names = (person.accountId, person.name, person.key, person.emailAddress, person.displayName)
    return {name.lower() for name in names if name}


def _endless(purpose: str) -> ServiceError:
    reason = f"Could not {purpose}: there are more than {MOST_PAGES * PAGE}."
    return ServiceError(Fault.RATE, reason, "Delete what is no longer needed.")
