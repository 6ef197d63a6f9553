"""A DefectDojo in memory, behind :class:`aggregator.transport.exchange.Wire`, with faults on order.

The rules are those of DefectDojo/django-DefectDojo; each names the file there that it mirrors. It is as strict where a
real one is strict, and reimports do to its rows what a real one's do.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aggregator.transport.exchange import Reply, Request
from tests.fakes.defectdojo.reimport import Algorithm, OneTest, Reimport, number
from tests.fakes.defectdojo.report import SEVERITIES, Broken, Refused, Row, parse
from tests.fakes.faults import Faults, answered

SCAN_TYPE = "Generic Findings Import"
_FIELDS = """
    scan_date minimum_severity active verified endpoint_to_add file product_type_name product_name engagement_name
    engagement_end_date source_code_management_uri test_title auto_create_context deduplication_on_engagement lead
    push_to_jira environment build_id branch_tag commit_hash api_scan_configuration service group_by
    create_finding_groups_for_all_findings apply_tags_to_findings apply_tags_to_endpoints do_not_reactivate scan_type
    test close_old_findings close_old_findings_product_scope version tags
"""
FORM = frozenset(_FIELDS.split())
"""Fields of ``ReImportScanSerializer`` (dojo/api_v2/serializers.py)."""
_LONGEST = {
    "product_name": 255,
    "engagement_name": 300,
    "test_title": 255,
    "product_type_name": 255,
    "environment": 200,
}
_LONGEST |= {"branch_tag": 150, "commit_hash": 150, "build_id": 150}


@dataclass(eq=False)
class Engagement:
    """An engagement with its tests, in the order they were made."""

    name: str
    tests: list[OneTest] = field(default_factory=list)


@dataclass(eq=False)
class Product:
    """A product with its engagements; names of products are unique, of engagements they are not."""

    name: str
    product_type: str
    engagements: list[Engagement] = field(default_factory=list)


class FakeDefectDojo:
    """The server.

    Attributes:
        algorithm: how it knows generic findings again (``DEDUPLICATION_ALGORITHM_PER_PARSER``).
        environments: those that there are (dojo/fixtures/development_environment.json).
        deduplicates: whether duplicates are hidden (``enable_deduplication``, off unless somebody switches it on).
        makes_environments: whether ``auto_create_context`` makes one, as it does since version 2.5x.
        may_edit: whether the token's user may edit findings; the role API Importer may not.
        most: bytes of a report that it takes (``SCAN_FILE_MAX_SIZE``).
        calls: every request, in order.
        faults: asked before each call.
    """

    def __init__(self, origin: str = "https://dojo.example", token: str = "k3y") -> None:  # noqa: S107 - of a double
        self.origin = origin
        self.token = token
        self.algorithm: Algorithm = "hash_code"
        self.environments = {"Development", "Lab", "Pre-prod", "Production", "Staging", "Test"}
        self.deduplicates = False
        self.makes_environments = True
        self.may_edit = True
        self.most = 100 << 20
        self.product_types = {"Research and Development"}
        self.products: dict[str, Product] = {}
        self.calls: list[Request] = []
        self.forms: list[dict[str, list[str]]] = []
        self.faults: Faults = lambda *_: None
        self._numbers = [0]

    # --- what a test of ours asks

    @property
    def tests(self) -> dict[tuple[str, str, str], OneTest]:
        """Every test by product, engagement and title."""
        return {
            (product.name, engagement.name, test.title): test
            for product in self.products.values()
            for engagement in product.engagements
            for test in engagement.tests
        }

    @property
    def rows(self) -> list[Row]:
        """Every finding."""
        return [row for test in self.tests.values() for row in test.rows]

    def open(self) -> list[str]:
        """Our ids of those that are open, sorted, as often as they are."""
        return sorted(row.unique_id_from_tool.partition("/")[0] for row in self.rows if row.is_open)

    @property
    def reimports(self) -> int:
        """How often a report was sent."""
        return sum(call.method == "POST" for call in self.calls)

    # --- the wire

    def send(self, request: Request) -> Reply:
        """Its reply, or the fault on order."""
        number_of_call = len(self.calls)
        self.calls.append(request)
        assert self.token not in request.url + request.purpose, "the token stands where it may be shown"
        return answered(self.faults(number_of_call, request), lambda: self.answer(request))

    def answer_call(self, request: Request) -> Reply:
        """The same over a real connection: what the call is for is not told there."""
        return self.send(request)

    def answer(self, request: Request) -> Reply:
        """What it says (dojo/api_v2/exception_handler.py for what goes wrong)."""
        address = urlsplit(request.url)
        path = address.path.removeprefix("/api/v2/")
        if path == address.path:
            return Reply(404, {"content-type": "text/html"}, b"<h1>Not Found</h1>")
        headers = {name.lower(): value for name, value in request.headers.items()}
        if headers.get("authorization") != f"Token {self.token}":
            return _json(401, {"detail": "Invalid token."})
        try:
            return self._routed(request, path, {name: values[0] for name, values in parse_qs(address.query).items()})
        except Refused as error:
            return _json(400, {"message": f"['{error}']"})
        except Broken:
            return _json(500, {"message": "Internal server error, check logs for details"})

    def _routed(self, request: Request, path: str, query: dict[str, str]) -> Reply:
        if request.method == "GET" and path == "test_types/":
            return _json(200, {"count": 1, "results": [{"id": 1, "name": SCAN_TYPE}]})
        if request.method == "GET" and path == "products/":
            found = [p for p in self.products.values() if p.name.casefold() == query["name_exact"].casefold()]
            return _json(200, {"count": len(found), "results": [{"id": 1, "name": each.name} for each in found]})
        if request.method == "GET" and path == "findings/":
            return self._found(query)
        if request.method == "PATCH" and path.startswith("findings/"):
            return self._patched(int(path.split("/")[1]), json.loads(request.body))
        if request.method == "POST" and path == "reimport-scan/":
            return self._reimported(request)
        return _json(404, {"detail": "Not found."})

    def _found(self, query: dict[str, str]) -> Reply:
        """``ApiFindingFilter`` (dojo/filters.py): ids are looked for as part of one."""
        tests = [test for test in self.tests.values() if test.id == int(query["test"])]
        wanted = query.get("unique_id_from_tool", "").casefold()
        rows = [row for test in tests for row in test.rows if wanted in (row.unique_id_from_tool or "").casefold()]
        rows = [row for row in rows if row.active or "active" not in query]
        start, end = int(query.get("offset", "0")), int(query.get("offset", "0")) + int(query["limit"])
        results = [{"id": row.id, "unique_id_from_tool": row.unique_id_from_tool} for row in rows[start:end]]
        more = f"{self.origin}/more" if rows[end:] else None
        return _json(200, {"count": len(rows), "next": more, "results": results})

    def _patched(self, id_: int, said: dict[str, Any]) -> Reply:
        """``FindingSerializer.validate`` (dojo/finding/api/serializer.py)."""
        if not self.may_edit:
            return _json(403, {"detail": "You do not have permission to perform this action."})
        row = next((row for row in self.rows if row.id == id_), None)
        if row is None:
            return _json(404, {"detail": "Not found."})
        new = row.fields | said
        if new["active"] and new["risk_accepted"]:
            raise Refused("Active findings cannot be risk accepted.")
        if new["severity"] not in SEVERITIES or len(new["title"]) > 511:
            raise Refused("Severity must be one of the following")
        if said.get("mitigated") is not None:
            raise Refused("Editing mitigated timestamp is disabled")
        row.fields = new
        return _json(200, {"id": row.id})

    def _reimported(self, request: Request) -> Reply:
        """``ReImportScanSerializer.save`` (dojo/api_v2/serializers.py)."""
        form, report, filename = _form(request)
        self.forms.append(form)
        _check_form(form)
        if not filename.lower().endswith((".json", ".csv", ".xml", ".sarif")):
            return _json(400, {"file": ["Unsupported file type."]})
        if len(report) > self.most:
            return _json(
                400, {"non_field_errors": [f"Report file is too large. Maximum supported size is {self.most}"]}
            )
        said = {name: values[0] for name, values in form.items()}
        self._environment(said)
        product = self._product(said)
        names, rows = parse(report, SCAN_TYPE)
        engagement = _last(product.engagements, "name", said["engagement_name"])
        if engagement is None:
            engagement = Engagement(said["engagement_name"])
            product.engagements.append(engagement)
        test = _last(engagement.tests, "title", said["test_title"])
        closes = said.get("close_old_findings", "true") == "true"
        if test is None:
            # A test that is made closes nothing, whatever the form says.
            closes = False
            test = OneTest(
                number(self._numbers), said["test_title"], names, SCAN_TYPE, said.get("environment", "Development")
            )
            engagement.tests.append(test)
        elif test.test_type != names:
            raise Refused(f"Test type mismatch: {test.test_type} and {names}")
        reimport = Reimport(test, self.algorithm, self._numbers)
        counts = reimport.run(rows, close_old_findings=closes)
        if self.deduplicates:
            reimport.hide_duplicates([row for each in engagement.tests for row in each.rows])
        _describe(test, form)
        return _json(201, {**said, "test": test.id, "test_id": test.id, "statistics": vars(counts)})

    def _environment(self, said: dict[str, str]) -> None:
        name = said.get("environment", "Development")
        if name not in self.environments:
            if not (self.makes_environments and said.get("auto_create_context") == "true"):
                raise Refused(f"Environment named {name} does not exist.")
            self.environments.add(name)

    def _product(self, said: dict[str, str]) -> Product:
        """``AutoCreateContextManager`` (dojo/importers/auto_create_context.py) and dojo/api_v2/permissions.py."""
        name, product_type = said["product_name"], said.get("product_type_name", "")
        product = self.products.get(name)
        if product is not None and product_type not in ("", product.product_type):
            raise Refused("The fetched product has a conflict with the supplied product type name")
        if product is not None:
            return product
        if said.get("auto_create_context") != "true":
            raise Refused("auto_create_context not True, unable to create non-existing product")
        if not product_type:
            raise Refused(
                f'Product "{name}" does not exist and no product_type_name provided to create the new product in'
            )
        self.product_types.add(product_type)
        self.products[name] = Product(name, product_type)
        return self.products[name]


def _last(items: list[Any], name: str, value: str) -> Any:
    """The last made of that name (``get_last_object_or_none``)."""
    return next((item for item in reversed(items) if getattr(item, name) == value), None)


def _describe(test: OneTest, form: dict[str, list[str]]) -> None:
    """``update_test_meta`` and ``update_test_tags`` (dojo/importers/base_importer.py)."""
    for name in ("branch_tag", "commit_hash", "build_id"):
        setattr(test, name, form.get(name, [getattr(test, name)])[0])
    test.tags = form.get("tags", test.tags)


def _check_form(form: dict[str, list[str]]) -> None:
    """Unknown fields are passed over there; here they are a fault of ours. Empty texts are refused by the framework."""
    unknown = sorted(form.keys() - FORM)
    assert not unknown, f"fields that DefectDojo does not know: {unknown}"
    for name, values in form.items():
        if not all(values) and name != "tags":
            raise Refused(f"{name}: This field may not be blank.")
        if any(len(value) > _LONGEST.get(name, 10_000) for value in values):
            raise Broken(f"value too long: {name}")
    for name in ("auto_create_context", "close_old_findings", "deduplication_on_engagement"):
        if not {"true", "false"} >= set(form.get(name, ())):
            raise Refused(f"{name}: Must be a valid boolean.")
    if form.get("scan_type") != [SCAN_TYPE]:
        raise Refused("scan_type: is not a valid choice.")


def _form(request: Request) -> tuple[dict[str, list[str]], bytes, str]:
    """The form as Python's own parser of messages reads it."""
    kind = next(value for name, value in request.headers.items() if name.lower() == "content-type")
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + request.body)
    form: dict[str, list[str]] = {}
    report, filename = b"", ""
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(name, str)
        assert isinstance(content, bytes)
        if name == "file":
            report, filename = content, part.get_filename() or ""
        else:
            form.setdefault(name, []).append(content.decode().strip())
    return form, report, filename


def _json(status: int, body: object) -> Reply:
    return Reply(status, {"content-type": "application/json"}, json.dumps(body).encode())
