"""What we do in DefectDojo, as values."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Step: TypeAlias = Literal["tell", "close", "edit"]
"""``tell`` reimports and closes nothing, ``close`` reimports and lets DefectDojo close what is not in the report,
``edit`` changes what no reimport changes."""


class Edit(Struct, frozen=True):
    """What a reimport leaves as it was in a finding that DefectDojo knows already.

    Attributes:
        unique_id: DefectDojo's ``unique_id_from_tool``.
        severity: DefectDojo's word.
        reopens: whether a decision of ours that silenced it there is over.
    """

    unique_id: str
    title: str
    severity: str
    component_version: str = ""
    reopens: bool = False


class PushTest(Struct, frozen=True, kw_only=True):
    """Push one test: everything that is known of it, as one report.

    Attributes:
        channel: what the state remembers it by.
        product_type: where the product is put if there is none of its name yet; empty where it was pushed before.
        environment: DefectDojo's word; empty for its own default.
        branch, commit, build: what was looked at last; may be empty.
        findings: how many are open.
        steps: what is done, in this order.
        asks: close only when everything that is open there is remembered here; else the step is left out.
        edits: for the step ``edit``.
        is_second: the test was told already in this run; what is gone is closed now that all tests were told.
        digest: of what is told, as the state remembers it.
    """

    channel: str
    product_type: str
    product: str
    engagement: str
    test: str
    environment: str = ""
    branch: str = ""
    commit: str = ""
    build: str = ""
    tags: tuple[str, ...] = ()
    findings: int = 0
    steps: tuple[Step, ...] = ("tell",)
    edits: tuple[Edit, ...] = ()
    asks: bool = False
    is_second: bool = False
    digest: str = ""

    @property
    def key(self) -> str:
        """A test is what was pushed last."""
        return f"{self.channel}#close" if self.is_second else self.channel

    def sentence(self) -> str:
        """What will happen, for a person."""
        where = f"{self.product} / {self.engagement} / {self.test}"
        if self.is_second:
            return f"let DefectDojo close what is gone ({where})"
        many = "1 open finding" if self.findings == 1 else f"{self.findings} open findings"
        more = " and close there what is gone" if "close" in self.steps else ""
        return f"push {many} to DefectDojo ({where}){more}"


DefectDojoAction: TypeAlias = PushTest
