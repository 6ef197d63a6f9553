"""Laws of pushing to a DefectDojo: whatever was scanned, decided and lost on the way, it shows what is open here."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from aggregator.model.finding import Disposition
from aggregator.model.severity import Severity
from aggregator.planning.plan import Delivery
from aggregator.transport.exchange import Break, Reply
from tests.fakes.defectdojo.life import Life, Reports
from tests.fakes.defectdojo.report import Row
from tests.fakes.faults import After

SCOPES = (("Bandit", "src"), ("Semgrep", "src"), ("Trivy", "lib"))
NUMBERS = st.integers(0, 2)
PROBLEMS = st.frozensets(NUMBERS)
SCANS = st.dictionaries(st.sampled_from(SCOPES), PROBLEMS)
BROKEN = st.frozensets(st.sampled_from(SCOPES), max_size=1)
SAID = st.none() | st.sampled_from([each for each in Disposition if each is not Disposition.OPEN])
LOST = Reply(502)
FAULTS = st.none() | st.tuples(st.integers(0, 6), st.sampled_from([Reply(500), After(Break.TIMEOUT), After(LOST)]))


class Pushes(RuleBasedStateMachine):
    """A project lives; people decide; scanners break; the server fails, before or after it did what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.life = Life(repeat_days=1000)
        self.seen: dict[tuple[str, str], frozenset[int]] = {}
        self.is_settled = False
        self.is_forgetful = False

    @rule(scans=SCANS, broken=BROKEN, fault=FAULTS)
    def scan(self, scans: Reports, broken: frozenset[tuple[str, str]], fault: tuple[int, Reply | After] | None) -> None:
        """Some tools run, and one of the calls may fail."""
        if fault is not None:
            number, outcome = fault
            self.life.failing(lambda call: call == number, outcome)
        self.seen |= scans
        self.push(scans, broken)
        self.is_settled = False

    def push(self, scans: Reports, broken: frozenset[tuple[str, str]] = frozenset()) -> None:
        """One run, in which nothing is closed there but what is closed or silenced here, or was superseded."""
        before = {row.unique_id_from_tool.partition("/")[0]: title for title, row in self.rows() if row.is_open}
        is_first = self.life.state is None
        self.life.run(scans, broken=broken)
        self.life.dojo.faults = lambda *_: None
        gone = before.keys() - set(self.life.dojo.open())
        assert not gone & set(self.life.open()), "what is open here was closed there"
        known = {id_ for each in self.life.known for id_ in (each.id, *each.aliases)}
        whole = set() if is_first else {f"{tool} {scope}" for tool, scope in scans.keys() - broken}
        whole |= {f"{title} (part {number})" for title in whole for number in range(2, 9)}
        whole |= {"Onefold"} if whole >= {f"{tool} {scope}" for tool, scope in SCOPES} else set()
        assert all(id_ in known or before[id_] in whole for id_ in gone), "what nobody looked at was closed there"
        if not self.is_forgetful and all(receipt.delivery is Delivery.DONE for receipt in self.life.receipts):
            assert set(self.life.open()) <= set(self.life.dojo.open())

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every finding there, with the title of its test."""
        return ((title, row) for (_, _, title), test in self.life.dojo.tests.items() for row in test.rows)

    @rule(scope=st.sampled_from(SCOPES))
    @precondition(lambda self: self.life.day > 8)
    def forget(self, scope: tuple[str, str]) -> None:
        """The memory is lost, so what was silenced or has moved is not known any more, and only one tool runs then."""
        self.life.state = None
        self.is_settled = False
        self.is_forgetful = True
        for _ in range(2):
            self.push({scope: self.seen.get(scope, frozenset())})

    @rule(problem=NUMBERS, said=SAID, settles=st.booleans())
    def decide(self, problem: int, said: Disposition | None, settles: bool) -> None:
        """Somebody says what is to become of a problem, or takes it back; perhaps all is scanned at once."""
        if said is None:
            self.life.decided.pop(problem, None)
        else:
            self.life.decided[problem] = said
        if settles:
            self.settle()

    @rule(problem=NUMBERS, severity=st.sampled_from(Severity))
    def rate(self, problem: int, severity: Severity) -> None:
        """A problem is scored anew."""
        self.life.severity[problem] = severity

    @rule(problem=NUMBERS, title=st.sampled_from(["A problem", "Something else"]))
    def reword(self, problem: int, title: str) -> None:
        """A tool calls it something else."""
        self.life.titles[problem] = title

    @rule(problem=NUMBERS, line=st.integers(1, 50))
    def move(self, problem: int, line: int) -> None:
        """Lines are inserted above it."""
        self.life.lines[problem] = line

    @rule(problems=PROBLEMS)
    def reorganise(self, problems: frozenset[int]) -> None:
        """Files become another product's."""
        paths = [f"**/file{number}.py" for number in sorted(problems)]
        self.life.products = [{"name": "till", "paths": paths}] if paths else []

    @rule()
    def settle(self) -> None:
        """Every tool runs and finishes, as often as it takes to say everything and close the rest."""
        reports = {scope: self.seen.get(scope, frozenset()) for scope in SCOPES}
        for _ in range(3):
            self.push(reports)
        self.is_settled = True
        before = self.life.dojo.reimports
        self.life.run(reports)
        assert self.life.dojo.reimports == before, "what was pushed is pushed again"
        self.repeat(reports)

    def repeat(self, reports: Reports) -> None:
        """Everything is said again, twice, and nothing changes by it."""
        before = self.life.dojo.open()
        self.life.rules["repeat_days"] = 1
        for _ in range(2):
            self.life.run(reports)
            assert self.is_forgetful or self.life.dojo.open() == before, "a push turned what the last one said"
        self.life.rules["repeat_days"] = 1000

    @invariant()
    def what_is_open_is_open_there(self) -> None:
        """Once every scope was looked at, DefectDojo shows each open finding once, and no other."""
        if self.is_settled and not self.is_forgetful:
            assert self.life.dojo.open() == self.life.open()


