"""Secrets known again by a key of the user's: a new secret on an old line is new, and nothing is kept without a key."""

from __future__ import annotations

import msgspec

from aggregator.dedupe.keys.kept_secrets import kept_secret, secret_keys, secrets_differ
from aggregator.model.finding import Finding
from aggregator.model.location import Resource
from aggregator.model.result import Kind, Result
from aggregator.normalize.secret_key import SecretKey
from aggregator.normalize.secrets import seal
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report

KEY, OTHER_KEY = SecretKey("k" * 32), SecretKey("o" * 32)
OLD, NEW = "correct-horse-1", "battery-staple-2"


def leak(
    value: str,
    line: int = 5,
    *,
    key: bytes = KEY,
    rule: str = "github-pat",
    tool: str = "Gitleaks",
    path: str = ".env",
    native_id: str = ".env:github-pat:5",
) -> Result:
    """Build a leak whose value its tool shows; an empty one is of a tool that shows none."""
    return flaw(
        rule,
        path,
        line,
        tool=tool,
        scope=f"{tool}.json",
        kind=Kind.SECRET,
        native_id=native_id if value else "",
        secret=seal(value, key),
    )


def by_tool(*leaks: Result) -> list:  # type: ignore[type-arg]
    """Put the leaks of each tool in a report."""
    tools: dict[str, list[Result]] = {}
    for each in leaks:
        tools.setdefault(each.tool, []).append(each)
    return [report(*rows) for rows in tools.values()]


def two_runs(before: list[Result], after: list[Result]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Fold twice, the second time with the memory of the first."""
    first = folded(*by_tool(*before)).findings
    second = folded(*by_tool(*after), previous=remember(first), now=LATER).findings
    return first, second


def is_carried(before: Result, after: Result) -> bool:
    """Whether the finding of one leak goes on as that of the other."""
    (first,), (second,) = two_runs([before], [after])
    return first.id == second.id


def test_another_secret_on_the_old_line_is_new() -> None:
    """Neither the place nor the tool's own fingerprint, which is one, carries a finding on to another value."""
    assert not is_carried(leak(OLD), leak(NEW))
    assert is_carried(leak(OLD), leak(OLD))


def test_a_secret_is_known_wherever_it_goes() -> None:
    """The same value in the same file on another line, under another rule or in another file is the same finding."""
    assert is_carried(leak(OLD), leak(OLD, 90, native_id="x"))
    assert is_carried(leak(OLD), leak(OLD, 90, rule="generic-api-key", native_id="x"))
    assert is_carried(leak(OLD), leak(OLD, 90, path="config/.env", native_id="x"))


def test_each_of_two_moved_secrets_keeps_its_id() -> None:
    """Two secrets that change places are told apart by their values."""
    first, second = two_runs(
        [leak(OLD, 5, native_id="a"), leak(NEW, 6, native_id="b")],
        [leak(NEW, 5, native_id="a"), leak(OLD, 6, native_id="b")],
    )
    lines = {each.id: each.location.start_line for each in first if each.location}
    assert {each.id: each.location.start_line for each in second if each.location} == {
        id_: 11 - line for id_, line in lines.items() if line
    }


def test_the_same_value_twice_stays_two() -> None:
    """One value on two lines of a file is two places, and both are carried."""
    first, second = two_runs([leak(OLD, 5), leak(OLD, 9)], [leak(OLD, 15), leak(OLD, 19)])
    assert {each.id for each in first} == {each.id for each in second}
    assert len(second) == 2


def test_without_a_key_the_place_carries() -> None:
    """What the run's own key sealed is worth nothing tomorrow, so the place has to do, as ever."""
    assert is_carried(leak(OLD, key=b"run 1"), leak(NEW, key=b"run 2"))
    assert is_carried(leak(OLD, key=b"run 1"), leak(NEW))
    assert is_carried(leak(OLD), leak(NEW, key=b"run 2"))


def test_a_changed_key_opens_nothing_again() -> None:
    """After the user changed the key no seal says anything, and places carry once more."""
    assert is_carried(leak(OLD), leak(OLD, key=OTHER_KEY))


def test_a_private_key_with_other_white_space_is_the_same() -> None:
    """Line ends and indentation are not the key; a memory whose seals counted them opens nothing again."""
    pem = "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA00abc\n-----END KEY-----"
    first, other = leak(pem, rule="private-key"), leak(pem.replace("00abc", "00abd"), rule="private-key")
    assert is_carried(first, leak(pem.replace("\n", "\r\n"), 9, rule="private-key", path="deploy.yml"))
    assert not is_carried(first, other)
    before = msgspec.structs.replace(first, secret=seal("what every byte gave", KEY))
    assert is_carried(before, first)


def test_a_tool_without_values_carries_no_old_secret_on() -> None:
    """Trivy sees no value and stays in its place; Gitleaks shows that the value changed: the finding is new."""
    blind = leak("", tool="Trivy")
    beside = leak("", 80, tool="Trivy", rule="slack-web-hook")
    first, second = two_runs([leak(OLD), blind, beside], [leak(NEW), blind, beside])
    assert sorted(len(each.sightings) for each in first) == sorted(len(each.sightings) for each in second) == [1, 2]
    carried = {each.id for each in first} & {each.id for each in second}
    assert carried == {each.id for each in first if len(each.sightings) == 1}
    (same,), again = two_runs([leak(OLD), blind], [leak(OLD), blind])
    assert [each.id for each in again] == [same.id]


def test_another_tool_takes_over_only_the_same_secret() -> None:
    """When the tool changes, a remembered seal says whether the new tool's secret is the old one."""
    before = [leak(OLD)]
    (first,), (same,) = two_runs(before, [leak(OLD, tool="Semgrep")])
    assert same.id == first.id
    (first,), (other,) = two_runs(before, [leak(NEW, tool="Semgrep")])
    assert other.id != first.id
    (first,), (unknown,) = two_runs(before, [leak("", tool="Trivy")])
    assert unknown.id == first.id


def test_nothing_of_a_value_is_kept_without_a_key() -> None:
    """The state holds no seal of the run's own key, nor any piece of one; with a user's key it holds that key's."""
    for key, kept in ((b"run", False), (KEY, True)):
        row = leak(OLD, key=key)
        state = msgspec.json.encode(remember(folded(report(row)).findings)).decode()
        sealed = row.secret.rpartition(".")[2]
        assert (sealed[:8] in state) is kept
        assert OLD not in state


def test_keys_of_secrets() -> None:
    """Where the secret is, that it is, and the seal by which tools compare; in an image its file is the path."""
    row = leak(OLD)
    assert [key.rpartition(":")[0] for key in secret_keys(row)] == ["v1:secret", "v1:moved-secret", "v1:value"]
    assert kept_secret(secret_keys(row)) == row.secret
    in_image = msgspec.structs.replace(row, location=None, resource=Resource("shop!/app/.env"))
    nowhere = msgspec.structs.replace(row, location=None)
    assert len({secret_keys(each)[0] for each in (row, in_image, nowhere)}) == 3
    assert secret_keys(leak(OLD, key=b"run")) == ()
    assert kept_secret(()) == kept_secret(("v1:place:0",)) == kept_secret(("v1:secret:0",)) == ""


def test_what_differs() -> None:
    """Two seals of one key that are unequal; anything less proves nothing."""
    old, new, foreign = (secret_keys(each) for each in (leak(OLD), leak(NEW), leak(NEW, key=OTHER_KEY)))
    assert secrets_differ(old, new)
    assert not any(secrets_differ(*pair) for pair in ((old, old), (old, foreign), ((), new), (old, ()), ((), ())))
