import base64
import hashlib
import time
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model.coverage import Coverage
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.report import Report, Scan, Secrets
from aggregator.model.result import Kind, Result, Rule, Suppression
from aggregator.model.severity import Severity
from aggregator.normalize.redaction import redact_diagnostic, redact_report, redact_result
from aggregator.normalize.secret_key import SecretKey, key_name_of
from aggregator.normalize.secrets import Redactor, mask, seal, seal_digest
from tests.builders import result

VALUE = "tr0ub4dor&3 <key>"
REDACTOR = Redactor(frozenset({VALUE}))


def everywhere(text: str) -> Result:
    """A result with the text in every field that holds one."""
    return Result(
        kind=Kind.SAST,
        tool=text,
        scope=text,
        report=text,
        pointer="/0",
        rule_id=text,
        title=text,
        severity=Severity.LOW,
        native_severity=text,
        message=text,
        rule_aliases=(text,),
        vulnerability_ids=(text,),
        location=Location(text, 1),
        related=(Location("clean"), Location(text)),
        component=Component(text, text, text, (text,), text, text),
        resource=Resource(text, text, text, text, text, text),
        endpoint=Endpoint(text, text, text, text),
        suppression=Suppression("suppressed", text),
        snippet=text,
        native_id=text,
    )


def report_with(text: str) -> Report:
    """A report with the text in every field that holds one."""
    coverage = Coverage(
        paths=frozenset({text}),
        unread=frozenset({text}),
        rules=frozenset({text}),
        evaluated=frozenset({text}),
        passed=frozenset({text}),
        unrun_rules=frozenset({text}),
    )
    scan = Scan(
        tool=text,
        scope=text,
        report="r",
        tool_version=text,
        reason=text,
        next_step=text,
        coverage=coverage,
        results=(everywhere(text),),
        rules=(Rule(text, text, text, text, text, (text,), (text,)),),
    )
    diagnostics = (Diagnostic("c", Level.NOTE, text, text, text, text),)
    return Report(
        name="r", place="r", format="f", scans=(scan,), diagnostics=diagnostics, secrets=Secrets(frozenset({VALUE}))
    )


def test_equal_secrets_have_equal_seals() -> None:
    """A seal compares secrets under a key and tells nothing without it."""
    assert seal(VALUE, b"k") == seal(VALUE, b"k")
    assert seal(VALUE, b"k") != seal(VALUE, b"l")
    assert len(seal("\ud83d lone", b"k")) == 32


PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA00abc\nMIIEowIBAAKCAQEA01def\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    "written",
    [PEM, f"{PEM}\n", PEM.replace("\n", "\r\n"), PEM.replace("\n", "\n    "), f"  {PEM.replace('00abc', '00abc  ')}"],
    ids=["plain", "with a last line end", "of Windows", "indented", "with blanks"],
)
@pytest.mark.parametrize("key", [b"k", SecretKey("k" * 32)], ids=["of the run", "of the user"])
def test_white_space_makes_no_other_secret_of_several_lines(written: str, key: bytes) -> None:
    """A key file with other line ends, and one in a YAML block, holds the same key; another one differs."""
    assert seal(written, key) == seal(PEM, key) != seal(PEM.replace("00abc", "00abd"), key)


def test_a_seal_of_lines_is_not_compared_with_one_of_every_byte() -> None:
    """States remember such seals of private keys; of one line every byte counts, as ever."""
    key = SecretKey("k" * 32)
    old = seal_digest(hashlib.sha1(PEM.encode(), usedforsecurity=False).hexdigest(), key)
    assert key_name_of(old) == key_name_of(seal(VALUE, key)) != key_name_of(seal(PEM, key))
    assert seal(f"{VALUE} ", key) != seal(VALUE, key)


@pytest.mark.parametrize("value", ["", "REDACTED", "ghp_****", "ghp_abc..."])
def test_a_masked_value_has_no_seal(value: str) -> None:
    """A value its tool has masked cannot be compared."""
    assert seal(value, b"k") == ""


