"""Reports with canary secrets planted in every field where a format may hold one.

``KNOWN`` is the value that Gitleaks found; other tools repeat it in texts that are kept, plain and escaped, so it has
to be masked. ``HIDDEN`` stands only in fields that nothing may ever be taken from; no tool knows it, so no masking
would save it. Whoever reads the planted reports must find neither in anything that comes out.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

KNOWN = 'cAnArY/"kn0wn"&<17>'
HIDDEN = "canary-hidden-7731"
TRACES = (KNOWN, "cAnArY", "kn0wn", HIDDEN, "hidden-7731")
"""What to look for; escaping leaves at least one of them standing."""

_ENCODED = base64.b64encode(f"user:{KNOWN}".encode()).decode()
_SAID = f"Value {KNOWN} was found, also as {quote(KNOWN)}, {quote(KNOWN, safe='')}, {escape(KNOWN)} and {_ENCODED}."


def gitleaks() -> bytes:
    """Gitleaks 8: the secret, the match and all that stands beside them."""
    leak = {
        "RuleID": "generic-api-key",
        "Description": "A key.",
        "StartLine": 3,
        "EndLine": 3,
        "StartColumn": 1,
        "EndColumn": 9,
        "Match": f"key = {KNOWN}; other = {HIDDEN}",
        "Secret": KNOWN,
        "File": "config.py",
        "SymlinkFile": "",
        "Commit": "abc123",
        "Entropy": 4.1,
        "Author": HIDDEN,
        "Email": f"{HIDDEN}@mail.example",
        "Date": "2026-01-01T00:00:00Z",
        "Message": f"add {HIDDEN}",
        "Tags": [],
        "Fingerprint": "abc123:config.py:generic-api-key:3",
        "Fragment": {"Raw": f"{HIDDEN} {KNOWN}"},
        "Link": f"https://git.example/{HIDDEN}",
    }
    old = {
        "rule": "API Key",
        "file": "old.py",
        "line": f"k = '{KNOWN}' # {HIDDEN}",
        "lineNumber": 4,
        "offender": KNOWN,
        "commit": "def",
        "commitMessage": HIDDEN,
        "author": HIDDEN,
        "email": HIDDEN,
        "repo": "r",
        "date": "",
        "tags": "key",
    }
    odd = {**leak, "StartLine": HIDDEN}
    return json.dumps([leak, old, odd]).encode()


def semgrep() -> bytes:
    """Semgrep: the message repeats the secret; metavariables, the fix and the trace are never kept."""
    extra = {
        "message": _SAID,
        "severity": "ERROR",
        "metadata": {"cwe": ["CWE-95"]},
        "lines": f"run('{KNOWN}')",
        "fix": f"run({HIDDEN})",
        "fingerprint": "0" * 64,
        "is_ignored": False,
        "metavars": {"$X": {"abstract_content": HIDDEN, "start": {"line": 1}, "end": {"line": 1}}},
        "dataflow_trace": {
            "taint_source": ["CliLoc", [{"path": "a.py", "start": {"line": 1}, "end": {"line": 1}}, HIDDEN]],
            "intermediate_vars": [{"content": HIDDEN}],
        },
        "historical_info": {"git_commit": "abc", "git_blob": HIDDEN},
    }
    span = {"line": 3, "col": 1, "offset": 0}
    match = {"check_id": "rules.run", "path": f"src/{KNOWN}.py", "start": span, "end": span, "extra": extra}
    odd = {**match, "check_id": [HIDDEN]}
    errors = [{"code": 3, "level": "warn", "type": "Syntax error", "message": f"near {HIDDEN}", "path": "b.py"}]
    paths = {"scanned": [f"src/{KNOWN}.py", "b.py"]}
    return json.dumps({"version": "1.100.0", "results": [match, odd], "errors": errors, "paths": paths}).encode()


def trivy() -> bytes:
    """Trivy: matches and code are masked in part only; images carry environments and build arguments."""
    code = {"Lines": [{"Number": 1, "Content": HIDDEN, "Highlighted": HIDDEN, "IsCause": True}]}
    secret = {"RuleID": "aws", "Category": "AWS", "Severity": "HIGH", "Title": "AWS", "StartLine": 1, "EndLine": 1}
    flagged = {"Lines": [{"Number": 1, "Content": KNOWN, "Highlighted": HIDDEN, "IsCause": True}]}
    cause = {"StartLine": 1, "EndLine": 2, "Code": flagged, "RenderedCause": {"Raw": HIDDEN}}
    flaw = {"Type": "Dockerfile", "ID": "DS002", "Title": "t", "Message": _SAID, "Severity": "LOW", "Status": "FAIL"}
    return json.dumps(
        {
            "SchemaVersion": 2,
            "ArtifactName": ".",
            "ArtifactType": "filesystem",
            "Metadata": {
                "ImageConfig": {"config": {"Env": [f"A={HIDDEN}"]}, "history": [{"created_by": HIDDEN}]},
                "RepoURL": f"https://{HIDDEN}@git.example/x",
                "Author": HIDDEN,
                "Committer": HIDDEN,
                "CommitMsg": HIDDEN,
            },
            "Results": [
                {"Target": "a.env", "Class": "secret", "Secrets": [{**secret, "Match": HIDDEN, "Code": code}]},
                {
                    "Target": "Dockerfile",
                    "Class": "config",
                    "Type": "dockerfile",
                    "Misconfigurations": [{**flaw, "CauseMetadata": cause}],
                },
            ],
        }
    ).encode()


def _zap_instance() -> dict[str, str]:
    return {
        "uri": f"https://shop.example/{quote(KNOWN, safe='')}/x?token={HIDDEN}",
        "method": "POST",
        "param": "q",
        "attack": HIDDEN,
        "evidence": HIDDEN,
        "otherinfo": HIDDEN,
    }


def zap_json() -> bytes:
    """ZAP: evidence, attacks, other information, query values, requests and responses."""
    parts = ("request-header", "request-body", "response-header", "response-body")
    alert = {
        "pluginid": "40018",
        "alertRef": "40018",
        "name": "SQL Injection",
        "riskcode": "3",
        "confidence": "2",
        "desc": f"<p>{_SAID}</p>",
        "solution": "",
        "reference": "",
        "otherinfo": HIDDEN,
        "cweid": "89",
        "instances": [{**_zap_instance(), **dict.fromkeys(parts, f"Cookie: sid={HIDDEN}")}],
    }
    odd = {**alert, "riskcode": {HIDDEN: HIDDEN}}
    site = {"@name": "https://shop.example", "@host": "shop.example", "@port": "443", "@ssl": "true"}
    document = {"@programName": "ZAP", "@version": "2.16.0", "site": [{**site, "alerts": [alert, odd]}]}
    document["insights"] = [{"level": "Low", "description": HIDDEN}]
    return json.dumps(document).encode()


def zap_xml() -> bytes:
    """The same in XML."""
    fields = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in _zap_instance().items())
    parts = "".join(
        f"<{name}>{HIDDEN}</{name}>" for name in ("requestheader", "requestbody", "responseheader", "responsebody")
    )
    alert = (
        "<pluginid>40018</pluginid><name>SQL Injection</name><riskcode>3</riskcode><confidence>2</confidence>"
        f"<desc>{escape(_SAID)}</desc><otherinfo>{HIDDEN}</otherinfo>"
        f"<instances><instance>{fields}{parts}</instance></instances>"
    )
    site = f'<site name="https://shop.example" host="shop.example" port="443" ssl="true"><alerts><alertitem>{alert}'
    text = f'<?xml version="1.0"?><OWASPZAPReport version="2.16.0">{site}</alertitem></alerts></site></OWASPZAPReport>'
    return text.encode()


def prowler_ocsf() -> bytes:
    """Prowler: the whole resource stands under ``data``; the detail is kept."""
    resource = {
        "uid": f"arn:aws:lambda:eu-west-1:123456789012:function:{KNOWN}",
        "name": KNOWN,
        "type": "AwsLambdaFunction",
        "region": "eu-west-1",
        "labels": [HIDDEN],
        "data": {"details": HIDDEN, "metadata": {"environment": {"KEY": HIDDEN}}},
    }
    entry: dict[str, Any] = {
        "class_uid": 2004,
        "metadata": {"event_code": "lambda_secrets", "product": {"name": "Prowler", "version": "5.0.0"}},
        "status": "New",
        "status_code": "FAIL",
        "status_detail": _SAID,
        "message": _SAID,
        "severity": "High",
        "finding_info": {"uid": f"prowler-aws-lambda_secrets-{KNOWN}", "title": "No secrets", "desc": "d"},
        "resources": [resource],
        "cloud": {"provider": "aws", "account": {"uid": "123456789012", "name": HIDDEN}, "region": "eu-west-1"},
    }
    odd = {**entry, "status_code": [HIDDEN]}
    return json.dumps([entry, odd]).encode()


def prowler_csv() -> bytes:
    """The same as a table, with the account's address and the way of signing in."""
    cells = {
        "AUTH_METHOD": f"profile: {HIDDEN}",
        "ACCOUNT_UID": "123456789012",
        "ACCOUNT_EMAIL": HIDDEN,
        "FINDING_UID": "f1",
        "PROVIDER": "aws",
        "CHECK_ID": "lambda_secrets",
        "CHECK_TITLE": "No secrets",
        "STATUS": "FAIL",
        "STATUS_EXTENDED": "A key was found.",
        "SEVERITY": "high",
        "RESOURCE_UID": "arn:aws:lambda:f",
        "RESOURCE_NAME": "f",
        "RESOURCE_DETAILS": HIDDEN,
        "RESOURCE_TAGS": f"k={HIDDEN}",
    }
    return f"{';'.join(cells)}\n{';'.join(cells.values())}\nprofile: {HIDDEN};1\n".encode()


