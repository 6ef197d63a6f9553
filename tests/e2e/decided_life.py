"""A project whose people decide about its findings, told in the words of a table in docs/lifecycle.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aggregator.model.finding import Decision, Disposition, Finding
from aggregator.model.location import Component, Location
from aggregator.model.outcome import Context, Outcome
from aggregator.model.report import Report
from aggregator.model.result import Kind, Result
from aggregator.model.severity import Severity
from aggregator.model.state import RunRef, State
from aggregator.model.statement import Statement, Statements
from aggregator.pipeline import evaluate
from aggregator.policy import read_exceptions, read_policy
from aggregator.state import decode, encode
from tests.builders import LINE, result, scan

START = datetime(2026, 1, 1, tzinfo=UTC)
ISSUES = "issues"
_POLICY = "exceptions: { longest-days: { critical: 20 }, warn-days: 7 }\nclosing: { brake-share: 1 }\n"
_DISPOSITIONS = frozenset(Disposition)
_CODE = {
    "sql": ((89,), "cursor.execute(query + name)"),
    "xss": ((79,), "return Markup(name)"),
    "one": ((78,), "subprocess.run(command, shell=True)"),
    "two": ((502,), "pickle.loads(body)"),
}


def day(number: int) -> datetime:
    """The moment of a run on that day."""
    return START + timedelta(days=number)


@dataclass
class Flaw:
    """A flaw: the file and the line it is in, and the tools that see it; none when it is mended."""

    name: str
    path: str
    line: int
    tools: list[str]

    def results(self) -> Iterator[Result]:
        """What the tools say of it."""
        for tool in self.tools:
            fields = self._package() if self.name == "lib" else self._code(tool)
            yield result(tool=tool, report=f"{tool}.json", **fields)

    def _code(self, tool: str) -> dict[str, Any]:
        weaknesses, snippet = _CODE[self.name]
        return {
            "rule_id": f"{tool.lower()}.{self.name}",
            "title": f"About {self.name}",
            "weaknesses": weaknesses,
            "snippet": snippet,
            "location": Location(self.path, self.line),
        }

    def _package(self) -> dict[str, Any]:
        return {
            "kind": Kind.SCA,
            "rule_id": "CVE-2026-1",
            "title": "About lib",
            "severity": Severity.CRITICAL,
            "weaknesses": (),
            "vulnerability_ids": ("CVE-2026-1",),
            "location": None,
            "component": Component("pkg:npm/left-pad", "left-pad", "1.0.0", path=self.path),
        }


@dataclass
class Project:
    """The code, the exceptions file, what stands on issues, and what is remembered.

    Attributes:
        tools: those that run.
        entries: of the exceptions file, by the name of the finding.
        ids: of the findings, by name, as first seen.
        corrections: of correlation, by name.
    """

    flaws: dict[str, Flaw] = field(default_factory=dict)
    tools: list[str] = field(default_factory=lambda: ["Semgrep", "Trivy"])
    entries: dict[str, dict[str, str]] = field(default_factory=dict)
    words: dict[str, Decision] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    corrections: dict[str, str] = field(default_factory=dict)
    state: State | None = None
    today: int = 0
    is_heard: bool = True

    def run(self, number: int, told: str) -> Outcome:
        """One run on a day; what is told happened since the last one."""
        self.today, self.is_heard = number, True
        for step in told.split("; "):
            verb, *words = step.split()
            getattr(self, f"_{verb.replace('-', '_')}")(*words)
        outcome = evaluate(
            () if told == "tick" else tuple(self._reports()),
            now=day(number),
            context=Context(line=LINE, run=RunRef(str(number))),
            state=self.state,
            policy=read_policy(f"{_POLICY}correlation: {{ {', '.join(self.corrections.values())} }}", "p.yml"),
            exceptions=read_exceptions(self._file(), "e.yml"),
            statements=self._statements(),
        )
        self.state = decode(encode(outcome.state), "state.json")
        for finding in outcome.findings:
            name = finding.title.removeprefix("About ")
            if finding.id not in self.ids.values() and not set(finding.aliases) & set(self.ids.values()):
                self.ids[name if name not in self.ids else "half"] = finding.id
        return outcome

    def found(self, outcome: Outcome, name: str) -> Finding | None:
        """The finding of a name, under its id or as a part of another."""
        id_ = self.ids.get(name, "")
        return next((each for each in outcome.findings if id_ in {each.id, *each.aliases}), None)

    def word(self, outcome: Outcome, name: str) -> str:
        """What the table says of a finding after a run."""
        finding = self.found(outcome, name)
        if finding is None:
            return "-"
        whole = next(each for each, id_ in self.ids.items() if id_ == finding.id)
        return finding.status if whole == name else f"in {whole}"

    def warnings(self, outcome: Outcome) -> str:
        """What a run said about decisions, by the codes of its diagnostics."""
        codes = sorted({each.code for each in outcome.diagnostics if each.code.startswith(("exception", "decision"))})
        return ", ".join(code.removeprefix("exception-") for code in codes)

    def end(self, outcome: Outcome, name: str) -> tuple[str, str, str, str, str]:
        """Status, who said so and where, the last day, the day the clock began, and the history of decisions."""
        finding = self.found(outcome, name)
        assert finding is not None
        decision = finding.decision
        who = f"{decision.author} ({decision.origin})" if decision.author else "nobody"
        ends = "never" if decision.expires_at is None else str((decision.expires_at - START).days - 1)
        assert finding.clock_start is not None
        words = [step.to for step in finding.history if step.to in _DISPOSITIONS]
        return (
            self.word(outcome, name),
            who,
            ends,
            str((finding.clock_start - START).days),
            ", ".join(words) or "nothing",
        )

    # --- the code

    def _found(self, *names: str) -> None:
        for number, name in enumerate(names):
            old = self.flaws.get(name)
            tool = "Trivy" if name == "lib" else next(iter(self.tools))
            self.flaws[name] = old or Flaw(
                name, "package-lock.json" if name == "lib" else "app.py", 10 + 40 * number, []
            )
            self.flaws[name].tools = [tool]

    def _mended(self, name: str) -> None:
        self.flaws[name].tools = []

    def _moved(self, name: str) -> None:
        self.flaws[name].line += 7

    def _renamed(self, name: str) -> None:
        self.flaws[name].path = f"src/{self.flaws[name].path}"

    def _joined(self, name: str, tool: str) -> None:
        self.flaws[name].tools.append(tool)
        self.tools += [] if tool in self.tools else [tool]

    def _switched(self, old: str, new: str) -> None:
        self.tools = [new if tool == old else tool for tool in self.tools if tool != new]
        for flaw in self.flaws.values():
            flaw.tools = list(dict.fromkeys(new if tool == old else tool for tool in flaw.tools))

    def _same(self) -> None:
        """Nothing happened."""

    _tick = _same

    # --- the exceptions file

    def _accept(self, name: str, _until: str, number: str) -> None:
        self._write(name, "risk_accepted", number)

    def _verify(self, name: str, _until: str, number: str) -> None:
        self._write(name, "verified", number)

    def _write(self, name: str, status: str, number: str) -> None:
        self.entries[name] = {"status": status, "reason": "Internal.", "owner": "kim", "id": self.ids[name]}
        self._renew(name, "until", number)

    def _renew(self, name: str, _until: str, number: str, *decided: str) -> None:
        self.entries[name]["expires"] = f"{day(int(number)):%Y-%m-%d}"
        if decided:
            self.entries[name]["decided"] = f"{day(self.today):%Y-%m-%d}"

    def _revoke(self, name: str) -> None:
        del self.entries[name]

    def _file(self) -> str:
        lines = ["exceptions:"]
        for entry in self.entries.values():
            lines += ["  -", *(f"    {key}: {value}" for key, value in entry.items())]
        return "\n".join(lines)

    # --- issues

    def _say(self, name: str, word: str, *until: str) -> None:
        ends = day(int(until[1]) + 1) if until else None
        self.words[name] = Decision(Disposition(word), "Seen it.", "lee", ISSUES, day(self.today), expires_at=ends)

    def _take_back(self, name: str) -> None:
        del self.words[name]

    def _unheard(self) -> None:
        self.is_heard = False

    def _statements(self) -> Statements:
        if not self.is_heard:
            return Statements()
        said = (Statement(self.ids[name], decision, f"issue about {name}") for name, decision in self.words.items())
        return Statements(frozenset({ISSUES}), tuple(said))

    # --- correlation

    def _pin(self, one: str, two: str) -> None:
        self.corrections["pin"] = f"pin: [[{self.ids[one]}, {self.ids[two]}]]"

    def _split(self, name: str, _from: str, tool: str) -> None:
        self.corrections["split"] = f"split: [{{ finding: {self.ids[name]}, tool: {tool} }}]"

    def _unpin(self) -> None:
        del self.corrections["pin"]

    def _unsplit(self) -> None:
        del self.corrections["split"]

    def _reports(self) -> Iterator[Report]:
        results = [each for flaw in self.flaws.values() for each in flaw.results()]
        for tool in self.tools:
            own = tuple(each for each in results if each.tool == tool)
            looked = scan(tool=tool, scope="src", report=f"{tool}.json", results=own)
            yield Report(name=f"{tool}.json", place=".", format="f", scans=(looked,))
