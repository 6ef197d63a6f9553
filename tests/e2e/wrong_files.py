"""Wrong policies and wrong exceptions, as people write them, and what each of them is to be told."""

from __future__ import annotations

from dataclasses import dataclass

POLICY, EXCEPTIONS = "onefold.yml", "onefold-exceptions.yml"
_RULE = "must be a gate rule, such as new:high, any:critical kind=sca or breached, or none"
_STATUS = "must be 'false_positive', 'risk_accepted', 'not_affected', 'mitigated', 'out_of_scope' or 'verified'"
_JUSTIFICATION = (
    "must be 'component_not_present', 'vulnerable_code_not_present', 'vulnerable_code_not_in_execute_path', "
    "'vulnerable_code_cannot_be_controlled_by_adversary' or 'inline_mitigations_already_exist'"
)
_SELECTORS = "needs one of: id, rule, path, purl, vulnerability, resource"


@dataclass(frozen=True)
class Wrong:
    """A wrong file.

    Attributes:
        told: ``line: what is wrong``, every mistake of the file, in the order they are told.
    """

    name: str
    content: bytes
    told: tuple[str, ...]
    file: str = POLICY


def _policy(name: str, text: str, *told: str) -> Wrong:
    return Wrong(name, text.encode(), told)


def _entry(name: str, told: str | tuple[str, ...], /, *more: str, without: str = "", **fields: str) -> Wrong:
    """An exceptions file of one entry, sound but for what is said here."""
    given = {"status": "risk_accepted", "reason": "We know.", "owner": "kim", "expires": "2027-01-01"}
    if not {"rule", "path", "purl", "tool"} & set(fields) and without != "selector":
        given["id"] = "F-0123456789ab"
    lines = [f"{key}: {value}" for key, value in (given | fields).items() if key != without]
    text = "exceptions:\n  - " + "\n    ".join((*lines, *more)) + "\n"
    return Wrong(name, text.encode(), (told,) if isinstance(told, str) else told, EXCEPTIONS)


def _bomb() -> str:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    return "\n".join(lines)