def gitleaks_sarif() -> bytes:
    """Gitleaks' SARIF: the snippet is the secret, the fingerprints are people."""
    place = _place("config.py", KNOWN)
    person = {"commitSha": "abc", "email": HIDDEN, "author": HIDDEN, "date": "", "commitMessage": HIDDEN}
    result = {
        "ruleId": "generic-api-key",
        "message": {"text": f"generic-api-key has detected secret {KNOWN}."},
        "locations": [place],
        "partialFingerprints": person,
        "properties": {"offender": KNOWN},
    }
    return _log("gitleaks", [result])


def any_sarif() -> bytes:
    """Any tool's SARIF: contexts, flows, artifacts' contents, invocations, requests."""
    flow = {"threadFlows": [{"locations": [{"location": _place("a.py", HIDDEN), "state": {"x": {"text": HIDDEN}}}]}]}
    result = {
        "ruleId": "run",
        "message": {"text": _SAID},
        "locations": [_place("a.py", f"run('{KNOWN}')")],
        "codeFlows": [flow],
        "fixes": [{"description": {"text": HIDDEN}}],
        "webRequest": {"method": "GET", "target": HIDDEN, "headers": {"Cookie": HIDDEN}, "body": {"text": HIDDEN}},
        "webResponse": {"body": {"text": HIDDEN}},
        "attachments": [{"description": {"text": HIDDEN}}],
        "partialFingerprints": {"primaryLocationLineHash": f"{KNOWN}:1"},
        "suppressions": [{"kind": "external", "justification": _SAID}],
    }
    odd = {**result, "ruleId": {HIDDEN: HIDDEN}}
    invocation = {
        "executionSuccessful": False,
        "commandLine": f"scan --token {HIDDEN}",
        "arguments": [HIDDEN],
        "environmentVariables": {"TOKEN": HIDDEN},
        "account": HIDDEN,
        "machine": HIDDEN,
        "toolExecutionNotifications": [{"level": "error", "message": {"text": HIDDEN}}],
    }
    rules = [{"id": "run", "shortDescription": {"text": "About run"}, "help": {"text": _SAID}}]
    more: dict[str, Any] = {
        "artifacts": [{"location": {"uri": "a.py"}, "contents": {"text": HIDDEN}}],
        "invocations": [invocation],
        "originalUriBaseIds": {"SRC": {"uri": f"file:///home/{HIDDEN}/"}},
    }
    return _log("Careful", [result, odd], rules, more)


