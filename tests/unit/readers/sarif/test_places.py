from typing import Any

import pytest

from aggregator.model.location import Endpoint, Location, Resource
from tests.unit.readers.sarif.logs import place, read, result, result_of, run


def path_of(artifact: dict[str, Any], roots: tuple[str, ...] = (), **more: Any) -> str | None:
    """The path of a result at this artifact location."""
    entry = result(locations=[{"physicalLocation": {"artifactLocation": artifact}}])
    location = read(run(entry, **more), roots=roots).scans[0].results[0].location
    return location.path if location else None


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("src/a%20b.py", "src/a b.py"),
        ("src/a b.py", "src/a b.py"),
        ("file:///C:/x/y.cs", "/x/y.cs"),
        ("file:////src/x.jar", "/src/x.jar"),
        ("file:/home/runner/work/r/r/a.py", "a.py"),
        ("C:\\x\\y.cs", "/x/y.cs"),
        ("", None),
        (".", None),
    ],
)
def test_every_form_of_uri(uri: str, expected: str | None) -> None:
    """Escaped or not, absolute or not, of any system: one path, or none."""
    assert path_of({"uri": uri}) == expected


def test_a_base_below_the_root_is_put_before_the_path() -> None:
    """Bases may chain; one that is an absolute folder elsewhere is the scanner's own and is dropped."""
    bases = {
        "SUB": {"uri": "sub/", "uriBaseId": "%SRCROOT%"},
        "DEEP": {"uri": "deep/", "uriBaseId": "SUB"},
        "%SRCROOT%": {"uri": "file:///tmp/scan-17/"},
        "ROOTED": {"uri": "file:///github/workspace/web/"},
        "LOOP": {"uri": "l/", "uriBaseId": "LOOP"},
        "NONE": None,
        "EMPTY": {},
    }
    expected = {"SUB": "sub/a.py", "DEEP": "sub/deep/a.py", "%SRCROOT%": "a.py", "ROOTED": "web/a.py"}
    expected |= {"MISSING": "a.py", "NONE": "a.py", "EMPTY": "a.py"}
    for base, path in expected.items():
        assert path_of({"uri": "a.py", "uriBaseId": base}, originalUriBaseIds=bases) == path
    assert path_of({"uri": "/a.py", "uriBaseId": "SUB"}, originalUriBaseIds=bases) == "/a.py"
    looped = path_of({"uri": "a.py", "uriBaseId": "LOOP"}, originalUriBaseIds=bases)
    assert looped is not None
    assert looped.endswith("l/a.py")


def test_an_artifact_may_be_named_by_index() -> None:
    """The uri stands in the run's artifacts; a member of an archive is named with it."""
    artifacts = [
        {"location": {"uri": "lib/a.jar"}},
        {"location": {"uri": "x/Y.class"}, "parentIndex": 0},
        {"location": {"uri": "lone"}, "parentIndex": -1},
        {"location": {"uri": "orphan"}, "parentIndex": 99},
        {"location": {"index": 4}},
        {},
    ]
    found = [path_of({"index": index}, artifacts=artifacts) for index in range(7)]
    assert found == ["lib/a.jar", "lib/a.jar!x/Y.class", "lone", "orphan", None, None, None]


def test_a_region_is_mended() -> None:
    """Zero, negative and reversed numbers are left out; the end defaults to the start."""
    cases = {
        (3, None, None, None): Location("a.py", 3, None, 3),
        (3, 2, 5, 1): Location("a.py", 3, 2, 5, 1),
        (0, 0, 0, 0): Location("a.py"),
        (5, 0, 5, 0): Location("a.py", 5, None, 5),
        (5, 0, None, None): Location("a.py", 5, None, 5),
        (5, 3, 5, 0): Location("a.py", 5, 3, 5),
        (5, 2, 3, 9): Location("a.py", 5, 2, 5),
        (5, 9, 5, 2): Location("a.py", 5, 9, 5),
        (5, -1, -1, 0): Location("a.py", 5, None, 5),
        (5, 1, 6, -3): Location("a.py", 5, 1, 6),
        (1, 230_165, 1, 230_170): Location("a.py", 1, 230_165, 1, 230_170),
        (2**40, 1, 2**40, 1): Location("a.py"),
    }
    for (start, first, end, last), expected in cases.items():
        numbers = {"startColumn": first, "endLine": end, "endColumn": last}
        entry = result(locations=[place("a.py", start, **{k: v for k, v in numbers.items() if v is not None})])
        assert result_of(entry).location == expected


