from typing import Any

import pytest

from tests.unit.readers.sarif.logs import place, read, result, result_of, run, scan_of

ONE = {"id": "R1", "guid": "AAAA", "shortDescription": {"text": "One"}}
TWO = {"id": "R2", "guid": "bbbb", "shortDescription": {"text": "Two"}, "deprecatedIds": ["OLD2"]}


def title(rules: list[Any], **entry: Any) -> str:
    """The title of a result whose run has these rules."""
    return result_of({"message": {"text": "m"}, **entry}, rules=rules).title


def test_a_guid_outranks_everything() -> None:
    """The guid of a reference names the rule whatever index and id say."""
    assert title([ONE, TWO], ruleId="R1", ruleIndex=0, rule={"guid": "BBBB"}) == "Two"
    assert title([ONE, TWO], ruleId="R1", rule={"guid": "cccc"}) == "One"


def test_an_index_is_believed_only_where_the_id_agrees() -> None:
    """Gosec sorts its rules after it has stored the indexes, Nuclei counts from one."""
    assert title([ONE, TWO], ruleId="R1", ruleIndex=1) == "One"
    assert title([ONE, TWO], ruleId="R1", ruleIndex=-1) == "One"
    assert title([ONE, TWO], ruleIndex=1) == "Two"
    assert title([ONE, TWO], ruleIndex=1, rule={"index": -1}) == "Two"


def test_an_index_decides_between_rules_of_one_id() -> None:
    """Several rules may share an id."""
    twin = {"id": "R1", "shortDescription": {"text": "Twin"}}
    assert title([ONE, twin], ruleId="R1", ruleIndex=1) == "Twin"
    assert title([ONE, twin], ruleId="R1") == "One"


def test_an_old_id_leads_to_its_rule() -> None:
    """A result under a deprecated id carries the new one and remembers the old."""
    found = result_of(result(ruleId="OLD2"), rules=[ONE, TWO])
    assert (found.rule_id, found.rule_aliases, found.title) == ("R2", ("OLD2",), "Two")


def test_a_part_of_a_hierarchical_id_leads_to_its_rule() -> None:
    """CA5350/md5 is found under CA5350, by id and by index, and keeps its own name."""
    for extra in ({}, {"ruleIndex": 0}):
        found = result_of(result(ruleId="R1/md5/x", **extra), rules=[ONE])
        assert (found.rule_id, found.rule_aliases, found.title) == ("R1/md5/x", ("R1",), "One")


def test_a_rule_is_looked_for_in_every_component() -> None:
    """Rules may live in extensions only, named by index, guid or name; the driver comes first otherwise."""
    tool = {
        "driver": {"name": "T", "rules": [ONE]},
        "extensions": [{"name": "a", "guid": "G", "rules": [TWO]}, {"name": "b", "rules": [{**ONE, "guid": "z"}]}],
    }

    def titled(rule: dict[str, Any], **entry: Any) -> str:
        one_run = {"tool": tool, "results": [{"message": {"text": "m"}, "rule": rule, **entry}]}
        return read(one_run).scans[0].results[0].title

    assert titled({"index": 0, "toolComponent": {"index": 0}}) == "Two"
    assert titled({"index": 0, "toolComponent": {"guid": "G"}}) == "Two"
    assert titled({"index": 0, "toolComponent": {"name": "a"}}) == "Two"
    assert titled({"index": 0, "toolComponent": {"index": 9}}) == "One"
    assert titled({"id": "R2"}) == "Two"


def test_a_result_without_any_rule_is_named_by_its_message() -> None:
    """Nothing is dropped for want of a rule; old Gitleaks says it in the message."""
    assert result_of({"message": {"text": "Something odd. More."}}).rule_id == "Something odd."
    assert result_of({"locations": [place("a.py")]}).rule_id == "unnamed-rule"
    old = result_of({"message": {"text": "AWS Access Key secret detected"}}, tool="Gitleaks")
    assert (old.rule_id, old.rule_aliases) == ("aws-access-key", ("AWS Access Key",))


def test_a_broken_rule_costs_only_itself() -> None:
    """A rule that is no rule is a diagnostic; its results are read."""
    report = read(run(result(), rules=[{"id": 7}, ONE]))
    assert report.scans[0].results[0].title == "One"
    assert report.diagnostics[0].pointer == "/runs/0/tool/driver/rules/0"


def test_rules_that_ran_are_known_only_from_a_full_list() -> None:
    """A list with rules beyond the results' own tells what ran, a shorter one nothing; a disabled rule did not run."""
    off = {"id": "R3", "defaultConfiguration": {"enabled": False}}
    assert scan_of(result(), rules=[ONE, TWO, off]).coverage.rules == frozenset({"R1", "R2"})
    assert scan_of(result(), rules=[ONE, off, {}]).coverage.rules is None
    assert scan_of(result(ruleId="R1/x"), rules=[ONE]).coverage.rules is None
    assert scan_of(rules=[ONE]).coverage.rules == frozenset({"R1"})


def off(**descriptor: Any) -> dict[str, Any]:
    """An invocation that switches a rule off."""
    return {"ruleConfigurationOverrides": [{"descriptor": descriptor, "configuration": {"enabled": False}}]}


def on(**descriptor: Any) -> dict[str, Any]:
    """An invocation that sets a rule's level, and so has it on."""
    return {"ruleConfigurationOverrides": [{"descriptor": descriptor, "configuration": {"level": "warning"}}]}


@pytest.mark.parametrize("named", [{"id": "R2"}, {"guid": "g-2"}, {"index": 1}])
def test_an_invocation_may_switch_a_rule_on_and_off(named: dict[str, Any]) -> None:
    """What the invocations say of a rule comes before its default; off in one of them, it did not run everywhere."""

    def ran(*invocations: Any, is_on: bool) -> bool:
        rule = {**TWO, "guid": "G-2", "defaultConfiguration": {"enabled": is_on}}
        rules = scan_of(result(), rules=[ONE, rule, {"id": "R3"}], invocations=list(invocations)).coverage.rules
        assert rules is not None
        return "R2" in rules

    assert ran(on(**named), is_on=False)
    assert not ran(off(**named), is_on=True)
    assert not ran(on(**named), off(**named), is_on=True)
    assert not ran(off(**named), on(**named), is_on=True)
    assert ran(off(id="R3"), off(index=7), off(), {"ruleConfigurationOverrides": [{}]}, is_on=True)
    assert not ran(on(id="R3"), is_on=False)


def test_a_rule_that_is_off_did_not_run_however_short_the_list() -> None:
    """A list without rules beyond the results' own still tells which were off; a rule that has results ran."""
    coverage = scan_of(result(), rules=[ONE, TWO], invocations=[off(id="R2")]).coverage
    assert (coverage.rules, coverage.unrun_rules) == (None, frozenset({"R2"}))
    assert scan_of(result(), rules=[ONE], invocations=[off(id="R1")]).coverage.unrun_rules == frozenset()


def test_what_one_run_of_a_scan_had_on_ran() -> None:
    """Two runs are one scan: a rule did not run where both had it off."""
    one, two = (run(result(), rules=[ONE, TWO], invocations=[off(id="R2")]) for _ in range(2))
    assert read(one, two).scans[0].coverage.unrun_rules == frozenset({"R2"})
    assert read(one, run(result(), rules=[ONE])).scans[0].coverage.unrun_rules == frozenset()
