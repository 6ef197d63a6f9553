from datetime import UTC, datetime
from time import sleep

import pytest
from msgspec.structs import replace

from aggregator.model.state import Line, RunRef
from aggregator.policy import Policy
from aggregator.policy.engagement import EngagementRule
from aggregator.policy.policy import Memory
from aggregator.run.frame import UNNAMED, frame
from aggregator.runner.event import Event
from aggregator.settings import Settings, Surroundings
from tests.builders import NOW

JOB = Surroundings(actions=True, repository="octocat/shop", run_id="77", run_attempt=2)
PUSH = Event(branch="main", commit="c0ffee")


def test_desk_run_names_nothing_of_the_machine() -> None:
    """Outside a job the same call at the same moment is the same run of the same unnamed product."""
    about = frame(Settings(now=NOW), Policy(), Surroundings(), Event())
    assert about.context.line == Line(UNNAMED)
    assert about.context.run == RunRef("20261122T120000Z")
    assert (about.now, about.context.source_url, about.held) == (NOW, "", "")


def test_now_is_now_unless_told() -> None:
    """Without being told the moment a run takes the clock's, in UTC, to the second."""
    before = datetime.now(UTC).replace(microsecond=0)
    now = frame(Settings(), Policy(), Surroundings(), Event()).now
    assert before <= now <= datetime.now(UTC)
    assert now.microsecond == 0


def test_two_runs_of_one_second_are_two() -> None:
    """Runs outside a job that follow each other at once do not bear one name."""
    names = set()
    for _ in range(3):
        names.add(frame(Settings(), Policy(), Surroundings(), Event()).context.run.id)
        sleep(0.002)
    assert len(names) == 3


def test_job_is_about_its_repository() -> None:
    """On a runner the product is the repository, the run the job's, and files can be linked at the commit."""
    context = frame(Settings(now=NOW), Policy(), JOB, PUSH).context
    assert context.line == Line("octocat/shop", "", "main")
    assert context.run == RunRef("77", 2)
    assert context.source_url == "https://github.com/octocat/shop/blob/c0ffee/{path}#L{line}"


@pytest.mark.parametrize(("follows", "told"), [(76, "76"), (None, "")])
def test_a_run_knows_which_one_it_follows(follows: int | None, told: str) -> None:
    """What it reads was found by that run, so that one's number says when."""
    assert frame(Settings(now=NOW), Policy(), JOB, replace(PUSH, follows=follows)).context.follows == told


def test_caller_outranks_policy_outranks_surroundings() -> None:
    """What the caller says wins over the policy, and the policy over what the machine says."""
    policy = Policy(product="platform", environment="staging", product_type="team", engagement="nightly")
    told = frame(Settings(now=NOW), policy, JOB, PUSH).context
    assert (told.line.product, told.line.environment) == ("platform", "staging")
    assert (told.product_type, told.engagement) == ("team", "nightly")
    said = Settings(now=NOW, product="shop", environment="production", branch="release", commit="bead")
    context = frame(said, policy, JOB, PUSH).context
    assert context.line == Line("shop", "production", "release")
    assert context.commit == "bead"


def test_engagements() -> None:
    """One that the policy lists is of this run's reports alone; any other one is a label for all that says none."""
    listed = (EngagementRule(name="Pen test", once=True),)
    policy = Policy(engagement="nightly", engagements=listed)
    default = Policy(engagement="Pen test", engagements=listed)
    for rules, said, told in (
        (policy, "", ("nightly", "")),
        (policy, "release", ("release", "")),
        (policy, "Pen test", ("nightly", "Pen test")),
        (default, "", ("", "Pen test")),
        (default, "release", ("release", "")),
    ):
        context = frame(Settings(now=NOW, engagement=said), rules, JOB, PUSH).context
        assert (context.engagement, context.examination) == told


def test_pull_request_may_not_write() -> None:
    """What the event says about writing holds even when the caller names the branch."""
    held = Event(branch="main", held="a pull request writes none", is_change=True)
    assert frame(Settings(), Policy(), JOB, held).context.is_change
    assert frame(Settings(), Policy(), JOB, held).held == held.held
    assert frame(Settings(branch="main"), Policy(), JOB, held).held == held.held


def test_only_the_default_branch_remembers() -> None:
    """Where the policy names no branches the default branch has a memory, and every other one reads it."""
    pushed = frame(Settings(), Policy(), JOB, Event(branch="main", default_branch="main"))
    feature = frame(Settings(), Policy(), JOB, Event(branch="feature", default_branch="main"))
    assert (pushed.home, pushed.held) == ("main", "")
    assert (feature.home, feature.context.line.branch) == ("main", "main")
    assert feature.held
    named = frame(Settings(branch="nightly"), Policy(), JOB, Event(branch="feature", default_branch="main"))
    assert (named.home, named.context.line.branch, named.held) == ("feature", "nightly", "")


@pytest.mark.parametrize(
    ("event", "lines", "base"),
    [
        (Event(branch="main", default_branch="main", is_change=True), (), "main"),
        (Event(branch="stacked", default_branch="main", is_change=True), (), "stacked"),
        (Event(branch="feature", default_branch="main"), (), "main"),
        (Event(branch="feature", default_branch="main"), ("release/*", "develop"), "develop"),
        (Event(branch="", default_branch="main", held="a tag is no branch"), (), "main"),
        (Event(branch="release/1", default_branch="main"), ("main", "release/*"), ""),
        (Event(branch="main", default_branch="main"), (), ""),
        (PUSH, (), ""),
        (Event(), (), ""),
    ],
)
def test_what_is_on_no_line_has_a_base(event: Event, lines: tuple[str, ...], base: str) -> None:
    """What writes no line of its own is compared with where it left the branch that it will join, or that it reads."""
    assert frame(Settings(), Policy(state=Memory(branches=lines)), JOB, event).base == base


def test_a_branch_that_people_name_has_no_base() -> None:
    """A line that the caller names is that of the branch that runs."""
    assert frame(Settings(branch="nightly"), Policy(), JOB, Event(branch="feature", default_branch="main")).base == ""


@pytest.mark.parametrize(
    ("lines", "branch", "line", "held"),
    [
        (("main", "release/*"), "release/1", "release/1", False),
        (("release/*", "main"), "feature", "main", True),
        (("release/*",), "feature", "", True),
    ],
)
def test_policy_says_which_branches_remember(lines: tuple[str, ...], branch: str, line: str, *, held: bool) -> None:
    """A branch without a line of its own reads the first named one and writes none."""
    policy = Policy(state=Memory(branches=lines))
    about = frame(Settings(), policy, JOB, Event(branch=branch))
    assert about.context.line.branch == line
    assert bool(about.held) is held
