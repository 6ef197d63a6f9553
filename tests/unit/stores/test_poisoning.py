"""What others can put in the way of our state, and what is read all the same."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.diagnostic import Level
from aggregator.model.errors import NewerState
from aggregator.model.finding import Decision, Transition
from aggregator.model.state import Line, RunRecord, ScopeRecord, State
from aggregator.state import encode
from aggregator.stores.packed import LARGEST_PACKED, MEMBER, pack
from tests.builders import NOW, RUN, finding, sighting, tracked
from tests.fakes.github.hub import Artifact, Run
from tests.fakes.github.memory import Memory, ids

EVIL = "F-evil"
TOMORROW = NOW + timedelta(days=2)


def evil(memory: Memory, run: Run, **fields: object) -> State:
    """A state that tells of another finding than the honest ones."""
    return memory.state(run, **{"findings": (tracked(finding(id=EVIL)),)} | fields)


def forged(**made_by: Any) -> Callable[[Memory], Artifact]:
    """A sound state out of a run that may not write one."""

    def put(memory: Memory) -> Artifact:
        run = memory.hub.start_run(**made_by)
        return memory.publish(run, evil(memory, run))

    return put


def holding(content: Callable[[bytes], bytes], **given: Any) -> Callable[[Memory], Artifact]:
    """Other content than a packed state, out of a run that may write one."""

    def put(memory: Memory) -> Artifact:
        run = memory.hub.start_run()
        return memory.publish(run, content=content(encode(evil(memory, run))), **given)

    return put


def telling(**fields: object) -> Callable[[Memory], Artifact]:
    """A state with these fields, out of a run that may write one."""

    def put(memory: Memory) -> Artifact:
        run = memory.hub.start_run()
        return memory.publish(run, evil(memory, run, **fields))

    return put


def of_a_finding(**fields: object) -> Callable[[Memory], Artifact]:
    return telling(findings=(replace(tracked(finding(id=EVIL)), **fields),))


def member(name: str, state: bytes, mode: int = stat.S_IFREG | 0o644) -> bytes:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(info, state, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def without_run(memory: Memory) -> Artifact:
    artifact = telling()(memory)
    artifact.run = None
    return artifact


def without_its_run(memory: Memory) -> Artifact:
    artifact = telling()(memory)
    assert artifact.run is not None
    del memory.hub.runs[artifact.run.id]
    return artifact


def of_a_deleted_fork(memory: Memory) -> Artifact:
    artifact = telling()(memory)
    assert artifact.run is not None
    artifact.run.head_repository_id = None
    return artifact


def expired(memory: Memory) -> Artifact:
    artifact = telling()(memory)
    artifact.expired = True
    return artifact


def huge(memory: Memory) -> Artifact:
    class Huge(bytes):
        def __len__(self) -> int:
            return LARGEST_PACKED + 1

    artifact = telling()(memory)
    artifact.content = Huge()
    return artifact


POISONS: dict[str, tuple[Callable[[Memory], Artifact], str]] = {
    "fork with our branch's name": (forged(event="pull_request", fork=666), "it comes from a fork"),
    "push in a fork": (forged(event="push", fork=666), "it comes from a fork"),
    "deleted fork": (of_a_deleted_fork, "it comes from a fork"),
    "pull request in our repository": (forged(event="pull_request"), "a change that was not on the branch yet"),
    "pull_request_target": (forged(event="pull_request_target"), "a change that was not on the branch yet"),
    "merge queue": (forged(event="merge_group"), "a change that was not on the branch yet"),
    "an event that saves nothing": (forged(event="issue_comment"), "an event that saves no state"),
    "another branch": (forged(head_branch="topic"), "made on another branch"),
    "another workflow": (forged(path=".github/workflows/other.yml@refs/heads/main"), "another workflow made it"),
    "a workflow of our name elsewhere": (forged(path="evil/shop/.github/workflows/scan.yml"), "another workflow"),
    "no run": (without_run, "does not say which run made it"),
    "a run that is gone": (without_its_run, "its run is gone"),
    "expired": (expired, "it has expired"),
    "larger than any state": (huge, "larger than any state"),
    "digest mismatch": (holding(pack, digest="sha256:" + "0" * 64), "its digest differs"),
    "raw, no zip": (holding(bytes), "it is no zip file"),
    "zip bomb": (holding(lambda _: member(MEMBER, bytes(70 << 20))), "unpacks beyond every sensible size"),
    "path escape": (holding(lambda state: member("../state.json", state)), "a file of another name"),
    "symlink": (holding(lambda _: member(MEMBER, b"/etc/passwd", stat.S_IFLNK | 0o777)), "it holds a link"),
    "no JSON": (holding(lambda _: pack(b"{")), "no state that Onefold can read"),
    "no schema": (holding(lambda _: pack(b"{}")), "no state that Onefold can read"),
    "odd schema": (holding(lambda _: pack(b'{"schema_version":"latest"}')), "no state that Onefold can read"),
    "deeply nested": (holding(lambda _: pack(b"[" * 100_000)), "no state that Onefold can read"),
    "wrong shape": (holding(lambda s: pack(s.replace(b'"findings":[', b'"findings":[1,'))), "no state that Onefold"),
    "another product": (telling(line=Line("other", "", "main")), "another product, environment or branch"),
    "another branch's line": (telling(line=Line("shop", "", "topic")), "another product, environment or branch"),
    "of the future": (telling(at=TOMORROW), "it tells of the future"),
    "a run of the future": (telling(runs=(RunRecord(run=RUN, at=TOMORROW, open={}),)), "it tells of the future"),
    "covered in the future": (telling(scopes=(ScopeRecord("Trivy", ".", TOMORROW, 1),)), "it tells of the future"),
    "seen in the future": (of_a_finding(last_seen=TOMORROW), "it tells of the future"),
    "closed in the future": (of_a_finding(closed_at=TOMORROW), "it tells of the future"),
    "decided in the future": (of_a_finding(decision=Decision(decided_at=TOMORROW)), "it tells of the future"),
    "a word of the future": (
        of_a_finding(decision=Decision(origin="issues", overruled=(Decision(decided_at=TOMORROW),))),
        "it tells of the future",
    ),
    "history of the future": (of_a_finding(history=(Transition(TOMORROW, "new", "1"),)), "it tells of the future"),
    "source of the future": (
        of_a_finding(sightings=(sighting(finding().sources[0], last_seen=TOMORROW),)),
        "it tells of the future",
    ),
}


@pytest.mark.parametrize("poison", POISONS)
def test_poison_is_refused(poison: str) -> None:
    """A newer artifact of our name that is not ours is refused with the reason, and the older honest state is taken."""
    memory = Memory()
    honest = memory.hub.start_run()
    memory.publish(honest)
    memory.hub.clock.pass_days(0.01)
    put, reason = POISONS[poison]
    number = put(memory).id
    loaded = memory.store().load(memory.line)
    assert ids(loaded.state) == [f"F-{honest.id}"]
    (said,) = loaded.diagnostics
    assert said.code == "state-refused"
    assert said.level is (Level.NOTE if poison == "expired" else Level.WARNING)
    assert reason in said.reason
    assert str(number) in said.reason
    assert str(number) not in (loaded.state.frontier if loaded.state else ())


@pytest.mark.parametrize("poison", POISONS)
def test_poison_alone_is_no_state(poison: str) -> None:
    """Where there is nothing but poison, there is no state: the run is a baseline, and says what it refused."""
    memory = Memory()
    POISONS[poison][0](memory)
    loaded = memory.store().load(memory.line)
    assert loaded.state is None
    assert [said.code for said in loaded.diagnostics] == ["state-refused", "no-state"]


def test_a_newer_schema_is_not_passed_over() -> None:
    """A state of a newer Onefold is no poison: nothing may be written beside it in an older form."""
    memory = Memory()
    memory.publish(memory.hub.start_run())
    run = memory.hub.start_run()
    memory.publish(run, content=pack(encode(evil(memory, run)).replace(b'"0.4"', b'"7.0"')))
    with pytest.raises(NewerState, match=r"artifact 9\d+: it was written by a newer Onefold \(schema 7.0"):
        memory.store().load(memory.line)


def test_one_message_for_each_reason() -> None:
    """Many artifacts that are refused for one reason are one message, which names the newest."""
    memory = Memory()
    for _ in range(8):
        forged(event="pull_request", fork=666)(memory)
    (said, _) = memory.store().load(memory.line).diagnostics
    newest = ", ".join(str(number) for number in sorted(memory.hub.artifacts, reverse=True)[:5])
    assert said.reason == f"Artifact {newest} and 3 more is not used: it comes from a fork."


@pytest.mark.parametrize("event", ["push", "schedule", "workflow_dispatch", "repository_dispatch", "workflow_run"])
@pytest.mark.parametrize("conclusion", ["success", "failure", "cancelled"])
def test_who_may_write(event: str, conclusion: str) -> None:
    """Runs that start on the branch may write, however they ended: our own gate may have failed them."""
    memory = Memory()
    run = memory.hub.start_run(event=event)
    memory.publish(run)
    memory.hub.end(run, conclusion)
    assert ids(memory.store().load(memory.line).state) == [f"F-{run.id}"]


def test_a_line_of_another_branch() -> None:
    """A release branch's states come from its own runs, and from those that followed one, which are on the default."""
    memory = Memory(Line("shop", "", "release"))
    pushed = memory.hub.start_run(head_branch="release")
    followed = memory.hub.start_run(event="workflow_run")
    for run in (
        pushed,
        followed,
        memory.hub.start_run(),
        memory.hub.start_run(event="workflow_run", head_branch="release"),
    ):
        memory.publish(run)
    loaded = memory.store().load(memory.line)
    assert sorted(ids(loaded.state)) == [f"F-{pushed.id}", f"F-{followed.id}"]
    assert ["another branch" in said.reason for said in loaded.diagnostics] == [True]


def test_producers_may_be_renamed() -> None:
    """States of every workflow that the policy lists are taken, whatever stands around the path."""
    memory = Memory()
    paths = (".github/workflows/old.yml", f"{memory.hub.name}/.github/workflows/scan.yml@refs/heads/main")
    runs = [memory.hub.start_run(path=path) for path in paths]
    for run in runs:
        memory.publish(run)
    terms = replace(memory.terms, producers=(".github/workflows/old.yml", ".github/workflows/scan.yml"))
    loaded = memory.store(terms=terms).load(memory.line)
    assert sorted(ids(loaded.state)) == [f"F-{run.id}" for run in runs]
