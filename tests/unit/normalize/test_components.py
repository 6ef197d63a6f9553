import pytest
from hypothesis import given
from hypothesis import strategies as st
from packageurl import PackageURL

from aggregator.model.location import Component
from aggregator.normalize.components import (
    completed,
    component_purl,
    is_generic,
    is_of_another_system,
    plain_name,
)


@pytest.mark.parametrize(
    ("purl", "identity"),
    [
        ("pkg:npm/%40angular/core@1.0.0?x=1#sub/path", "pkg:npm/%40angular/core"),
        ("pkg:npm/@angular/core@1.0.0", "pkg:npm/%40angular/core"),
        ("pkg:npm/@angular/core", "pkg:npm/%40angular/core"),
        ("PKG:PyPI/Django_Rest.Framework@3", "pkg:pypi/django-rest-framework"),
        ("pkg:deb/debian/libc%2b%2b@1:2?arch=amd64", "pkg:deb/debian/libc%2B%2B"),
        ("pkg:maven/Org.Apache/Log4j@2", "pkg:maven/Org.Apache/Log4j"),
        ("pkg:golang/github.com/Foo/bar@v1", "pkg:golang/github.com/foo/bar"),
        ("pkg:npm", ""),
        ("pkg:", ""),
    ],
)
def test_a_purl_loses_what_is_no_identity(purl: str, identity: str) -> None:
    """Version, qualifiers and subpath go, and spelling variants of one package meet."""
    assert component_purl(purl) == identity


@pytest.mark.parametrize(
    ("ecosystem", "name", "namespace", "identity"),
    [
        ("pip", "Flask_Thing", "", "pkg:pypi/flask-thing"),
        ("yarn", "@acme/kit", "", "pkg:npm/%40acme/kit"),
        ("jar", "org.apache:log4j", "", "pkg:maven/org.apache/log4j"),
        ("gradle", "log4j", "org.apache", "pkg:maven/org.apache/log4j"),
        ("gomod", "github.com/Foo/bar", "", "pkg:golang/github.com/foo/bar"),
        ("debian", "openssl", "", "pkg:deb/debian/openssl"),
        ("Alpine", "musl", "", "pkg:apk/alpine/musl"),
        ("nobody-knows", "thing", "", "pkg:generic/thing"),
        ("npm", "", "", ""),
        ("npm", "/", "", ""),
    ],
)
def test_an_ecosystem_and_a_name_give_the_same_identity(
    ecosystem: str, name: str, namespace: str, identity: str
) -> None:
    """Every tool's word for an ecosystem leads to one purl type; without a name there is none."""
    assert component_purl(ecosystem, name, namespace) == identity


@given(
    name=st.text("abzAZ09._-+@ ~é", min_size=1, max_size=12).filter(lambda name: name.strip(" .")), scoped=st.booleans()
)
def test_the_short_way_agrees_with_the_library(*, name: str, scoped: bool) -> None:
    """Cutting a purl as a string gives what building it from its parts gives."""
    whole = PackageURL("npm", "@scope" if scoped else None, name, "1.0@x", {"arch": "x"}, "sub").to_string()
    parts = component_purl("npm", f"@scope/{name}" if scoped else name, "")
    assert component_purl(whole) == parts


def test_a_component_is_completed_by_the_first_that_knows() -> None:
    """Each part by itself; what the component says of itself holds, and so does its name."""
    bare = Component("pkg:pypi/flask", "Flask")
    fixed = Component("pkg:pypi/flask", "flask", fixed_versions=("3.0",))
    placed = Component("pkg:pypi/flask", "flask", "2.0", ("2.9",), "requirements.txt")
    assert completed(bare, [None, fixed, placed]) == Component(
        "pkg:pypi/flask", "Flask", "2.0", ("3.0",), "requirements.txt"
    )
    assert completed(placed, [fixed]) is placed
    assert completed(bare, [None]) == bare


@pytest.mark.parametrize(
    ("plain", "purl"),
    [
        ("org.apache.logging.log4j:log4j-core", "pkg:maven/org.apache.logging.log4j/log4j-core"),
        ("@babel/traverse", "pkg:npm/%40babel/traverse"),
        ("golang.org/x/Net", "pkg:golang/golang.org/x/net"),
        ("ruamel.yaml_clib", "pkg:pypi/ruamel-yaml-clib"),
        ("Newtonsoft.Json", "pkg:nuget/Newtonsoft.Json"),
        ("libstdc++6", "pkg:deb/ubuntu/libstdc%2B%2B6"),
        ("openssl", "pkg:apk/alpine/openssl"),
        ("xz-libs", "pkg:rpm/redhat/xz-libs"),
    ],
)
def test_a_name_without_an_ecosystem_is_that_of_its_package(plain: str, purl: str) -> None:
    """What a tool prints that tells no ecosystem, and what another one tells in full, have one plain name."""
    assert is_generic(component_purl("", plain))
    assert not is_generic(purl)
    assert plain_name(component_purl("", plain)) == plain_name(purl)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("pkg:maven/a/core", "pkg:maven/b/core"),
        ("pkg:npm/%40types/node", "pkg:npm/node"),
        ("pkg:generic/core", "pkg:maven/a/core"),
        ("pkg:generic/", "pkg:npm/x"),
    ],
)
def test_a_plain_name_is_a_whole_one(one: str, two: str) -> None:
    """A group and a scope are parts of the name; a distribution is none."""
    assert plain_name(one) != plain_name(two)


@pytest.mark.parametrize(
    ("purl", "system", "another"),
    [
        ("pkg:deb/debian/apt", "alpine", True),
        ("pkg:deb/debian/apt", "Ubuntu", True),
        ("pkg:deb/debian/apt", "debian", False),
        ("pkg:deb/apt", "ubuntu", False),
        ("pkg:apk/wolfi/busybox", "alpine", True),
        ("pkg:rpm/redhat/bash", "rocky", False),
        ("pkg:rpm/redhat/bash", "debian", True),
        ("pkg:deb/debian/apt", "", False),
        ("pkg:deb/debian/apt", "plan9", False),
        ("pkg:deb/debian/apt", "npm", False),
        ("pkg:npm/debian/apt", "alpine", False),
        ("", "alpine", False),
    ],
)
def test_a_package_of_another_system(purl: str, system: str, *, another: bool) -> None:
    """By the family, and within Debian's and Alpine's by name; of what nobody knows nothing is said."""
    assert is_of_another_system(purl, system) is another
