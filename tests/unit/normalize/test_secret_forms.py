import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from aggregator.normalize.secret_forms import (
    forms_of,
    is_masked,
    is_telling,
    is_worth_masking,
    laid_bare,
    literals_in,
    stands_alone,
)

VALUE = "p&ss<w>\"o'rd/+é Z9"


@pytest.mark.parametrize("value", ["", "  ", "REDACTED", 'key="REDACTED"', "AKIA****", "ghp_abc...", "ghp_abc…"])
def test_masked_values_are_recognised(value: str) -> None:
    """What a tool has masked, wholly or in part, says nothing about the secret."""
    assert is_masked(value)


def test_a_secret_is_not_masked() -> None:
    """A plain value is one."""
    assert not is_masked("hunter2-hunter2")


@pytest.mark.parametrize("value", ["short", "Password", "changeme", "12345678", "REDACTED", ""])
def test_everyday_words_are_not_masked_everywhere(value: str) -> None:
    """Short values, common words and small numbers would garble texts."""
    assert not is_worth_masking(value)


@pytest.mark.parametrize("value", ["s3cr3t", "123456789012", "correct horse"])
def test_telling_values_are_masked_everywhere(value: str) -> None:
    """Anything longer or rarer is masked."""
    assert is_worth_masking(value)


def test_every_escape_of_a_value_is_a_form() -> None:
    """JSON, Go's JSON, URLs, forms and HTML write a value differently; every writing is looked for."""
    forms = dict(forms_of(VALUE))
    expected = {
        VALUE,
        json.dumps(VALUE)[1:-1],
        json.dumps(VALUE, ensure_ascii=False)[1:-1],
        json.dumps(VALUE, ensure_ascii=False)[1:-1]
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026"),
        quote(VALUE),
        quote(VALUE, safe=""),
        quote_plus(VALUE),
        html.escape(VALUE),
        html.escape(VALUE, quote=False),
    }
    assert expected <= forms.keys()
    assert (
        quote(VALUE, safe="")
        .replace("%C3%A9", "%c3%a9")
        .replace("%2F", "%2f")
        .replace("%2B", "%2b")
        .replace("%3C", "%3c")
        .replace("%3E", "%3e")
        in forms
    )


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("after", ["", "z", "zz"])
def test_base64_is_found_wherever_the_value_begins(before: str, after: str) -> None:
    """A value inside a longer base64 text is found at each of the three places it can begin."""
    encoded = base64.b64encode(f"{before}hunter2-hunter2{after}".encode()).decode()
    assert any(form in encoded for form, _ in forms_of("hunter2-hunter2") if form != "hunter2-hunter2")


def test_lines_of_a_key_are_forms() -> None:
    """Of a value of several lines each telling line is looked for; its armour and short lines are not."""
    forms = dict(forms_of("-----BEGIN KEY-----\nMIICXgIBAAKBgQCfn8uP\nabc\n-----END KEY-----"))
    assert "MIICXgIBAAKBgQCfn8uP" in forms
    assert "abc" not in forms
    assert "-----BEGIN KEY-----" not in forms


def test_the_shortest_values_have_few_base64_forms() -> None:
    """Fewer than eight sure characters of base64 would be found by chance."""
    assert all(len(form) >= 8 for form, _ in forms_of("s3cr3t") if form != "s3cr3t")


def test_short_values_must_stand_alone() -> None:
    """A short value inside a word is that word."""
    assert dict(forms_of("hunter2"))["hunter2"]
    assert not dict(forms_of("hunter2-hunter2"))["hunter2-hunter2"]
    assert stands_alone("a hunter2.", 2, 9)
    assert stands_alone("hunter2", 0, 7)
    assert not stands_alone("xhunter2", 1, 8)
    assert not stands_alone("hunter23", 0, 7)


def test_literals_are_what_stands_in_quotes() -> None:
    """Of every sort of quote, on one line, and long enough to be a secret."""
    code = """connect("hunter22", 'ab', `it's fine`, "cut\nhere")"""
    assert literals_in(code) == ["hunter22", "it's fine"]


NAMES = """
rabbitmq wordpress nextcloud customer-service-v2 Customer-Service-V2 MyApp2 JSONParser3 Summer2024 shop.example.com
src/app/v2 org.apache.logging.log4j i18n-utils k8s-cluster-1 python3.11 sha256-utils us-east-1 x86_64
internationalization 123456789012 AbstractSingletonProxyFactoryBean correcthorse12 i-0abc123 staging-db_01 @scope/pkg
"""


@pytest.mark.parametrize("value", NAMES.split())
def test_what_may_be_a_name_is_not_telling(value: str) -> None:
    """Words, with numbers behind them, dotted, joined or in CamelCase: so are packages, folders and hosts called."""
    assert not is_telling(value)


@pytest.mark.parametrize(
    "value",
    [
        *("Tr0ubadour", "S3cret-Harbour", "correct+horse9", "tr0ub4dor", "Zq7KnO", "Password123!", "Zq001Xk7Lm9Tv2Rw"),
        "9f86d081884c7d659a2feaa0c55ad015",
        "3f2b8c9e-1111-2222-3333-444455556666",
        "zk3vq9xt7mb2wl8n",
        "Q3EGRIXBVNMTVWAZ",
        "aBkDwQxRtZmNpLvJ",
        "qwkdjhfkwjehfkjwhefkjhwekf",
    ],
)
def test_what_is_no_name_is_telling(value: str) -> None:
    """Digits inside words, signs, random and endless strings are what secrets look like."""
    assert is_telling(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plain", "plain"),
        ("a\u200bb\ufe0fc", "abc"),
        ("&#65;&#x42;&#X43 d", "ABC d"),
        ("&#1114112;", "&#1114112;"),
        ("%41%42", "AB"),
        ("%00%1b[31mx", "x"),
        ("100 %", "100 %"),
    ],
)
def test_a_text_is_laid_bare(text: str, said: str) -> None:
    """As a person reads it, without anything that steers a terminal."""
    assert laid_bare(text) == said


def test_a_character_by_a_hostile_number_costs_nothing() -> None:
    """Python refuses to make a number of thousands of digits; nobody reads a character in them either."""
    text = f"&#{'9' * 10_000};"
    assert laid_bare(text) == text
