"""Which rule a result means (3.27.5 to 3.27.8). The index is believed only where the id agrees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from aggregator.model.diagnostic import Diagnostic
from aggregator.readers.entries import decode_entries
from aggregator.readers.sarif.log import (
    ComponentReference,
    Descriptor,
    Entry,
    Invocation,
    Reference,
    Run,
    Text,
    ToolComponent,
)


class RuleSet:
    """The rules of one tool component, by every name they go by."""

    def __init__(self, component: ToolComponent, rules: dict[int, Descriptor]) -> None:
        self.name = component.name
        self.guid = component.guid
        self.messages: dict[str, Text] = component.global_message_strings or {}
        self.by_index = rules
        self.by_id: dict[str, Descriptor] = {}
        self.by_guid: dict[str, Descriptor] = {}
        self.by_old_id: dict[str, Descriptor] = {}
        for rule in rules.values():
            if rule.id:
                self.by_id.setdefault(rule.id, rule)
            if rule.guid:
                self.by_guid.setdefault(rule.guid.lower(), rule)
            for old in rule.deprecated_ids or ():
                self.by_old_id.setdefault(old, rule)


class RuleBook:
    """All rules of a run: the driver's and those of its extensions."""

    def __init__(self, run: Run, pointer: str, report: str) -> None:
        self.diagnostics: list[Diagnostic] = []
        parts = [(run.tool.driver, f"{pointer}/tool/driver/rules")]
        parts += [(part, f"{pointer}/tool/extensions/{at}/rules") for at, part in enumerate(run.tool.extensions or ())]
        self.sets = [self._read(part, place, report) for part, place in parts]
        self._found: dict[tuple[str | None, int | None, Reference | None], tuple[Descriptor | None, RuleSet]] = {}

    def _read(self, component: ToolComponent, pointer: str, report: str) -> RuleSet:
        listed = decode_entries(component.rules, Descriptor, pointer, report)
        self.diagnostics += listed.refused
        return RuleSet(component, dict(listed.entries))

    def __iter__(self) -> Iterator[Descriptor]:
        for rules in self.sets:
            yield from rules.by_index.values()

    def find(self, entry: Entry) -> tuple[Descriptor | None, RuleSet]:
        """The rule of a result, and the component whose messages apply to it."""
        key = (entry.rule_id, entry.rule_index, entry.rule)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self._look_up(entry)
        return found

    def names(self, reference: Reference, rule: Descriptor) -> bool:
        """Whether a reference outside the results means this rule."""
        return any(meant is rule for meant in self._meant(reference))

    def _meant(self, reference: Reference) -> list[Descriptor]:
        """The rules that a reference outside the results means, of any component where it has a name."""
        if reference.id is None and reference.guid is None:
            listed = self._set_of(reference.tool_component).by_index
            return [listed[reference.index]] if reference.index in listed else []
        name, guid = reference.id or "", (reference.guid or "").lower()
        found = (rules.by_id.get(name) or rules.by_guid.get(guid) for rules in self.sets)
        return [rule for rule in found if rule is not None]

    def disabled(self, invocations: Iterable[Invocation]) -> list[Descriptor]:
        """The rules that did not run: by what any invocation says of them, else by their own configuration."""
        is_on: dict[int, bool] = {}
        for invocation in invocations:
            for override in invocation.rule_configuration_overrides or ():
                if override.descriptor and override.configuration:
                    says_on = override.configuration.enabled is not False
                    for rule in self._meant(override.descriptor):
                        is_on[id(rule)] = is_on.get(id(rule), True) and says_on
        return [rule for rule in self if not is_on.get(id(rule), _is_on_by_default(rule))]

    def _look_up(self, entry: Entry) -> tuple[Descriptor | None, RuleSet]:
        reference = entry.rule or Reference()
        rules = self._set_of(reference.tool_component)
        rule_id = entry.rule_id if entry.rule_id is not None else reference.id
        if reference.guid and reference.guid.lower() in rules.by_guid:
            return rules.by_guid[reference.guid.lower()], rules
        index = entry.rule_index if reference.index in (None, -1) else reference.index
        rule = rules.by_index.get(index) if index is not None else None
        if rule is not None and (rule_id is None or _is_or_begins(rule.id or "", rule_id)):
            return rule, rules
        return self._by_id(rule_id or "", rules)

    def _by_id(self, rule_id: str, first: RuleSet) -> tuple[Descriptor | None, RuleSet]:
        order = [first, *(rules for rules in self.sets if rules is not first)]
        while rule_id:
            for rules in order:
                if rule_id in rules.by_id:
                    return rules.by_id[rule_id], rules
            for rules in order:
                if rule_id in rules.by_old_id:
                    return rules.by_old_id[rule_id], rules
            rule_id = rule_id.rpartition("/")[0]
        return None, first

    def _set_of(self, reference: ComponentReference | None) -> RuleSet:
        """The component a reference names: by its index among the extensions, by guid, by name; else the driver."""
        driver, *extensions = self.sets
        if reference is None:
            return driver
        if reference.index is not None and 0 <= reference.index < len(extensions):
            return extensions[reference.index]
        for rules in self.sets:
            if (reference.guid and rules.guid == reference.guid) or (reference.name and rules.name == reference.name):
                return rules
        return driver


def _is_on_by_default(rule: Descriptor) -> bool:
    return rule.default_configuration is None or rule.default_configuration.enabled is not False


def _is_or_begins(parent: str, rule_id: str) -> bool:
    return rule_id == parent or rule_id.startswith(f"{parent}/")
