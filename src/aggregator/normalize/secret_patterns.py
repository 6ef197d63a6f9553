"""Likely secrets in free text, recognised by their looks alone: no report named them.

Two strengths. *Marked* secrets announce themselves: a provider's prefix, a private key's armour, a password in a URL,
``token: ...``. *Random* ones are only long and look drawn by lot; they are masked in prose and code, never in names,
because a masked name would no longer tell two resources apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

MASK = "[redacted]"

_RUN = 20
_TELLING_PIECE = 8
_RESTLESS = 0.4
_SHORTEST_PREFIX = 3
_MANY_DIGITS = 8
_MEMO = 8192

# Prefixes as the providers publish them; every pattern needs a run of at least 20 characters of _TOKEN_BYTES, because
# that is what the prefilter looks for. Where words may follow a prefix too (glpat-rotation-guide.md,
# pypi-publish-on-release-tag.yml) the rest has to look drawn by lot, or begin as those tokens do.
_PROVIDER = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      (?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Z])
    | gh[pousr]_[0-9A-Za-z]{16,}
    | AIza[\w-]{30,}
    | pypi-AgE[\w-]{20,}
    | dop_v1_[0-9a-f]{20,}
    | eyJ[\w-]{10,1000}+\.eyJ[\w-]{10,}(?:\.[\w-]*)?
    | (?P<mixed>
        gl(?:pat|ptt|dt|rt|cbt|ft|soat|imt|agent)-[\w-]{20}(?![\w-])
      | (?:sk|rk|pk)_(?:live|test)_[0-9A-Za-z]{12,}
      | npm_[0-9A-Za-z]{20,}
      | hf_[0-9A-Za-z]{20,}
      )
    | (?P<drawn>
        github_pat_[0-9A-Za-z_]{16,}
      | gl(?:pat|ptt|dt|rt|cbt|ft|soat|imt|agent)-[\w-]{15,}
      | xox[a-z]-[\w-]{15,}
      | xapp-[\w-]{15,}
      | sk-(?:ant|proj|svcacct)-[\w-]{20,}
      | SG\.[\w-]{16,}\.[\w-]{16,}
      )
    )""",
    re.VERBOSE | re.ASCII,
)
# One of these is in whatever _PROVIDER matches; plain searches cost a tenth of the pattern.
_PREFIXES = ("AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "gl", "xox", "xapp-", "k_live_",
             "k_test_", "AIza", "npm_", "pypi-", "hf_", "dop_v1_", "sk-", "SG.", "eyJ")  # fmt: skip
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
_SLACK_HOOK = re.compile(r"(hooks\.slack\.com/(?:services|workflows)/)[\w/+-]{20,}", re.ASCII)
_URL_PASSWORD = re.compile(r"""(://)[^\s/?#:"'<>]*:[^\s/?#"'<>]+(?=@)""")
_QUERY = re.compile(
    r"""([?&](?:access_token|auth|auth_token|authorization|api[_-]?key|client_secret|code|id_token|jsessionid|jwt|key
      |pass|passwd|password|phpsessid|pwd|refresh_token|secret|session|session_?id|sid|sig|signature|token
      |x-amz-credential|x-amz-security-token|x-amz-signature|x-goog-signature)=)[^&;\s"'<>\[]+""",
    re.VERBOSE | re.IGNORECASE,
)
# Where a pattern looks for a sign behind its start, it looks so far and no farther: a text may be made of starts.
_COOKIE = re.compile(r"""\b((?:set-)?cookie["']?\s*:\s*["']?)[^\s\r\n"'=;]{1,200}+=[^\r\n"']*""", re.IGNORECASE)
_HEADER = re.compile(
    r"""\b((?:(?:proxy-)?authorization|x-api-key|x-auth-token)["']?\s*:\s*["']?)
      (?:(?:basic|bearer|token|digest|negotiate|apikey|aws4-[\w-]+)\s+[^\r\n"']+ | [^\s"'\d]{0,200}+\d[^\s"']*)""",
    re.VERBOSE | re.IGNORECASE,
)
_BEARER = re.compile(r"\b(bearer|basic)\s+[\w.~+/-]{16,}=*", re.IGNORECASE | re.ASCII)
_NAMED = r"((?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential)s?"
_QUOTED = re.compile(_NAMED + r"""["']?\]?\s*(?:=>|:=|=|:)\s*)(["'`])(?!\[redacted\])[^"'`\r\n]{3,}\2""", re.IGNORECASE)
_BARE = re.compile(
    _NAMED + r"""["']?(?:=|\s*:\s+|\s=\s))(?!["'`])([^\s"'`<>&;,(){}\[\]]{4,}+)([\[({]?)""", re.IGNORECASE
)
# The last words before a ":" or "=" that make the value worth a look.
_WORDS = ("password", "passwd", "passphrase", "pwd", "pass", "secret", "token", "key", "credential", "auth",
            "authorization", "cookie", "session", "session_id", "sid", "sig", "signature", "code", "jwt")  # fmt: skip
