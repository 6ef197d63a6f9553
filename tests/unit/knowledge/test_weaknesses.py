"""Tests of :mod:`aggregator.knowledge.weaknesses`: what a rule is about, by its book, its CWE numbers and its words."""

from __future__ import annotations

import pytest

from aggregator.knowledge.meaning import UNKNOWN, Meaning, shared_name
from aggregator.knowledge.weaknesses import is_about_credentials, is_broad, weakness_of


@pytest.mark.parametrize(
    ("tool", "rule", "name"),
    [
        ("Bandit", "B608", "sql-injection"),
        ("Ruff", "S608", "sql-injection"),
        ("Semgrep", "python.lang.security.audit.eval-detected.eval-detected", "code-injection"),
        ("Opengrep", "use_of_MD5", "weak-hash"),
        ("CodeQL", "js/request-forgery", "server-side-request-forgery"),
        ("CodeQL", "cs/web/xss", "cross-site-scripting"),
        ("gosec", "G304", "path-traversal"),
        ("njsscan", "express_xss", "cross-site-scripting"),
        ("mobsfscan", "android_kotlin_sql_raw_query", "sql-injection"),
        ("SpotBugs", "SQL_INJECTION_SPRING_JDBC", "sql-injection"),
        ("SpotBugs", "DMI_RANDOM_USED_ONLY_ONCE", "random-used-once"),
        ("Bearer", "java_lang_weak_hash_md5", "weak-hash"),
        ("Brakeman", "BRAKE0014", "command-injection"),
        ("ESLint", "security/detect-child-process", "command-injection"),
        ("SonarQube", "javascript:S5131", "cross-site-scripting"),
        ("Security Code Scan", "SCS0018", "path-traversal"),
        ("Snyk Code", "python/Sqli", "sql-injection"),
        ("Flawfinder", "FF1001", "buffer-overflow"),
        ("compose-lint", "CL-0020", "hardcoded-credential"),
        ("Cppcheck", "doubleFree", "double-free"),
        ("DevSkim", "DS126858", "weak-hash"),
        ("PHP_CodeSniffer", "PHPCS_SecurityAudit.BadFunctions.SystemExecFunctions.WarnSystemExec", "command-injection"),
        ("Psalm", "TaintedSql", "sql-injection"),
        ("PMD", "HardCodedCryptoKey", "hardcoded-credential"),
    ],
)
def test_a_book_knows_the_rule(tool: str, rule: str, name: str) -> None:
    """Every book tells its tool's rules, whatever their spelling, and outranks CWE numbers."""
    meaning = weakness_of(tool, rule, (20, 352))
    assert (meaning.name, meaning.basis, meaning.is_known) == (name, "rule", True)


@pytest.mark.parametrize(
    ("rule", "cwes", "meaning"),
    [
        ("tainted-callable-in-template-code-run", (94,), Meaning("code-injection", "rule", (), is_flow=True)),
        ("acme-xss-probe", (), Meaning("cross-site-scripting", "words", (), is_flow=True)),
        (
            "acme-subprocess-quota",
            (400,),
            Meaning("command-injection", "words", ("resource-exhaustion",), is_flow=True),
        ),
        ("python.lang.security.audit.subprocess-x", (400,), Meaning("command-injection", "rule", (), is_flow=True)),
    ],
)
def test_a_pattern_is_a_guess_at_a_rule_of_ones_own(rule: str, cwes: tuple[int, ...], meaning: Meaning) -> None:
    """It is believed of the registry's own rules, and where a number says the same; else the numbers may be right."""
    assert weakness_of("Semgrep", rule, cwes) == meaning


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ("mcp-python-no-timeout-subprocess-run", "missing-timeout"),
        ("insecure-crypto-prng-random", "weak-random"),
        ("acme.subprocess-run-without-check", "improper-error-handling"),
        ("subprocess-env-leaks-token", "cleartext-storage"),
        ("sftp-accepts-any-host-key", "host-key-verification"),
        ("debug-log-prints-password", "sensitive-logging"),
        ("aes-key-hardcoded-in-source", "hardcoded-credential"),
    ],
)
def test_what_a_rule_says_goes_before_the_thing_it_is_about(rule: str, name: str) -> None:
    """A call without a timeout is no injection because it calls a subprocess."""
    assert weakness_of("Semgrep", rule, ()).name == name


