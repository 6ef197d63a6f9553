"""Tests of keeping documents as artifacts of a run."""

from __future__ import annotations

import io
import zipfile

import pytest

from aggregator.model.errors import Fault, ServiceError
from aggregator.planning.actions import KeepDocument, WriteFile
from aggregator.sinks.artifact import MOST_OF_A_NAME, ArtifactSink

PAGE = "https://github.com/octo/shop/actions/runs/7"
KEEP = KeepDocument("page", "dashboard.html", "dashboard")
DOCUMENTS = {"dashboard": lambda: [b"<!doctype html>", b"<p>"]}


class Shelf:
    """Takes each name once, and fails as it is told."""

    def __init__(self, *taken: str, fault: Fault | None = None) -> None:
        self.taken = set(taken)
        self.fault = fault
        self.kept: dict[str, bytes] = {}

    def upload(self, name: str, data: bytes) -> int:
        """The artifact's number."""
        if self.fault is not None:
            raise ServiceError(self.fault, "It failed.")
        if name in self.taken:
            raise ServiceError(Fault.CONFLICT, "It is taken.")
        self.taken.add(name)
        self.kept[name] = data
        return len(self.taken)


def test_a_document_is_kept() -> None:
    """The artifact is a zip file of the document, the same for the same document, and people are told where it is."""
    shelf, again = Shelf(), Shelf()
    assert ArtifactSink(DOCUMENTS, shelf, PAGE).apply(KEEP) == f"{PAGE}/artifacts/1"
    ArtifactSink(DOCUMENTS, again, PAGE).apply(KEEP)
    assert shelf.kept == again.kept
    with zipfile.ZipFile(io.BytesIO(shelf.kept["page"])) as archive:
        assert archive.namelist() == ["dashboard.html"]
        assert archive.read("dashboard.html") == b"<!doctype html><p>"


def test_jobs_of_one_run_do_not_collide() -> None:
    """A name that another job of the run has taken gets a number; when all are taken, the error says so."""
    shelf = Shelf("page")
    sink = ArtifactSink(DOCUMENTS, shelf, PAGE)
    for _ in range(MOST_OF_A_NAME - 1):
        sink.apply(KEEP)
    assert set(shelf.kept) == {f"page-{number}" for number in range(2, 10)}
    with pytest.raises(ServiceError, match="It is taken"):
        sink.apply(KEEP)


def test_a_service_that_fails_is_told() -> None:
    """Any other failure is passed on, and a runner without the service is told what to do."""
    with pytest.raises(ServiceError, match="It failed"):
        ArtifactSink(DOCUMENTS, Shelf(fault=Fault.QUOTA), PAGE).apply(KEEP)
    with pytest.raises(ServiceError, match="actions/upload-artifact") as error:
        ArtifactSink(DOCUMENTS, None, PAGE).apply(KEEP)
    assert error.value.fault is Fault.MISSING


def test_only_its_own_actions() -> None:
    """It carries out nothing else."""
    sink = ArtifactSink(DOCUMENTS, Shelf(), PAGE)
    other = WriteFile("a.html", "dashboard")
    assert (sink.accepts(KEEP), sink.accepts(other), sink.apply(other)) == (True, False, None)
    assert KEEP.key == "artifact:page:dashboard.html"
    assert KEEP.sentence() == "keep dashboard.html as the artifact page"
