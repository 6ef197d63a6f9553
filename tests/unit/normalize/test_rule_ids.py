import pytest

from aggregator.normalize.rule_ids import (
    bandit_name,
    canonical_semgrep_rule,
    canonical_trivy_check,
    id_of_name,
    is_about_secrets,
    sentence_of,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("DS002", "DS-0002"),
        ("AVD-DS-0002", "DS-0002"),
        ("DS-0002", "DS-0002"),
        ("KSV001", "KSV-0001"),
        ("AVD-AWS-0086", "AWS-0086"),
        ("my-own-check", "my-own-check"),
    ],
)
def test_every_version_of_trivy_names_one_check(name: str, expected: str) -> None:
    """The ids before 0.69 become the ones since."""
    assert canonical_trivy_check(name) == expected


@pytest.mark.parametrize(
    ("check_id", "registry", "expected"),
    [
        ("eval-use", "", ("eval-use", ())),
        ("tmp.rules.eval-use", "", ("eval-use", ("tmp.rules.eval-use",))),
        ("python.lang.x", "python.lang.x", ("python.lang.x", ("x",))),
        ("cfg.python.lang.x", "python.lang.x", ("python.lang.x", ("cfg.python.lang.x", "x"))),
        ("cfg.other", "python.lang.x", ("other", ("cfg.other",))),
        ("odd.", "", ("odd.", ())),
    ],
)
def test_where_semgrep_found_its_rules_does_not_matter(
    check_id: str, registry: str, expected: tuple[str, tuple[str, ...]]
) -> None:
    """The folder of a configuration is no part of a rule's name; the registry's name is."""
    assert canonical_semgrep_rule(check_id, registry) == expected


@pytest.mark.parametrize(
    ("name", "page", "expected"),
    [
        ("blacklist", "https://bandit.example/blacklists/blacklist_calls.html#b301-pickle", "pickle"),
        ("blacklist", "https://bandit.example/blacklist_imports.html#b403-import-pickle", "import_pickle"),
        ("blacklist", "https://bandit.example/blacklist_calls.html#b313-b320-xml-bad-sax", "xml_bad_sax"),
        ("blacklist", "https://bandit.example/b301", "blacklist"),
        ("blacklist", "", "blacklist"),
        ("yaml_load", "https://bandit.example/plugins.html#b506-pickle", "yaml_load"),
    ],
)
def test_what_bandit_has_on_a_list_has_a_name(name: str, page: str, expected: str) -> None:
    """The page tells it; a test with a name of its own keeps it."""
    assert bandit_name(name, page) == expected


def test_the_folder_tells_what_a_rule_is_about() -> None:
    """A whole segment of the name; a word inside one says nothing."""
    assert is_about_secrets("generic.secrets.security.detected-key.detected-key")
    assert is_about_secrets("generic.gitleaks.private-key")
    assert not is_about_secrets("python.lang.no-secrets-in-logs")


def test_a_rule_without_a_sentence_gets_one_from_its_name() -> None:
    """The last segment as words."""
    assert sentence_of("python.lang.eval-use") == "Eval use"
    assert sentence_of("") == ""


def test_a_token_in_a_name_is_masked_before_its_prefix_goes() -> None:
    """As words nobody would know it."""
    token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    assert sentence_of(f"rules.{token}") == "[redacted]"
    assert id_of_name(f"Key {token}") == "key-[redacted]"
    assert id_of_name("AWS Access_Key") == "aws-access-key"
