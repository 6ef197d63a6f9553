import io
import zipfile
from collections.abc import Iterable
from random import Random

from aggregator.writers.bundle import Paper, Sealed, bundle


def paper(name: str, *chunks: bytes) -> Paper:
    return Paper(name, f"This is {name}.", lambda: chunks)


def listing(sealed: tuple[Sealed, ...]) -> Iterable[Paper]:
    yield paper("list", *(f"{each.name} {each.bytes} {each.sha256[:8]}\n".encode() for each in sealed))


def test_the_same_bytes() -> None:
    """The same members in any order give the same file, which any program reads, dates and owners left out."""
    papers = [paper("b", b"x" * 100_000, b"y"), paper("a/c"), paper("a/b", b"1")]
    data = b"".join(bundle(papers, listing))
    assert data == b"".join(bundle(reversed(papers), listing))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a/b", "a/c", "b", "list"]
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("b") == b"x" * 100_000 + b"y"
        assert archive.read("list").splitlines()[:2] == [b"a/b 1 6b86b273", b"a/c 0 e3b0c442"]


def test_any_program_can_unpack_it() -> None:
    """Sizes stand before what they are of, and nothing small is in the form for files beyond four gigabytes."""
    data = b"".join(bundle([paper("a", b"x" * 3000, b"y")], lambda _: ()))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (member,) = archive.infolist()
    assert (member.flag_bits & 0x08, member.extract_version, member.extra) == (0, 20, b"")
    assert int.from_bytes(data[22:26], "little") == 3001


def test_it_comes_in_pieces() -> None:
    """A large bundle is handed on a megabyte at a time."""
    noise = Random(4711).randbytes(1_500_000)  # noqa: S311 - what cannot be packed, no secret
    assert list(map(len, bundle([paper("a", noise)], lambda _: ()))) > [1 << 20]
