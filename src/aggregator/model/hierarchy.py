"""Where a finding stands among teams, products and pipelines (DefectDojo's hierarchy)."""

from __future__ import annotations

from msgspec import Struct


class Belonging(Struct, frozen=True, gc=False, order=True, omit_defaults=True):
    """Product type, product, engagement and environment; an empty field means the run's own.

    Attributes:
        product_type: the team or business unit.
        product: the application, service or cloud account.
        engagement: the pipeline, or a single examination such as a penetration test.
        environment: where the product runs.
    """

    product_type: str = ""
    product: str = ""
    engagement: str = ""
    environment: str = ""


OWN = Belonging()
"""What belongs to what the run is about, as nearly everything does."""
