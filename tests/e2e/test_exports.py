"""The dashboard and the exports from end to end: as runs write and keep them, and as commands make them later."""

from __future__ import annotations

import csv
import io
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

from aggregator.run.exits import Exit
from tests.e2e.job import EXAMPLES, everything_below, onefold
from tests.e2e.repository import Repository
from tests.packed import inside

RULES = "outputs: {report: true, evidence: true}\nsla: {critical: 7}\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example shop after its two runs, and another product beside it."""
    folder: Path = tmp_path_factory.mktemp("shop")
    (folder / "policy.yml").write_text(RULES)
    for name, product, day in (("first", "shop", "01"), ("second", "shop", "20"), ("first", "octo/web", "10")):
        about = ("--product", product, "--branch", "main", "--commit", "abc123", "--now", f"2026-11-{day}T00:00:00Z")
        kept = ("--state", "state", "--out", f"out-{product.partition('/')[2] or product}")
        reports = (str(EXAMPLES / name), "--config", "policy.yml", "--on-incomplete", "warn")
        done = onefold("run", *reports, *about, *kept, cwd=folder)
        assert done.returncode == 0, done.stderr
    return folder


def page_data(page: Path) -> Any:
    parts = dict(inside(page.name, page.read_bytes()))
    return json.loads(parts[f"{page.name}!data"])


def counted(rows: list[dict[str, Any]]) -> dict[str, int]:
    alive = [row for row in rows if row["status"] in {"active", "verified"}]
    return {level: sum(row["severity"] == level for row in alive) for level in ("CRITICAL", "HIGH", "MEDIUM", "LOW")}


def test_the_numbers_of_all_documents_agree(shop: Path) -> None:
    """The page's rows, findings.json, findings.csv and the evidence of one run tell the same numbers."""
    out = shop / "out-shop"
    told = json.loads((out / "findings.json").read_bytes())
    wanted = {level: told["totals"]["by_severity"][level] for level in ("CRITICAL", "HIGH", "MEDIUM", "LOW")}
    data = page_data(out / "dashboard.html")
    assert counted(data["rows"]) == wanted
    assert data["lines"][0]["totals"] == told["totals"]
    rows = list(csv.DictReader(io.StringIO((out / "findings.csv").read_text("utf-8"), newline="")))
    assert counted(rows) == wanted
    with zipfile.ZipFile(out / "evidence.zip") as archive:
        assert archive.read("findings.json") == (out / "findings.json").read_bytes()
        assert archive.read("report.md") == (out / "report.md").read_bytes()
        assert archive.read("policy/onefold.yml") == RULES.encode()
    report = (out / "report.md").read_text("utf-8")
    assert f"- {told['totals']['open']} open findings, " in report
    assert f"| **All** | {told['totals']['breached']} |" in report


def test_several_products_stand_on_one_page(shop: Path) -> None:
    """Every line of a folder of states is on the page, with its trend, and its findings know where they belong."""
    done = onefold("dashboard", "state", "--out", "site/index.html", cwd=shop)
    assert done.returncode == 0, done.stderr
    data = page_data(shop / "site/index.html")
    runs = {line["product"]: [point["run"] for point in line["trend"]] for line in data["lines"]}
    assert {name: len(named) for name, named in runs.items()} == {"octo/web": 2, "shop": 2}
    assert runs["octo/web"][1] == ""  # its clocks have gone on since, and nobody has run it
    late = sum(row.get("standing") == "breached" for row in data["rows"] if row["status"] == "active")
    assert sum(line["trend"][-1].get("breached", 0) for line in data["lines"]) == late > 0
    assert {row["product"] for row in data["rows"]} == {"octo/web", "shop"}
    point = data["lines"][1]["trend"][1]
    mine = [row for row in data["rows"] if row["product"] == "shop"]
    assert {level: point["open"].get(level, 0) for level in counted(mine)} == counted(mine)
    assert (point["new"], point["fixed"]) == (9, 10)


def test_documents_and_states_meet(shop: Path) -> None:
    """With the run's findings.json the page has what a state forgets: totals, reasons, upgrades."""
    done = onefold("dashboard", "state", "out-shop", "--out", "both.html", cwd=shop)
    assert done.returncode == 0, done.stderr
    data = page_data(shop / "both.html")
    web, ours = data["lines"]
    assert ("totals" in web, "totals" in ours) == (False, True)
    assert data["upgrades"]
    assert sorted(row["id"] for row in data["rows"] if row["product"] == "shop") == sorted(
        row["id"] for row in page_data(shop / "out-shop/dashboard.html")["rows"]
    )


