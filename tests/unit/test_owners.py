"""Tests of :mod:`aggregator.owners`, after the examples of GitHub's page about code owners."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from aggregator.model.finding import Finding
from aggregator.model.hierarchy import OWN, Belonging
from aggregator.model.location import Component, Endpoint, Location, Resource
from aggregator.model.result import Kind
from aggregator.model.state import Line
from aggregator.owners import NOBODY, Owners, assign_owners, people, read_owners
from aggregator.policy.owners import OwnerRule
from tests.builders import LINE, finding


@pytest.mark.parametrize(
    ("pattern", "path", "is_owned"),
    [
        # everything
        ("*", "a.py", True),
        ("*", "deep/down/a.py", True),
        ("*", ".github/workflows/ci.yml", True),
        ("**", "deep/down/a.py", True),
        ("/**", "deep/down/a.py", True),
        ("**/*", "a.py", True),
        ("**/*", "deep/down/a.py", True),
        # by ending, anywhere
        ("*.js", "a.js", True),
        ("*.js", "web/deep/a.js", True),
        ("*.js", "a.jsx", False),
        ("*.js", "js", False),
        ("*.js", "web/a.JS", False),
        ("*.go", "cmd/go", False),
        ("*.tar.gz", "dist/a.tar.gz", True),
        ("**/*.md", "docs/deep/a.md", True),
        ("**/*.md", "a.md", True),
        # a folder at the root, with all below
        ("/build/logs/", "build/logs/a", True),
        ("/build/logs/", "build/logs/deep/a", True),
        ("/build/logs/", "x/build/logs/a", False),
        ("/build/logs/", "build/logs", False),
        ("/docs/", "docs/deep/a.md", True),
        ("/docs/", "docsx/a.md", False),
        ("build/logs/", "build/logs/a", True),
        ("build/logs/", "x/build/logs/a", False),
        # the files right there
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/deep/a.md", False),
        ("docs/*", "x/docs/a.md", False),
        ("/docs/*", "docs/a.md", True),
        ("/docs/*", "docs/deep/a.md", False),
        ("/*", "a.md", True),
        ("/*", "deep/a.md", False),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/a.txt", False),
        ("docs/*.md", "docs/deep/a.md", False),
        # a folder of the name, anywhere
        ("apps/", "apps/a.py", True),
        ("apps/", "x/apps/deep/a.py", True),
        ("apps/", "apps", False),
        ("apps/", "x/apps", False),
        ("apps/", "myapps/a.py", False),
        # a name without a slash: a file, or a folder with all below, anywhere
        ("apps", "apps", True),
        ("apps", "x/apps/a.py", True),
        ("apps", "x/apps.py", False),
        ("Makefile", "tools/Makefile", True),
        ("Makefile", "Makefile.in", False),
        # a path: a file, or a folder with all below
        ("/apps/github", "apps/github", True),
        ("/apps/github", "apps/github/deep/a", True),
        ("/apps/github", "apps/github.py", False),
        ("/apps/github", "x/apps/github", False),
        ("apps/github", "x/apps/github", False),
        ("/a.py", "a.py", True),
        ("/a.py", "x/a.py", False),
        # two stars between slashes: any folders, or none
        ("**/logs", "build/logs/a", True),
        ("**/logs", "scripts/logs/a", True),
        ("**/logs", "deeply/nested/logs/a", True),
        ("**/logs", "logs", True),
        ("**/logs", "mylogs/a", False),
        ("**/logs/", "x/logs/a", True),
        ("src/**", "src/deep/a.py", True),
        ("src/**", "src", False),
        ("src/**", "x/src/a.py", False),
        ("docs/**/*", "docs/a", True),
        ("docs/**/*", "docs/deep/down/a", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/xb", False),
        ("a/**/b/", "a/x/b/c", True),
        # elsewhere they are one star
        ("a**b", "axxb", True),
        ("a**b", "ax/xb", False),
        ("/a**/b", "axx/b", True),
        ("/a**/b", "axx/y/b", False),
        # stars and question marks stay within a folder
        ("/src/*/a.py", "src/x/a.py", True),
        ("/src/*/a.py", "src/x/y/a.py", False),
        ("/src/*/", "src/x/a.py", True),
        ("/src/*/", "src/a.py", False),
        ("a?.py", "ab.py", True),
        ("a?.py", "a.py", False),
        ("a?.py", "a/.py", False),
        # case counts, and nothing else is special
        ("A.py", "a.py", False),
        ("a.b", "axb", False),
        ("a+b", "a+b", True),
        ("a(b)", "x/a(b)", True),
        ("{a,b}.py", "a.py", False),
        ("a#b", "a#b", True),
        (".github/", ".github/CODEOWNERS", True),
        # escaped blanks
        ("with\\ blank/", "with blank/a", True),
        ("with\\ blank/", "with/a", False),
        ("/two\\ whole\\ words.md", "two whole words.md", True),
        # what GitHub does not read
        ("!a.py", "a.py", False),
        ("[ab].py", "a.py", False),
        ("\\#a", "#a", False),
        ("#a", "#a", False),
    ],
)
def test_patterns_mean_what_github_says(pattern: str, path: str, *, is_owned: bool) -> None:
    """A pattern matches as GitHub's own page and its examples say."""
    assert bool(read_owners(f"{pattern} @kim").of(path)) is is_owned


def test_the_last_line_counts() -> None:
    """A later line takes over, also to say that something is nobody's."""
    owners = read_owners("* @kim\n/apps/ @ann @org/team a@b.example\n/apps/free/ # nobody's\n")
    assert owners.of("a.py") == ("@kim",)
    assert owners.of("apps/a.py") == ("@ann", "@org/team", "a@b.example")
    assert owners.of("apps/free/a.py") == ()


