"""Make a container image, as `docker save` would write it, that holds little more than its package lists."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

NAME = "corner-shop:latest"
RELEASE = "3.12.0"
ALPINE_PACKAGES = (
    ("busybox", "busybox", "1.31.1-r19"),
    ("libcrypto1.1", "openssl", "1.1.1g-r0"),
    ("libssl1.1", "openssl", "1.1.1g-r0"),
    ("musl", "musl", "1.1.24-r8"),
    ("zlib", "zlib", "1.2.11-r3"),
)
PYTHON_PACKAGES = (("Flask", "1.1.4"), ("Jinja2", "2.11.2"), ("PyYAML", "5.3"))


def build(path: Path) -> None:
    """Write the image to a new tar file; the same bytes each time."""
    layer = _tar(_root_file_system())
    layer_id = hashlib.sha256(layer).hexdigest()
    config = json.dumps(_config(layer_id)).encode()
    config_name = f"{hashlib.sha256(config).hexdigest()}.json"
    manifest = [{"Config": config_name, "RepoTags": [NAME], "Layers": [f"{layer_id}/layer.tar"]}]
    path.write_bytes(
        _tar(
            {
                config_name: config,
                f"{layer_id}/layer.tar": layer,
                "manifest.json": json.dumps(manifest).encode(),
            }
        )
    )


def _config(layer_id: str) -> dict[str, object]:
    return {
        "architecture": "amd64",
        "os": "linux",
        "created": "2026-01-01T00:00:00Z",
        "config": {"Cmd": ["python", "-m", "shop.app"]},
        "history": [{"created": "2026-01-01T00:00:00Z", "created_by": "COPY . /"}],
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer_id}"]},
    }


def _root_file_system() -> dict[str, bytes]:
    files = {
        "etc/alpine-release": f"{RELEASE}\n",
        "etc/os-release": f'NAME="Alpine Linux"\nID=alpine\nVERSION_ID={RELEASE}\n',
        "lib/apk/db/installed": "".join(_apk_entry(*package) for package in ALPINE_PACKAGES),
    }
    for name, version in PYTHON_PACKAGES:
        folder = f"usr/lib/python3.8/site-packages/{name}-{version}.dist-info"
        files[f"{folder}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return {path: text.encode() for path, text in files.items()}


def _apk_entry(name: str, origin: str, version: str) -> str:
    return f"P:{name}\nV:{version}\nA:x86_64\nL:made up\no:{origin}\n\n"


def _tar(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            archive.addfile(member, io.BytesIO(files[name]))
    return buffer.getvalue()
