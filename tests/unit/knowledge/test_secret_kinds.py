"""Whose token a rule looks for, read off its name."""

import pytest

from aggregator.knowledge.knowledge import Knowledge, Teaching
from aggregator.knowledge.meaning import Meaning
from aggregator.knowledge.secret_kinds import is_uneven, kinds_differ, secret_kind_of
from aggregator.model.result import Kind
from tests.builders import result

SENDGRID = [
    "sendgrid-api-token",
    "SendGrid API Key",
    "SendGrid",
    "sendgrid_api_key",
    "kingfisher.sendgrid.1",
    "generic.secrets.security.detected-sendgrid-api-key.detected-sendgrid-api-key",
]
ANY = [
    "generic-api-key",
    "Base64 High Entropy String",
    "Secret Keyword",
    "hardcoded-password",
    "B105",
    "CKV_SECRET_6",
    "kubernetes-secret-yaml",
]
KINDS = {
    "aws-access-token": "aws/id",
    "aws-access-key-id": "aws/id",
    "aws-secret-access-key": "aws/secret",
    "AWS Access Key": "aws",
    "AmazonMWS": "aws",
    "slack-web-hook": "slack/webhook",
    "slack-bot-token": "slack",
    "github-pat": "github/classic",
    "github-fine-grained-pat": "github/fine-grained",
    "GitHubApp": "github",
    "new-relic-user-api-key": "newrelic",
    "PagerDutyApiKey": "pagerduty",
    "JSON Web Token": "jwt",
    "CKV_SECRET_13": "private-key",
    "Basic Auth Credentials": "url-credentials",
}


@pytest.mark.parametrize("rule", SENDGRID)
def test_one_kind_by_many_names(rule: str) -> None:
    """Every tool's name for a rule about one provider means one kind."""
    assert secret_kind_of(rule) == Meaning("sendgrid", "words")


@pytest.mark.parametrize("rule", ANY)
def test_rules_for_any_secret_have_no_kind(rule: str) -> None:
    """A rule that looks for high entropy or a telling name says nothing about the provider."""
    assert not secret_kind_of(rule).name


@pytest.mark.parametrize(("rule", "kind"), KINDS.items())
def test_kinds_and_their_parts(rule: str, kind: str) -> None:
    """The provider, and which of its secrets where the name tells."""
    assert secret_kind_of(rule).name == kind


def test_a_title_speaks_for_an_id_that_says_nothing() -> None:
    """A numbered rule is known by its title."""
    assert secret_kind_of("X-17", "Stripe secret key leaked").name == "stripe/secret"
    assert secret_kind_of("SEC101/025", "DoNotExposePlaintextSecrets/SendGridApiKey").name == "sendgrid"
    assert secret_kind_of("X-17", "A secret that teams made on the fly").name == ""
    assert secret_kind_of("fly-token", "x").name == "flyio"


@pytest.mark.parametrize(
    ("one", "two", "differ"),
    [
        ("npm-access-token", "github-pat", True),
        ("aws-access-key-id", "aws-secret-access-key", True),
        ("AWS", "aws-secret-access-key", False),
        ("stripe-access-token", "stripe-secret-token", False),
        ("generic-api-key", "npm-access-token", False),
        ("Basic Auth Credentials", "github-pat", False),
        ("jwt", "Supabase", False),
        ("Supabase", "jwt", False),
        ("jwt", "npm-access-token", True),
    ],
)
def test_what_cannot_be_one_secret(one: str, two: str, differ: bool) -> None:
    """Two providers, or two parts of one; but a URL holds any password, and some tokens are written as JWT."""
    assert kinds_differ(secret_kind_of(one), secret_kind_of(two)) is differ


def test_uneven_kinds() -> None:
    """Of a private key one tool takes the first line and another all of it; of a token everybody takes the same."""
    assert is_uneven(secret_kind_of("private-key"))
    assert not is_uneven(secret_kind_of("npm-access-token"))
    assert not is_uneven(Meaning())


def test_people_teach_kinds() -> None:
    """What the policy says of a rule outranks its name; that it is a credential says nothing of whose."""
    leak = result(kind=Kind.SECRET, rule_id="internal-7", title="Ours")
    assert Knowledge().secret_kind(leak).name == ""
    taught = Knowledge([Teaching("semgrep", "internal-*", "gitlab")])
    assert taught.secret_kind(leak) == taught.secret_kind(leak) == Meaning("gitlab", "policy")
    credential = Knowledge([Teaching("Semgrep", "*", "hardcoded-credential")])
    assert credential.secret_kind(result(rule_id="slack-token")).name == "slack"
