"""The cases of docs/lifecycle.md in which findings vanish together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from aggregator.model.coverage import Coverage
from aggregator.model.location import Component, Location
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from tests.builders import result, scan
from tests.unit.lifecycle.cases import DECLARED, LIB, Case, fresh, known

STAYS = (result(rule_id="stays"),)


def together(*vanished: Result, stays: tuple[Result, ...] = (), **fields: Any) -> Case:
    """Remembered findings of one scope that vanish at once, while others stay; ``fields`` are the coverage's."""
    scope = scan(coverage=Coverage(**fields), results=stays)
    seen_again = tuple(fresh(each, id=f"S-{number}") for number, each in enumerate(stays))
    remembered = [known(each, id=f"F-{number}") for number, each in enumerate(vanished)]
    remembered += [known(each, id=f"S-{number}") for number, each in enumerate(stays)]
    return Case(seen_again, tuple(remembered), (scope,))


def mild(count: int) -> tuple[Result, ...]:
    """LOW results of different rules."""
    return tuple(result(rule_id=f"mild-{number}", severity=Severity.LOW) for number in range(count))


def flawed(count: int, *, fixed: tuple[str, ...] = (), name: str = "lib") -> tuple[Result, ...]:
    """Vulnerabilities of different packages."""
    return tuple(
        result(
            kind=Kind.SCA,
            rule_id=f"CVE-2026-{number}",
            component=Component(f"pkg:npm/{name}{number}", name, "1.0", fixed, "package-lock.json"),
        )
        for number in range(count)
    )


def misconfigured(count: int) -> tuple[Result, ...]:
    """Misconfigurations of different rules."""
    return tuple(
        result(kind=Kind.IAC, rule_id=f"DS-{number}", location=Location("Dockerfile")) for number in range(count)
    )


def of_rules(*rule_ids: str) -> tuple[Result, ...]:
    """SAST results of these rules."""
    return tuple(
        result(rule_id=rule_id, location=Location(f"{number}.py", 1)) for number, rule_id in enumerate(rule_ids)
    )


FIXABLE = flawed(1, fixed=("2",), name="mended")

VANISHED: dict[str, Callable[[], Case]] = {
    "severity-vanished": lambda: together(*mild(3), stays=STAYS),
    "two-of-a-severity": lambda: together(*mild(2), stays=STAYS),
    "mild-one-stays": lambda: together(*mild(4)[1:], stays=(*STAYS, *mild(1))),
    "severity-declared": lambda: together(*mild(3), stays=STAYS)._replace(policy=DECLARED),
    "kind-vanished": lambda: together(*misconfigured(3), stays=STAYS),
    "kind-looked-for": lambda: together(*misconfigured(3), stays=STAYS, targets=frozenset({"iac\x1fDockerfile"})),
    "unfixable-vanished": lambda: together(*flawed(3), stays=FIXABLE),
    "package-updated": lambda: together(*(replace(each, component=LIB) for each in flawed(3)), stays=FIXABLE),
    "rule-vanished": lambda: together(*of_rules(*["eval-use"] * 5), stays=STAYS),
    "four-of-a-rule": lambda: together(*of_rules(*["eval-use"] * 4), stays=STAYS),
    "rule-listed": lambda: together(
        *of_rules(*["eval-use"] * 5), stays=STAYS, rules=frozenset({"eval-use", "stays", "other"})
    ),
    "family-vanished": lambda: together(*of_rules(*(f"python.django.r{number}" for number in range(5))), stays=STAYS),
    "all-known-vanished": lambda: Case(
        (fresh(id="F-new"),),
        tuple(known(each, id=f"F-{number}") for number, each in enumerate(of_rules("a", "b", "c", "d", "e"))),
        (scan(results=(result(),)),),
    ),
}
