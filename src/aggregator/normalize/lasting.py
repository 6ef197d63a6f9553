"""What of an address or of a resource's id lasts from one deployment to the next, where part of it does not.

Used to follow findings, never to fold them: two assets, orders or pods of one report stay two.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from aggregator.normalize.urls import template_path

_OBJECT = re.compile(
    r"[0-7][0-9a-hjkmnp-tv-z]{25}"  # ULID
    r"|\((?:[a-z]\([^()]*\))+\)"  # a session of ASP.NET: (S(lit3py55t21z5v55vlm25s55))
    r"|[a-z]{1,8}(?:[-_][0-9]{2,}){2,}",  # ORD-2024-0001
    re.IGNORECASE,
)
_NAMED_OBJECT = re.compile(r"[a-z]{2,10}(?:_[a-z]{2,10})?_([A-Za-z0-9]{10,})")  # cus_NffrFeUfNV2Hib
_HINT = re.compile(r"[0-9(]|_[A-Za-z0-9]{10}")
"""Is in every path with such an id."""
_FILE = re.compile(r"(.+)(\.[a-z][a-z0-9]{0,7})")
_ROLLUP = re.compile(r"(.*[A-Za-z0-9])([-.])([A-Za-z0-9_-]{8})")
"""A hash of eight characters, of which some may be dashes, at the end of a name: ``index-D_kY-9aB``."""
_TOKEN = re.compile(r"[A-Za-z0-9]{8,64}")
_HEX = re.compile(r"(?=[a-f]*[0-9])[0-9a-f]+", re.IGNORECASE)
_SHOUTED = re.compile(r"[A-Z2-7]{8}")
_RESTLESS = 0.4
_NAMELESS = frozenset({"asset", "bundle", "chunk", "min", "module"})

_REVISION = re.compile(
    r"(arn:[^:]*:[^:]*:[^:]*:[^:]*:(?:task-definition/|job-definition/|function:|layer:)[^:]+):[0-9]+"
)
# Kubernetes writes hashes without vowels, 0, 1 and 3, so that they are no words.
_REPLICA_SET = re.compile(r"(.+)-[bcdfghjklmnpqrstvwxz2456789]{8,10}")
_POD = re.compile(
    r"(.+?)(?:-[bcdfghjklmnpqrstvwxz2456789]{8,10}-[a-z0-9]{5}"  # of a Deployment
    r"|(?:-[0-9]{8,10})?-[bcdfghjklmnpqrstvwxz2456789]{5})"  # of a DaemonSet, a Job or a CronJob
)
_JOB = re.compile(r"(.+)-[0-9]{8,10}")
_OF_A_KIND = (("pod", _POD), ("replicaset", _REPLICA_SET), ("job", _JOB))


@lru_cache(maxsize=1 << 14)
def lasting_path(path: str) -> str:
    """A URL's path with ids as ``{}`` that :func:`.template_path` leaves, as they may be names; empty without any."""
    if not _HINT.search(path):  # by far the most
        return ""
    template = template_path(path)
    lasting = _without_objects(template)
    return "" if lasting == template else lasting


@lru_cache(maxsize=1 << 14)
def lasting_asset(path: str) -> str:
    """A URL's path with the hash in a file's name as ``#``; empty without one, or where nothing else names the file."""
    folder, _, name = path.rpartition("/")
    file = _FILE.fullmatch(name)
    stem = _without_hash(file[1]) if file else ""
    words = set(re.findall(r"[a-z0-9]+", stem.lower())) - _NAMELESS
    return f"{_without_objects(template_path(folder)).rstrip('/')}/{stem}{file[2]}" if file and words else ""


@lru_cache(maxsize=1 << 14)
def lasting_uid(provider: str, kind: str, uid: str) -> str:
    """A resource's id without a revision, or without what Kubernetes adds to the name; empty without such a part.

    ``kind`` is the resource's type as the report writes it. Of pods the name that their owner has is left.
    """
    if uid.startswith("arn:"):
        revised = _REVISION.fullmatch(uid)
        return revised[1] if revised else ""
    if provider.lower() != "kubernetes":
        return ""
    word = kind.lower()
    named = next((form.fullmatch(uid) for ending, form in _OF_A_KIND if word.endswith(ending)), None)
    return named[1] if named else ""


def _without_objects(template: str) -> str:
    return "/".join("{}" if _is_object(segment) else segment for segment in template.split("/"))


def _is_object(segment: str) -> bool:
    if _OBJECT.fullmatch(segment):
        return True
    named = _NAMED_OBJECT.fullmatch(segment)
    return named is not None and _is_restless(named[1])


def _without_hash(stem: str) -> str:
    """A name with the last hash in it as ``#``; empty without one."""
    rollup = _ROLLUP.fullmatch(stem)
    if rollup and _is_hash(rollup[3]):
        return f"{rollup[1]}{rollup[2]}#"
    tokens = [token for token in _TOKEN.finditer(stem) if _is_hash(token[0])]
    return f"{stem[: tokens[-1].start()]}#{stem[tokens[-1].end() :]}" if tokens else ""


def _is_hash(token: str) -> bool:
    return bool(_HEX.fullmatch(token) or _SHOUTED.fullmatch(token)) or _is_restless(token)


def _is_restless(token: str) -> bool:
    """Whether a token turns between lower case, upper case and digits more often than words do."""
    turns = sum(_class_of(one) != _class_of(two) for one, two in pairwise(token))
    return turns >= _RESTLESS * (len(token) - 1)


def _class_of(character: str) -> str:
    if character.isdigit():
        return "0"
    return "A" if character.isupper() else "a"