def test_a_result_may_have_no_place() -> None:
    """No locations, logical ones only, or a region without a file: legal, and kept."""
    assert result_of({"ruleId": "R1", "message": {"text": "m"}}).location is None
    assert result_of(result(locations=[{"logicalLocations": [{"name": "f"}]}])).location is None
    assert result_of(result(locations=[{"physicalLocation": {"region": {"startLine": 1}}}])).location is None


def test_a_url_is_an_endpoint() -> None:
    """Web scanners write URLs where paths belong; the method may stand in the request."""
    entry = result(locations=[place("https://U:p@H.example:443/a/17?t=x")], webRequest={"method": "post"})
    found = result_of(entry)
    assert found.location is None
    assert found.endpoint == Endpoint("h.example", "/a/{}", "POST")
    assert result_of(result(locations=[place("git::x")])).endpoint is None


def test_a_problem_of_a_site_belongs_to_the_site() -> None:
    """A header that a web scanner misses behind a URL is missing on the whole site."""
    header = {**result(locations=[place("https://h.example/a")]), "ruleId": "missing-x-frame-options"}
    assert result_of(header).endpoint == Endpoint("h.example")


def test_gitleaks_does_not_escape() -> None:
    """A percent sign in a path of Gitleaks is the file's own."""
    one = result_of(result(locations=[place("100%25 <x>.txt")]), tool="gitleaks")
    assert one.location == Location("100%25 <x>.txt", 1, None, 1)


def test_further_places_are_related() -> None:
    """Other locations and related ones are kept once each, the primary one not among them."""
    entry = result(
        locations=[place("a.py"), place("b.py")],
        relatedLocations=[place("b.py"), place("c.py"), place("a.py"), {"message": {"text": "no place"}}],
    )
    assert [other.path for other in result_of(entry).related] == ["b.py", "c.py"]
    assert [other.path for other in result_of(result(relatedLocations=[place("c.py")])).related] == ["c.py"]


def test_tools_that_list_occurrences_are_split() -> None:
    """Mobsfscan writes every place of a pattern into one result: each is one of ours, with its own pointer."""
    (scan,) = read(run(result(locations=[place("a.py"), place("b.py")]), tool="mobsfscan")).scans
    assert [found.pointer for found in scan.results] == [f"/runs/0/results/0/locations/{at}" for at in (0, 1)]


def test_columns_are_told_as_the_tools_own_format_tells_them() -> None:
    """One leak in JSON and in SARIF stands in one place; Trivy knows no columns at all."""
    region = place("a.py", 6, startColumn=5, endLine=6, endColumn=43)
    leak = result_of(result(locations=[region]), tool="gitleaks")
    assert leak.location == Location("a.py", 6, 4, 6, 43)
    assert result_of(result(locations=[place("a.p12", 0)]), tool="gitleaks").location == Location("a.p12")
    flaw = result_of(result(locations=[place("main.tf", 6, startColumn=1, endLine=9, endColumn=1)]), tool="Trivy")
    assert flaw.location == Location("main.tf", 6, None, 9, None)


def test_a_secret_of_checkov_is_on_one_line() -> None:
    """The end that it gives is the line below; of its other checks the end is the end."""
    region = [place("a.py", 3, endLine=4)]
    assert result_of(result(ruleId="CKV_SECRET_6", locations=region), tool="Checkov").location == Location(
        "a.py", 3, None, 3
    )
    assert result_of(result(ruleId="CKV_AWS_16", locations=region), tool="Checkov").location == Location(
        "a.py", 3, None, 4
    )


def test_a_region_without_lines_is_a_file() -> None:
    """Offsets in characters or bytes, with -1 for none, tell no line."""
    for region in ({}, {"charOffset": 5, "charLength": 2}, {"byteOffset": -1}):
        entry = result(locations=[{"physicalLocation": {"artifactLocation": {"uri": "a.py"}, "region": region}}])
        assert result_of(entry).location == Location("a.py")


