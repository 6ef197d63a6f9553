"""Whether Jira can be used as it is configured: asked with three cheap calls, before anything depends on it."""

from __future__ import annotations

from aggregator.model.errors import Fault, ServiceError
from aggregator.sinks.jira.client import JiraClient


def check_connection(client: JiraClient, project: str, issue_type: str) -> str:
    """One sentence about what was found; raises ``ServiceError`` when tickets could not be created.

    Args:
        client: the Jira that is configured.
        project: key of the project that tickets are created in; empty when none is named.
        issue_type: name of the type of new tickets.
    """
    me = client.me()
    where = f"Jira {client.access.flavour}"
    if not project:
        reason = f"{where} knows the token, but the policy names no project under jira."
        raise ServiceError(Fault.REFUSED, reason, "Give its key in jira.project.")
    found = client.project(project)
    if found.archived:
        raise ServiceError(Fault.MISSING, f"The project {project} is archived.", "Restore it, or name another one.")
    known = {each.name.lower() for each in found.issueTypes}
    if known and issue_type.lower() not in known:
        reason = f"The project {project} has no type of ticket that is called {issue_type}."
        raise ServiceError(Fault.REFUSED, reason, "Name one of its types in jira.issue-type.")
    lacking = client.lacking(project)
    if lacking:
        may = ", ".join(name.replace("_", " ").lower() for name in lacking)
        reason = f"The account {me.shown or me.id} lacks permissions in the project {project}: {may}."
        raise ServiceError(Fault.PERMISSION, reason, "Give them to it in the project's settings.")
    return f"{where}: logged in as {me.shown or me.id}, tickets go to {found.key}."