class PushesById(Pushes):
    """The same where DefectDojo knows findings again by our ids."""

    def __init__(self) -> None:
        super().__init__()
        self.life.dojo.algorithm = "unique_id_from_tool"
        self.life.dojo.deduplicates = True
        self.life.rules["lines"] = True

    @invariant()
    def there_is_one_row(self) -> None:
        """A finding stands in a test once, whatever was reworded or moved."""
        for test in self.life.dojo.tests.values():
            ids = [row.unique_id_from_tool for row in test.rows]
            assert len(ids) == len(set(ids))


class PushesToOneTest(Pushes):
    """The same with one test for everything."""

    def __init__(self) -> None:
        super().__init__()
        self.life.rules["tests"] = "one"


class PushesInParts(Pushes):
    """The same where two findings are too many for one test, and duplicates are hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.life.dojo.deduplicates = True
        self.life.part_findings = 1


def test_the_open_findings_are_those_of_the_state() -> None:
    """Where DefectDojo knows findings by their words, it shows what is open here once all was looked at."""
    run_state_machine_as_test(Pushes, settings=settings(max_examples=40, stateful_step_count=12))


def test_the_open_findings_are_those_of_the_state_by_id() -> None:
    """Where DefectDojo knows findings by their ids, each of ours is one of its own for good."""
    run_state_machine_as_test(PushesById, settings=settings(max_examples=40, stateful_step_count=12))


def test_the_open_findings_are_those_of_the_state_in_one_test() -> None:
    """With one test for everything the same holds."""
    run_state_machine_as_test(PushesToOneTest, settings=settings(max_examples=40, stateful_step_count=12))


def test_the_open_findings_are_those_of_the_state_in_parts() -> None:
    """Where a test is pushed in parts that grow the same holds."""
    run_state_machine_as_test(PushesInParts, settings=settings(max_examples=40, stateful_step_count=12))
