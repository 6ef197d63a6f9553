"""What a Trivy report names as looked at: its targets, of which some kinds are listed even when they are clean."""

from __future__ import annotations

from aggregator.model.result import Kind
from aggregator.readers.trivy.shapes import Target
from aggregator.readers.trivy.target import Place

_SEPARATOR = "\x1f"
_WHOLE = "."
_SYSTEM = "system"


class Looked:
    """The targets seen so far.

    Files of infrastructure as code are listed with a summary when they are clean, so one that is not listed was not
    looked at. Lock files are listed when they are clean by some versions of Trivy, which one such shows; elsewhere, as
    for secrets and licences, a target shows no more than that its kind was looked for.

    By all versions the packages of an image's operating system are listed when they are clean, and so are the licences.
    So an image without packages of a system has no system, or they were not looked at (``--pkg-types library``), and
    one without any packages was not scanned for vulnerabilities (``--scanners secret``).

    Args:
        is_image: what was scanned is an image.
        has_system: the report tells of an operating system in it, or does not say.
    """

    def __init__(self, *, is_image: bool, has_system: bool = True) -> None:
        self._paths: dict[Kind, set[str]] = {}
        self._lists_clean: set[Kind] = set()
        self._is_image = is_image
        self._has_system = has_system
        self._lists_system = False
        self._names_classes = True

    def take(self, target: Target, place: Place) -> None:
        """Note one target."""
        kind = _KINDS.get(target.class_ or "")
        self._lists_system |= place.is_system
        self._names_classes &= target.class_ is not None
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

    def unsought(self) -> frozenset[str]:
        """As :attr:`aggregator.model.coverage.Coverage.unsought` has them; nothing where targets tell no class."""
        if not self._names_classes:
            return frozenset()
        missing = {Kind.LICENSE.value} - {kind.value for kind in self._paths}
        if not self._is_image:
            return frozenset(missing)
        if Kind.CONTAINER not in self._paths:
            missing.add(Kind.CONTAINER.value)
        if self._has_system and not self._lists_system:
            missing.add(f"{Kind.CONTAINER.value}{_SEPARATOR}{_SYSTEM}")
        return frozenset(missing)


_KINDS = {
    "os-pkgs": Kind.SCA,
    "lang-pkgs": Kind.SCA,
    "config": Kind.IAC,
    "secret": Kind.SECRET,
    "license": Kind.LICENSE,
    "license-file": Kind.LICENSE,
}
