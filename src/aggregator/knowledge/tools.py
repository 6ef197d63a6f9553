"""The tools: one name for each, by which results, states and people call it, and the kind of what it reports."""

from __future__ import annotations

import re
from functools import lru_cache

from aggregator.model.result import Kind

# By the one name: the kind of its results, and other spellings. Names are compared without case, blanks and signs.
_TOOLS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    "Bandit": (Kind.SAST, ()),
    "Bearer": (Kind.SAST, ()),
    "Betterleaks": (Kind.SECRET, ()),
    "Black Duck": (Kind.SCA, ("blackduckscan", "blackducksca")),
    "Checkov": (Kind.IAC, ("bridgecrew", "prismacloud")),
    "CodeQL": (Kind.SAST, ("codeqlcommandlinetoolchain", "lgtmcom")),
    "Cppcheck": (Kind.SAST, ()),
    "Dependency-Check": (Kind.SCA, ("owaspdependencycheck",)),
    "detect-secrets": (Kind.SECRET, ()),
    "detekt": (Kind.SAST, ()),
    "DevSkim": (Kind.SAST, ()),
    "Dockle": (Kind.IAC, ()),
    "ESLint": (Kind.SAST, ()),
    "Flawfinder": (Kind.SAST, ()),
    "ggshield": (Kind.SECRET, ("gitguardian", "gitguardianshield", "ggshieldsecret")),
    "Gitleaks": (Kind.SECRET, ()),
    "gosec": (Kind.SAST, ()),
    "govulncheck": (Kind.SCA, ()),
    "Grype": (Kind.SCA, ("anchoregrype",)),
    "Hadolint": (Kind.IAC, ()),
    "KICS": (Kind.IAC, ("keepinginfrastructureascodesecure",)),
    "Kingfisher": (Kind.SECRET, ("mongodbkingfisher",)),
    "KubeLinter": (Kind.IAC, ()),
    "Kubescape": (Kind.IAC, ()),
    "mobsfscan": (Kind.SAST, ()),
    "njsscan": (Kind.SAST, ("nodejsscan",)),
    "Nosey Parker": (Kind.SECRET, ()),
    "Nuclei": (Kind.DAST, ()),
    "Opengrep": (Kind.SAST, ("opengreposs",)),
    "OSV-Scanner": (Kind.SCA, ()),
    "pip-audit": (Kind.SCA, ()),
    "Prowler": (Kind.CLOUD, ()),
    "Ruff": (Kind.SAST, ()),
    "secretlint": (Kind.SECRET, ()),
    "Semgrep": (Kind.SAST, ("semgreposs", "semgreppro", "semgrepcode")),
    "Snyk Code": (Kind.SAST, ()),
    "Snyk Container": (Kind.CONTAINER, ()),
    "Snyk IaC": (Kind.IAC, ()),
    "Snyk Open Source": (Kind.SCA, ("snykopensource",)),
    "Spmi": (Kind.SECRET, ("sarifpatternmatcher",)),
    "SpotBugs": (Kind.SAST, ()),
    "Terrascan": (Kind.IAC, ()),
    "tfsec": (Kind.IAC, ()),
    "Trivy": (Kind.SCA, ()),
    "TruffleHog": (Kind.SECRET, ()),
    "Whispers": (Kind.SECRET, ()),
    "ZAP": (Kind.DAST, ("owaspzap", "zaproxy", "zapbycheckmarx", "zedattackproxy")),
}

_PLAIN = re.compile(r"[^a-z0-9]")
# What MegaLinter and Codacy add to the name of each tool that they run.
_RUN_BY = re.compile(r" \((?:MegaLinter [A-Z0-9_]+|reported by Codacy)\)$")
_BY_PLAIN_NAME = {
    spelling: name for name, (_, spellings) in _TOOLS.items() for spelling in (_PLAIN.sub("", name.lower()), *spellings)
}
SPELLINGS = frozenset(_BY_PLAIN_NAME)
"""All names of all known tools, without case, blanks and signs."""


@lru_cache(maxsize=256)
def own_name(said: str) -> str:
    """The tool's one name, however people and reports spell it and whoever ran it; an unknown tool's as it is said."""
    name = _RUN_BY.sub("", said)
    return _BY_PLAIN_NAME.get(_PLAIN.sub("", name.lower()), name)


def kind_reported_by(tool: str) -> Kind:
    """What sort of problem the tool reports, where a result does not tell it."""
    return _TOOLS.get(tool, (Kind.SAST, ()))[0]
