"""Why code scanning would not have an upload, in plain words."""

from __future__ import annotations

from aggregator.model.errors import Fault, ServiceError, UnknownToken
from aggregator.writers.escape import clip, plain

OWN_STEP = "Or give the output `upload-sarif-file` to an upload step of your own."
_READS_ONLY = (
    "A run for {author} is given a token that only reads; let a workflow that follows this one (on: workflow_run) "
    "upload for it, as examples/workflows/ shows."
)
_LONGEST = 300
_KNOWN = (
    (
        ("default setup",),
        "code scanning's default setup is on, which allows no uploads of the same tool beside it.",
        "Switch the default setup off in the repository's settings, or name the tool under `upload.already-uploaded`.",
    ),
    (
        ("too many", "alerts"),
        "the repository has more alerts than GitHub allows.",
        "Delete old analyses, or upload fewer tools; look for one whose rules or paths change from run to run.",
    ),
    (
        ("same category",),
        "the file was taken for several analyses of one category.",
        "Give each job a `product` or a scan scope of its own; if they have, report it as a fault of Onefold.",
    ),
    (
        ("exceed", "size"),
        "the file is too large.",
        "Report it as a fault of Onefold; until then upload fewer tools.",
    ),
)
_OUR_FAULT = "Report it as a fault of Onefold, with the file that `upload-sarif-file` names."


def explained(error: ServiceError, author: str = "") -> ServiceError:
    """What kept GitHub from taking the file, and what next; ``author`` is whose runs have a token that only reads.

    A token or a repository that does not allow uploads is no failure of the run: no later run will do better, so both
    count as a service that is not there.
    """
    if isinstance(error, UnknownToken):
        return ServiceError(Fault.MISSING, error.reason, error.next_step)
    if error.fault is Fault.PERMISSION and author:
        return ServiceError(Fault.MISSING, error.reason, _READS_ONLY.format(author=author))
    if error.fault is Fault.PERMISSION:
        return ServiceError(Fault.MISSING, error.reason, f"Give the job `security-events: write`. {OWN_STEP}")
    if error.fault is Fault.MISSING:
        step = (
            "Code scanning is off here, or the repository is private and has no licence for it (GitHub Code Security), "
            f"or the job needs `security-events: write`. {OWN_STEP}"
        )
        return ServiceError(Fault.MISSING, error.reason, step)
    if error.fault is Fault.REFUSED:
        return ServiceError(Fault.REFUSED, error.reason, f"{_OUR_FAULT} It may also be that the ref or commit is gone.")
    return error


def refused(errors: tuple[str, ...]) -> ServiceError:
    """What GitHub found wrong with a file that it had taken; its own words where they are none that we know."""
    said = " ".join(errors)
    lower = said.lower()
    for words, reason, step in _KNOWN:
        if all(word in lower for word in words):
            return ServiceError(Fault.REFUSED, f"GitHub refused the upload: {reason}", step)
    # They may repeat a piece of the file, so they are as foreign as a report.
    own = clip(plain(said), _LONGEST) or "it did not say why"
    return ServiceError(Fault.REFUSED, f"GitHub refused the upload: {own.rstrip('.')}.", _OUR_FAULT)
