"""Tests of :mod:`aggregator.normalize.versions`: which of two versions is the later."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize.versions import rank_versions


@pytest.mark.parametrize(
    ("purl", "ascending"),
    [
        ("pkg:npm/lodash", ["4.17.5", "4.17.21", "5.0.0-rc.1", "5.0.0"]),
        ("pkg:pypi/django", ["4.1rc1", "4.1", "4.1.post1", "4.10"]),
        ("pkg:maven/a/b", ["2.9.10", "2.9.10.8", "2.15.0-rc1", "2.15.0"]),
        ("pkg:deb/debian/perl", ["5.36.0~rc1-1", "5.36.0-7", "5.36.0-7+deb12u1", "1:5.0-1"]),
        ("pkg:rpm/redhat/openssl", ["1.1.1k-9.el8", "1:1.1.1k-5.el8_5", "1:1.1.1k-12.el8_5"]),
        ("pkg:apk/alpine/busybox", ["1.31.1-r9", "1.31.1-r20", "1.32.0-r0"]),
        ("pkg:golang/golang.org/x/net", ["0.0.0-20220906165146-f3363e06e74c", "v0.1.0", "0.17.0"]),
        ("pkg:gem/rails", ["6.1.7", "7.0.0.rc1", "7.0.0", "7.0.10"]),
        ("pkg:composer/a/b", ["v1.2.3", "1.10.0"]),
        ("pkg:nuget/x", ["1.2.3.4", "1.2.3.10"]),
        ("pkg:cargo/x", ["0.2.1-beta.1", "0.2.1", "0.10.0"]),
    ],
)
def test_each_ecosystem_has_its_own_order(purl: str, ascending: list[str]) -> None:
    """The later version has the higher number, by the ecosystem's own rules, however they are given."""
    ranks = rank_versions(purl, ascending[::-1])
    assert sorted(ascending, key=ranks.__getitem__) == ascending
    assert len(set(ranks.values())) == len(ascending)


def test_equal_versions_share_a_number() -> None:
    """Two spellings of one version are neither earlier nor later."""
    ranks = rank_versions("pkg:pypi/x", ["5.4", "5.4.0", "5.3"])
    assert ranks["5.4"] == ranks["5.4.0"] > ranks["5.3"]


@pytest.mark.parametrize(
    ("purl", "text"),
    [
        ("pkg:generic/x", "1.0"),
        ("", "1.0"),
        ("pkg:npm/x", "latest"),
        ("pkg:npm/x", ""),
        ("pkg:npm/x", "1.0, 2.0"),
        ("pkg:npm/x", "1" * 200),
        ("pkg:pypi/x", "1.0-:"),
        ("pkg:nuget/x", "1.-"),
    ],
)
def test_what_is_no_version_has_no_number(purl: str, text: str) -> None:
    """An ecosystem nobody knows the rules of, and a text that is no version of it, are left out."""
    assert rank_versions(purl, [text]) == {}


@given(
    st.sampled_from(
        ["npm", "pypi", "maven", "deb", "rpm", "apk", "gem", "golang", "composer", "nuget", "conan", "alpm"]
    ),
    st.lists(st.text("0123456789.-+~:^_arcv ", max_size=12), max_size=8),
)
def test_any_texts_in_any_order_have_the_same_numbers(kind: str, texts: list[str]) -> None:
    """Whatever a report says in place of versions, nothing fails, and the order of the texts does not matter."""
    assert rank_versions(f"pkg:{kind}/x", texts) == rank_versions(f"pkg:{kind}/x", texts[::-1])
