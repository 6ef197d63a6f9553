import pytest

from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.result import Result
from aggregator.writers.places import has_place, place_of, short_place, where
from tests.builders import result

NOWHERE = result(location=None)
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
