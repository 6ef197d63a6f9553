import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from aggregator.model.errors import UsageError
from aggregator.run.exits import Exit
from aggregator.run.outside import Outside
from aggregator.run.run import run
from aggregator.settings import Settings, Surroundings
from aggregator.transport.exchange import Break, Reply, Request, Wire
from tests.builders import NOW
from tests.fakes.chat import SLACK, TEAMS, ChatWire
from tests.fakes.faults import After
from tests.fakes.github.clock import FakeClock
from tests.fakes.jira.wire import JiraWire
from tests.fakes.jira.world import World
from tests.unit.run.consoles import FakeConsole
from tests.unit.run.test_run import semgrep

CANARY = "cAnArY"


class Desk:
    """A folder with a report, run after run, and a chat that hears of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.days = 0
        self.wire = ChatWire()
        self.neighbour: tuple[str, Wire] = ("nobody", self.wire)
        self.console = FakeConsole()
        self.around = Surroundings()

    def run(self, *lines: int, **fields: object) -> Exit:
        """One run a day later, over a report with findings on these lines."""
        (self.folder / "semgrep.json").write_text(semgrep(*lines))
        given: dict[str, object] = {
            "reports": ("semgrep.json",),
            "state": "state",
            "now": NOW + timedelta(days=self.days),
            "slack_webhook": SLACK,
        }
        self.days += 1
        self.console = FakeConsole()
        outside = Outside(wire=lambda: self, clock=FakeClock)
        return run(Settings.model_validate(given | fields), self.around, self.console, outside=outside)

    def send(self, request: Request) -> Reply:
        """The reply of whoever is asked."""
        address, neighbour = self.neighbour
        return (neighbour if request.url.startswith(address) else self.wire).send(request)

    def heard(self, address: str = SLACK) -> list[str]:
        """The headlines that arrived, in order."""
        return [post["text"] for post in self.wire.posts[address]]

    def policy(self, text: str) -> dict[str, object]:
        """Write a policy, and say where it is."""
        (self.folder / "policy.yml").write_text(text)
        return {"config": Path("policy.yml")}

    def written(self) -> str:
        """Everything that a run said or left behind."""
        files = [
            path.read_text() for folder in ("state", "onefold-out") for path in (self.folder / folder).rglob("*.*")
        ]
        return "\n".join((*self.console.said, *self.console.warned, *self.console.shown, *files))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


def test_a_life_in_messages(desk: Desk) -> None:
    """First how things stand, then what is new and what is fixed, and nothing where nothing changed."""
    for lines in ((3,), (3,), (3, 9), (3, 9), (3,)):
        assert desk.run(*lines) is Exit.OK
    assert desk.heard() == [
        "local: first look, 1 open finding",
        "local: 1 new high finding from today's run",
        "local: 1 finding fixed",
    ]


@pytest.mark.parametrize(
    ("lines", "key", "said"), [((3, 4, 9), "new", "new high finding"), ((3,), "absent", "finding")]
)
def test_counts_are_those_of_the_document(desk: Desk, lines: tuple[int, ...], key: str, said: str) -> None:
    """The numbers of a message are the numbers of findings.json."""
    desk.run(3, 4)
    desk.run(*lines)
    totals = json.loads((desk.folder / "onefold-out" / "findings.json").read_text())["totals"]
    post = desk.wire.posts[SLACK][-1]
    assert post["text"].startswith(f"local: {totals[key]} {said}")
    assert f"Open now: {totals['open']} high." in json.dumps(post)


def test_a_message_that_failed_is_made_good(desk: Desk) -> None:
    """What a run could not tell the next one tells, and the failure is told aloud."""
    desk.run(3)
    desk.wire.faults = lambda _number, _request: Reply(404, {}, b"no_service")
    assert desk.run(3, 9) is Exit.DELIVERY
    (warned,) = desk.console.warned
    assert warned.startswith(
        "error: Could not tell Slack (route default): local: 1 new high finding from today's run: "
    )
    desk.wire.faults = None
    desk.run(3, 9)
    assert desk.heard()[1:] == ["local: 1 new high finding from today's run"]
    assert "told before" not in json.dumps(desk.wire.posts[SLACK])


def test_a_message_without_an_answer_is_told_again(desk: Desk) -> None:
    """What may have arrived is told again, and says that it may be known."""
    desk.run(3)
    desk.wire.faults = lambda _number, _request: After(Break.TIMEOUT)
    assert desk.run(3, 9) is Exit.DELIVERY
    desk.wire.faults = None
    desk.run(3, 9)
    assert desk.heard()[1:] == ["local: 1 new high finding from today's run"] * 2
    assert "Part of this may have been told before" in json.dumps(desk.wire.posts[SLACK][-1])


def test_one_service_does_not_stop_the_other(desk: Desk) -> None:
    """Where Slack fails Teams is told all the same, and each remembers for itself."""
    both = {"teams_webhook": TEAMS}
    desk.wire.faults = lambda _number, request: Reply(500) if "slack" in request.url else None
    desk.run(3, **both)
    desk.wire.faults = None
    desk.run(3, **both)
    assert [len(desk.wire.posts[each]) for each in (SLACK, TEAMS)] == [1, 1]


ROUTES = """
slack:
  routes:
    - {name: code, only: [{kind: sast}]}
    - {name: cloud, only: [{kind: cloud}]}
    - {name: paths, webhook: code, only: [{path: other/}]}
