"""Links between findings of different kinds: said when they are sure, and never a merge."""

from collections.abc import Sequence
from typing import Any

from aggregator.dedupe.relations import relate as linking
from aggregator.model.finding import Finding
from aggregator.model.location import Component, Endpoint, Location
from aggregator.model.result import Kind
from tests.builders import NOW, finding, result


def relate(findings: Sequence[Finding]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The links as pairs."""
    links = linking.relate(findings)
    return {id_: tuple((each.id, each.reason) for each in related) for id_, related in links.items()}


def packaged(id_: str, *, image: str = "", purl: str = "pkg:npm/lodash", cve: str = "CVE-2026-1") -> Finding:
    """Build a finding about a package."""
    component = Component(purl, purl, image=image)
    kind = Kind.CONTAINER if image else Kind.SCA
    return finding(id=id_, kind=kind, vulnerability_ids=(cve,), component=component, location=None)


def page(id_: str, path: str, *, rule: str = "40018", tool: str = "ZAP", **more: Any) -> Finding:
    """Build a finding of a web scanner."""
    row = result(kind=Kind.DAST, tool=tool, rule_id=rule, location=None, weaknesses=())
    endpoint = Endpoint("shop.example", path, "GET", "q")
    return finding(
        id=id_, kind=Kind.DAST, tool=tool, rule_id=rule, location=None, endpoint=endpoint, sources=(row,), **more
    )


def flaw(id_: str, path: str, *, cwe: int = 89, **more: Any) -> Finding:
    """Build a finding in code that no scan reported this time."""
    return finding(id=id_, rule_id="r", title="x", weaknesses=(cwe,), location=Location(path, 3), sources=(), **more)


def test_an_image_and_its_packages() -> None:
    """The same vulnerability of the same package, in the lock file and in the image."""
    related = relate([packaged("F-1"), packaged("F-2", image="shop"), packaged("F-3", image="web")])
    reason = "CVE-2026-1 in pkg:npm/lodash"
    assert related == {"F-1": (("F-2", reason), ("F-3", reason)), "F-2": (("F-1", reason),), "F-3": (("F-1", reason),)}


def test_another_package_or_vulnerability_is_not_related() -> None:
    """Neither the name alone nor the vulnerability alone relates anything."""
    image = packaged("F-2", image="shop")
    assert relate([packaged("F-1", purl="pkg:npm/x"), image]) == {}
    assert relate([packaged("F-1", cve="CVE-2026-2"), image]) == {}
    assert relate([image]) == relate([packaged("F-1")]) == relate([]) == {}


def test_the_path_names_the_file() -> None:
    """A page and the one flaw of its kind in the file that the path names."""
    code = [flaw("F-1", "src/routes/orders.py"), flaw("F-2", "src/routes/users.py")]
    related = relate([page("F-9", "/api/orders/{}"), *code])
    assert related["F-9"] == (("F-1", "sql-injection behind a path that names the file (orders)"),)
    assert related["F-1"][0][0] == "F-9"
    assert "F-2" not in related
    assert relate([page("F-9", "/shop/basket.jsp"), flaw("F-1", "root/basket.jsp"), code[1]]).keys() == {"F-9", "F-1"}


def test_what_is_not_unique_is_not_said() -> None:
    """Two flaws of the kind in that file, or no telling name and several candidates."""
    assert relate([page("F-9", "/orders"), flaw("F-1", "orders/a.py"), flaw("F-2", "orders/b.py")]) == {}
    assert relate([page("F-9", "/api/v1/app"), flaw("F-1", "app/a.py"), flaw("F-2", "app/b.py")]) == {}
    assert relate([page("F-9", "/x1"), page("F-8", "/x2"), flaw("F-1", "other.py")]) == {}


def test_the_only_two_of_their_kind() -> None:
    """One on the web and one in the code: related, although no name ties them."""
    related = relate([page("F-9", "/q"), flaw("F-1", "app/db.py")])
    assert related["F-9"] == (("F-1", "the only sql-injection of the web and the only one of the code"),)


def test_other_weaknesses_and_other_kinds_are_not_related() -> None:
    """The weakness must be the same, one that data flows into, and one side the web."""
    assert relate([page("F-9", "/orders"), flaw("F-1", "orders.py", cwe=79)]) == {}
    assert relate([page("F-9", "/orders", rule="10202"), flaw("F-1", "orders.py", cwe=352)]) == {}
    assert relate([flaw("F-1", "orders.py"), flaw("F-2", "orders.py")]) == {}
    nowhere = finding(id="F-1", rule_id="r", title="x", weaknesses=(89,), location=None, sources=())
    assert relate([page("F-9", "/orders"), page("F-8", "/basket"), nowhere]) == {}


def test_places_may_be_missing() -> None:
    """A page without an endpoint is related only as the only one."""
    bare = page("F-9", "/orders")
    without = finding(id="F-9", kind=Kind.DAST, location=None, endpoint=None, sources=bare.sources)
    assert relate([without, flaw("F-1", "a.py")]).keys() == {"F-1", "F-9"}
    assert relate([without, flaw("F-1", "a.py"), flaw("F-2", "b.py")]) == {}


def test_what_is_closed_is_not_related() -> None:
    """A finding that is gone says nothing about one that is there."""
    assert relate([page("F-9", "/orders"), flaw("F-1", "orders.py", closed_at=NOW)]) == {}


def test_the_order_changes_nothing_and_lists_are_short() -> None:
    """Any order gives the same links, ten at most."""
    many = [packaged(f"F-{n:05}", image=f"i{n}") for n in range(3000)]
    many += [packaged(f"F-{n:05}") for n in range(3000, 6000)]
    related = relate(many)
    assert related == relate(many[::-1])
    assert max(map(len, related.values())) == 10
