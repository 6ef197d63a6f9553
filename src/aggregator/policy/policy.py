"""The policy: everything about a run that people decide, with defaults that need no file."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from aggregator.model.result import Kind
from aggregator.model.severity import Severity

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Days = Annotated[int, Field(ge=0, le=3650)]
Share = Annotated[float, Field(ge=0, le=1)]
FailOn = Annotated[str, StringConstraints(pattern=r"^(none|(new|any|breached)(:(info|low|medium|high|critical))?)$")]


class Part(BaseModel):
    """What all parts of the policy share: frozen, nothing unknown, built when first used."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Sla(Part):
    """Days from the clock's start until a finding is late, by severity; empty (null) means no SLA."""

    critical: Days | None = Field(7, description="Days for CRITICAL; null for none.")
    high: Days | None = Field(30, description="Days for HIGH; null for none.")
    medium: Days | None = Field(90, description="Days for MEDIUM; null for none.")
    low: Days | None = Field(180, description="Days for LOW; null for none.")
    info: Days | None = Field(None, description="Days for INFO; null for none.")
    approaching_share: Share = Field(0.2, description="Approaching when this share of the time is left, or less.")
    approaching_days: Days = Field(2, description="Approaching at the latest when so many days are left.")
    resume_days: Days = Field(30, description="Reopened within so many days of closing: the old clock goes on.")

    def days(self, severity: Severity) -> int | None:
        """The days allowed for a severity; ``None`` when it has no SLA."""
        days: int | None = getattr(self, severity.value.lower())
        return days


class Gate(Part):
    """What turns the run red."""

    fail_on: tuple[FailOn, ...] = Field((), description="new:high, any:critical, breached, breached:high or none.")


class Misses(Part):
    """How many covered runs in a row must not report a finding before it closes, by kind."""

    sast: int = Field(1, ge=1, le=100)
    secret: int = Field(1, ge=1, le=100)
    sca: int = Field(1, ge=1, le=100)
    container: int = Field(1, ge=1, le=100)
    iac: int = Field(1, ge=1, le=100)
    cloud: int = Field(2, ge=1, le=100)
    dast: int = Field(2, ge=1, le=100)
    license: int = Field(1, ge=1, le=100)

    def of(self, kind: Kind) -> int:
        """The number for a kind."""
        misses: int = getattr(self, kind.value)
        return misses


class Closing(Part):
    """When absence counts as fixed."""

    brake_share: Share = Field(0.30, description="Hold a tool's closes when more than this share would close at once.")
    brake_minimum: int = Field(10, ge=1, description="The brake works from so many open findings of a tool on.")
    misses: Misses = Misses()
    complete: tuple[Text, ...] = Field((), description="Tools whose reports always cover their whole scope.")


class Expected(Part):
    """A report that must be there: a tool, and the scope or the report's name it must have (globs)."""

    tool: Text = Field(description="The tool's name, for example Semgrep.")
    scope: Text | None = Field(None, description="The scan's scope; * and ** are allowed.")
    report: Text | None = Field(None, description="The report's name; * and ** are allowed.")


class Upload(Part):
    """What the Security tab gets."""

    already_uploaded: tuple[Text, ...] = Field(("CodeQL",), description="Tools that upload by themselves.")
    unplaced: bool = Field(default=False, description="Upload findings that are in no file (cloud, web) too.")


class Memory(Part):
    """What is remembered between runs."""

    branches: tuple[Text, ...] = Field((), description="Branches with a line of their own; globs. Empty: every branch.")
    retention_days: int = Field(90, ge=1, le=3650, description="How long closed findings are remembered.")


class Paths(Part):
    """How paths in reports are made relative to the repository."""

    roots: tuple[Text, ...] = Field((), description="Further workspace prefixes to strip.")


class Policy(Part):
    """The whole of ``.github/onefold.yml``."""

    product: str = Field("", description="The repository or account; default: the repository's name.")
    product_type: str = Field("", description="The team or business unit.")
    engagement: str = Field("", description="The pipeline.")
    environment: str = Field("", description="Where it runs: production, staging.")
    sla: Sla = Sla()
    gate: Gate = Gate()
    closing: Closing = Closing()
    expected: tuple[Expected, ...] = ()
    upload: Upload = Upload()
    state: Memory = Memory()
    paths: Paths = Paths()