"""


def test_a_ticket_is_linked_in_the_message_of_its_run(desk: Desk) -> None:
    """The message about a new finding leads to the ticket that the same run opened for it; a dry run opens none."""
    world = World()
    jira = JiraWire(world)
    desk.neighbour = (world.url, jira)
    access = world.access
    jira_inputs = {"jira_url": access.url, "jira_user": access.user, "jira_token": access.token}
    given = {**jira_inputs, **desk.policy("jira: {project: SEC}\n")}
    desk.run(3, **given)
    link = f"{world.url}/browse/SEC-1"
    desk.run(3, 9, dry_run=True, **given)
    assert link not in desk.written()
    desk.run(3, 9, **given)
    assert [ticket.key for ticket in world.tickets] == ["SEC-1"]
    assert json.dumps(desk.wire.posts[SLACK][-1]).count(link) == 1


def test_routes_hear_their_own(desk: Desk) -> None:
    """Each route's news go to its address, and nothing of them to another's."""
    cloud = SLACK.replace("B0", "C0")
    given = {"slack_webhook": f"code={SLACK}\ncloud={cloud}", **desk.policy(ROUTES)}
    desk.run(3, **given)
    desk.run(3, 9, **given)
    assert desk.heard(SLACK) == ["local: first look, 1 open finding", "local: 1 new high finding from today's run"]
    assert desk.wire.posts[cloud] == []


def test_a_route_without_an_address_is_refused(desk: Desk) -> None:
    """A route whose address nobody gave ends the run before it begins, and the address that is there is not used."""
    with pytest.raises(UsageError, match=r"The route cloud of Slack goes to the webhook cloud, which has no address\."):
        desk.run(3, slack_webhook=f"code={SLACK}", **desk.policy(ROUTES))
    assert desk.wire.calls == []


def test_an_address_without_a_route_is_told_aloud(desk: Desk) -> None:
    """An address that no route uses is a warning, by its name."""
    desk.run(3, slack_webhook=f"default={SLACK}\nspare={SLACK}\nmore={SLACK}")
    assert any("No route uses the webhooks more, spare." in line for line in desk.console.said)
    desk.run(3, slack_webhook=f"default={SLACK}\nspare={SLACK}")
    assert any("No route uses the webhook spare." in line for line in desk.console.said)


def test_a_run_without_a_memory_tells_nobody(desk: Desk) -> None:
    """Who remembers nothing would tell the same every day: it tells nobody, and why."""
    desk.run(3, state="none")
    assert desk.wire.calls == []
    assert any("Slack: This run remembers nothing" in line for line in desk.console.said)


def test_a_first_run_that_read_nothing_tells_nobody(desk: Desk) -> None:
    """How things stand is told by the first run that knows: a wrong path in the one before is no first look."""
    desk.run(3, reports=("nowhere.json",))
    assert desk.wire.calls == []
    desk.run(3)
    assert desk.heard() == ["local: first look, 1 open finding"]


def on_runner(folder: Path, event: str, payload: dict[str, Any]) -> Surroundings:
    (folder / "event.json").write_text(json.dumps(payload))
    return Surroundings(
        actions=True,
        event_name=event,
        repository="octo/shop",
        repository_id="7",
        ref="refs/heads/main",
        ref_name="main",
        sha="0" * 40,
        run_id="4711",
        event_path=str(folder / "event.json"),
        workspace=str(folder),
    )


PULL = {
    "number": 3,
    "repository": {"default_branch": "main"},
    "pull_request": {"number": 3, "head": {"sha": "1" * 40, "ref": "x"}, "base": {"ref": "main", "sha": "0" * 40}},
}


def test_a_pull_request_tells_nobody(desk: Desk) -> None:
    """What is only proposed is no news."""
    desk.run(3)
    desk.around = on_runner(desk.folder, "pull_request", PULL)
    desk.run(3, 9)
    assert len(desk.wire.calls) == 1


def test_a_branch_without_a_memory_tells_nobody(desk: Desk) -> None:
    """What a run does not save it would tell again in every run."""
    desk.run(3)
    push = on_runner(desk.folder, "push", {"repository": {"default_branch": "main"}, "ref": "refs/heads/next"})
    desk.around = replace(push, ref="refs/heads/next", ref_name="next")
    desk.run(3, 9)
    assert len(desk.wire.calls) == 1


def test_a_job_links_its_page(desk: Desk) -> None:
    """In a job the message leads to the run's page, and rows to the code that was scanned."""
    desk.around = on_runner(desk.folder, "push", {"repository": {"default_branch": "main"}, "ref": "refs/heads/main"})
    desk.run(3)
    desk.run(3, 9)
    body = json.dumps(desk.wire.posts[SLACK][-1])
    assert "https://github.com/octo/shop/actions/runs/4711" in body
    assert f"https://github.com/octo/shop/blob/{'0' * 40}/app.py#L9" in body