def test_weak_random_is_not_random_used_once() -> None:
    """A generator that is thrown away after one number is another mistake than a predictable one."""
    once = weakness_of("SpotBugs", "DMI_RANDOM_USED_ONLY_ONCE", ())
    assert shared_name(once, weakness_of("SpotBugs", "PREDICTABLE_RANDOM", ())) == ""


def test_a_rule_may_cover_several_weaknesses() -> None:
    """A rule that means hashes and ciphers shares a name with rules about either of them, which share none."""
    both = weakness_of("CodeQL", "java/weak-cryptographic-algorithm", ())
    md5, des = weakness_of("SpotBugs", "WEAK_MESSAGE_DIGEST_MD5", ()), weakness_of("SpotBugs", "DES_USAGE", ())
    assert (shared_name(both, md5), shared_name(both, des), shared_name(md5, des)) == ("weak-hash", "weak-cipher", "")


@pytest.mark.parametrize(
    ("rule", "cwes", "title", "meaning"),
    [
        ("mystery", (89,), "", ("sql-injection", "cwe")),
        ("mystery", (564,), "", ("sql-injection", "cwe")),
        ("mystery", (1099,), "", ("", "")),
        ("mystery", (20,), "", ("", "")),
        ("mystery", (99999,), "", ("", "")),
        ("mystery", (649, 780), "", ("weak-cipher", "cwe")),
        ("no-sql-injection-here", (915,), "", ("sql-injection", "words")),
        ("use-md5", (327,), "", ("weak-hash", "cwe")),
        ("SQLInjection", (), "", ("sql-injection", "words")),
        ("mystery", (), "Reflected XSS in a page", ("cross-site-scripting", "words")),
        ("mystery", (), "May lead to XSS, SSRF or a weak hash", ("", "")),
        ("mystery", (79,), "About a weak hash", ("cross-site-scripting", "cwe")),
        ("mystery", (), "", ("", "")),
    ],
)
def test_what_no_book_knows_is_guessed(rule: str, cwes: tuple[int, ...], title: str, meaning: tuple[str, str]) -> None:
    """Words of the id, the nearest CWE that tells something, and a title that names one weakness alone."""
    guess = weakness_of("Unheard of", rule, cwes, title)
    assert (guess.name, guess.basis) == meaning
    assert not guess.is_known


def test_a_book_leaves_other_rules_to_the_guess() -> None:
    """A rule that the tool's book lacks is guessed as any other."""
    assert weakness_of("CodeQL", "py/unheard-of", (611,)).basis == "cwe"
    assert weakness_of("CodeQL", "py/unheard-of", ()) == UNKNOWN


def test_the_number_above_tells() -> None:
    """CWE-1336's own class outranks that of its parent, and a number without a class has that of the one above it."""
    assert weakness_of("X", "r", (1336,)).name == "template-injection"
    assert weakness_of("X", "r", (258,)).name == "hardcoded-credential"
    assert weakness_of("X", "r", (1099,)) == UNKNOWN


def test_broad_numbers() -> None:
    """A number that stands above half of all weaknesses tells nothing."""
    assert is_broad(20)
    assert is_broad(693)
    assert not is_broad(89)


def test_builders_stand_above_the_use() -> None:
    """Rules that flag a query's text are told from those that flag its use."""
    assert weakness_of("Bandit", "B608", ()).is_builder
    assert not weakness_of("Semgrep", "sqlalchemy-execute-raw-query", ()).is_builder


def test_flows_are_told() -> None:
    """Classes in which input reaches something are marked."""
    assert weakness_of("Bandit", "B608", ()).is_flow
    assert not weakness_of("Bandit", "B324", ()).is_flow


def test_shared_names() -> None:
    """The first rule's surest meaning that the second one may have."""
    one = Meaning("a", "cwe", ("b", "c"))
    assert shared_name(one, Meaning("c", "cwe", ("b",))) == "b"
    assert shared_name(one, Meaning("a")) == "a"
    assert shared_name(one, Meaning("x", "rule")) == shared_name(UNKNOWN, UNKNOWN) == ""


def test_what_may_flag_a_credential() -> None:
    """A book's word for it is asked, the first or another; without a book nobody says so."""
    assert is_about_credentials("ESLint", "no-secrets/no-secrets")
    assert is_about_credentials("SonarQube", "S2115")
    assert not is_about_credentials("ESLint", "no-eval")
    assert not is_about_credentials("Stranger", "hardcoded-password")
