"""detect-secrets: the baseline, which is what ``detect-secrets scan`` prints.

Of a secret's value it holds the unsalted SHA-1, which is guessed in no time: that is treated as the value itself. Files
without a secret are not named, but every scan is of the files as they are. ``plugins_used`` tells which rules ran, and
an audit (``is_secret``) what people made of an entry.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Raw, Struct

from aggregator.model.coverage import Coverage
from aggregator.model.diagnostic import Diagnostic
from aggregator.model.location import Location
from aggregator.model.report import Report, Scan, Secrets
from aggregator.model.result import Kind, Result, Rule, Suppression
from aggregator.model.severity import Severity
from aggregator.normalize.credentials import severity_of_credential
from aggregator.normalize.paths import normalize_path
from aggregator.normalize.rule_ids import id_of_name
from aggregator.normalize.secret_digests import seal_detected
from aggregator.normalize.text import clean_text
from aggregator.normalize.weakness import HARD_CODED_CREDENTIALS
from aggregator.readers.base import Head, ReadContext
from aggregator.readers.entries import decode_present, line_of

FORMAT = "detect-secrets-json"
TOOL = "detect-secrets"

_NO_SECRET = Suppression("false_positive", "audited as no secret")
_VERIFIED = "The service accepts this secret."
_CERTAIN, _SPECIFIC, _GENERIC = 100, 90, 60
_NOTHING = Raw()
# What its plugins call what they find. A plugin that is not here is somebody's own.
_TYPES = {
    "AWSKeyDetector": "AWS Access Key",
    "ArtifactoryDetector": "Artifactory Credentials",
    "AzureStorageKeyDetector": "Azure Storage Account access key",
    "Base64HighEntropyString": "Base64 High Entropy String",
    "BasicAuthDetector": "Basic Auth Credentials",
    "CloudantDetector": "Cloudant Credentials",
    "DiscordBotTokenDetector": "Discord Bot Token",
    "GitHubTokenDetector": "GitHub Token",
    "GitLabTokenDetector": "GitLab Token",
    "HexHighEntropyString": "Hex High Entropy String",
    "IPPublicDetector": "Public IP (ipv4)",
    "IbmCloudIamDetector": "IBM Cloud IAM Key",
    "IbmCosHmacDetector": "IBM COS HMAC Credentials",
    "JwtTokenDetector": "JSON Web Token",
    "KeywordDetector": "Secret Keyword",
    "MailchimpDetector": "Mailchimp Access Key",
    "NpmDetector": "NPM tokens",
    "OpenAIDetector": "OpenAI Token",
    "PrivateKeyDetector": "Private Key",
    "PypiTokenDetector": "PyPI Token",
    "SendGridDetector": "SendGrid API Key",
    "SlackDetector": "Slack Token",
    "SoftlayerDetector": "SoftLayer Credentials",
    "SquareOAuthDetector": "Square OAuth Secret",
    "StripeDetector": "Stripe Access Key",
    "TelegramBotTokenDetector": "Telegram Bot Token",
    "TwilioKeyDetector": "Twilio API Key",
}
_UNSURE = frozenset({"base64-high-entropy-string", "hex-high-entropy-string", "secret-keyword", "public-ip-(ipv4)"})


class _Plugin(Struct, frozen=True):
    name: str


class _Document(Struct, frozen=True):
    results: dict[str, Raw]
    version: object = None
    plugins_used: Raw = _NOTHING


class _Secret(Struct, frozen=True, gc=False):
    """One entry. Before version 1.0 its file is the key alone."""

    type: str
    hashed_secret: str
    line_number: int | None = None
    is_verified: bool | None = None
    is_secret: bool | None = None


class _Facts(Struct, frozen=True):
    """What all entries of a type share."""

    rule: Rule
    severity: Severity
    confidence: int
    aliases: tuple[str, ...]


def sniff(head: Head) -> bool:
    """The plugins that were used, and results by file."""
    return "plugins_used" in head.keys and bytes(head.keys.get("results", _NOTHING))[:1] == b"{"


def read(data: bytes, context: ReadContext) -> Report:
    """Read a baseline. One without results is a complete clean scan."""
    document = msgspec.json.decode(data, type=_Document)
    found = _Found(context)
    for number, (name, raw) in enumerate(document.results.items()):
        found.read(name, raw, f"/results/{number}")
    scan = Scan(
        tool=TOOL,
        scope=context.place,
        report=context.name,
        tool_version=clean_text(document.version) if isinstance(document.version, str) else "",
        coverage=Coverage(rules=_rules_run(document.plugins_used)),
        results=tuple(found.results),
        rules=tuple(facts.rule for facts in found.facts.values()),
        refused=len(found.refused),
    )
    return Report(
        name=context.name,
        place=context.place,
        format=FORMAT,
        scans=(scan,),
        diagnostics=tuple(found.refused),
        secrets=Secrets(frozenset(found.digests)),
    )


class _Found:
    """Collects the entries of all files."""

    def __init__(self, context: ReadContext) -> None:
        self.context = context
        self.results: list[Result] = []
        self.refused: list[Diagnostic] = []
        self.digests: set[str] = set()
        self.facts: dict[str, _Facts] = {}

    def read(self, name: str, raw: Raw, pointer: str) -> None:
        """Read the entries of one file. Its number stands in the pointer, for its name may hold anything."""
        path = normalize_path(name, self.context.roots)
        listed = decode_present(raw, _Secret, pointer, self.context.name)
        self.refused.extend(listed.refused)
        self.results.extend(self._results(listed.entries, path, pointer))

    def _results(self, entries: Iterable[tuple[int, _Secret]], path: str, pointer: str) -> Iterable[Result]:
        for index, secret in entries:
            self.digests.add(secret.hashed_secret)
            yield self._result(secret, path, f"{pointer}/{index}")

    def _result(self, secret: _Secret, path: str, pointer: str) -> Result:
        facts = self.facts.get(secret.type) or self._learn(secret.type)
        line = line_of(secret.line_number)
        is_certain = secret.is_verified or secret.is_secret
        # By position, in the order of the fields: names cost msgspec several times as much as places.
        return Result(
            Kind.SECRET,
            TOOL,
            self.context.place,
            self.context.name,
            pointer,
            facts.rule.id,
            facts.rule.name,
            facts.severity,
            "",
            _VERIFIED if secret.is_verified else "",
            facts.aliases,
            _CERTAIN if is_certain else facts.confidence,
            HARD_CODED_CREDENTIALS,
            (),
            None,
            Location(path, line, None, line),
            suppression=_NO_SECRET if secret.is_secret is False else None,
            secret=seal_detected(facts.rule.id, secret.hashed_secret, self.context.seal_key),
        )

    def _learn(self, name: str) -> _Facts:
        cleaned = clean_text(name).strip()
        rule_id = id_of_name(cleaned) or "unnamed-type"
        facts = self.facts[name] = _Facts(
            rule=Rule(rule_id, name=cleaned or rule_id),
            severity=severity_of_credential(rule_id),
            confidence=_GENERIC if rule_id in _UNSURE else _SPECIFIC,
            aliases=(cleaned,) if cleaned and cleaned != rule_id else (),
        )
        return facts


def _rules_run(plugins: Raw) -> frozenset[str] | None:
    """The rules of the plugins that were used; unknown where one of them is, or where they are not told."""
    try:
        used = msgspec.json.decode(plugins or b"null", type=list[_Plugin] | None)
    except msgspec.ValidationError:
        return None
    types = [_TYPES.get(plugin.name) for plugin in used or ()]
    return frozenset(id_of_name(name) for name in types if name) if used and all(types) else None
