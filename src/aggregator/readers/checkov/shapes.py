"""What Checkov writes; only the fields used. ``evaluations`` and ``check_result.entity`` hold values: not decoded."""

from __future__ import annotations

from msgspec import Raw, Struct

NOTHING = Raw()
MISSING = Raw(b"null")


class Checks(Struct, frozen=True):
    """The lists of one framework. With ``--quiet`` there are only the failed ones, which there always are."""

    passed_checks: Raw = NOTHING
    failed_checks: Raw = MISSING
    skipped_checks: Raw = NOTHING
    parsing_errors: Raw = NOTHING


class Summary(Struct, frozen=True):
    """The totals of one framework; alone, the whole report of a run in which no check met anything."""

    checkov_version: str | None = None
    parsing_errors: object = None


class Framework(Struct, frozen=True):
    """One framework's report. A full report says ``checks`` for ``results``."""

    check_type: str | None = None
    results: Checks | None = None
    checks: Checks | None = None
    summary: Summary | None = None
    checkov_version: str | None = None


class Outcome(Struct, frozen=True, gc=False):
    """How a check ended."""

    suppress_comment: str | None = None


class Vulnerability(Struct, frozen=True, gc=False):
    """A vulnerable package, or one whose licence is not allowed."""

    id: str | None = None
    package_name: str | None = None
    package_version: str | None = None
    package_type: str | None = None
    cvss: float | str | None = None
    vector: str | None = None
    lowest_fixed_version: object = None
    fix_version: str | None = None
    link: str | None = None
    license: str | None = None


class Passed(Struct, frozen=True, gc=False):
    """What is needed of a check that passed: that it ran, and where."""

    check_id: str
    file_path: str | None = None
    repo_file_path: str | None = None
    file_abs_path: str | None = None


class Check(Struct, frozen=True, gc=False):
    """One check of one block. ``resource`` is its address; of a secret, the SHA-1 of the value."""

    check_id: str
    bc_check_id: str | None = None
    check_name: str | None = None
    check_result: Outcome | None = None
    short_description: str | None = None
    description: str | None = None
    code_block: Raw = NOTHING
    file_path: str | None = None
    repo_file_path: str | None = None
    file_abs_path: str | None = None
    file_line_range: tuple[int, ...] | None = None
    resource: str | None = None
    severity: object = None
    guideline: str | None = None
    vulnerability_details: Vulnerability | None = None
    added_commit_hash: str | None = None
