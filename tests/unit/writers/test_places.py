import pytest
from msgspec.structs import replace

from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.result import Result
from aggregator.writers.places import file_link, has_place, place_of, short_place, source_link, versioned, where
from tests.builders import finding, result

NOWHERE = result(location=None)
SOURCE = "https://git.example/shop/blob/0123/{path}#L{line}"
PLACES = [
    (result(), "app.py", "app.py:12"),
    (result(location=Location("a.py")), "a.py", "a.py"),
    (result(location=None, component=Component("pkg:npm/x", "x", "1", path="/p.json")), "p.json", "x 1 in /p.json"),
    (result(location=None, component=Component("pkg:deb/x", "x", image="i", path="lib")), "i/lib", "x in i"),
    (result(location=None, component=Component("pkg:npm/x", "x")), "x", "x"),
    (result(location=None, component=Component("pkg:npm/x", "")), "pkg:npm/x", "pkg:npm/x"),
    (result(location=None, resource=Resource("arn:x")), "arn:x", "arn:x"),
    (result(resource=Resource("aws_s3_bucket.logs")), "app.py", "app.py:12"),
    (result(location=None, endpoint=Endpoint("h", "/p", "GET", "q")), "h/p", "GET h/p (q)"),
    (result(location=None, endpoint=Endpoint("h", "/p")), "h/p", "h/p"),
    (NOWHERE, "", ""),
]


@pytest.mark.parametrize(("thing", "path", "words"), PLACES, ids=[words or "nowhere" for _, _, words in PLACES])
def test_place(thing: Result, path: str, words: str) -> None:
    """Everything has the most telling place, as a path for formats that know only files, and in words."""
    assert place_of(thing).path == path
    assert where(thing) == words
    assert has_place(thing) is (thing is not NOWHERE)


def test_a_resource_is_short_by_its_name() -> None:
    """In a table a resource goes by its name, everything else by its place."""
    named = Resource("arn:x:logs", name="logs")
    assert short_place(result(location=None, resource=named)) == "logs"
    assert short_place(result(location=None, resource=Resource("arn:x"))) == "arn:x"
    assert short_place(result(resource=named)) == "app.py:12"


def test_a_resource_tells_its_account_and_region() -> None:
    """Every account has a root and every region a default network: the name is told with what sets it apart."""
    root = Resource("arn:aws:iam::1234:root", "aws", "1234", "us-east-1", name="<root_account>")
    assert short_place(result(location=None, resource=root)) == "<root_account> (1234, us-east-1)"
    assert short_place(result(location=None, resource=replace(root, account=""))) == "<root_account> (us-east-1)"
    assert short_place(result(location=None, resource=replace(root, name="us-east-1-1234"))) == "us-east-1-1234"
    assert where(result(location=None, resource=root)) == "arn:aws:iam::1234:root (us-east-1)"


def test_a_file_of_an_image_tells_the_image() -> None:
    """A secret in an image is in no file of the repository, and reads so everywhere."""
    inside = result(location=None, resource=Resource("ghcr.io/acme/api!app/.env", type="image-file", name="app/.env"))
    assert short_place(inside) == where(inside) == "app/.env in ghcr.io/acme/api"
    odd = result(location=None, resource=Resource("arn:x!y", name="z"))
    assert (short_place(odd), where(odd)) == ("z", "arn:x!y")


def test_links_lead_to_the_code() -> None:
    """A package leads to its manifest; one in an image, a place nobody knows and an odd path lead nowhere."""
    package = finding(location=None, component=Component("pkg:npm/a", "a", "1", path="package-lock.json"))
    inside = finding(location=None, component=Component("pkg:npm/a", "a", "1", path="app/a", image="shop:1"))
    assert source_link(package, SOURCE) == "https://git.example/shop/blob/0123/package-lock.json#L1"
    assert source_link(inside, SOURCE) == ""
    assert source_link(finding(location=None), SOURCE) == ""
    assert source_link(finding(location=Location("x" * 501)), SOURCE) == ""
    assert source_link(finding(), "") == ""
    assert source_link(finding(), "file:///{path}") == ""
    assert "%3C%21--" in source_link(finding(location=Location("<!--")), SOURCE)


def test_a_line_of_a_file_has_an_address() -> None:
    """It begins with the first line where none is known, and is none where no browser would follow it."""
    assert file_link("/a b/(x).py", 3, SOURCE) == "https://git.example/shop/blob/0123/a%20b/%28x%29.py#L3"
    assert file_link("a.py", None, SOURCE).endswith("/a.py#L1")
    assert file_link("", 1, SOURCE) == file_link("a.py", 1, "") == file_link("a.py", 1, "javascript:{path}") == ""
    assert file_link("\u30d5" * 400, 1, SOURCE) == ""


def test_a_package_stands_with_all_its_versions() -> None:
    """A lock file may hold several versions of a package: up to three are named, and the others counted."""
    several = Component("pkg:npm/a", "a", "1", path="package-lock.json", other_versions=("2", "3"))
    assert where(finding(location=None, component=several)) == "a 1, 2, 3 in package-lock.json"
    assert versioned("a", ("1", "2", "3", "4", "5")) == "a 1, 2, 3 and 2 more"
    assert versioned("a", ()) == "a"
