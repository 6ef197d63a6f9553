"""One suite over all readers: whatever happens to a report on its way here, the answer is a report or a reason.

The samples are every file of ``tests/samples/<tool>/`` but the expectations and the README. A new format joins by
putting its samples there.
"""

import codecs
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model.coverage import Completeness, Extent
from aggregator.model.report import ReadFailure, Report
from aggregator.normalize.paths import is_inside
from aggregator.readers.registry import READERS, read_report
from tests.conformance.picture import EXPECTED, picture, read_sample

FOLDER = Path(__file__).parents[1] / "samples"
TOOLS = (
    *("bandit", "bearer", "checkov", "detect-secrets", "gitleaks", "grype", "osv-scanner"),
    *("pip-audit", "prowler", "sarif", "semgrep", "trivy", "zap"),
)
SAMPLES = [
    path
    for tool in TOOLS
    for path in sorted((FOLDER / tool).glob("*"))
    if not path.name.endswith(EXPECTED) and path.name != "README.md" and path.is_file()
]
IDS = [f"{path.parent.name}/{path.name}" for path in SAMPLES]
every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=IDS)


def _zipped(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report", text)
    return buffer.getvalue()


BACK_AND_FORTH: dict[str, Callable[[str], bytes]] = {
    "utf-8 with mark": lambda text: codecs.BOM_UTF8 + text.encode(),
    "utf-16 with mark": lambda text: text.encode("utf-16"),
    "utf-16-be with mark": lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
    "utf-32 with mark": lambda text: text.encode("utf-32"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "utf-32-le": lambda text: text.encode("utf-32-le"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zip": _zipped,
    "blank lines": lambda text: b"\n\n" + text.encode() + b"\n\n",
}


def _read(sample: Path, data: bytes) -> Report | ReadFailure:
    return read_report(data, f"{sample.parent.name}/{sample.name}", pinned=sample.parent.name)


def _text(sample: Path) -> str:
    return sample.read_text(encoding="utf-8-sig")


def test_every_tool_has_samples() -> None:
    """A reader without a sample is a reader nobody has tried."""
    assert {path.parent.name for path in SAMPLES} == set(TOOLS)
    assert len(READERS) == len(TOOLS)


@every_sample
def test_a_sample_is_read_as_written_beside_it(sample: Path) -> None:
    """Every fact that a reader takes from a sample is pinned."""
    expected = sample.with_name(sample.name + EXPECTED)
    assert msgspec.json.decode(msgspec.json.encode(picture(read_sample(sample)))) == json.loads(expected.read_bytes())


@every_sample
def test_a_sample_needs_no_pin_unless_it_is_empty(sample: Path) -> None:
    """Content tells the format, whatever the file is called."""
    data = sample.read_bytes()
    if data.strip() in (b"", b"[]", b"null"):
        assert isinstance(read_report(data, "report"), ReadFailure)
        return
    pinned, found = read_sample(sample), read_report(data, f"{sample.parent.name}/{sample.name}")
    if isinstance(pinned, Report):
        assert picture(found) == picture(pinned)
    else:
        assert isinstance(found, ReadFailure)


@every_sample
def test_exactly_one_reader_claims_a_sample(sample: Path) -> None:
    """Two claims would make the format a matter of luck."""
    claimed = read_report(sample.read_bytes(), "report")
    assert not isinstance(claimed, ReadFailure) or "at once" not in claimed.reason


@every_sample
@pytest.mark.parametrize("encoding", BACK_AND_FORTH)
def test_every_encoding_reads_the_same(sample: Path, encoding: str) -> None:
    """Windows shells, archives and marks change nothing."""
    data = BACK_AND_FORTH[encoding](_text(sample))
    assert picture(_read(sample, data)) == picture(_read(sample, _text(sample).encode()))


@every_sample
@pytest.mark.parametrize("part", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_cut_report_closes_nothing(sample: Path, part: float) -> None:
    """What is left of it is partial and covers no scope, or it is a failure that carries the tool and a next step."""
    data = _text(sample).strip().encode()
    cut = data[: min(int(len(data) * part), len(data) - 1)]
    result = _read(sample, cut)
    if isinstance(result, ReadFailure):
        assert result.tool
        assert result.reason
        assert result.next_step
        return
    for scan in result.scans:
        assert scan.coverage.extent is not Extent.SCOPE
        # A row of a table stands for itself: its coverage is what is listed.
        assert scan.completeness is not Completeness.COMPLETE or not scan.results or sample.suffix == ".csv"


@every_sample
def test_log_lines_around_a_report_do_not_hide_it(sample: Path) -> None:
    """JSON is found between the lines of a log; nothing else about the result changes."""
    text = _text(sample).strip()
    if text[:1] not in "{[" or not text:
        return
    plain, noisy = _read(sample, text.encode()), _read(sample, b"Scanning 3 files\n[INFO] starting\n" + text.encode())
    if isinstance(plain, Report):
        assert isinstance(noisy, Report)
        assert noisy.scans == plain.scans
        assert len(noisy.diagnostics) == len(plain.diagnostics) + 1


@every_sample
@pytest.mark.parametrize(
    "end",
    ["[]", "{}", "null", "", "garbage", "<x/>", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"],
)
def test_no_other_content_passes_for_a_report(sample: Path, end: str) -> None:
    """A pinned tool's empty form is a clean scan only where the tool writes it; the rest is a failure."""
    result = _read(sample, end.encode())
    if isinstance(result, Report):
        assert end in ("[]", "null") or all(scan.coverage.extent is not Extent.SCOPE for scan in result.scans)
        assert [scan.results for scan in result.scans] == [() for _ in result.scans]
    else:
        assert result.tool
        assert "passwd" not in str(result)


def _swapped(value: Any, at: list[int], hostile: Any) -> Any:
    """The document with its n-th scalar replaced."""
    if isinstance(value, dict):
        return {key: _swapped(part, at, hostile) for key, part in value.items()}
    if isinstance(value, list):
        return [_swapped(part, at, hostile) for part in value]
    at[0] -= 1
    return hostile if at[0] == -1 else value


HOSTILE = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        [
            *(0, -1, 2**31, 2**63, 2**70, 1e308, 230_165, "", "\x00\x1b[31m", "half \ud83d", "../../../etc/passwd"),
            *(
                "x" * 100_000,
                "1e999",
                "C:\\\\x",
                "file://x/y",
                "a:b:c",
                "é" * 500,
                "%00%2e",
                [],
                {},
                [[[[]]]],
                {"a": None},
            ),
        ]
    ),
)
JSON_SAMPLES = [path for path in SAMPLES if path.suffix in {".json", ".sarif"} and path.stat().st_size < 60_000]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sample=st.sampled_from(JSON_SAMPLES), at=st.integers(0, 2000), hostile=HOSTILE)
def test_a_hostile_value_anywhere_never_raises(*, sample: Path, at: int, hostile: Any) -> None:
    """Wrong types, huge numbers, controls, half characters: a report or a reason, and every text can be written."""
    document = _swapped(json.loads(_text(sample)), [at], hostile)
    result = _read(sample, json.dumps(document).encode())
    assert msgspec.json.encode(result if isinstance(result, ReadFailure) else result.scans)
    if isinstance(result, Report):
        texts = str([(entry.title, entry.message, entry.rule_id) for scan in result.scans for entry in scan.results])
        assert not re.search("[\x00\x1b]", texts)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", *TOOLS]))
def test_arbitrary_bytes_never_raise(data: bytes, pin: str) -> None:
    """No sequence of bytes stops a run."""
    assert isinstance(read_report(data, "report", pinned=pin or None), (Report, ReadFailure))


@every_sample
def test_reading_twice_gives_the_same(sample: Path) -> None:
    """Nothing depends on what was read before."""
    data = sample.read_bytes()
    assert picture(_read(sample, data)) == picture(_read(sample, data))


@every_sample
def test_a_report_tells_where_each_result_stands(sample: Path) -> None:
    """Pointers lead back into the report, ids and titles are there, and a scope and a report are named."""
    result = read_sample(sample)
    if isinstance(result, ReadFailure):
        return
    for scan in result.scans:
        pointers = [entry.pointer for entry in scan.results]
        assert len(set(pointers)) == len(pointers)
        for entry in scan.results:
            assert entry.pointer
            assert entry.rule_id
            assert entry.title
            assert (entry.tool, entry.scope, entry.report) == (scan.tool, scan.scope, scan.report)


@every_sample
def test_secret_values_stay_out_of_results(sample: Path) -> None:
    """What a reader gives to the redactor stands in none of its own texts."""
    result = read_sample(sample)
    if isinstance(result, ReadFailure):
        return
    told = msgspec.json.encode(result.scans).decode()
    assert [value for value in result.secrets.reveal() if len(value) > 7 and value in told] == []


def test_paths_lead_inside_the_repository() -> None:
    """Samples of scans inside a checkout name files that can be opened."""
    result = read_sample(FOLDER / "trivy" / "subfolder.json")
    assert isinstance(result, Report)
    assert all(entry.location and is_inside(entry.location.path) for entry in result.scans[0].results)
