"""Packages under another path: a release, another registry, lock files that moved; what was decided stays decided."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.checkouts import Checkout
from tests.e2e.job import onefold

RUNS = ("2026-10-01T08:00:00Z", "2026-10-02T08:00:00Z", "2026-10-03T08:00:00Z")
LOG4J = (
    "CVE-2021-44228",
    "org.apache.logging.log4j:log4j-core",
    "2.14.0",
    "pkg:maven/org.apache.logging.log4j/log4j-core",
)
JACKSON = ("CVE-2020-36518", "com.fasterxml:jackson-databind", "2.12.0", "pkg:maven/com.fasterxml/jackson-databind")
OPENSSL = ("CVE-2023-5363", "libssl3", "3.0.9-1", "pkg:deb/debian/libssl3")
LODASH = ("CVE-2021-23337", "lodash", "4.17.0", "pkg:npm/lodash")


def vulnerable(of: tuple[str, str, str, str], **place: str) -> dict[str, Any]:
    name, package, version, purl = of
    return {
        "VulnerabilityID": name,
        "PkgName": package,
        "InstalledVersion": version,
        "FixedVersion": "9.0",
        "Severity": "HIGH",
        "PkgIdentifier": {"PURL": f"{purl}@{version}"},
        **place,
    }


def trivy(artifact: str, kind: str, targets: dict[str, list[dict[str, Any]]]) -> str:
    results = [{"Target": name, "Class": "lang-pkgs", "Vulnerabilities": found} for name, found in targets.items()]
    return json.dumps({"SchemaVersion": 2, "ArtifactName": artifact, "ArtifactType": kind, "Results": results})


def trivy_sarif(found: list[dict[str, Any]]) -> str:
    """The same of an image in SARIF: of a package the name, and no ecosystem."""
    results = [
        {
            "ruleId": each["VulnerabilityID"],
            "level": "error",
            "message": {
                "text": f"Package: {each['PkgName']}\nInstalled Version: {each['InstalledVersion']}\n"
                f"Vulnerability {each['VulnerabilityID']}\nSeverity: HIGH\nFixed Version: 9.0"
            },
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": each.get("PkgPath", "acme/shop")}}}],
        }
        for each in found
    ]
    rules = [{"id": name} for name in sorted({each["VulnerabilityID"] for each in found})]
    image = {"imageName": "acme/shop:1.4.0", "repoTags": ["acme/shop:1.4.0"], "repoDigests": []}
    log = {"tool": {"driver": {"name": "Trivy", "rules": rules}}, "results": results, "properties": image}
    return json.dumps({"version": "2.1.0", "runs": [log]})


def image(repository: str, release: str) -> str:
    """Two jars of one release in an image, each with the same two libraries."""
    jars = (f"app/shop-{release}.jar", f"app/worker-{release}.jar")
    found = [vulnerable(library, PkgPath=path) for path in jars for library in (LOG4J, JACKSON)]
    return trivy(f"{repository}:{release}", "container_image", {"Java": found})


def accepted(found: dict[str, Any]) -> str:
    """A policy under which the risk of half the findings is taken."""
    ids = sorted(item["id"] for item in found["findings"])
    word = "status: risk_accepted, reason: not reachable, owner: team@shop.example, expires: 2027-01-01"
    return "exceptions:\n" + "".join(f"  - {{id: {each}, {word}}}\n" for each in ids[: len(ids) // 2])


def run(job: Path, now: str, said: str, *more: str) -> dict[str, Any]:
    (job / "trivy.json").write_text(said)
    done = onefold("run", "trivy.json", "--state", "state", "--now", now, *more, cwd=job)
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    answer: dict[str, Any] = json.loads((job / "onefold-out" / "findings.json").read_bytes())
    return answer


def all_known(job: Path, first: dict[str, Any], later: list[dict[str, Any]]) -> None:
    """Every later run has the findings of the first one, half of them silenced, and nothing else."""
    for answer in later:
        assert {item["id"] for item in answer["findings"]} == {item["id"] for item in first["findings"]}
        names = ("new", "absent", "held", "not_covered", "suppressed")
        assert [answer["totals"][each] for each in names] == [0, 0, 0, 0, len(first["findings"]) // 2]


@pytest.mark.parametrize(
    "later",
    [
        (("acme/shop", "1.4.1"), ("acme/shop", "1.5.0")),
        (("ghcr.io/acme/shop", "1.4.0"), ("ghcr.io/acme/shop", "1.4.0")),
        (("ghcr.io/acme/shop", "1.4.1"), ("eu.example/shop", "1.5.0-rc1")),
    ],
)
def test_releases_and_registries(tmp_path: Path, later: tuple[tuple[str, str], ...]) -> None:
    """Jars that a release renames, in an image that other registries keep."""
    first = run(tmp_path, RUNS[0], image("acme/shop", "1.4.0"))
    (tmp_path / "said.yml").write_text(accepted(first))
    given = [image(*each) for each in later]
    answers = [run(tmp_path, now, said, "--exceptions", "said.yml") for now, said in zip(RUNS[1:], given, strict=True)]
    all_known(tmp_path, first, answers)


@pytest.mark.parametrize(("folder", "names"), [("packages", "ab"), ("libs", "xy")])
def test_lock_files_move(tmp_path: Path, folder: str, names: str) -> None:
    """A folder of lock files gets another name, and git tells of those that got another one each."""
    checkout = Checkout(tmp_path / "code")

    def locked(paths: list[str]) -> str:
        return trivy(".", "filesystem", {path: [vulnerable(LODASH)] for path in paths})

    def scan(now: str, paths: list[str], commit: str, *more: str) -> dict[str, Any]:
        return run(tmp_path, now, locked(paths), "--source-root", "code", "--commit", commit, *more)

    before, after = (
        [f"apps/{each}/package-lock.json" for each in "ab"],
        [f"{folder}/{each}/package-lock.json" for each in names],
    )
    texts = [f'{{"name": "{each}"}}\n' * 5 for each in "ab"]
    first = scan(RUNS[0], before, checkout.commit(dict(zip(before, texts, strict=True))))
    (tmp_path / "said.yml").write_text(accepted(first))
    moved = checkout.commit(dict.fromkeys(before) | dict(zip(after, texts, strict=True)))
    all_known(tmp_path, first, [scan(now, after, moved, "--exceptions", "said.yml") for now in RUNS[1:]])


def test_lock_files_of_another_tool(tmp_path: Path) -> None:
    """All services change the format of their lock files in one commit, one of them two files for one."""
    checkout = Checkout(tmp_path / "code")
    before = ["a/requirements.txt", "b/requirements.txt", "c/requirements-dev.txt", "c/requirements.txt"]
    after = [f"{folder}/uv.lock" for folder in "abc"]

    def scan(now: str, paths: list[str], commit: str, *more: str) -> dict[str, Any]:
        said = trivy(".", "filesystem", {path: [vulnerable(LODASH), vulnerable(JACKSON)] for path in paths})
        return run(tmp_path, now, said, "--source-root", "code", "--commit", commit, *more)

    first = scan(RUNS[0], before, checkout.commit({path: f"{path}\n" * 9 for path in before}))
    (tmp_path / "said.yml").write_text(accepted(first))
    scan(RUNS[1], before, checkout.commit({"README.md": "shop"}), "--exceptions", "said.yml")
    commit = checkout.commit(dict.fromkeys(before) | {path: f"lock {path}" for path in after})
    moved = scan(RUNS[2], after, commit, "--exceptions", "said.yml")
    assert Counter(item["baseline"] for item in moved["findings"]) == {"updated": 6, "absent": 2}
    assert {item["id"] for item in moved["findings"]} == {item["id"] for item in first["findings"]}


@pytest.mark.parametrize("formats", [("sarif", "json", "json"), ("json", "sarif", "json")])
def test_another_format(tmp_path: Path, formats: tuple[str, ...]) -> None:
    """Of packages in images Trivy's SARIF tells no ecosystem, and its JSON does: a pipeline changes from one to one."""
    found = [
        vulnerable(LOG4J, PkgPath="app/shop.jar"),
        vulnerable(JACKSON, PkgPath="app/shop.jar"),
        vulnerable(OPENSSL),
    ]
    said = {"json": trivy("acme/shop:1.4.0", "container_image", {"acme/shop": found}), "sarif": trivy_sarif(found)}
    first = run(tmp_path, RUNS[0], said[formats[0]])
    assert len(first["findings"]) == len(found)
    (tmp_path / "said.yml").write_text(accepted(first))
    later = zip(RUNS[1:], formats[1:], strict=True)
    all_known(tmp_path, first, [run(tmp_path, now, said[each], "--exceptions", "said.yml") for now, each in later])