def _place(uri: str, snippet: str) -> dict[str, Any]:
    region = {"startLine": 3, "snippet": {"text": snippet}}
    context = {"startLine": 1, "endLine": 5, "snippet": {"text": HIDDEN}}
    artifact = {"uri": uri, "uriBaseId": "SRC"}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region, "contextRegion": context}}


def _log(tool: str, results: list[Any], rules: list[Any] | None = None, more: dict[str, Any] | None = None) -> bytes:
    run = {"tool": {"driver": {"name": tool, "rules": rules or []}}, "results": results, **(more or {})}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


def pip_audit() -> bytes:
    """pip-audit: the description of an advisory, and why a dependency was skipped."""
    flaw = {"id": "PYSEC-2021-66", "fix_versions": ["2.11.3"], "aliases": ["CVE-2020-28493"], "description": _SAID}
    audited = {"name": "jinja2", "version": "2.10", "vulns": [flaw, {**flaw, "aliases": {HIDDEN: HIDDEN}}]}
    skipped = {"name": "tools", "skip_reason": f"no such package at https://u:{HIDDEN}@index.example"}
    odd = {"name": [HIDDEN], "vulns": []}
    return json.dumps({"dependencies": [audited, skipped, odd], "fixes": []}).encode()


def grype() -> bytes:
    """Grype: the configuration and the image's own one, places that other packages stand in, and why one is ignored."""
    flaw = {"id": "CVE-2020-28493", "severity": "High", "description": _SAID, "fix": {"versions": ["2.11.3"]}}
    place = {"path": "/app/requirements.txt", "accessPath": HIDDEN}
    artifact: dict[str, Any] = {"name": "jinja2", "version": "2.10", "type": "python", "purl": "pkg:pypi/jinja2@2.10"}
    match: dict[str, Any] = {
        "vulnerability": flaw,
        "relatedVulnerabilities": [{"id": "GHSA-g3rq-g295-4j3m", "description": HIDDEN}],
        "matchDetails": [{"searchedBy": {"package": {"name": HIDDEN}}, "found": HIDDEN}],
        "artifact": {**artifact, "locations": [place], "metadata": {"files": [HIDDEN]}, "licenses": [HIDDEN]},
    }
    odd = {**match, "artifact": {**artifact, "version": [HIDDEN]}}
    ignored = {**match, "appliedIgnoreRules": [{"reason": _SAID, "package": {"name": HIDDEN}}]}
    target = {
        "userInput": "shop:1.4",
        "config": base64.b64encode(f"A={HIDDEN}".encode()).decode(),
        "labels": {"a": HIDDEN},
    }
    settings = {"registry": {"auth": [{"password": HIDDEN}]}}
    return json.dumps(
        {
            "matches": [match, odd],
            "ignoredMatches": [ignored],
            "source": {"type": "image", "target": target},
            "distro": {"name": "debian"},
            "descriptor": {"name": "grype", "version": "0.99.1", "configuration": settings},
        }
    ).encode()


