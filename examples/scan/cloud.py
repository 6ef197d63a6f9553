"""Scan a make-believe cloud account: moto plays the cloud on the loopback address, Prowler looks at it."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import Tools

HERE = Path(__file__).parent
HOST, PORT = "127.0.0.1", 5077
PATIENCE = 60.0
REGION = "eu-central-1"
CHECKS = (
    "account_maintain_current_contact_details",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_postgres_5432",
    "iam_password_policy_minimum_length_14",
    "rds_instance_deletion_protection",
    "rds_instance_storage_encrypted",
    "s3_bucket_level_public_access_block",
    "s3_bucket_object_versioning",
    "s3_bucket_policy_public_write_access",
    "s3_bucket_public_access",
)


@contextmanager
def account(tools: Tools) -> Iterator[None]:
    """An empty account, alive as long as the block."""
    environment = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    server = subprocess.Popen(
        [tools.account("moto_server"), "-H", HOST, "-p", str(PORT)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_server()
        yield
    finally:
        server.terminate()
        server.wait()


def bring_to_state(tools: Tools, run: str) -> None:
    """Build up or change the account as it was at that scan."""
    command = [tools.account("python"), "-B", str(HERE / "account.py"), run]
    subprocess.run(command, env=_environment(), check=True)


def run_prowler(tools: Tools, report: Path) -> None:
    """Make the chosen checks and keep the OCSF report."""
    with tempfile.TemporaryDirectory() as folder:
        command = [tools.prowler, "aws", "--no-banner", "--ignore-exit-code-3", "--output-formats", "json-ocsf"]
        command += ["--output-filename", "prowler", "--output-directory", folder]
        command += ["--filter-region", REGION, "--scan-unused-services", "--checks", *CHECKS]
        subprocess.run(command, cwd=folder, env=_environment(), stdout=subprocess.DEVNULL, check=True)
        report.write_bytes((Path(folder) / "prowler.ocsf.json").read_bytes())


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "AWS_ENDPOINT_URL": f"http://{HOST}:{PORT}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
    }


def _wait_for_server() -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, PORT)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"moto did not answer on {HOST}:{PORT} within {PATIENCE:.0f} seconds")
