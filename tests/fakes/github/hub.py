"""The world of the fake GitHub: runs, artifacts, blobs and commits, all in memory and the same every time."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, Protocol
from urllib.parse import quote

from tests.fakes.github.clock import FakeClock
from tests.fakes.github.forum import ROBOT, Forum
from tests.fakes.github.scanning import Scanning

DAY = 86_400.0
WORKFLOW = ".github/workflows/scan.yml"


@dataclass
class Run:
    """One attempt of a workflow's run, with the fields of REST's run; ``backend`` and ``job`` are the service's ids."""

    id: int
    attempt: int
    event: str
    path: str
    head_branch: str | None
    head_sha: str
    repository_id: int
    head_repository_id: int | None
    status: str
    conclusion: str | None
    pull_requests: tuple[int, ...]
    created_at: float
    backend: str
    job: str


@dataclass
class Artifact:
    """An artifact that was finalized. ``run`` is ``None`` where GitHub no longer tells it."""

    id: int
    name: str
    run: Run | None
    created_at: float
    expires_at: float
    expired: bool
    content: bytes
    digest: str | None
    content_type: str = "application/zip"
    blob: str = ""
    """Where its content can be fetched from the blob host."""


@dataclass
class Pending:
    """An artifact that was created and not finalized yet."""

    run: Run
    name: str
    blob: str
    created_at: float
    expires_at: float


@dataclass
class Blob:
    """What lies at the blob host: blocks that were put, and the content once they were listed."""

    staged: dict[str, bytes] = field(default_factory=dict)
    blocks: dict[str, bytes] = field(default_factory=dict)
    content: bytes | None = None
    content_type: str = "application/octet-stream"


class BlobStore(Protocol):
    """Where the contents lie; in memory unless a test brings a real one."""

    def upload_url(self, blob: str) -> str:
        """A signed address to put blocks at."""
        ...

    def download_url(self, blob: str, filename: str) -> str:
        """A signed address to get the content from."""
        ...

    def content(self, blob: str) -> tuple[bytes, str] | None:
        """The committed bytes and their type."""
        ...


