"""What is known of vulnerabilities beyond the reports: how likely each is exploited, and which are being exploited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct


class Likelihood(Struct, frozen=True, gc=False):
    """An EPSS rating: the probability of exploitation within 30 days, and its percentile; both 0 to 1."""

    probability: float
    percentile: float


class Exploited(Struct, frozen=True, gc=False):
    """An entry of CISA's catalogue: the last day that it gives for mending, and whether ransomware uses the flaw."""

    due: date
    ransomware: bool = False


class Intelligence(Struct, frozen=True):
    """What a run was told about vulnerabilities, each by its CVE number in upper case.

    Attributes:
        epss: ratings of those that the run may ask for; the others may be left out.
        epss_at: the day they are of; ``None`` when there are none, which is not the same as no rating.
        epss_model: the model's version, in its publisher's words.
        kev: the catalogue's entries; ``kev_at`` the day it is of, ``None`` when there is no catalogue.
    """

    epss: Mapping[str, Likelihood] = {}
    epss_at: date | None = None
    epss_model: str = ""
    kev: Mapping[str, Exploited] = {}
    kev_at: date | None = None


NOTHING_KNOWN = Intelligence()
"""What a run knows that was told nothing."""
