"""A report of Trivy, target by target."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import msgspec
from msgspec import Raw, Struct
from msgspec.structs import replace

from aggregator.model.coverage import Coverage
from aggregator.model.diagnostic import Diagnostic, Level
from aggregator.model.errors import UnreadableReport
from aggregator.model.report import Report, Scan
from aggregator.model.result import Result, Rule, Suppression
from aggregator.normalize.severity import severity_of_word
from aggregator.normalize.text import clean_text
from aggregator.readers.base import ReadContext
from aggregator.readers.entries import decode_entries, reason_of, refusal
from aggregator.readers.trivy import FORMAT, TOOL
from aggregator.readers.trivy.artifact import Artifact, artifact_of
from aggregator.readers.trivy.covered import Looked
from aggregator.readers.trivy.files import misconfiguration_result, misconfiguration_rule, secret_result, secret_rule
from aggregator.readers.trivy.packages import license_result, license_rule, vulnerability_result, vulnerability_rule
from aggregator.readers.trivy.shapes import (
    Envelope,
    License,
    Metadata,
    Misconfiguration,
    Modified,
    Secret,
    Target,
    Vulnerability,
)
from aggregator.readers.trivy.target import Place

T = TypeVar("T", bound=Struct)


_SYSTEMS = frozenset(
    (
        *("alma", "alpine", "amazon", "azurelinux", "bottlerocket", "cbl-mariner", "centos", "chainguard", "debian"),
        *("echo", "fedora", "minimos", "opensuse", "opensuse-leap", "opensuse-tumbleweed", "opensuse.leap", "oracle"),
        *("opensuse.tumbleweed", "photon", "redhat", "rocky", "slem", "sles", "suse linux enterprise server"),
        *("ubuntu", "wolfi"),
    )
)


_NO_SYSTEM = (b"", b"null", b"{}")


_DISPOSITIONS = {"not_affected": "not_affected", "fixed": "mitigated"}


class _Form(Struct, Generic[T], frozen=True):
    """One of the four sorts of entries."""

    shape: type[T]
    result: Callable[[T, Place], Result]
    rule: Callable[[T], Rule]


_VULNERABILITY = _Form(Vulnerability, vulnerability_result, vulnerability_rule)


_MISCONFIGURATION = _Form(Misconfiguration, misconfiguration_result, misconfiguration_rule)


_SECRET = _Form(Secret, secret_result, secret_rule)


_LICENSE = _Form(License, license_result, license_rule)


_NOTHING = Target()


def read_document(data: bytes, context: ReadContext) -> Report:
    """Read a Trivy report. Without ``Results`` it is a complete clean scan, and so is the old ``null``."""
    if data == b"null":
        return _report(_Targets(context, Artifact(context.place)), "")
    if data[:1] == b"[":
        return _read_old(data, context)
    envelope = msgspec.json.decode(data, type=Envelope)
    artifact = artifact_of(
        envelope.artifact_name or "",
        envelope.artifact_type or "",
        envelope.metadata,
        context.place,
        context.roots,
    )
    targets = _Targets(context, artifact, has_system=_may_have_system(envelope.metadata))
    targets.read(envelope.results, "/Results")
    version = envelope.trivy.version if envelope.trivy else None
    return _report(targets, clean_text(version or ""))


def _read_old(data: bytes, context: ReadContext) -> Report:
    """The bare array names no artifact; a target with an operating system tells that it was an image."""
    if not data.strip(b"[] \t\r\n"):
        raise UnreadableReport("it is an empty array, which Trivy never writes.", "Look at where the file comes from.")
    shapes = decode_entries(data, Target, "", context.name)
    systems = (target.target for _, target in shapes.entries if target.type in _SYSTEMS)
    image = next(systems, "").partition(" (")[0]
    artifact = artifact_of(image, "container_image" if image else "", None, context.place, context.roots)
    targets = _Targets(context, artifact)
    targets.read(data, "")
    return _report(targets, "")


def _may_have_system(metadata: Metadata | None) -> bool:
    """Whether Trivy tells of an operating system, or of nothing at all."""
    return metadata is None or bytes(memoryview(metadata.system)) not in _NO_SYSTEM


def _report(targets: _Targets, version: str) -> Report:
    context = targets.context
    scan = Scan(
        tool=TOOL,
        scope=targets.artifact.scope,
        report=context.name,
        tool_version=version,
        coverage=Coverage(
            targets=targets.looked.targets(), unsought=targets.looked.unsought(), system=targets.artifact.system
        ),
        results=tuple(targets.results),
        rules=tuple(targets.rules.values()),
        passed=targets.passed,
        refused=len(targets.refused),
    )
    return Report(
        name=context.name,
        place=context.place,
        format=FORMAT,
        scans=(scan,),
        diagnostics=(*targets.refused, *targets.diagnostics),
    )


class _Targets:
    """Collects the results of all targets. A rule's text comes from the first result that names it."""

    def __init__(self, context: ReadContext, artifact: Artifact, *, has_system: bool = True) -> None:
        self.context = context
        self.artifact = artifact
        self.results: list[Result] = []
        self.rules: dict[str, Rule] = {}
        self.refused: list[Diagnostic] = []
        self.diagnostics: list[Diagnostic] = []
        self._strange: set[str] = set()
        self.passed = 0
        self.looked = Looked(is_image=bool(artifact.image), has_system=has_system)

    def read(self, raw: Raw | bytes, pointer: str) -> None:
        """Read a list of targets."""
        for index, target in self._sound(raw, Target, pointer):
            if target == _NOTHING:
                self.refused.append(refusal(self.context.name, f"{pointer}/{index}", "it names no target."))
                continue
            place = self._place(target, f"{pointer}/{index}")
            self.looked.take(target, place)
            self._take(target.vulnerabilities, "Vulnerabilities", place, _VULNERABILITY)
            self._misconfigurations(target.misconfigurations, place)
            self._take(target.secrets, "Secrets", place, _SECRET)
            self._take(target.licenses, "Licenses", place, _LICENSE)
            self._modified(target.modified, place)

    def _place(self, target: Target, pointer: str) -> Place:
        kind = clean_text(target.type or "")
        is_system = target.class_ == "os-pkgs" or (target.class_ is None and kind in _SYSTEMS)
        path = "" if is_system else self.artifact.path(target.target)
        return Place(TOOL, self.context.name, pointer, self.artifact, path, kind, is_system)

    def _sound(self, raw: Raw | bytes, kind: type[T], pointer: str) -> Iterator[tuple[int, T]]:
        """The sound entries of a list; one that is no list counts as one refused entry."""
        try:
            listed = decode_entries(raw, kind, pointer, self.context.name)
        except msgspec.ValidationError as error:
            self.refused.append(refusal(self.context.name, pointer, reason_of(error)))
            return
        self.refused.extend(listed.refused)
        yield from listed.entries

    def _take(self, raw: Raw, key: str, place: Place, form: _Form[T]) -> None:
        for index, entry in self._sound(raw, form.shape, f"{place.pointer}/{key}"):
            self._add(entry, replace(place, pointer=f"{place.pointer}/{key}/{index}"), form)

    def _misconfigurations(self, raw: Raw, place: Place) -> None:
        pointer = f"{place.pointer}/Misconfigurations"
        for index, entry in self._sound(raw, Misconfiguration, pointer):
            if entry.status == "PASS":
                self.passed += 1
                continue
            excepted = Suppression("suppressed", "exception in a Trivy policy") if entry.status == "EXCEPTION" else None
            self._add(entry, replace(place, pointer=f"{pointer}/{index}"), _MISCONFIGURATION, excepted)

    def _modified(self, raw: Raw, place: Place) -> None:
        """What an ignore file or a VEX document took out: suppressed, with its statement."""
        pointer = f"{place.pointer}/ExperimentalModifiedFindings"
        for index, modified in self._sound(raw, Modified, pointer):
            at = replace(place, pointer=f"{pointer}/{index}")
            reason = clean_text(modified.statement or modified.source or modified.status or "")
            suppression = Suppression(_DISPOSITIONS.get(modified.status or "", "suppressed"), reason)
            try:
                self._add_modified(modified, at, suppression)
            except msgspec.ValidationError as error:
                self.refused.append(refusal(self.context.name, at.pointer, reason_of(error)))

    def _add_modified(self, modified: Modified, place: Place, suppression: Suppression) -> None:
        match modified.type:
            case "vulnerability":
                self._add(_decoded(modified, Vulnerability), place, _VULNERABILITY, suppression)
            case "misconfiguration":
                self._add(_decoded(modified, Misconfiguration), place, _MISCONFIGURATION, suppression)
            case "secret":
                self._add(_decoded(modified, Secret), place, _SECRET, suppression)
            case "license":
                self._add(_decoded(modified, License), place, _LICENSE, suppression)
            case _:
                self.refused.append(
                    refusal(self.context.name, place.pointer, "it is of a type that Onefold does not know.")
                )

    def _add(self, entry: T, place: Place, form: _Form[T], suppression: Suppression | None = None) -> None:
        result = form.result(entry, place)
        if form is _VULNERABILITY and not result.rule_id:
            self.refused.append(refusal(self.context.name, place.pointer, "it names no vulnerability."))
            return
        self.results.append(replace(result, suppression=suppression) if suppression else result)
        if result.rule_id not in self.rules:
            self.rules[result.rule_id] = form.rule(entry)
        word = result.native_severity
        if word and severity_of_word(word) is None and word not in self._strange:
            self._say_strange(word, place.pointer)

    def _say_strange(self, word: str, pointer: str) -> None:
        """Once for each word; ``UNKNOWN`` is Trivy's own, and no surprise."""
        self._strange.add(word)
        if word.upper() != "UNKNOWN":
            reason = "a severity that nobody knows was taken for the usual one."
            name = self.context.name
            self.diagnostics.append(
                Diagnostic("severity-unknown", Level.WARNING, name, reason, pointer=f"{pointer}/Severity")
            )


def _decoded(modified: Modified, shape: type[T]) -> T:
    return msgspec.json.decode(modified.finding, type=shape)
