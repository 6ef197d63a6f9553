"""Who wrote a run: one name per tool, what sort of problems it reports, and where its habits differ."""

from __future__ import annotations

import re

from aggregator.knowledge.tools import kind_reported_by, own_name
from aggregator.model.result import Kind
from aggregator.normalize.rule_ids import is_about_secrets
from aggregator.normalize.text import clean_text

UNNAMED = "Unnamed tool"
OWN_SUFFIX = " (Onefold)"
OWN_CATEGORY = "onefold/"

# These list every place where a pattern occurs as the locations of one result (3.27.12 means one problem by it).
SPLITS_LOCATIONS = frozenset({"mobsfscan", "njsscan"})
# Their messages are parts of requests and responses.
SILENT = frozenset({"ZAP"})
# Their URIs are the paths of a site, without its host.
PATHS_OF_SITES = frozenset({"Nuclei"})
# Their URIs are plain paths: "100%25.txt" is the file's own name.
UNESCAPED_URIS = frozenset({"Gitleaks"})
# Every result of one commit carries the same partial fingerprints: the commit's author, date and message. Bearer counts
# what one rule finds in one file.
NO_FINGERPRINTS = frozenset({"Bearer", "Gitleaks"})
# What their regions quote is the secret, or holds it.
QUOTE_SECRETS = frozenset({"Betterleaks", "Gitleaks", "Kingfisher", "Nosey Parker", "Spmi", "TruffleHog", "ggshield"})
SEMGREP_LIKE = frozenset({"Opengrep", "Semgrep"})
# They look into the history, and never say how far.
IN_HISTORY = frozenset({"Betterleaks", "Gitleaks", "Kingfisher", "Nosey Parker", "TruffleHog", "ggshield"})
# They write one precision for every rule.
CONSTANT_PRECISION = frozenset({"Semgrep", "Trivy"})
# They call every result an error: Checkov where it runs without an API key, Ruff down to a missing docstring.
CONSTANT_LEVEL = frozenset({"Checkov", "Ruff"})
# Says "unsuccessful" for missing classes although the analysis came to its end.
FALSE_ALARM = frozenset({"SpotBugs"})

_VULNERABILITY = re.compile(
    r"(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|(?:PYSEC|RUSTSEC|GO|MAL|GSD|OSV|BDSA|DSA|DLA|RHSA|ALSA|ELSA|RLSA|ALAS2?|USN|"
    r"TEMP|SNYK)-[0-9A-Za-z:-]*\d[0-9A-Za-z:-]*)",
    re.IGNORECASE,
)
_TRIVY_KINDS = {"misconfiguration": Kind.IAC, "secret": Kind.SECRET, "license": Kind.LICENSE}


def tool_name(driver: str | None) -> str:
    """The tool's one name, whatever a version, an edition or a spelling made of it."""
    return own_name(clean_text(driver or "").strip()) or UNNAMED


def vulnerability_in(rule_id: str) -> str:
    """The vulnerability id that a rule id begins with (``CVE-2021-1-openssl`` of Grype); empty without one."""
    found = _VULNERABILITY.match(rule_id)
    if not found:
        return ""
    # Only CVE and GHSA ids end by themselves; of the others take the id when it is the whole.
    is_whole = found.end() == len(rule_id) or found.group()[:4].upper() in ("CVE-", "GHSA")
    return found.group() if is_whole else ""


def kind_of(tool: str, rule_id: str, tags: tuple[str, ...], *, is_image: bool) -> Kind:
    """What sort of problem a rule of this tool finds."""
    words = {tag.lower() for tag in tags}
    if tool == "Trivy":
        kind = next((kind for word, kind in _TRIVY_KINDS.items() if word in words), Kind.SCA)
    elif rule_id.startswith("LIC_"):
        kind = Kind.LICENSE
    elif _is_about_secrets(tool, rule_id, words):
        kind = Kind.SECRET
    elif tool != "CodeQL" and vulnerability_in(rule_id):
        kind = Kind.SCA
    else:
        kind = kind_reported_by(tool)
    return Kind.CONTAINER if kind is Kind.SCA and is_image else kind


def _is_about_secrets(tool: str, rule_id: str, words: set[str]) -> bool:
    if tool in SEMGREP_LIKE and is_about_secrets(rule_id):
        return True
    if tool == "Bearer" and rule_id == "gitleaks":
        return True
    return rule_id.startswith("CKV_SECRET_") or not words.isdisjoint(("secret", "secrets"))