def test_comments_and_lines_that_github_refuses_are_passed_over() -> None:
    """A comment names nobody, not even after an owner; negation, ranges and escaped signs are not read."""
    owners = read_owners("# * @eve\n*.py @kim # @eve\n!a.py @eve\n[ab].py @eve\n\\#x @eve\n\n")
    assert owners.of("a.py") == ("@kim",)
    assert owners.of("#x") == ()


def test_only_people_can_be_assigned() -> None:
    """Teams, addresses and what is no login are owners, and nobody to assign."""
    assert people(read_owners("* @kim @org/team a@b.example @-x kim").of("a")) == ("kim",)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_read(text: str, path: str) -> None:
    """Whatever stands in the file, reading it fails nobody."""
    read_owners(text).of(path)


BUCKET = finding(
    id="F-1", kind=Kind.CLOUD, location=None, resource=Resource("arn:aws:s3:::logs", "aws", "1234", "eu", "s3", "logs")
)
SITE = finding(id="F-2", kind=Kind.DAST, location=None, endpoint=Endpoint("shop.example", "/"))
IMAGE = finding(
    id="F-3",
    kind=Kind.CONTAINER,
    location=None,
    component=Component("pkg:deb/a", "a", "1", (), "usr/lib/a", "registry.example/shop:1"),
)
LOCK = finding(id="F-4", kind=Kind.SCA, location=None, component=Component("pkg:npm/a", "a", "1", (), "web/lock.json"))
CODE = finding(id="F-5", location=Location("web/a.js", 1))
ALL = (BUCKET, SITE, IMAGE, LOCK, CODE)


def owned(*rules: OwnerRule, files: str = "", line: Line = LINE) -> dict[str, tuple[str, ...]]:
    found = assign_owners(ALL, read_owners(files), rules, line)
    return {each.id: each.owners for each in found if each.owners}


def rule(**said: str) -> OwnerRule:
    return OwnerRule.model_validate({**said, "owners": ["@kim"]})


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ({}, {"F-1", "F-2", "F-3"}),
        ({"kind": "cloud"}, {"F-1"}),
        ({"account": "12*"}, {"F-1"}),
        ({"account": "*"}, {"F-1"}),
        ({"account": "99*"}, set()),
        ({"resource": "ARN:aws:s3:*"}, {"F-1"}),
        ({"host": "*.example"}, {"F-2"}),
        ({"image": "registry.example/*"}, {"F-3"}),
        ({"image": "*", "kind": "cloud"}, set()),
        ({"product": "sh?p", "kind": "dast"}, {"F-2"}),
        ({"product": "other"}, set()),
        ({"kind": "sast"}, set()),
    ],
)
def test_what_is_in_no_file_has_owners_too(said: dict[str, str], ids: set[str]) -> None:
    """A rule of the policy means what fits all it says and is in no file of the repository."""
    assert set(owned(rule(**said))) == ids


def test_the_first_rule_counts() -> None:
    """Rules are asked in the order they are written."""
    both = (OwnerRule(kind="cloud", owners=("@octo/platform",)), OwnerRule(owners=("desk", "a@b.example")))
    assert owned(*both) == {
        "F-1": ("@octo/platform",),
        "F-2": ("desk", "a@b.example"),
        "F-3": ("desk", "a@b.example"),
    }


def test_files_belong_to_whom_codeowners_names() -> None:
    """A file is never a rule's, not even one that CODEOWNERS leaves to nobody; one inside an image is no file."""
    assert owned(rule(kind="sca"), files="web/ @ann\nweb/lock.json\nusr/ @eve") == {"F-5": ("@ann",)}
    assert owned(files="web/ @ann") == {"F-4": ("@ann",), "F-5": ("@ann",)}


def test_each_product_has_owners_of_its_own() -> None:
    """A rule for a product or an environment is asked about the finding's own, and the run's where it says none."""
    homes = {"F-1": Belonging(product="till"), "F-2": Belonging(environment="test")}
    found = [replace(each, belonging=homes.get(each.id, OWN)) for each in ALL]
    rules = (
        OwnerRule(product="till", owners=("@till",)),
        OwnerRule(product="shop", environment="test", owners=("@test",)),
        OwnerRule(product="shop", owners=("@shop",)),
    )
    owners = {each.id: each.owners for each in assign_owners(found, NOBODY, rules, LINE) if each.owners}
    assert owners == {"F-1": ("@till",), "F-2": ("@test",), "F-3": ("@shop",)}


def test_without_owners_nobody_is_asked() -> None:
    """Without a file and without rules for the line, nothing is looked at."""
    assert owned() == owned(rule(product="other")) == {}
    assert not Owners()
    assert people(("@kim", "@octo/team", "desk")) == ("kim",)


@given(
    st.lists(st.sampled_from(ALL), unique_by=lambda each: each.id),
    st.lists(
        st.builds(
            lambda said, name: OwnerRule.model_validate({**said, "owners": [name]}),
            st.sampled_from([{}, {"kind": "cloud"}, {"host": "*"}, {"image": "*x*"}, {"account": "1*"}]),
            st.sampled_from(["@a", "@b", "c"]),
        ),
        max_size=4,
    ),
)
def test_whose_it_is_does_not_depend_on_the_others(found: list[Finding], rules: list[OwnerRule]) -> None:
    """Each finding's owners are its own affair, and a rule at the end takes nothing from those before it."""
    files = read_owners("*.js @ann")
    alone = [assign_owners([each], files, rules, LINE)[0] for each in found]
    assert list(assign_owners(found, files, rules, LINE)) == alone
    more = assign_owners(found, files, [*rules, OwnerRule(owners=("last",))], LINE)
    assert all(later.owners == each.owners for later, each in zip(more, alone, strict=True) if each.owners)