class Hub:
    """One repository on the fake GitHub.

    Attributes:
        results: origin of the artifact service. ``api`` is the REST API's address without a slash at its end,
            ``storage`` the origin of the blob host. A loopback server sets its own.
        dialect: ``camel`` answers Twirp calls as the clones do: camelCase, int64 as numbers, no ``mime_type``.
        quota: whether the account has room left; ``service``: whether there is an artifact service at all.
        is_in_order: whether artifacts are listed newest first, as GitHub was seen to do; it promises no order.
        holds_names: whether an artifact that was created and never finalized keeps its name taken.
        permissions: what each REST token may do, ``actions: read`` written as ``actions:read``.
    """

    def __init__(self, name: str = "octo/shop", number: int = 1001, default_branch: str = "main") -> None:
        self.name, self.number, self.default_branch = name, number, default_branch
        self.results = "https://results.fake.example"
        self.api = "https://api.fake.example"
        self.storage = "https://blobs.fake.example"
        self.dialect: Literal["github", "camel"] = "github"
        self.quota = True
        self.service = True
        self.is_in_order = False
        self.holds_names = True
        self.clock = FakeClock()
        self.runs: dict[int, list[Run]] = {}
        self.artifacts: dict[int, Artifact] = {}
        self.pending: list[Pending] = []
        self.blobs: dict[str, Blob] = {}
        self.blob_store: BlobStore = MemoryBlobs(self)
        self.commits: dict[str, tuple[str, ...]] = {}
        self.commit_dates: dict[str, str] = {}
        self.branches: dict[str, str] = {}
        self.permissions: dict[str, frozenset[str]] = {}
        self.logins: dict[str, str] = {}
        self.forum = Forum(self.clock)
        self.scanning = Scanning(self.clock, default_branch)
        self.secrets: set[str] = set()
        self._count = 0

    # --- what happens in the world

    def commit(self, sha: str, *parents: str) -> str:
        """Add a commit to the graph that compare calls walk, made now."""
        self.commits[sha] = parents
        self.commit_dates[sha] = rfc3339(self.clock.now())
        return sha

    def start_run(
        self,
        *,
        event: str = "push",
        path: str | None = None,
        head_branch: str | None = None,
        head_sha: str = "0" * 40,
        fork: int | None = None,
        pull_requests: tuple[int, ...] = (),
    ) -> Run:
        """Start a run; ``fork`` is the id of the repository that its head lies in."""
        branch = head_branch if head_branch is not None else self.default_branch
        number = 5_000 + self._next()
        run = Run(
            id=number,
            attempt=1,
            event=event,
            path=path if path is not None else f"{WORKFLOW}@refs/heads/{branch}",
            head_branch=branch,
            head_sha=head_sha,
            repository_id=self.number,
            head_repository_id=fork if fork is not None else self.number,
            status="in_progress",
            conclusion=None,
            pull_requests=pull_requests,
            created_at=self.clock.now(),
            backend=f"run-{number}-1",
            job=f"job-{number}-1",
        )
        self.runs[number] = [run]
        return run

    def rerun(self, run: Run) -> Run:
        """Start the next attempt: the same run for REST, another one for the artifact service."""
        attempts = self.runs[run.id]
        number = len(attempts) + 1
        again = replace(
            run,
            attempt=number,
            status="in_progress",
            conclusion=None,
            backend=f"run-{run.id}-{number}",
            job=f"job-{run.id}-{number}",
        )
        attempts.append(again)
        return again

    def end(self, run: Run, conclusion: str = "success") -> None:
        """Let a run end."""
        run.status, run.conclusion = "completed", conclusion

    def publish(
        self,
        name: str,
        content: bytes,
        run: Run | None,
        *,
        expires_in: float = 90 * DAY,
        digest: str | None = "",
        content_type: str = "application/zip",
    ) -> Artifact:
        """Put an artifact there at once, as if someone had uploaded it. An empty digest stands for the right one."""
        blob = self.new_blob()
        self.blobs[blob] = Blob(content=content, content_type=content_type)
        now = self.clock.now()
        right = f"sha256:{hashlib.sha256(content).hexdigest()}"
        return self.keep(
            Artifact(
                id=0,
                name=name,
                run=run,
                created_at=now,
                expires_at=now + expires_in,
                expired=False,
                content=content,
                digest=right if digest == "" else digest,
                content_type=content_type,
                blob=blob,
            )
        )

    # --- what the services ask

    def keep(self, artifact: Artifact) -> Artifact:
        """Give an artifact the next id and list it."""
        artifact.id = 90_000 + self._next()
        self.artifacts[artifact.id] = artifact
        return artifact

    def is_expired(self, artifact: Artifact) -> bool:
        """Whether its content is gone, by a test's word or by the time."""
        return artifact.expired or artifact.expires_at <= self.clock.now()

    def new_blob(self) -> str:
        """Name a place at the blob host."""
        return f"actions-results/blob-{self._next()}"

    def run_of(self, backend: str) -> Run | None:
        """The attempt that the artifact service calls so."""
        return next((run for runs in self.runs.values() for run in runs if run.backend == backend), None)

    def signature(self, blob: str, grant: str) -> str:
        """What signs an address of the blob host; has signs that need escaping, as real ones do."""
        digest = hashlib.sha256(f"{blob} {grant}".encode()).digest()[:15]
        signature = base64.b64encode(b"\xfb\xef" + digest).decode()
        self.secrets |= {signature, quote(signature, safe="")}
        return signature

    # --- tokens

    def runtime_token(self, run: Run) -> str:
        """The token that the runner gives a job for the artifact service."""
        claims = {"scp": f"Actions.GenericRead:00 Actions.Results:{run.backend}:{run.job}", "exp": 4_000_000_000}
        parts = (json.dumps(each).encode() for each in ({"alg": "none", "typ": "JWT"}, claims))
        segments = [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in parts]
        token = ".".join((*segments, "canary-signature"))
        self.secrets.add(token)
        return token

    def api_token(self, *permissions: str, login: str = ROBOT, from_fork: bool = False) -> str:
        """A token for REST; ``actions:write`` includes ``actions:read``. A fork's only reads, whatever it asks for."""
        token = f"{'ghs' if login.endswith('[bot]') else 'ghp'}_canary{self._next():030d}"
        narrow = {name.replace(":write", ":read") for name in permissions}
        self.permissions[token] = frozenset(narrow if from_fork else narrow | set(permissions))
        self.logins[token] = login
        self.secrets.add(token)
        return token

    def _next(self) -> int:
        self._count += 1
        return self._count


class MemoryBlobs:
    """The contents in memory, behind addresses of :mod:`tests.fakes.github.blobs`."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def upload_url(self, blob: str) -> str:
        """A signed address to put blocks at."""
        self._hub.blobs.setdefault(blob, Blob())
        return self._url(blob, "cw", 3600)

    def download_url(self, blob: str, filename: str) -> str:
        """A signed address to get the content from."""
        return self._url(blob, "r", 600) + f"&rscd={quote(f'attachment; filename={filename}.zip', safe='')}"

    def content(self, blob: str) -> tuple[bytes, str] | None:
        """The committed bytes and their type."""
        kept = self._hub.blobs.get(blob)
        return (kept.content, kept.content_type) if kept is not None and kept.content is not None else None

    def _url(self, blob: str, grant: str, seconds: int) -> str:
        end = int(self._hub.clock.now()) + seconds
        sig = quote(self._hub.signature(blob, f"{grant} {end}"), safe="")
        return f"{self._hub.storage}/{blob}?sp={grant}&se={end}&sig={sig}"


def rfc3339(seconds: float, places: int = 0) -> str:
    """A time as GitHub writes it: REST without fractions, the artifact service with."""
    when = datetime.fromtimestamp(seconds, UTC)
    return when.isoformat(timespec="milliseconds" if places else "seconds").replace("+00:00", "Z")
