"""Tests of :mod:`aggregator.knowledge.tools`."""

from __future__ import annotations

import pytest

from aggregator.knowledge.tools import kind_reported_by, own_name
from aggregator.model.result import Kind
from aggregator.readers.registry import READERS


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("OWASP ZAP", "ZAP"),
        ("owasp_zap", "ZAP"),
        ("zaproxy", "ZAP"),
        ("semgrep-oss", "Semgrep"),
        ("PIP AUDIT", "pip-audit"),
        ("Trivy (MegaLinter REPOSITORY_TRIVY)", "Trivy"),
        ("Semgrep OSS (MegaLinter REPOSITORY_SEMGREP)", "Semgrep"),
        ("Opengrep (reported by Codacy)", "Opengrep"),
        ("My Tool (MegaLinter ANY_2)", "My Tool"),
        ("My Tool (beta)", "My Tool (beta)"),
        ("My Tool", "My Tool"),
        ("检查", "检查"),
        ("", ""),
    ],
)
def test_a_tool_is_known_by_any_of_its_names(said: str, name: str) -> None:
    """Case, blanks, signs, who ran it and other names lead to the one name; what nobody knows stays as it is."""
    assert own_name(said) == name


def test_readers_use_the_one_name() -> None:
    """What a reader calls its tool is the name that every spelling leads to."""
    named = [reader.TOOL for reader in READERS if reader.TOOL]
    assert len(named) > 9
    assert [own_name(tool.upper().replace("-", " ")) for tool in named] == named


def test_an_unknown_tool_looks_at_code() -> None:
    """The kind of a tool that nobody knows is that of most tools."""
    assert (kind_reported_by("ZAP"), kind_reported_by("My Tool")) == (Kind.DAST, Kind.SAST)