def test_a_known_value_is_masked_in_every_field() -> None:
    """Whatever tool prints it, and wherever: title, path, rule, resource, coverage, diagnostic."""
    masked = redact_report(report_with(f"see {VALUE}!"), REDACTOR)
    assert masked.secrets.reveal() == frozenset()
    text = repr(masked) + msgspec.json.encode(masked.scans).decode() + msgspec.json.encode(masked.diagnostics).decode()
    assert VALUE not in text
    assert "tr0ub4dor" not in text
    assert "see [redacted]!" in text


def test_what_holds_no_secret_stays_the_same_object() -> None:
    """Nothing is built anew for a clean report."""
    report = report_with("clean")
    masked = redact_report(report, REDACTOR)
    assert masked.scans is report.scans
    assert masked.diagnostics is report.diagnostics
    bare = Report(name="r", place="r", format="f", scans=(Scan(tool="t", scope="s", report="r"),))
    assert redact_report(bare, REDACTOR).scans is bare.scans
    plain = result(message="fine", snippet="x = 1")
    assert redact_result(plain, REDACTOR) is plain
    assert redact_result(plain, Redactor()) is plain


@pytest.mark.parametrize(
    "field", ["title", "message", "snippet", "rule_id", "scope", "native_id", "native_severity", "tool", "report"]
)
def test_a_result_of_the_commonest_shape_is_masked(field: str) -> None:
    """The short way for plain results overlooks no field."""
    assert getattr(redact_result(result(**{field: VALUE}), REDACTOR), field) == "[redacted]"
    masked = redact_result(result(location=Location(VALUE)), REDACTOR)
    assert masked.location == Location("[redacted]")


def test_results_with_aliases_or_without_place_are_masked() -> None:
    """The long way is taken for what the short one does not know."""
    assert redact_result(result(rule_aliases=(VALUE,)), REDACTOR).rule_aliases == ("[redacted]",)
    assert redact_result(result(location=None, message=VALUE), REDACTOR).message == "[redacted]"


@pytest.mark.parametrize(
    "form", [VALUE, quote(VALUE), "tr0ub4dor&amp;3 &lt;key&gt;", "tr0ub4dor\\u00263 \\u003ckey\\u003e"]
)
def test_every_form_is_masked(form: str) -> None:
    """Escaping does not hide a value."""
    assert REDACTOR.redact_text(f"a {form} b") == "a [redacted] b"


def test_an_encoded_value_is_masked() -> None:
    """Nor does base64."""
    encoded = base64.b64encode(f"user:{VALUE}".encode()).decode()
    assert "[redacted]" in REDACTOR.redact_text(f"header {encoded}")


def test_a_run_knows_the_values_of_all_its_reports() -> None:
    """What one report gives away is masked in every other."""
    quiet = Report(name="q", place="q", format="f", scans=())
    assert Redactor.of([report_with("x"), quiet]).redact_name(VALUE) == "[redacted]"
    assert repr(Redactor.of([quiet])) == "<Redactor of 0 forms>"


def test_overlapping_values_leave_nothing() -> None:
    """Of values inside each other nothing is left standing."""
    redactor = Redactor(frozenset({"alpha-bravo-charlie", "charlie-delta-echo", "bravo-charlie"}))
    assert redactor.redact_text("x alpha-bravo-charlie-delta-echo y") == "x [redacted] y"


def test_a_value_that_repeats_itself_does_not_stall_the_run() -> None:
    """A scanner may take a line of equal characters for a secret: looking for it costs what another one costs."""
    value = "a" * 20_000
    start = time.perf_counter()
    assert Redactor(frozenset({value})).redact_text(f"key = {value};") == "key = [redacted];"
    assert time.perf_counter() - start < 10  # of the minute and more that a table of all states takes


def test_short_values_are_masked_as_words_only() -> None:
    """A short value inside a longer word is not the secret."""
    redactor = Redactor(frozenset({"hunter2"}))
    assert redactor.redact_text("hunter2 and hunter22") == "[redacted] and hunter22"
    assert redactor.redact_text("hunter22") == "hunter22"


def test_everyday_values_are_left_to_their_own_entry() -> None:
    """A common word is masked by its reader only, in the entry that carries it."""
    assert Redactor(frozenset({"password"})).redact_text("the password rule") == "the password rule"
    assert mask("p = 'abc'", "abc") == "p = '[redacted]'"
    assert mask("untouched", "") == "untouched"