WRONG: tuple[Wrong, ...] = (
    # Keys
    _policy("typo-in-a-chapter", "gatte:\n  fail-on: [new:high]\n", "1: gatte is not a known key; did you mean gate?"),
    _policy(
        "backslash-in-a-rule",
        "sla:\n  rules:\n    - path: src\\app\n      days: 3\n",
        "3: sla.rules[0].path must have / between folders; a backslash means nothing here",
    ),
    _policy("typo-in-a-key", "sla:\n  hihg: 3\n", "2: sla.hihg is not a known key; did you mean high?"),
    _policy("camel-case", "productType: a\n", "1: productType is not a known key; did you mean product-type?"),
    _policy("no-chapter", "fail-on: [new:high]\n", "1: fail-on is not a known key; did you mean gate.fail-on?"),
    _policy(
        "wrong-chapter",
        "sla:\n  retention-days: 30\n",
        "2: sla.retention-days is not a known key; did you mean state.retention-days?",
    ),
    _policy(
        "nothing-like-it",
        "paths:\n  zzz: true\n  base: true\n  root: [x]\n",
        "2: paths.zzz is not a known key; known here: roots",
        "3: paths.base is not a known key; known here: roots",
        "4: paths.root is not a known key; did you mean roots?",
    ),
    _policy(
        "twice",
        "product: a\nsla: {high: 1}\nproduct: b\n",
        "3: product stands here a second time; the first is in line 1",
    ),
    _policy("key-is-a-number", "sla:\n  1: x\n", "2: sla has a key that is no text; put it in quotes"),
    _policy("key-is-a-list", "? [a]\n: x\n", "1: a key must be text, not a list or a group of keys."),
    # Kinds of values
    _policy("text-for-a-number", "sla:\n  high: soon\n", "2: sla.high must be a whole number"),
    _policy(
        "number-in-quotes",
        "sla: {high: '30'}\n",
        "1: sla.high must be a whole number, without quotes or anything beside it",
    ),
    _policy(
        "number-with-a-unit",
        "sla: {high: 30d}\n",
        "1: sla.high must be a whole number, without quotes or anything beside it",
    ),
    _policy("list-for-a-group", "paths:\n  - roots: [x]\n", "1: paths must be a group of keys: roots"),
    _policy(
        "group-for-a-list",
        "expected:\n  tool: Semgrep\n",
        "1: expected must be a list; begin each entry with a dash, or write [ ] around it",
    ),
    _policy(
        "text-for-a-list",
        "gate:\n  fail-on: new:high\n",
        "2: gate.fail-on must be a list; begin each entry with a dash, or write [ ] around it",
    ),
    _policy("list-for-text", "product: [a]\n", "1: product must be text, not a list"),
    _policy("number-for-text", "product: 12\n", "1: product must be text (put it in quotes)"),
    _policy("not-true-or-false", "gate: {advisory: maybe}\n", "1: gate.advisory must be true or false"),
    _policy("nothing-in-an-entry", "expected:\n  -\n", "2: expected[0] must be a group of keys: report, scope, tool"),
    _policy("the-file-is-a-list", "- sla:\n    high: 3\n", "1: the file must be a group of keys"),
    _policy(
        "exceptions-in-the-policy",
        "exceptions:\n  - status: mitigated\n",
        "1: exceptions must be a group of keys; exceptions themselves stand in .github/onefold-exceptions.yml",
    ),
    # Words and numbers
    _policy(
        "unknown-profile",
        "sla:\n  profile: fedrmap\n",
        "2: sla.profile must be 'default' or 'fedramp'; did you mean fedramp?",
    ),
    _policy(
        "unknown-severity",
        "sla:\n  rules:\n    - {severity: moderate, days: 3}\n    - {severity: HIGH}\n",
        "3: sla.rules[0].severity must be 'critical', 'high', 'medium', 'low' or 'info'; did you mean medium?",
        "4: sla.rules[1].days is missing",
        "4: sla.rules[1].severity must be 'critical', 'high', 'medium', 'low' or 'info'; did you mean high?",
    ),
    _policy(
        "off-without-quotes",
        "github:\n  issues: {mode: off}\n",
        "2: github.issues.mode must be 'auto', 'on' or 'off'; put on and off in quotes",
    ),
    _policy(
        "out-of-range",
        "sla: {high: -3, low: 99999}\nclosing: {brake-share: 30, misses: {cloud: 0}}\nverify: {tools: 1}\n",
        "1: sla.high must be 0 or more",
        "1: sla.low must be 3650 or less",
        "2: closing.brake-share must be 1 or less; 0.3 is 30 %",
        "2: closing.misses.cloud must be 1 or more",
        "3: verify.tools must be 2 or more",
    ),
    _policy(
        "limit-out-of-range",
        "exceptions: {longest-days: {high: 0}}\n",
        "1: exceptions.longest-days.high must be 1 or more",
    ),
    _policy(
        "no-owner", "owners:\n  - kind: cloud\n    owners: []\n", "3: owners[0].owners must have 1 or more entries"
    ),
    _policy(
        "one-is-no-pair",
        "correlation:\n  pin: [[F-0123456789ab]]\n",
        "2: correlation.pin[0] must have 2 or more entries",
    ),
    _policy(
        "no-ids",
        "correlation:\n  pin: [[F-1, 7]]\n",
        "2: correlation.pin[0][0] must be a finding's id: F- and twelve digits, as in findings.json",
        "2: correlation.pin[0][1] must be text (put it in quotes)",
    ),
    # Gate rules
    _policy(
        "gate-words",
        "gate:\n  fail-on:\n    - new:hihg\n    - nwe:high\n    - new kind=secrt\n    - any risk>80\n    - NEW:HIGH\n",
        f"3: gate.fail-on[0] {_RULE}; did you mean new:high?",
        f"4: gate.fail-on[1] {_RULE}; did you mean new?",
        f"5: gate.fail-on[2] {_RULE}; did you mean secret?",
        f"6: gate.fail-on[3] {_RULE}; a risk is written risk>=80, with 100 at most",
        f"7: gate.fail-on[4] {_RULE}; write it in small letters with one blank between its words",
    ),
    _policy(
        "gate-rules-in-one",
        "gate: {fail-on: ['new:high, any:critical']}\n",
        f"1: gate.fail-on[0] {_RULE}; make each rule an entry of its own",
    ),
    _policy(
        "gate-none-and-more", "gate: {fail-on: [none kind=sca]}\n", f"1: gate.fail-on[0] {_RULE}; write none alone"
    ),
    _policy(
        "gate-rule-with-a-blank",
        "gate:\n  fail-on:\n    - new: high\n",
        "3: gate.fail-on[0] must be text; a colon with a blank after it makes a group of keys, so put it in quotes",
    ),
    # Globs
    _policy(
        "globs",
        "risk:\n  aside: ['src\\test\\*', '!src/', '']\n",
        "2: risk.aside[0] must have / between folders; a backslash means nothing here",
        "2: risk.aside[1] must name what is meant; ! does not exclude here",
        "2: risk.aside[2] must not be empty",
    ),
    # No YAML
    _policy("tab", "sla:\n\thigh: 3\n", "2: a tab stands where only blanks may; indent with blanks."),
    _policy(
        "colon-in-a-value",
        "product: shop: web\n",
        "1: a colon and a blank stand where no key is; put the value in quotes, or look at the indentation.",
    ),
    _policy(
        "indentation",
        "expected:\n- tool: a\n  scope: b\n scope: c\n",
        "4: the indentation does not fit: the keys of one group, and the dashes of one list, begin in the same column.",
    ),
    _policy("bracket", "\ngate: {fail-on: ['new:high'}\n", "2: a bracket is not closed, or a comma is missing."),
    _policy("quote", "product: 'shop\nsla: {high: 3}\n", "1: a quote is opened and never closed."),
    _policy("no-blank-after-the-colon", "sla:\n  high: 3\n  low:4\n", "3: a key has no colon with a blank after it."),
    _policy(
        "at-sign",
        "owners:\n  - owners: [@octo/platform]\n",
        "2: a value begins with @, which means something in YAML; put the value in quotes.",
    ),
    _policy(
        "star",
        "state:\n  branches: [*release]\n",
        "2: * begins a reference, and nothing of that name is defined; put the value in quotes.",
    ),
    _policy("two-documents", "product: a\n---\nproduct: b\n", "2: a second document begins; the file has one."),
    _policy(
        "tag",
        "product: !!python/object/apply:os.system ['ls']\n",
        "1: tags (!) are not allowed here; leave it out, or put the value in quotes.",
    ),
    _policy(
        "number-that-is-none",
        "sla:\n  low: 3\n  high: !!int many\n",
        "3: a value cannot be read as what it seems to be.",
    ),
    _policy(
        "control-character", "product: a\nenvironment: 'b\x07'\n", "2: a control character stands here; remove it."
    ),
    _policy("cut-off", "product: a\nsla: {high: 3,\n", "3: a bracket is not closed, or a comma is missing."),
    _policy(
        "merge-conflict",
        "<<<<<<< ours\nproduct: a\n=======\n",
        "2: a colon and a blank stand where no key is; put the value in quotes, or look at the indentation.",
    ),
    # Hostile
    _policy(
        "references-multiply",
        _bomb(),
        "1: its references (*) multiply each other or hold themselves; write out what is meant.",
    ),
    _policy(
        "reference-to-itself",
        "sla: &a\n  rules: [*a]\n",
        "2: its references (*) multiply each other or hold themselves; write out what is meant.",
    ),
    _policy("depth", "x: " + "[" * 1000, "1: groups or brackets stand too deep in each other."),
    _policy(
        "huge",
        "# so much\n" * 110_000,
        "100001: the file is longer than 1000000 characters, which nobody wrote by hand.",
    ),
    _policy("paints-the-terminal", '"\\e[31mgate": 1\n', "1: ?[31mgate is not a known key; did you mean gate?"),
    Wrong("binary", b"product: a\n\x89PNG\r\n\x1a\n\xff", ("2: this is no UTF-8 text.",)),
    # Exceptions
    _entry("no-reason", "2: exceptions[0].reason is missing", without="reason"),
    _entry("no-one-answers", "2: exceptions[0].owner is missing", without="owner"),
    _entry("no-end", "2: exceptions[0].expires is missing", without="expires"),
    _entry("no-status", "2: exceptions[0].status is missing", without="status"),
    _entry("nothing-meant", f"2: exceptions[0] {_SELECTORS}", without="selector"),
    _entry("a-tool-is-not-enough", f"2: exceptions[0] {_SELECTORS}", tool="Semgrep"),
    _entry("empty-reason", "3: exceptions[0].reason must not be empty", reason="''"),
    _entry("status-typo", f"2: exceptions[0].status {_STATUS}; did you mean risk_accepted?", status="risk_acepted"),
    _entry("status-of-others", f"2: exceptions[0].status {_STATUS}; did you mean risk_accepted?", status="wontfix"),
    _entry(
        "status-in-prose", f"2: exceptions[0].status {_STATUS}; did you mean false_positive?", status="False Positive"
    ),
    _entry("no-such-day", "5: exceptions[0].expires must be a day: YYYY-MM-DD", expires="2027-02-31"),
    _entry("day-of-elsewhere", "5: exceptions[0].expires must be a day: YYYY-MM-DD", expires="31.12.2027"),
    _entry("never", "5: exceptions[0].expires must be a day: YYYY-MM-DD", expires="never"),
    _entry("beyond-the-limit", "5: exceptions[0].expires must be before the year 3000", expires="9999-12-31"),
    _entry(
        "decided-after-its-end", "7: exceptions[0].decided must not be after the day it expires", decided="2027-05-01"
    ),
    _entry("lines-move", "7: exceptions[0].line is not a known key; did you mean path?", "line: 12"),
    _entry("words-of-others", "7: exceptions[0].until is not a known key; did you mean expires?", "until: 2027-01-01"),
    _entry(
        "twice-in-an-entry", "7: exceptions[0].owner stands here a second time; the first is in line 4", "owner: lee"
    ),
    _entry("too-many-at-once", "7: exceptions[0].expect must be 1000 or less", expect="5000"),
    _entry(
        "unknown-justification",
        f"7: exceptions[0].justification {_JUSTIFICATION}; did you mean vulnerable_code_not_in_execute_path?",
        status="not_affected",
        justification="vulnerable_code_not_in_execution_path",
    ),
    _entry(
        "justifies-an-accepted-risk",
        "7: exceptions[0].justification may stand only beside the status not_affected",
        justification="component_not_present",
    ),
    _entry(
        "no-package-url",
        "6: exceptions[0].purl must be a package URL, such as pkg:npm/lodash, or begin with *",
        purl="npm/lodash",
    ),
    _entry(
        "package-with-version",
        "6: exceptions[0].purl must not name a version (@): packages are known without it",
        purl="pkg:npm/lodash@4.17.0",
    ),
    _entry(
        "folders-of-elsewhere",
        "6: exceptions[0].path must have / between folders; a backslash means nothing here",
        path="src\\test",
    ),
    _entry(
        "all-at-once",
        (
            "2: exceptions[0].owner is missing",
            f"2: exceptions[0].status {_STATUS}; did you mean mitigated?",
            "4: exceptions[0].expires must be a day: YYYY-MM-DD",
            "6: exceptions[0].expiry is not a known key; did you mean expires?",
            f"7: exceptions[0].justification {_JUSTIFICATION}",
        ),
        "expiry: 2027-01-01",
        "justification: because",
        without="owner",
        status="mitgated",
        expires="soon",
    ),
    Wrong("entries-alone", b"- status: mitigated\n", ("1: the file must be a group of keys: exceptions",), EXCEPTIONS),
    Wrong(
        "chapter-typo",
        b"exeptions: []\n",
        ("1: exeptions is not a known key; did you mean exceptions?",),
        EXCEPTIONS,
    ),
)