_ENDINGS = (*_WORDS, *(f"{word}s" for word in _WORDS))
_LAST_LETTERS = frozenset(word[-3:] for word in _ENDINGS)  # one look-up sorts nearly all other words out
_SEPARATOR = re.compile("[:=]")
_WINDOW = 40

# Characters of one token stand as "A", all others as " ": a run is then found by one search for a constant.
_TOKEN_BYTES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-="
_RUNS = bytes(65 if byte in _TOKEN_BYTES else 32 for byte in range(256))
_LONG_RUN = b"A" * _RUN
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_PIECE = re.compile(r"[A-Za-z0-9]+")
_HEX = b"0123456789abcdefABCDEF:_-"


def looks_random(token: str) -> bool:
    """Whether a token of at least 20 characters looks drawn by lot: lower, upper and digits in quick alternation.

    Digests, UUIDs, paths, CamelCase and snake_case names do not.
    """
    if len(token) < _RUN or not token.encode("utf-8", "replace").translate(None, _HEX):
        return False
    pieces = [piece for piece in _PIECE.findall(token) if len(piece) >= _TELLING_PIECE]
    classes = [_class_of(character) for piece in pieces for character in piece]
    if len(classes) < _RUN // 2 or min(classes.count(kind) for kind in "aA0") < 2:  # noqa: PLR2004 - v1, Sha256
        return False
    # A name turns from one class to another at its word borders, about every fourth letter; a random string of 62
    # letters does so at 62 % of its letters.
    return sum(before != after for before, after in pairwise(classes)) >= _RESTLESS * (len(classes) - 1)


def _class_of(character: str) -> str:
    if character.isdigit():
        return "0"
    return "A" if character.isupper() else "a"


@lru_cache(_MEMO)
def mask_marked(text: str) -> str:
    """The text without the secrets that announce themselves."""
    if _has_long_run(text):
        text = _mask_prefixed(text)
    return _mask_named(text)


@lru_cache(_MEMO)
def mask_likely(text: str) -> str:
    """As :func:`mask_marked`, and without the long random tokens."""
    if not _has_long_run(text):
        return _mask_named(text)
    return _TOKEN.sub(_mask_random, _mask_named(_mask_prefixed(text)))


def _has_long_run(text: str) -> bool:
    if len(text) < _RUN:
        return False
    raw = text.encode("utf-8", "replace")
    return _LONG_RUN in raw.translate(_RUNS) and bool(raw.translate(None, _HEX))


def _mask_prefixed(text: str) -> str:
    if "hooks.slack.com" in text:
        text = _SLACK_HOOK.sub(rf"\1{MASK}", text)
    for prefix in _PREFIXES:
        if prefix in text:
            return _PROVIDER.sub(_mask_token, text)
    return text


def _mask_token(match: re.Match[str]) -> str:
    token, sort = match.group(), match.lastgroup
    body = token[_SHORTEST_PREFIX:]
    is_mixed = any(map(str.islower, body)) and any(map(str.isupper, body))
    digits = sum(map(str.isdigit, token))
    if sort is None or (is_mixed and (sort == "mixed" or digits)) or digits >= _MANY_DIGITS:
        return MASK
    return token


def _mask_named(text: str) -> str:
    if "-----BEGIN" in text:
        text = _PRIVATE_KEY.sub(MASK, text)
    if ":" not in text and "=" not in text and "earer " not in text:
        return text
    if "://" in text and "@" in text:
        text = _URL_PASSWORD.sub(rf"\1{MASK}", text)
    lowered = text.lower()
    if "bearer " in lowered or "basic " in lowered:
        text = _BEARER.sub(rf"\1 {MASK}", text)
    return _mask_assigned(text, lowered) if _names_a_value(lowered) else text


def _mask_assigned(text: str, lowered: str) -> str:
    if "cookie" in lowered:
        text = _COOKIE.sub(rf"\1{MASK}", text)
    if "authorization" in lowered or "x-a" in lowered:
        text = _HEADER.sub(rf"\1{MASK}", text)
    if "?" in text or "&" in text:
        text = _QUERY.sub(rf"\1{MASK}", text)
    text = _QUOTED.sub(rf"\1\2{MASK}\2", text)
    return _BARE.sub(_mask_bare, text)


def _names_a_value(lowered: str) -> bool:
    """Whether a ":" or "=" follows a telling word: far cheaper than to look for the words themselves."""
    for separator in _SEPARATOR.finditer(lowered):
        end = separator.start()
        before = lowered[max(0, end - _WINDOW) : end].rstrip(" \t\"'`]:")
        if before[-3:] in _LAST_LETTERS and before.endswith(_ENDINGS):
            return True
    return False


def _mask_bare(match: re.Match[str]) -> str:
    # After a colon a plain word is prose ("token: must be rotated"); a dotted chain of names is code.
    name, value, bracket = match.groups()
    word = value.rstrip(".!?:")
    is_prose = ":" in name and (word.islower() or word.istitle() or word.isupper()) and word.isalpha()
    is_code = all(part.isidentifier() for part in word.split(".")) and "." in word
    return match.group() if bracket or is_prose or is_code else name + MASK


def _mask_random(match: re.Match[str]) -> str:
    return MASK if looks_random(match.group()) else match.group()