def osv_scanner() -> bytes:
    """OSV-Scanner: the advisory's text, its credits and what its database adds."""
    flaw = {
        "id": "GHSA-g3rq-g295-4j3m",
        "aliases": ["CVE-2020-28493"],
        "summary": _SAID,
        "details": _SAID,
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:L"}],
        "affected": [
            {"package": {"name": "jinja2"}, "ranges": [{"type": "ECOSYSTEM", "events": [{"fixed": "2.11.3"}]}]}
        ],
        "credits": [{"name": HIDDEN, "contact": [f"{HIDDEN}@mail.example"]}],
        "database_specific": {"severity": "HIGH", "cwe_ids": ["CWE-400"], "url": HIDDEN},
    }
    group = {"ids": ["GHSA-g3rq-g295-4j3m"], "aliases": ["CVE-2020-28493"], "max_severity": "5.3"}
    package = {"name": "jinja2", "version": "2.10", "ecosystem": "PyPI"}
    packages = {"package": package, "vulnerabilities": [flaw], "groups": [group, {"ids": HIDDEN}]}
    licences = {"package": package, "licenses": [HIDDEN], "license_violations": ["GPL-3.0-only"]}
    source = {"path": "/builds/team/shop/requirements.txt", "type": "lockfile"}
    config = {"licenses": {"allowlist": [HIDDEN]}}
    return json.dumps(
        {"results": [{"source": source, "packages": [packages, licences]}], "experimental_config": config}
    ).encode()


