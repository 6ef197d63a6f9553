"""Rule ids that a tool has renamed, or that depend on how it was called: one name for each rule."""

from __future__ import annotations

import re
from functools import lru_cache

from aggregator.normalize.secret_patterns import mask_marked

# Folders of rules; the second is the registry's port of Gitleaks' rules.
ABOUT_SECRETS = frozenset(("secrets", "gitleaks"))

_BANDIT_LIST = re.compile(r"#(?:b\d+-)+([a-z0-9-]+)")
_TRIVY_CHECK = re.compile(r"(?:AVD-)?([A-Z][A-Z0-9]*?)-?0*(\d{1,4})")


@lru_cache(maxsize=1 << 12)
def canonical_trivy_check(name: str) -> str:
    """The id of a Trivy check since 0.69: ``DS-0002`` for ``DS002``, ``AVD-DS-0002`` and itself.

    A custom check keeps its id.
    """
    match = _TRIVY_CHECK.fullmatch(name)
    return f"{match[1]}-{match[2].zfill(4)}" if match else name


@lru_cache(maxsize=1 << 12)
def canonical_semgrep_rule(check_id: str, registry_name: str) -> tuple[str, tuple[str, ...]]:
    """A Semgrep rule's id without the folder of the configuration it came from, and its other names.

    The prefix depends on how Semgrep was called. A rule of the registry keeps its full name there
    (``registry_name``); of any other the last segment is its own.
    """
    last = check_id.rpartition(".")[2] or check_id
    is_registered = registry_name and (check_id == registry_name or check_id.endswith(f".{registry_name}"))
    rule_id = registry_name if is_registered else last
    return rule_id, tuple(dict.fromkeys(alias for alias in (check_id, last) if alias != rule_id))


def bandit_name(name: str, page: str) -> str:
    """What a test of Bandit is called.

    All that look for a call or an import on a list are named ``blacklist``; their page tells which one it is:
    ``…/blacklist_calls.html#b301-pickle``.
    """
    found = _BANDIT_LIST.search(page) if name == "blacklist" else None
    return found[1].replace("-", "_") if found else name


def is_about_secrets(check_id: str) -> bool:
    """Whether a Semgrep rule stands in a folder of rules that find secrets."""
    return not ABOUT_SECRETS.isdisjoint(check_id.split("."))


def sentence_of(rule_id: str) -> str:
    """A rule id's last segment as a title: ``Eval use`` for ``python.lang.eval-use``."""
    # A provider's prefix must be seen before its underscore goes.
    words = mask_marked(rule_id).rpartition(".")[2].replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def id_of_name(name: str) -> str:
    """An id made from a rule's display name: ``aws-access-key`` for ``AWS Access_Key``."""
    return "-".join(mask_marked(name).lower().replace("_", " ").split())
