from typing import Any

import pytest

from aggregator.model.finding import Decision, Disposition, Finding, UploadIdentity
from aggregator.model.location import Location, Resource
from aggregator.model.result import Kind
from aggregator.model.severity import Severity
from aggregator.model.state import Line, ScopeRecord
from aggregator.uploads import assign_uploads, category_of
from tests.builders import NOW, finding, result


def assign(*findings: Finding, **settings: Any) -> tuple[Finding, ...]:
    given: dict[str, Any] = {"line": Line("shop"), "already_uploaded": ("CodeQL",), "unplaced": False, "sources": {}}
    return assign_uploads(findings, **given | settings)


def upload_of(item: Finding, **settings: Any) -> UploadIdentity:
    identity = assign(item, **settings)[0].upload
    assert identity is not None
    return identity


def test_identity_of_primary_source() -> None:
    """Category, driver and rule come from the primary source."""
    identity = upload_of(finding(result(), result(tool="Bandit", rule_id="B608")))
    assert identity.category == "onefold/shop/Semgrep/src/"
    assert identity.driver == "Semgrep (Onefold)"
    assert identity.rule_id == "python.sql-injection"


def test_frozen_identity() -> None:
    """What was uploaded once keeps its identity, whatever the new settings and sources say."""
    known = UploadIdentity("c/", "d", "r", "h:1", 7)
    item = finding(upload=known)
    assert assign(item, line=Line("other"), already_uploaded=("Semgrep",), sources={"app.py": "x"}) == (item,)


@pytest.mark.parametrize(
    "item",
    [
        finding(result(tool="CodeQL")),
        finding(result(), result(tool="CodeQL")),
        finding(decision=Decision(Disposition.RISK_ACCEPTED)),
        finding(closed_at=NOW),
        finding(sources=()),
        finding(result(kind=Kind.CLOUD, location=None, resource=Resource("arn:aws:s3:::logs"))),
        finding(result(kind=Kind.DAST)),
    ],
    ids=["own-tool", "shown-by-own-tool", "silenced", "closed", "unseen", "cloud", "web"],
)
def test_not_uploaded(item: Finding) -> None:
    """What others upload, what nobody must act on and what has no file gets no identity."""
    assert assign(item)[0].upload is None


def test_unplaced_on_demand() -> None:
    """Cloud and web findings are uploaded when asked for."""
    assert upload_of(finding(result(kind=Kind.CLOUD)), unplaced=True).turn == 1


def test_no_tool_uploads_itself() -> None:
    """Without such tools CodeQL's findings are uploaded like any other."""
    assert upload_of(finding(result(tool="CodeQL")), already_uploaded=()).driver == "CodeQL (Onefold)"


def test_line_hash_from_source() -> None:
    """A known file gives the real hash of the flagged line; a line number the file lacks does not."""
    source = {"app.py": " a\nb\n  \t\tc\n d"}
    assert upload_of(finding(result(location=Location("app.py", 2))), sources=source).line_hash == "54703d4cd895b18:1"
    assert upload_of(finding(result(location=Location("app.py"))), sources=source).line_hash == "271789c17abda88f:1"
    own = upload_of(finding(result(location=Location("app.py", 99))), sources=source).line_hash
    assert own == upload_of(finding()).line_hash


def test_own_hash() -> None:
    """Without a source the stand-in has the hash's shape and follows from the id alone."""
    assert upload_of(finding(id="F-3fa9c1d2e4b7")).line_hash == "3fa9c1d2e4b7:1"


def test_secret_is_not_hashed() -> None:
    """No line that holds a secret is hashed, whoever reported what on it, now or earlier."""
    source = {"app.py": "key = 'hunter2'\nkey = 'hunter3'\nx\n", "b.py": "x"}
    secret = finding(result(kind=Kind.SECRET, tool="Gitleaks", location=Location("app.py", 1, None, 2)), id="F-1")
    code = finding(result(location=Location("app.py", 2)), id="F-2")
    below = finding(result(location=Location("app.py", 3)), id="F-3")
    nowhere = finding(result(kind=Kind.SECRET, tool="Gitleaks", location=None), id="F-4")
    found = assign(secret, code, below, nowhere, sources=source)
    hashes = [item.upload.line_hash if item.upload else "" for item in found]
    alone = [upload_of(item).line_hash for item in (secret, code, below)]
    assert hashes[:2] == alone[:2]
    assert hashes[2] != alone[2]


def test_turns() -> None:
    """Newcomers queue behind everybody in their category, the worst of them first."""
    old = finding(id="F-9", upload=UploadIdentity("onefold/shop/Semgrep/src/", "Semgrep (Onefold)", "r", "h:1", 41))
    older = finding(id="F-8", upload=UploadIdentity("onefold/shop/Semgrep/src/", "Semgrep (Onefold)", "r", "h:1", 7))
    low = finding(result(severity=Severity.LOW), id="F-1")
    worst = finding(result(severity=Severity.CRITICAL), id="F-2")
    other = finding(result(tool="Bandit"), id="F-3")
    found = assign(old, older, low, worst, other)
    assert [item.upload.turn if item.upload else 0 for item in found] == [41, 7, 43, 42, 1]


def test_order_is_kept() -> None:
    """The findings come back in the order they came in, and nothing else about them changes."""
    items = (finding(id="F-2"), finding(closed_at=NOW, id="F-3"), finding(id="F-1"))
    assert [item.id for item in assign(*items)] == ["F-2", "F-3", "F-1"]
    assert assign(items[1]) == (items[1],)


def test_category() -> None:
    """A category names product, tool and scope, and ends with the slash that makes it one for GitHub."""
    shop = Line("acme/shop", branch="main")
    assert category_of(shop, "A/B tool", "src: a") == "onefold/acme/shop/A%2FB%20tool/src%3A%20a/"


def test_category_of_a_scope_with_another_name() -> None:
    """It is called by the first one, once the old name did not come back; another tool's scope has its own."""
    now = ScopeRecord("Semgrep", "b.json", NOW, 1, ("b-1.json", "a.json"))
    item = finding(result(scope="b.json"))
    assert upload_of(item, scopes=(now,)).category == category_of(Line("shop"), "Semgrep", "a.json")
    other = finding(result(scope="b.json", tool="Bandit"))
    assert upload_of(other, scopes=(now,)).category == category_of(Line("shop"), "Bandit", "b.json")
    both = (ScopeRecord("Semgrep", "a.json", NOW, 1), now)
    assert upload_of(item, scopes=both).category == category_of(Line("shop"), "Semgrep", "b.json")


def test_a_category_for_each_line() -> None:
    """Two environments, or two jobs of a matrix, that look at one thing never empty each other's category."""
    lines = [Line("shop", "stage"), Line("shop", key="eu"), Line("shop", "stage", key="eu"), Line("shop", "stage+eu")]
    lines += [Line("shop@stage"), Line("shop@stage+eu"), Line("shop+eu"), Line("shop"), Line("shop/@stage")]
    categories = [category_of(line, "Trivy", ".") for line in lines]
    assert categories[2] == "onefold/shop@stage+eu/Trivy/./"
    assert len(set(categories)) == len(lines)
    assert category_of(Line("shop", "stage", "main"), "Trivy", ".") == categories[0]


def test_long_category() -> None:
    """A scope of any length gives a short category, and another scope another one."""
    one, two = category_of(Line("shop"), "T", "x" * 900), category_of(Line("shop"), "T", "x" * 901)
    assert one != two
    assert len(one) < 250
    assert one.endswith("/")