def test_a_tick_forgets_no_tool(shop: Path) -> None:
    """After a run without reports every document, whatever it is made from, names the tools that it named before."""
    about = ("--product", "shop", "--branch", "main", "--config", "policy.yml", "--now", "2026-11-21T00:00:00Z")
    shutil.copytree(shop / "state", shop / "ticked")
    assert onefold("run", *about, "--state", "ticked", "--out", "out-tick", cwd=shop).returncode == 0
    (shop / "state-shop").mkdir()
    for state in (shop / "ticked").iterdir():
        if b'"product":"shop"' in state.read_bytes():
            shutil.copy(state, shop / "state-shop")
    made = {"alone": ("state-shop",), "both": ("state-shop", "out-tick"), "document": ("out-tick",)}
    for name, sources in made.items():
        assert onefold("export", "csv", *sources, "--out", f"{name}.csv", cwd=shop).returncode == 0
    before = tools_named(shop / "out-shop/findings.csv")
    told = [tools_named(shop / "out-tick/findings.csv"), *(tools_named(shop / f"{name}.csv") for name in made)]
    assert told == [before] * 4


def tools_named(table: Path) -> dict[str, set[str]]:
    """The tools of each finding that is not closed."""
    rows = csv.DictReader(io.StringIO(table.read_text("utf-8"), newline=""))
    return {row["id"]: set(row["tools"].split()) for row in rows if row["status"] != "closed"}


def test_exports_are_the_same_every_time(shop: Path) -> None:
    """Made twice, in another order and under another seed, every export is the same to the byte."""
    places = ("https://github.com/{product}/blob/{commit}/{path}#L{line}", "state", "out-shop")
    for seed, folder in (("1", "once"), ("2", "twice")):
        sources = places[1:] if seed == "1" else tuple(reversed(places[1:]))
        for what in ("csv", "json", "report", "evidence"):
            out = ("--out", f"{folder}/{what}.zip" if what == "evidence" else f"{folder}/{what}")
            done = onefold("export", what, *sources, "--source-url", places[0], *out, cwd=shop, seed=seed)
            assert done.returncode == 0, done.stderr
    assert everything_below(shop / "once") == everything_below(shop / "twice")
    assert "](https://github.com/octo/web/blob/abc123/" in (shop / "once/report").read_text("utf-8")


def test_an_export_fits_its_schema(shop: Path) -> None:
    """`onefold check` knows the document and finds nothing wrong with it, whatever it was made from."""
    for sources in (("state",), ("out-shop",), ("state", "out-shop")):
        assert onefold("export", "json", *sources, "--out", "all.json", cwd=shop).returncode == 0
        done = onefold("check", "all.json", cwd=shop)
        assert (done.returncode, done.stdout) == (0, b"all.json is valid: an Onefold export\n"), done.stderr


def test_what_is_no_source_is_refused(shop: Path) -> None:
    """A file that is nothing of ours ends the command with code 2, and nothing is written."""
    done = onefold("export", "csv", "policy.yml", "--out", "no.csv", cwd=shop)
    assert done.returncode == 2
    assert b"neither a state nor a findings.json" in done.stderr
    assert not (shop / "no.csv").exists()


def test_the_page_is_kept_as_an_artifact(repository: Repository) -> None:
    """With a name for it the page is an artifact of each run; jobs of one run keep one each."""
    first = repository.push(1, "eval", dashboard_artifact="page")
    assert first.code is Exit.OK
    assert first.said("See https://github.com/octo/shop/actions/runs/")
    kept = [artifact for artifact in repository.hub.artifacts.values() if artifact.name == "page"]
    with zipfile.ZipFile(io.BytesIO(kept[0].content)) as archive:
        assert archive.read("dashboard.html") == (first.folder / "dashboard.html").read_bytes()
    started = repository.start(2)
    for _ in range(2):
        repository.work(started, (first.folder / "report.json").read_bytes(), dashboard_artifact="page")
    assert sorted(each.name for each in repository.hub.artifacts.values() if each.name.startswith("page")) == [
        "page",
        "page",
        "page-2",
    ]


def test_a_runner_without_artifacts_only_warns(repository: Repository, tmp_path: Path) -> None:
    """Where the runner has no artifact service the run says so, keeps the file, and does not fail for it."""
    started = repository.start(1)
    about: dict[str, Any] = {"state": str(tmp_path / "kept"), "dashboard_artifact": "page"}
    ended = repository.work(
        started, b'{"version": "1", "results": [], "errors": []}', around={"runtime": None}, **about
    )
    assert ended.code is Exit.OK
    assert ended.said("warning: Could not keep dashboard.html as the artifact page")
    assert (ended.folder / "dashboard.html").is_file()


def test_a_page_that_is_not_written_is_not_kept(repository: Repository) -> None:
    """Where the policy switches the page off there is nothing to keep; a dry run says what would be kept."""
    policy = repository.folder / "never.yml"
    policy.write_text("outputs: {dashboard: never}\n")
    repository.push(1, "eval", dashboard_artifact="page", config=policy)
    assert not [each for each in repository.hub.artifacts.values() if each.name == "page"]
    assert repository.push(2, dashboard_artifact="page", dry_run=True).said("keep dashboard.html as the artifact page")