def bandit() -> bytes:
    """Bandit: the message and the code hold a hard-coded password; candidates repeat the code."""
    issue = {
        "test_id": "B105",
        "test_name": "hardcoded_password_string",
        "filename": f"./src/{KNOWN}.py",
        "issue_text": f"Possible hardcoded password: '{KNOWN}'",
        "issue_severity": "LOW",
        "issue_confidence": "MEDIUM",
        "issue_cwe": {"id": 259, "link": f"https://cwe.example/{HIDDEN}"},
        "line_number": 3,
        "line_range": [3],
        "col_offset": 0,
        "end_col_offset": 9,
        "code": f"2 other = '{HIDDEN}'\n3 key = '{KNOWN}'\n4 {HIDDEN}\n",
        "more_info": "https://bandit.example/b105",
        "candidates": [{"code": HIDDEN}],
    }
    said = {**issue, "test_id": "B608", "issue_text": _SAID, "issue_cwe": {"id": 89}}
    odd = {**issue, "line_range": HIDDEN}
    counts = {"SEVERITY.LOW": 9, "loc": 3}
    errors = [{"filename": "b.py", "reason": f"near {HIDDEN}"}]
    metrics = {"_totals": counts, f"./src/{KNOWN}.py": counts}
    return json.dumps(
        {"results": [issue, said, odd], "errors": errors, "metrics": metrics, "generated_at": HIDDEN}
    ).encode()


def bearer() -> bytes:
    """Bearer: the code around a finding, what flows into it, and the errors of its parser."""
    spot = {"start": 3, "end": 3, "column": {"start": 1, "end": 9}}
    finding = {
        "cwe_ids": ["89"],
        "id": "python_lang_sql_injection",
        "title": "Unsanitized input in SQL query",
        "description": _SAID,
        "documentation_url": "https://docs.example/rule",
        "severity": "high",
        "line_number": 3,
        "full_filename": f"/builds/team/shop/src/{KNOWN}.py",
        "filename": f"src/{KNOWN}.py",
        "source": {**spot, "start": 1},
        "sink": {**spot, "content": HIDDEN},
        "data_type": {"name": HIDDEN},
        "detailed_context": HIDDEN,
        "code_extract": f"run('{KNOWN}')",
        "fingerprint": HIDDEN,
        "old_fingerprint": HIDDEN,
    }
    secret = {**finding, "id": "gitleaks", "cwe_ids": ["798"], "code_extract": HIDDEN, "snippet": HIDDEN}
    odd = {**finding, "line_number": HIDDEN}
    errors = [{"type": "error", "filename": "b.py", "error": f"near {HIDDEN}"}]
    document = {"source": "Bearer", "version": "1.51.1", "findings": [finding, secret, odd], "errors": errors}
    return json.dumps(document).encode()