def test_data_flows_stacks_and_attachments_of_any_shape_cost_nothing() -> None:
    """A step without a place, a description that is a text, a fix without changes: none of it is looked at."""
    flows = [{"threadFlows": [{"locations": [{"location": {}}, {"index": 9}, 7]}]}]
    odd = {"codeFlows": flows, "stacks": [7], "fixes": [{}], "graphs": {}, "attachments": [{"description": "x"}]}
    assert result_of(result(**odd)).location == Location("a.py", 1, None, 1)


def test_several_places_are_one_result() -> None:
    """Cppcheck lists the steps that lead there: one problem, at its first place."""
    found = result_of(result(locations=[place("a.c"), place("b.c")]), tool="cppcheck")
    assert found.location == Location("a.c", 1, None, 1)
    assert [other.path for other in found.related] == ["b.c"]


def test_a_line_of_a_response_is_no_line_of_a_file() -> None:
    """ZAP's region points into the body of an answer."""
    found = result_of(result(locations=[place("http://h.example/a", 17)]), tool="ZAP")
    assert (found.location, found.endpoint) == (None, Endpoint("h.example", "/a"))


@pytest.mark.parametrize(
    "name", ["a:b.py", "a!b.py", "a#b.py", "alpine_3.18", "npm/pkg@1.0", "unknown-file", "Größe.py", "Src/A.py"]
)
def test_odd_names_are_kept(name: str) -> None:
    """Image names, package coordinates and what stands for no file are no URLs; case is kept."""
    assert path_of({"uri": name}) == name


def test_a_path_of_a_site_is_no_file() -> None:
    """Nuclei writes the path of a URL only; whose site it is, the report's name tells."""
    found = result_of(result(locations=[place("/login?next=x")]), tool="Nuclei")
    assert (found.location, found.endpoint) == (None, Endpoint("", "/login"))
    assert result_of(result(locations=[place("http://h.example/a")]), tool="Nuclei").endpoint == Endpoint(
        "h.example", "/a"
    )


def named(uri: str | None, line: int | None = None, name: str = "ns|stlogs", **more: Any) -> dict[str, Any]:
    """A location with a name, as PSRule and others write it."""
    return {
        **(place(uri, line, **more) if uri else {}),
        "logicalLocations": [{"fullyQualifiedName": name}, {"name": "x"}],
    }


@pytest.mark.parametrize(
    "location",
    [
        named(None),
        named("main.bicep"),
        named("main.bicep", 1, startColumn=0),
        named("main.bicep", 1, startColumn=1, endLine=1, endColumn=1),
        {"logicalLocations": [{"index": 0}]},
    ],
)
def test_where_no_line_tells_two_problems_apart_their_names_do(location: dict[str, Any]) -> None:
    """Without a place, or with a file whose first line stands for all, what the log calls it is the resource."""
    found = result_of(result(locations=[location]), logicalLocations=[{"fullyQualifiedName": "ns|stlogs"}])
    assert found.resource == Resource("ns|stlogs")
    assert found.location == (Location("main.bicep") if "physicalLocation" in location else None)


@pytest.mark.parametrize(
    "location",
    [
        named("a.cpp", 7),
        named("a.cpp", 1, endLine=9),
        named("a.cpp", 1, startColumn=1),
        named("a.cpp", 1, endColumn=20),
        named("https://h.example/a"),
        {**place("a.cpp", None), "logicalLocations": [{"index": 9}, {}]},
        place("a.cpp", None),
    ],
)
def test_a_name_beside_a_place_is_none(location: dict[str, Any]) -> None:
    """Many instances of one template stand on one line: their names part nothing, nor do they where pages do."""
    assert result_of(result(locations=[location])).resource is None


def test_a_cloud_resource_and_a_package_keep_their_own_names() -> None:
    """The name of a package is read as one; a cloud scanner's place is its resource."""
    assert result_of(result(locations=[named("arn:aws:s3:::logs")]), tool="Prowler").resource == Resource(
        "arn:aws:s3:::logs"
    )
    vulnerable = result(ruleId="CVE-2020-10001", locations=[named("pom.xml", 1, "a@1")])
    assert result_of(vulnerable).resource is None
