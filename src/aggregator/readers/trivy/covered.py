"""What a Trivy report names as looked at: its targets, of which some kinds are listed even when they are clean."""

from __future__ import annotations

from aggregator.model.result import Kind
from aggregator.readers.trivy.shapes import Target
from aggregator.readers.trivy.target import Place

_SEPARATOR = "\x1f"
_WHOLE = "."


class Looked:
    """The targets seen so far.

    Files of infrastructure as code are listed with a summary when they are clean, so one that is not listed was not
    looked at. Lock files are listed when they are clean by some versions of Trivy, which one such shows; elsewhere, as
    for secrets and licences, a target shows no more than that its kind was looked for.
    """

    def __init__(self) -> None:
        self._paths: dict[Kind, set[str]] = {}
        self._lists_clean: set[Kind] = set()

    def take(self, target: Target, place: Place) -> None:
        """Note one target."""
        kind = _KINDS.get(target.class_ or "")
        if kind is None:
            return
        if kind is Kind.SCA and place.artifact.image:
            kind = Kind.CONTAINER
        self._paths.setdefault(kind, set()).add(place.path or _WHOLE)
        is_clean = target.class_ == "lang-pkgs" and not (target.vulnerabilities or target.modified)
        if target.summary or is_clean:
            self._lists_clean.add(kind)

    def targets(self) -> frozenset[str]:
        """As :attr:`aggregator.model.coverage.Coverage.targets` has them."""
        return frozenset(
            f"{kind.value}{_SEPARATOR}{path}"
            for kind, paths in self._paths.items()
            for path in (paths if kind in self._lists_clean else (_WHOLE,))
        )


_KINDS = {
    "os-pkgs": Kind.SCA,
    "lang-pkgs": Kind.SCA,
    "config": Kind.IAC,
    "secret": Kind.SECRET,
    "license": Kind.LICENSE,
    "license-file": Kind.LICENSE,
}