def test_a_dry_run_shows_the_message(desk: Desk) -> None:
    """A dry run prints the route and the very text that would be sent, sends nothing, and shows no address."""
    desk.run(3)
    desk.run(3, 9, dry_run=True)
    said = desk.console.said
    place = said.index("  tell Slack (route default): local: 1 new high finding from today's run")
    assert said[place + 1].startswith('  by the webhook default: {"text":')
    shown = json.loads(said[place + 1].partition(": ")[2])
    assert len(desk.wire.calls) == 1
    assert CANARY not in desk.written()
    desk.days -= 1
    desk.run(3, 9)
    assert desk.wire.posts[SLACK][-1] == shown


def test_no_address_is_told_to_anybody(desk: Desk) -> None:
    """Whatever happens, the address stands in no line of the log, no document and no state."""
    for fault in (
        None,
        Break.TIMEOUT,
        Break.NO_CONNECTION,
        Reply(302, {"location": SLACK}),
        Reply(400, {}, SLACK.encode()),
    ):
        desk.wire.faults = lambda _number, _request, fault=fault: fault
        desk.run(3, 9 + desk.days, verbose=True)
        assert CANARY not in desk.written()
        assert "sEcReT" not in desk.written()


def test_a_first_day_with_600_findings_is_one_message(desk: Desk) -> None:
    """However many findings there are on the first day, they are one message that names a few rules."""
    desk.run(*range(1, 601))
    (post,) = desk.wire.posts[SLACK]
    assert post["text"] == "local: first look, 600 open findings"
    assert len(json.dumps(post)) < 3000


def told_of(posts: list[dict[str, Any]]) -> list[str]:
    """Give the lines of new findings that messages tell of."""
    blocks = [block for post in posts for block in post["blocks"] if "new finding" in json.dumps(block)]
    return sorted(re.findall(r"app\.py:(\d+)", json.dumps(blocks)))


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("fault", [Reply(500), Reply(410), Reply(429, {"retry-after": "9999"}), Break.RESET])
@pytest.mark.parametrize("is_late", [False, True])
def test_a_fault_at_each_call_in_turn(desk: Desk, place: int, fault: Reply | Break, is_late: bool) -> None:
    """Whichever message fails, each new finding is told once, and once more where only the answer was lost."""
    desk.wire.faults = lambda number, _request: (After(fault) if is_late else fault) if number == place else None
    codes = [desk.run(*lines) for lines in ((3,), (3, 9), (3, 9, 12), (3, 9, 12))]
    told = (["12"], ["9", "12"], ["9", "12"])[place]  # what the second first look counts is not new after it
    again = ([], ["9"], ["12"])[place] if is_late else []
    assert told_of(desk.wire.posts[SLACK]) == sorted(told + again)
    assert sum("first look" in headline for headline in desk.heard()) == 1 + (is_late and place == 0)
    assert codes[place] is Exit.DELIVERY
    assert codes[-1] is Exit.OK
