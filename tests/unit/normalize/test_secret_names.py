"""Where secrets and names meet: a word that is both, and a value that hides from whoever looks for it."""

import pytest

from aggregator.normalize.redaction import redact_result
from aggregator.normalize.secrets import Redactor
from tests.builders import result


@pytest.mark.parametrize(
    "word", ["bcrypt", "wordpress", "customer-service-v2", "shop.example.com", "shop/templates/reset.html"]
)
def test_a_word_leaves_names_alone(word: str) -> None:
    """A package, a host or a folder that is called like a default password keeps its identity; texts are masked."""
    redactor = Redactor(frozenset({word}))
    assert redactor.redact_name(word) == word
    assert redactor.redact_text(f"the value {word} here") == "the value [redacted] here"
    assert redactor.redact_code(f"{word}: denial of service") == f"{word}: denial of service"


@pytest.mark.parametrize("value", ["Tr0ubadour", "correct+horse9", "S3cret-Harbour"])
def test_what_looks_like_nothing_but_a_secret_is_masked_in_names(value: str) -> None:
    """Letters of both cases and digits, or signs that no name has, are no everyday word."""
    redactor = Redactor(frozenset({value}))
    assert redactor.redact_name(f"/reset/{value}/now") == "/reset/[redacted]/now"
    assert redactor.redact_code(f"connect({value!r})") == "connect('[redacted]')"


def test_rules_that_people_wrote_are_masked_but_for_digests() -> None:
    """A policy is a text in which every known value is masked, and a digest of an action is none."""
    redactor = Redactor(frozenset({"wordpress"}))
    text = "uses: a/b@Zk3vQ9xT7mB2wL8nR4pY6sD1 # wordpress"
    assert redactor.redact_rules(text) == "uses: a/b@Zk3vQ9xT7mB2wL8nR4pY6sD1 # [redacted]"
    assert Redactor().redact_rules(text) == text


def test_a_word_stays_in_titles_and_in_what_is_compared() -> None:
    """A title names its package, a snippet makes an identity; a title that a message gave is masked like it."""
    redactor = Redactor(frozenset({"wordpress"}))
    named = redact_result(result(title="wordpress: xss", message="wordpress 6", snippet="wordpress()"), redactor)
    assert (named.title, named.message, named.snippet) == ("wordpress: xss", "[redacted] 6", "wordpress()")
    said = redact_result(result(title="Found wordpress…", message="Found wordpress twice"), redactor)
    assert (said.title, said.message) == ("Found [redacted]…", "Found [redacted] twice")


@pytest.mark.parametrize(
    "printed",
    [
        "Zq7K\u200bnown-Value",
        "\ufeffZq7\u00adKnown\ufe0f-Value",
        "".join(f"&#{ord(letter)};" for letter in "Zq7Known-Value"),
        "".join(f"&#x{ord(letter):X};" for letter in "Zq7Known-Value"),
        "".join(f"%{ord(letter):02X}" for letter in "Zq7Known-Value"),
    ],
)
def test_nothing_hides_a_known_value_that_a_reader_would_see(printed: str) -> None:
    """An invisible character between its letters, or numbers for them, make no other text of it for a person."""
    redactor = Redactor(frozenset({"Zq7Known-Value"}))
    assert redactor.redact_text(f"value {printed} here") == "value [redacted] here"
    assert redactor.redact_name(f"src/{printed}.py") == "src/[redacted].py"
    assert redactor.redact_text(f"Zq7Known-Value and {printed}") == "[redacted] and [redacted]"


@pytest.mark.parametrize("text", ["na\u200bme", "50%25 &#8364;", "&#99999999999;&#xFFFFFF;", "caf\u00e9 %ZZ"])
def test_other_texts_keep_what_nobody_sees(text: str) -> None:
    """What holds no known value stays as it is."""
    redactor = Redactor(frozenset({"Zq7Known-Value"}))
    assert redactor.redact_text(text) == redactor.redact_name(text) == text
    assert redactor.redact_text(f"{text} Zq7Known-Value") == f"{text} [redacted]"
