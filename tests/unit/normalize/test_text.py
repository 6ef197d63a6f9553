import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize.text import clean_text, first_sentence, spoken


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("plain", "plain"),
        ("tab\tand\nline\r\n", "tab\tand\nline\r\n"),
        ("a\x00b\x07c\x7f\x85", "abc"),
        ("\x1b[31mred\x1b[0m and \x1b]8;;https://example.org\x07link", "red and link"),
        ("\x1b]0;title\x1b\\x", "x"),
        ("half \ud83d here", "half \ufffd here"),
    ],
)
def test_controls_and_half_characters_go(text: str, clean: str) -> None:
    """What could steer a terminal or break an encoder never gets in; tabs and line ends stay."""
    assert clean_text(text) == clean


@given(st.text(st.characters(), max_size=80))
def test_clean_text_always_encodes(text: str) -> None:
    """Whatever comes in, the result encodes to UTF-8 and is stable."""
    clean = clean_text(text)
    assert clean_text(clean).encode() == clean.encode()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two.", "One."),
        ("Use 1.2.3 now! Please.", "Use 1.2.3 now!"),
        ("  Many\n  lines here. More", "Many lines here."),
        ("A heading\n\nA text.", "A heading"),
        ("no end", "no end"),
        ("", ""),
        ("word " * 60, ("word " * 60)[:39].rsplit(" ", 1)[0] + "…"),
        ("x" * 90, "x" * 39 + "…"),
    ],
)
def test_the_first_sentence_stands_on_one_line(text: str, sentence: str) -> None:
    """A title is one sentence on one line, cut at a word when it is too long."""
    assert first_sentence(text, limit=40) == sentence


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("hardcoded_bind_all_interfaces", "Hardcoded bind all interfaces"),
        ("yaml-load", "Yaml load"),
        ("DoNotUseMD5Hashes", "Do not use MD5 hashes"),
        ("blacklist", "Blacklist (B1)"),
        ("Backdoor", "Backdoor"),
        ("SQL injection", "SQL injection"),
        ("lodash:4.17", "lodash:4.17"),
        ("B1", "B1"),
        ("__", "__"),
        ("", ""),
    ],
)
def test_names_from_code_are_spoken(title: str, words: str) -> None:
    """A title that is a name in somebody's code becomes words; prose and rule ids stay as they are."""
    assert spoken(title, "B1") == words
