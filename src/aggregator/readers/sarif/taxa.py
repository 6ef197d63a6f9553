"""Taxonomies (3.14.8): the weaknesses that a result names by reference."""

from __future__ import annotations

from aggregator.normalize.weakness import parse_weaknesses
from aggregator.readers.entries import decode_entries
from aggregator.readers.sarif.log import ComponentReference, Descriptor, Reference, Run

_CWE = "CWE"


class Taxonomies:
    """The CWE taxonomy of a run, wherever it is kept."""

    def __init__(self, run: Run, report: str) -> None:
        self._by_index: dict[tuple[int, int], str] = {}
        self._by_guid: dict[str, str] = {}
        self._weaknesses: set[int] = set()
        self._guids: set[str] = set()
        for at, taxonomy in enumerate(run.taxonomies or ()):
            if (taxonomy.name or "").upper() != _CWE:
                continue
            self._weaknesses.add(at)
            if taxonomy.guid:
                self._guids.add(taxonomy.guid)
            listed = decode_entries(taxonomy.taxa, Descriptor, f"/taxonomies/{at}/taxa", report)
            for index, taxon in listed.entries:
                self._by_index[at, index] = taxon.id or ""
                if taxon.guid:
                    self._by_guid[taxon.guid] = taxon.id or ""

    def weaknesses(self, taxa: list[Reference]) -> tuple[int, ...]:
        """CWE numbers of a result's taxa; other taxonomies number theirs too, and those are left out."""
        return parse_weaknesses([self._name_of(taxon) for taxon in taxa])

    def _name_of(self, taxon: Reference) -> str:
        if taxon.guid and taxon.guid in self._by_guid:
            return self._by_guid[taxon.guid]
        part = taxon.tool_component or ComponentReference()
        at = part.index if part.index is not None else min(self._weaknesses, default=-1)
        is_cwe = (part.name or "").upper() == _CWE or (part.guid or "") in self._guids or part.index in self._weaknesses
        if taxon.id:
            return taxon.id if is_cwe or taxon.id.upper().startswith(_CWE) else ""
        return self._by_index.get((at, taxon.index), "") if is_cwe and taxon.index is not None else ""
