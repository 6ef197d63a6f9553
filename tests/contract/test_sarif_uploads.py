"""What whole runs upload is held against Microsoft's multitool with GitHub's rules."""

from pathlib import Path

from aggregator.policy import Policy
from aggregator.policy.policy import Upload
from tests.contract.github_rules import refusals
from tests.contract.multitool import complaints
from tests.e2e.life import Life, live
from tests.e2e.repository import Repository
from tests.e2e.tab import PULL, Tab, flaw


def test_life_of_a_tab(tmp_path: Path) -> None:
    """Every file that a repository's runs send is taken, and the multitool finds no error in those of each sort."""
    tab = Tab()
    tab.run(flaw(1), flaw(2), tool="Bandit")
    tab.run(flaw(2), flaw(3), scanned=PULL)
    tab.run(flaw(3))
    tab.run(flaw(3), policy=Policy(upload=Upload(retired=("Bandit",))))
    sent = tab.sent()
    assert [refusals(document) for document in sent] == [[]] * 4
    for number, document in enumerate(sent[1::2]):
        path = tmp_path / f"{number}.sarif"
        path.write_bytes(document)
        assert [complaint for complaint in complaints(path) if complaint.level == "error"] == []


def test_everything_a_life_uploads(tmp_path: Path) -> None:
    """Each file that thirty-two runs of pushes and pull requests send is free of errors by the multitool's word."""
    life = Life(Repository(tmp_path / "runs"))
    life.repository.folder.mkdir()
    live(life)
    sent = sorted(set(life.repository.hub.scanning.documents))
    assert len(sent) > 5
    paths = [tmp_path / f"{number:02}.sarif" for number in range(len(sent))]
    for path, document in zip(paths, sent, strict=True):
        path.write_bytes(document)
    assert [complaint for complaint in complaints(*paths) if complaint.level == "error"] == []
