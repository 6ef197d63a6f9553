import secrets
import string
import time

import pytest

from aggregator.normalize.secret_patterns import MASK, looks_random, mask_likely, mask_marked

BODY = "Zk3vQ9xT7mB2wL8nR4pY6sD1"


@pytest.mark.parametrize(
    "secret",
    [
        "AKIA" + "Q3EGRIXB7N2MTVWA",
        "ASIA" + "Q3EGRIXB7N2MTVWA",
        "ghp_" + BODY,
        "gho_" + BODY,
        "github_pat_" + BODY,
        "glpat-" + BODY,
        "xoxb-" + "1234567890-" + BODY,
        "sk_live_" + BODY,
        "AIza" + "SyA-" + BODY + "0123456",
        "npm_" + BODY,
        "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0." + "abc-DEF_1",
        "hf_" + BODY,
        "pypi-AgEIcHlwaS5vcmc" + BODY,
        "pypi-AgENdGVzdC5weXBp" + BODY,
        "glpat-" + "Zk-vQ_xTzmBywLknRapY",
        "glptt-" + "0123456789abcdef0123456789abcdef01234567",
        "xapp-1-A0123-" + BODY,
        "xoxp-1234567890-1234567890-abcdef",
        "sk-ant-api03-" + BODY,
        "SG.ngeVfQFYQlKU0ufo8x5d1A." + BODY,
        "https://hooks.slack.com/services/T000/B000/" + BODY,
    ],
)
def test_provider_prefixes_give_a_secret_away(secret: str) -> None:
    """A token that begins as its provider's do is masked, in prose and in names."""
    for mask in (mask_likely, mask_marked):
        masked = mask(f"found {secret}, rotate it")
        assert secret[-12:] not in masked
        assert MASK in masked
        assert masked.endswith(", rotate it")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password=hunter2abc", "password=[redacted]"),
        ("DB_PASSWORD: hunter2", "DB_PASSWORD: [redacted]"),
        ("client_secret = 'abc def'", "client_secret = '[redacted]'"),
        ('"api_key": "abcdef",', '"api_key": "[redacted]",'),
        ("config['token'] = `abcdef`", "config['token'] = `[redacted]`"),
        ("https://bob:s3cr3t@host/x?token=abc123&x=1", "https://[redacted]@host/x?token=[redacted]&x=1"),
        ("Authorization: Basic dXNlcjpwYXNz", "Authorization: [redacted]"),
        ("X-Api-Key: abc123", "X-Api-Key: [redacted]"),
        ("Set-Cookie: sid=abcdef; HttpOnly", "Set-Cookie: [redacted]"),
        ("send Bearer abcdefabcdefabcdef", "send Bearer [redacted]"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "[redacted]"),
        ("a: -----BEGIN PRIVATE KEY-----\nMI\n-----END PRIVATE KEY----- b", "a: [redacted] b"),
        (f"it is {BODY}.", "it is [redacted]."),
    ],
)
def test_secrets_that_announce_themselves_are_masked(text: str, expected: str) -> None:
    """Assignments, headers, URLs and armour say what follows; masking twice changes nothing more."""
    assert mask_likely(text) == expected
    assert mask_likely(expected) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "token: Ensure that it is rotated",
        "password: correct",
        "password = os.environ['X']",
        "password = getpass()",
        "password=settings.password",
        "the cookie: must be secure",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:billing-a1B2c3",
        "python.lang.security.audit.subprocess-shell-true.subprocess-shell-true",
        "https://owasp.org/Top10/A03_2021-Injection",
        "git@github.com:org/repo, ssh://git@github.com/org",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "3f2b8c9e-1111-2222-3333-444455556666",
        "org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter",
        "src/main/java/com/example/Controllers2/UserProfileController.java",
        "https://github.com/advisories/GHSA-8c5j-9r9f-c6w8",
    ],
)
def test_ordinary_texts_stay(text: str) -> None:
    """Prose, code that reads a secret, names, digests, UUIDs and links are no secrets."""
    assert mask_likely(text) == text
    assert mask_marked(text) == text


@pytest.mark.parametrize(
    "name",
    [
        ".github/workflows/pypi-publish-on-release-tag.yml",
        "docs/glpat-token-rotation-guide-v2.md",
        "docs/glpat-rotation-of-a-token.md",
        "src/xoxo-chat-widget-component.tsx",
        "xapp-internationalization-module",
        "sk-proj-configuration-management",
        "github_pat_rotation_workflow_2024",
        "hf_transformersconfiguration",
        "npm_configurationmanagement",
        "sk_test_integrationsuite",
        "SG.ConfigurationManager.ServiceRegistration",
    ],
)
def test_names_that_begin_as_tokens_do_stay(name: str) -> None:
    """A workflow is called like what it publishes to; its path tells its findings from those of another one."""
    assert mask_marked(name) == mask_likely(name) == name


def test_names_keep_their_random_parts() -> None:
    """In a name a random part tells one thing from another, so it stays."""
    assert mask_marked(f"stack-{BODY}") == f"stack-{BODY}"


def test_most_random_tokens_look_random() -> None:
    """Tokens drawn from 62 letters are recognised; a few look like names and are not."""
    letters = string.ascii_letters + string.digits
    tokens = ["".join(secrets.choice(letters) for _ in range(32)) for _ in range(300)]
    assert sum(map(looks_random, tokens)) > 240


def test_short_and_plain_tokens_are_not_random() -> None:
    """Short tokens, digests and tokens without a class of letters are names."""
    assert not looks_random("aB3")
    assert not looks_random("0123456789abcdef0123456789abcdef")
    assert not looks_random("ABCDEFGHIJ0123456789KLMNOP")


@pytest.mark.parametrize(
    "piece",
    [
        "password",
        "://a:",
        "a" * 40 + ":",
        "x=",
        "-----BEGIN PRIVATE KEY-----",
        '"',
        "eyJ.",
        "eyJ-",
        "glpat-",
        "cookie:",
        "x-api-key:",
        "token=",
    ],
)
def test_hostile_texts_cost_no_more_than_their_length(piece: str) -> None:
    """No pattern takes quadratic time: a text of 200 kB is done in well under five seconds."""
    text = (piece * (200_000 // len(piece))) + "("
    start = time.perf_counter()
    mask_likely(text)
    assert time.perf_counter() - start < 5
