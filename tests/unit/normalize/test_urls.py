import pytest

from aggregator.normalize.urls import lasting_host, normalize_host, normalize_method, split_url, template_path


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://U:p@Example.COM:443/a/12/b?x=1&y=2#f", ("example.com", "/a/12/b", ("x", "y"))),
        ("http://h:8080", ("h:8080", "/", ())),
        ("https://h:80/", ("h:80", "/", ())),
        ("http://h.:80/x", ("h", "/x", ())),
        ("http://[::1]:8080/x", ("[::1]:8080", "/x", ())),
        ("http://[::1]/", ("[::1]", "/", ())),
        ("http://h?b=1&a=/x", ("h", "/", ("a", "b"))),
        ("/a/b?c%20d=e;f=g", ("", "/a/b", ("c d", "f"))),
        ("http://h/p?=1&&x", ("h", "/p", ("x",))),
        ("", ("", "/", ())),
    ],
)
def test_split_url(url: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    """A URL falls into host, path and names of parameters; users, passwords, values and default ports are gone."""
    assert split_url(url) == expected


def test_a_bare_port_sign_is_no_port() -> None:
    """A colon without a port is dropped."""
    assert normalize_host("H:", "http") == "h"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/users/1042/orders/3f2b8c9e-1111-2222-3333-444455556666", "/users/{}/orders/{}"),
        ("/users/{id}/2024-01-02T10:00/x", "/users/{}/{}/x"),
        ("/report/01-02-2024", "/report/{}"),
        ("/a/deadbeef01/i-0abc12345/user-1042", "/a/{}/{}/{}"),
        ("/reset/Zk3vQ9xT7mB2wL8nR4pY6sD1", "/reset/{}"),
        ("/p;jsessionid=12?x=1#y", "/p"),
        ("", "/"),
    ],
)
def test_what_varies_is_a_placeholder(path: str, expected: str) -> None:
    """Ids, UUIDs, hex strings, dates, numbers and random tokens stand as one placeholder."""
    assert template_path(path) == expected


@pytest.mark.parametrize("path", ["/v1/api", "/decade/facade", "/deadbeef", "/Report-v2", "/static/main.3f2b8c9e.js"])
def test_words_stay(path: str) -> None:
    """Names that people chose are kept, even where their letters are hexadecimal."""
    assert template_path(path) == path


@pytest.mark.parametrize(
    ("word", "expected"),
    [("get", "GET"), (" Version-Control ", "VERSION-CONTROL"), ("", ""), ("ghp_0123", ""), ("A" * 17, ""), ("-", "")],
)
def test_a_method_is_a_short_word(word: str, expected: str) -> None:
    """What cannot be one is left out: it may be anything."""
    assert normalize_method(word) == expected


def test_a_token_in_a_host_is_masked_before_its_capitals_go() -> None:
    """In lower case nobody would know it."""
    assert "AKIAIOSFODNN7EXAMPLE".lower() not in split_url("https://AKIAIOSFODNN7EXAMPLE.example/")[0]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("shop.example", "shop.example"),
        ("shop.example:8443", "shop.example"),
        ("localhost:32768", "localhost"),
        ("172.17.0.2:8080", "#.#.#.#"),
        ("[::1]:8080", "[::#]"),
        ("pr-12.shop.example", "pr-#.shop.example"),
        ("shop-3f9a2b1-team.example", "shop-#-team.example"),
        ("deadbeef.example", "deadbeef.example"),
        ("s3cafe12.example", "s#cafe#.example"),
        ("", ""),
    ],
)
def test_what_lasts_of_a_host(host: str, expected: str) -> None:
    """Ports, numbers and hashes change with every deployment; words do not."""
    assert lasting_host(host) == expected
