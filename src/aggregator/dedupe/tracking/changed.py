"""Recognise what changed since the last run, by weaker and weaker evidence."""

from __future__ import annotations

from aggregator.dedupe.tracking.crossings import part_crossed
from aggregator.dedupe.tracking.enclosed import match_enclosed
from aggregator.dedupe.tracking.file_history import followed_names, match_history
from aggregator.dedupe.tracking.file_places import match_places, names_by_findings
from aggregator.dedupe.tracking.file_texts import FileTexts
from aggregator.dedupe.tracking.key_buckets import KeyBuckets
from aggregator.dedupe.tracking.ledger import Files, Ledger
from aggregator.dedupe.tracking.moved_packages import match_moved_images, match_moved_packages, match_plain_packages
from aggregator.dedupe.tracking.other_scopes import match_in_other_scopes
from aggregator.dedupe.tracking.past_places import match_past
from aggregator.dedupe.tracking.renames import renames_by_text
from aggregator.dedupe.tracking.renewed import match_renewed
from aggregator.dedupe.tracking.rule_renames import follow_renamed_rules, match_subjects_of_renamed_rules
from aggregator.model.passage import History

# Evidence in order, with its tier. Equal things in one place (two identical sinks) are paired in line order;
# evidence that has lost the place counts only when it is unique on both sides.
_SUBJECTS = ("resource", "component", "endpoint")
_TEXTS = ("context", "text", "snippet")
_MOVED = (
    ("moved-secret", "high"),
    ("moved-snippet", "high"),
    ("moved-resource", "high"),
    ("moved-endpoint", "high"),
)


def match_changed(ledger: Ledger, files: Files, history: History) -> None:
    """Match what no exact evidence matched; ``files`` and ``history`` as :func:`.cascade.track` takes them."""
    present = files.present
    buckets = KeyBuckets(ledger)
    buckets.match("commit", "certain")
    buckets.match("secret", "certain")
    buckets.match_native()
    follow_renamed_rules(ledger)
    names = followed_names(history)
    match_history(ledger, history)
    texts = FileTexts(ledger, {**renames_by_text(ledger, present), **names})
    texts.run()
    for evidence in _TEXTS:
        buckets.match_closed(evidence, "certain")
    for evidence in _SUBJECTS:
        buckets.match(evidence, "certain")
    buckets.match_outside_files()
    match_subjects_of_renamed_rules(ledger)
    match_places(ledger, texts)
    for evidence, tier in _MOVED:
        buckets.match_moved(evidence, tier)
    match_renewed(ledger, files.checked)
    match_in_other_scopes(ledger)
    match_moved_packages(ledger, buckets, names, present)
    match_moved_images(ledger)
    match_plain_packages(ledger)
    if ledger.old and ledger.new and (later := names_by_findings(ledger, present)):
        renamed = FileTexts(ledger, later)
        renamed.run()
        match_places(ledger, renamed)
        match_enclosed(ledger, renamed)
    match_enclosed(ledger, texts)
    match_past(ledger)
    part_crossed(ledger)