def test_likely_secrets_are_masked_without_being_known() -> None:
    """Texts are searched for secrets by their looks; names only for what announces itself."""
    random = "Zk3vQ9xT7mB2wL8nR4pY6sD1"
    for redactor in (Redactor(), REDACTOR):
        assert redactor.redact_text(f"found {random}") == "found [redacted]"
        assert redactor.redact_name(random) == random
        assert redactor.redact_name("ghp_" + random) == "[redacted]"


def test_a_diagnostic_is_masked() -> None:
    """Messages about the run hold no secret either."""
    diagnostic = Diagnostic("c", Level.NOTE, "file", f"value {VALUE}")
    assert redact_diagnostic(diagnostic, REDACTOR).reason == "value [redacted]"


@given(st.text(min_size=14, max_size=60), st.text(max_size=40), st.text(max_size=40))
def test_no_value_survives(value: str, before: str, after: str) -> None:
    """Whatever a value is made of, and whatever stands around it, it is gone; and masking again changes nothing."""
    value = "K3y" + value.strip() + "#9z!"
    redactor = Redactor(frozenset({value}))
    masked = redactor.redact_text(f"{before}{value}{after}")
    assert value not in masked or "REDACTED" in value.upper() or "***" in value
    assert redactor.redact_text(masked) == masked


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        ("Zq7KnOwN-host.Name", "https://zq7known-host.name/"),
        ("zq7x4k9w_known value", "ZQ7X4K9W_KNOWN VALUE"),
        ("Zq7kX\\known\\value", "src/Zq7kX/known/value.py"),
        ("Zq7kX//known/./value", "src/Zq7kX/known/value.py"),
        ("zq7x4k9w_known_value", "Zq7x4k9w known value"),
        ("zq7x4k9w_known_value", "pkg:pypi/zq7x4k9w-known-value"),
        ("Zq7kX known_value", "zq7kx-known-value"),
        ("Zq7kX\tknown\n value", "Zq7kX known value"),
        ("zq7%40known", "zq7@known"),
        ("SG.0123456789.zq7knownvaluevalue", "Zq7knownvaluevalue"),
        ("ZQ7-Пİ-known", "zq7-пİ-known"),
    ],
)
def test_a_name_made_from_a_value_is_masked(value: str, printed: str) -> None:
    """Hosts lose their case, paths their back-slashes, titles their line breaks: the value is known all the same."""
    masked = Redactor(frozenset({value})).redact_name(printed)
    assert "[redacted]" in masked
    assert "known" not in masked.lower()


@given(st.text(st.characters(exclude_characters="\r\n"), min_size=1), st.binary())
def test_a_value_and_its_digest_have_one_seal(value: str, key: bytes) -> None:
    """A tool that tells a line and one that tells its SHA-1 only are recognised to mean the same secret."""
    told = hashlib.sha1(value.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    assert seal(value, key) in ("", seal_digest(told, key))
    assert seal_digest(told.upper(), key) == seal_digest(f" {told}", key) == seal_digest(told, key)


@pytest.mark.parametrize("digest", ["", "abc", "g" * 40, "a" * 39, "a" * 41, "\u0661" * 40])
def test_what_is_no_digest_has_no_seal(digest: str) -> None:
    """Only forty hex digits are a SHA-1; anything else says nothing about the secret."""
    assert seal_digest(digest, b"key") == ""


def test_a_seal_depends_on_its_key() -> None:
    """Without the key of the run, neither a value nor its SHA-1 leads to the seal."""
    assert len({seal(VALUE, b"one"), seal(VALUE, b"two"), seal("other", b"one")}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "postgres%3A%2F%2Fapp%3Atr0ub4dor%40db",
        "pwd%3Dtr0ub4dor%26",
        r"\u0022tr0ub4dor\u0022",
        r"line1\ntr0ub4dor",
        r"\x3dtr0ub4dor",
        "pwd=3Dtr0ub4dor",
    ],
)
def test_short_values_behind_an_escape_are_masked(text: str) -> None:
    """The last letter of an escape belongs to no word, so the value stands alone."""
    redactor = Redactor(frozenset({"tr0ub4dor"}))
    assert "tr0ub4dor" not in redactor.redact_text(text)
    assert "tr0ub4dor" not in redactor.redact_name(text)
