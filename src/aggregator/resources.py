"""The only reader of files shipped inside the package."""

from __future__ import annotations

from importlib.resources import files


def read_resource(package: str, name: str) -> bytes:
    """Return a shipped file's bytes; ``package`` is dotted, ``name`` may hold one folder (``data/x.json``).

    Raises ``FileNotFoundError`` when the file is not shipped, which is a mistake of ours.
    """
    return files(package).joinpath(*name.split("/")).read_bytes()