def bearer_by_severity() -> bytes:
    """The same by severity."""
    findings = json.loads(bearer())["findings"]
    return json.dumps({"high": findings, "low": []}).encode()


def checkov() -> bytes:
    """Checkov: code, evaluated values and entities; of a secret, half of its line and the SHA-1 of its value."""
    check = {
        "check_id": "CKV_AWS_16",
        "bc_check_id": None,
        "check_name": "Ensure that the database is encrypted",
        "check_result": {"result": "FAILED", "entity": {"password": [HIDDEN]}, "evaluated_keys": [HIDDEN]},
        "code_block": [[3, f'password = "{HIDDEN}"\n']],
        "file_path": "/main.tf",
        "repo_file_path": "/infra/main.tf",
        "file_abs_path": "/builds/team/shop/infra/main.tf",
        "file_line_range": [1, 9],
        "resource": f"aws_db_instance.{KNOWN}",
        "evaluations": {"var": {"value": HIDDEN}},
        "severity": None,
        "guideline": "https://docs.example/16",
        "details": [HIDDEN],
        "fixed_definition": HIDDEN,
        "entity_tags": {"a": HIDDEN},
        "connected_node": {"code": HIDDEN},
        "vulnerability_details": None,
    }
    skipped = {**check, "check_result": {"result": "SKIPPED", "suppress_comment": _SAID}}
    digest = hashlib.sha1(KNOWN.encode(), usedforsecurity=False).hexdigest()
    secret = {**check, "check_id": "CKV_SECRET_6", "check_name": "Base64 High Entropy String", "resource": digest}
    odd = {**check, "file_line_range": HIDDEN}
    code = {**check, "check_id": "CKV_DOCKER_7", "code_block": [[1, f"FROM {KNOWN}\n"]]}
    passed = {**check, "check_result": {"result": "PASSED", "entity": HIDDEN}}
    summary = {"passed": 1, "failed": 2, "parsing_errors": 1, "checkov_version": "3.3.30"}
    lists: dict[str, Any] = {"failed_checks": [check, odd], "passed_checks": [passed], "skipped_checks": [skipped]}
    terraform = {"check_type": "terraform", "results": {**lists, "parsing_errors": ["/builds/team/shop/b.tf"]}}
    docker = {"check_type": "dockerfile", "results": {"failed_checks": [code]}}
    secrets = {"check_type": "secrets", "results": {"failed_checks": [secret]}}
    return json.dumps([{**part, "summary": summary, "url": HIDDEN} for part in (terraform, docker, secrets)]).encode()


def detect_secrets() -> bytes:
    """detect-secrets: the SHA-1 of the value; the words and patterns that its user left out."""
    digest = hashlib.sha1(KNOWN.encode(), usedforsecurity=False).hexdigest()
    name = f"src/{KNOWN}.py"
    found = {"type": "Secret Keyword", "filename": name, "hashed_secret": digest, "is_verified": True, "line_number": 3}
    odd = {**found, "line_number": HIDDEN}
    return json.dumps(
        {
            "version": "1.5.0",
            "plugins_used": [{"name": "KeywordDetector", "keyword_exclude": HIDDEN}],
            "filters_used": [{"path": "wordlist", "pattern": [HIDDEN]}],
            "word_list": {"file": HIDDEN, "hash": HIDDEN},
            "results": {name: [found, {**found, "is_secret": False}, odd]},
            "generated_at": "2026-01-01T00:00:00Z",
        }
    ).encode()


