"""Whose findings are that are in no file: cloud accounts, hosts, images."""

from __future__ import annotations

from pydantic import Field

from aggregator.model.finding import Finding
from aggregator.policy.globs import matches_text
from aggregator.policy.part import Text
from aggregator.policy.selector import Homed, KindWord


class OwnerRule(Homed):
    """Owners, and what a finding without a file must be to be theirs; what is not written is not asked."""

    kind: KindWord | None = Field(None, description="The kind of finding.")
    account: Text | None = Field(None, description="A cloud account, subscription or project; * stands for any text.")
    resource: Text | None = Field(None, description="A cloud resource's full id; * stands for any text.")
    host: Text | None = Field(None, description="A host that was scanned; * stands for any text.")
    image: Text | None = Field(None, description="A container image; * stands for any text.")
    owners: tuple[Text, ...] = Field(
        min_length=1, description="Whom it belongs to: @person, @org/team, an address, any name."
    )

    def fits(self, finding: Finding) -> bool:
        """Whether a finding that belongs to such a place is one of them."""
        resource, endpoint, component = finding.resource, finding.endpoint, finding.component
        return self.kind in {None, finding.kind} and all(
            wanted is None or (bool(given) and matches_text(wanted, given))
            for wanted, given in (
                (self.account, "" if resource is None else resource.account),
                (self.resource, "" if resource is None else resource.uid),
                (self.host, "" if endpoint is None else endpoint.host),
                (self.image, "" if component is None else component.image),
            )
        )
