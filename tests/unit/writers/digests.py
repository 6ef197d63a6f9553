"""Digests for the tests of the dialects."""

from __future__ import annotations

from hypothesis import strategies as st

from aggregator.writers.digest import Digest, Section
from aggregator.writers.ticket_blocks import Span

LINK = "https://git.example/shop/blob/0123/app.py#L12"
TEXT = st.text(max_size=40).map(lambda text: text * 8) | st.sampled_from(
    [
        "<!channel>",
        "<@U012AB3CD>",
        "<https://evil.example|ok>",
        "*_~`",
        "@here",
        "]( http://x )",
        "</at>",
        "\U0001f4a9" * 99,
    ]
)
SPANS = st.builds(
    Span, text=TEXT.filter(bool), strong=st.booleans(), code=st.booleans(), link=st.sampled_from(["", LINK, LINK * 30])
)
ROWS = st.lists(st.lists(SPANS, min_size=1, max_size=3).map(tuple), max_size=8).map(tuple)
SECTIONS = st.builds(Section, title=st.text(min_size=1, max_size=60), rows=ROWS, hidden=st.integers(0, 10**6))
DIGESTS = st.builds(
    Digest,
    headline=TEXT.filter(bool),
    standing=TEXT.filter(bool),
    sections=st.lists(SECTIONS, max_size=4).map(tuple),
    foot=TEXT.filter(bool),
    link=st.sampled_from(["", LINK]),
)
EXAMPLE = Digest(
    headline="shop: 1 new critical finding from today's run",
    standing="Open now: 1 critical.",
    sections=(
        Section(
            "1 new finding",
            (
                (
                    Span("Critical", strong=True),
                    Span(" "),
                    Span("SQL <injection>", link=LINK),
                    Span("app.py:12", code=True),
                ),
            ),
            2,
        ),
        Section("3 findings fixed", ()),
    ),
    foot="Run 4711 of shop, main.",
    link="https://git.example/shop/actions/runs/4711",
)
