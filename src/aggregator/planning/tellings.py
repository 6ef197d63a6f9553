"""What the state remembers of what a channel was told, and what it remembers after a run.

A channel has one record of what reached it: *everything up to this moment*. A message that did not reach it leaves a
record of its own beside that, with every piece of news that it would have brought: the next run owes it. Records of
debts have names of their own, so that where runs raced none hides another, and the next message that arrives names
the debts it has paid, so that a record that comes back from another run's memory is not paid twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from urllib.parse import quote, unquote

from msgspec import Struct

from aggregator.model.moment import Moment
from aggregator.model.news import News, Topic, Trouble
from aggregator.model.state import State, Telling

_BY, _PAID, _FAILING, _UNSURE = "by", "paid", "failing", "unsure"
_TOPICS = {topic.value: topic for topic in Topic}
_MOST_PAID = 8
"""Debts named as paid; more never meet again in states that raced."""


class Past(Struct, frozen=True, kw_only=True):
    """What a channel was told before this run.

    Attributes:
        since: up to when it was told everything; ``None`` where it never was told anything.
        by: the runs of that very moment that it was told of, by :func:`digits_of`; there may be others.
        failing: keys of the troubles it was told of and that are not over.
        owed: news that did not reach it: topics by the finding's id.
        troubles: the same, of scans and reports.
        is_unsure: whether some of what is owed may have reached it after all.
    """

    since: Moment | None = None
    by: frozenset[str] = frozenset()
    failing: frozenset[str] = frozenset()
    owed: dict[str, frozenset[Topic]] = {}
    troubles: tuple[Trouble, ...] = ()
    is_unsure: bool = False


def past_of(told: Iterable[Telling], channel: str) -> Past:
    """What the records say about a channel; a word that nobody knows is passed over."""
    told = tuple(told)
    record = _record(told, channel)
    debts = [word for telling in _debts(told, channel) for word in _words(telling)]
    owed: dict[str, frozenset[Topic]] = {}
    for topic, finding in debts:
        if topic in _TOPICS:
            owed[finding] = owed.get(finding, frozenset()) | {_TOPICS[topic]}
    return Past(
        since=None if record is None else record.at,
        by=_values(record, _BY),
        failing=_values(record, _FAILING),
        owed=owed,
        troubles=tuple(sorted({_trouble(value) for word, value in debts if word == _FAILING})),
        is_unsure=any(word == _UNSURE for word, _ in debts),
    )


def arrived(state: State, channel: str, failing: Iterable[str]) -> tuple[Telling, ...]:
    """The records after the run of this state, whose news, if there were any, reached the channel."""
    told, record = state.told, _record(state.told, channel)
    paid = [_debtor(each) for each in _debts(told, channel)]
    known = [value for word, value in _words(record) if word == _PAID]
    by = {digits_of(each.run.id) for each in state.runs if each.at == state.at} | {digits_of(state.run.id)}
    words = [f"{_BY}:{each}" for each in sorted(by)]
    words += [f"{_PAID}:{each}" for each in list(dict.fromkeys([*paid, *known]))[:_MOST_PAID]]
    words += [f"{_FAILING}:{key}" for key in sorted(failing)]
    others = (each for each in told if not _is_of(each, channel))
    return tuple(sorted((*others, Telling(channel, state.at, " ".join(words)))))


def lost(state: State, channel: str, news: News) -> tuple[Telling, ...]:
    """The records after the run of this state, whose news did not reach the channel, as far as anybody knows.

    ``News.is_repeat`` says here that they may have.
    """
    words = sorted(f"{story.topic}:{finding.id}" for story in news.stories for finding in story.findings)
    words += [f"{_FAILING}:{trouble.key}:{quote(trouble.name, safe='')}" for trouble in news.troubles]
    words += [f"{_UNSURE}:"] * news.is_repeat
    kept = [each for each in state.told if each.channel == channel or not _is_of(each, channel)]
    debtor = f"{channel}/{digits_of(state.run.id, state.run.attempt)}"
    debts = [Telling(debtor, state.at, " ".join(words))] if words else []
    return tuple(sorted((*kept, *debts)))


def digits_of(run: str, attempt: int = 0) -> str:
    """Eight digits for a run's name, which may hold anything; with the number of an attempt those of the attempt."""
    return sha256(f"{run}\x1f{attempt}".encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _record(told: Iterable[Telling], channel: str) -> Telling | None:
    return next((each for each in told if each.channel == channel), None)


def _debts(told: tuple[Telling, ...], channel: str) -> list[Telling]:
    """What is still owed: a debt that was paid may come back from another memory."""
    paid = _values(_record(told, channel), _PAID)
    return [each for each in told if each.channel.startswith(f"{channel}/") and _debtor(each) not in paid]


def _is_of(telling: Telling, channel: str) -> bool:
    """Whether it is the channel's record or one of its debts."""
    return telling.channel.partition("/")[0] == channel


def _debtor(telling: Telling) -> str:
    return telling.channel.partition("/")[2]


def _words(telling: Telling | None) -> Iterator[tuple[str, str]]:
    for word in () if telling is None else telling.digest.split():
        name, _, value = word.partition(":")
        yield name, value


def _values(telling: Telling | None, name: str) -> frozenset[str]:
    return frozenset(value for word, value in _words(telling) if word == name)


def _trouble(value: str) -> Trouble:
    key, _, name = value.partition(":")
    return Trouble(key, unquote(name))