def planted() -> dict[str, bytes]:
    """Every planted report by file name."""
    return {
        "gitleaks.json": gitleaks(),
        "semgrep.json": semgrep(),
        "trivy.json": trivy(),
        "zap.json": zap_json(),
        "zap.xml": zap_xml(),
        "prowler.ocsf.json": prowler_ocsf(),
        "prowler.csv": prowler_csv(),
        "gitleaks.sarif": gitleaks_sarif(),
        "any.sarif": any_sarif(),
        "bandit.json": bandit(),
        "bearer.json": bearer(),
        "bearer-by-severity.json": bearer_by_severity(),
        "checkov.json": checkov(),
        "detect-secrets.json": detect_secrets(),
        "grype.json": grype(),
        "osv-scanner.json": osv_scanner(),
        "pip-audit.json": pip_audit(),
    }


CORE = "zq7kno"
"""What every shape below holds, in some case."""
SHAPES = {
    "a provider's token": "ghp_Zq7KnOwNabcdefghij0123456789klmnopqr",
    "a passphrase": "Zq7KnOwN horse battery",
    "signs that are escaped": "Zq7KnOwN/\"<&>'+%x=y",
    "back-slashes and a tab": "Zq7KnOwN\\a\tb",
    "a key of several lines": "-----BEGIN RSA PRIVATE KEY-----\nMIIZq7KnOwNaaaaaaaaaaaa\n-----END RSA PRIVATE KEY-----",
    "a short one": "Zq7KnO",
    "other letters": "Zq7KnOwN-\u043f\u0430\u0440-\u00e9",
    "underscores": "Zq7KnOwN_with_under",
}
"""Values as Gitleaks finds them."""
TELLING = {
    "a provider's token": "ghp_Zq7KnOwNabcdefghij0123456789klmnopqr",
    "a provider's token in capitals": "AKIAZQ7KNOWNABCDEFGH",
    "a password in a URL": "postgres://u:Zq7KnOwNpw@h/db",
    "an assignment": 'password = "Zq7KnOwN99"',
    "a header": "Authorization: Bearer Zq7KnOwN99aabbccdd1122",
}
"""What nobody found, and everybody can see."""


def spots(document: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every key and of every value that is no container; a key's ends in an ellipsis."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for name, value in items:
        if isinstance(document, dict):
            yield (*at, name, ...)
        if isinstance(value, dict | list):
            yield from spots(value, (*at, name))
        else:
            yield (*at, name)


def plant(data: bytes, at: tuple[Any, ...], text: str) -> bytes:
    """The document with the text in one of its spots."""
    document = json.loads(data)
    is_key = at[-1] is ...
    *path, last = at[:-1] if is_key else at
    inner = document
    for step in path:
        inner = inner[step]
    if is_key:
        inner[text] = inner.pop(last)
    else:
        inner[last] = text
    return json.dumps(document).encode()


def leak_of(value: str) -> bytes:
    """A report of Gitleaks that knows a value."""
    leak = {"RuleID": "generic-api-key", "File": "k.py", "StartLine": 1, "Secret": value, "Match": f"k = '{value}'"}
    return json.dumps([leak]).encode()


def reshaped(value: str) -> dict[str, bytes]:
    """Every planted report that is JSON, with another value where the known one stands."""
    texts = {name: data for name, data in planted().items() if name.endswith(("json", "sarif"))}
    return {name: json.dumps(_replaced(json.loads(data), value)).encode() for name, data in texts.items()}


def _replaced(part: Any, value: str) -> Any:
    if isinstance(part, str):
        return part.replace(KNOWN, value)
    if isinstance(part, list):
        return [_replaced(each, value) for each in part]
    if isinstance(part, dict):
        return {_replaced(name, value): _replaced(each, value) for name, each in part.items()}
    return part


def traces_in(text: str) -> list[str]:
    """The traces of a canary in a text; empty when it is clean."""
    return [trace for trace in (*TRACES, _ENCODED[4:-4]) if trace in text]
