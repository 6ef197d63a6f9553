"""OWASP ZAP: traditional JSON and XML, plain and with requests and responses.

One scan for each site. An entry is one place of an alert: the alert's reference, the method, the templated path and the
parameter's name; instances that differ only in values are one entry. An alert that concerns the whole site, a missing
header say, belongs to the site, whatever page shows it; each page is still an entry. Alerts belong to the host of their
own URL: ZAP lists ``http://h:8080`` under ``http://h`` too.
"""

from __future__ import annotations

import re

from aggregator.model.report import Report
from aggregator.readers.base import Head, ReadContext

FORMAT = "zap"
TOOL = "ZAP"

_MARKS = frozenset({"@version", "@generated", "@programName"})
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*)")


def sniff(head: Head) -> bool:
    """ZAP's own root, or ``site`` with ZAP's marks (GitLab's DAST reports carry those beside vulnerabilities)."""
    if head.shape == "xml":
        root = _ROOT.search(head.text)
        return root is not None and root.group(1) == "OWASPZAPReport"
    keys = head.keys.keys()
    return "site" in keys and not _MARKS.isdisjoint(keys) and "vulnerabilities" not in keys


def read(data: bytes, context: ReadContext) -> Report:
    """Read a report. A site without alerts is a clean scan of it."""
    from aggregator.readers.zap.document import read_document  # noqa: PLC0415 - few runs meet every format

    return read_document(data, context)
