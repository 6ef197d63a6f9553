"""Aliases: the names that one vulnerability goes by, joined over all reports of a run.

One tool says PYSEC and CVE, another GHSA and CVE, a third GHSA alone: together they say that the three are one. A
database's slip can join what is not one (GO-2022-0586 once listed four CVEs), so a group that has grown past all
reason, or holds two CVEs, joins nothing: its results are compared by the names they bring themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

# Bulletins of distributions repair several vulnerabilities at once: what they name is no other name of theirs.
_BULLETINS = frozenset(
    (
        *(
            "ALAS",
            "ALAS2",
            "ALBA",
            "ALEA",
            "ALSA",
            "ASA",
            "DLA",
            "DSA",
            "DTSA",
            "ELBA",
            "ELSA",
            "MGASA",
            "RHBA",
            "RHEA",
        ),
        *("RHSA", "RLBA", "RLSA", "RXSA", "SSA", "SUSE", "USN", "openSUSE"),
    )
)
_MOST_NAMES = 16
_CVE = "CVE-"


class Aliases:
    """Knows the one name of every vulnerability; the order of the groups changes nothing.

    Args:
        groups: the names that one result brings for its vulnerability.
    """

    def __init__(self, groups: Iterable[tuple[str, ...]]) -> None:
        self._parents: dict[str, str] = {}
        own = {group: _own_names(group) for group in set(groups)}
        for names in own.values():
            if not _is_several(names):
                for name in names:
                    self._join(names[0], name)
        found = self._settle()
        self._answers = {
            group: names if _is_several(names) or names[0] not in found else (found[names[0]],)
            for group, names in own.items()
        }

    def names_of(self, group: tuple[str, ...]) -> tuple[str, ...]:
        """What a result with these names is compared by: one name, or its own where they are not to be trusted.

        ``group`` is one of those that the aliases were made of.
        """
        return self._answers[group]

    def _join(self, one: str, two: str) -> None:
        first, second = sorted((self._root(one), self._root(two)))
        self._parents[second] = first

    def _root(self, name: str) -> str:
        parents = self._parents
        while (parent := parents.setdefault(name, name)) != name:
            parents[name] = name = parents[parent]
        return name

    def _settle(self) -> dict[str, str]:
        """The one name of each sound group, by all its names."""
        groups: dict[str, list[str]] = {}
        for name in self._parents:
            groups.setdefault(self._root(name), []).append(name)
        return {
            name: min(names, key=_rank)
            for names in groups.values()
            if len(names) <= _MOST_NAMES and not _is_several(names)
            for name in names
        }


def _own_names(group: tuple[str, ...]) -> tuple[str, ...]:
    """The names without bulletins, unless there are only those; DEBIAN-CVE-2023-1 is CVE-2023-1 in a distribution."""
    if len(group) == 1:
        return (_plain(group[0]),)
    names = tuple(dict.fromkeys(map(_plain, group)))
    return tuple(name for name in names if name.partition("-")[0] not in _BULLETINS) or names


def _plain(name: str) -> str:
    at = name.find(f"-{_CVE}")
    return name if at < 0 else name[at + 1 :]


def _is_several(names: Iterable[str]) -> bool:
    """Whether they name more than one CVE, and so more than one vulnerability."""
    return sum([name.startswith(_CVE) for name in names]) > 1


def _rank(name: str) -> tuple[int, str]:
    return (0 if name.startswith(_CVE) else 1 if name.startswith("GHSA-") else 2, name)
