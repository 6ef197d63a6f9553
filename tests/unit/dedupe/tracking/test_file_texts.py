"""Tests of :mod:`aggregator.dedupe.tracking.file_texts` and of ``file_places`` beside it, through all stages."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from aggregator.model.passage import NOT_KNOWN, History, Passage, Run
from aggregator.model.result import Kind, Result
from tests.unit.dedupe.flaws import LATER, flaw, folded, remember, report


def carried(
    before: list[Result],
    after: list[Result],
    old: Mapping[str, str] | None = None,
    new: Mapping[str, str] | None = None,
    history: History = NOT_KNOWN,
) -> dict[tuple[str, int], tuple[str, int]]:
    """What was recognised in a second run: path and line of now, and those of then."""
    first = folded(report(*before), sources=old).findings
    known = {each.id: each for each in first}
    second = folded(report(*after), previous=remember(first), sources=new, now=LATER, history=history).findings
    return {_place(each.sources[0]): _place(known[each.id].sources[0]) for each in second if each.id in known}


def _place(result: Result) -> tuple[str, int]:
    where = result.location
    return (where.path, where.start_line or 0) if where else ("", 0)


def flagged(text: str, *words: str, path: str = "app.py", rule: str = "r") -> list[Result]:
    """A result for each line that holds one of the words."""
    lines = text.split("\n")
    return [flaw(rule, path, number) for number, line in enumerate(lines, 1) if any(word in line for word in words)]


SHOP = "def sell(a):\n    b = a\n    run(a)\n    c = a\n\ndef buy(a):\n    b = a\n    run(a)\n    d = a\n"


def test_a_copy_under_another_name_steals_nothing() -> None:
    """A function that is pasted above the first one under another name leaves the finding to the first."""
    pasted = SHOP[: SHOP.index("def buy")].replace("sell", "sell_again") + SHOP
    found = carried(flagged(SHOP, "run"), flagged(pasted, "run"), {"app.py": SHOP}, {"app.py": pasted})
    assert found == {("app.py", 8): ("app.py", 3), ("app.py", 13): ("app.py", 8)}


def test_functions_change_places() -> None:
    """What encloses a line goes with it."""
    sell, buy = SHOP.split("\n\n")
    turned = f"{buy}\n{sell}\n"
    found = carried(flagged(SHOP, "run"), flagged(turned, "run"), {"app.py": SHOP}, {"app.py": turned})
    assert found == {("app.py", 3): ("app.py", 8), ("app.py", 8): ("app.py", 3)}


def test_indentation_and_remarks_change() -> None:
    """Deeper lines with a remark above each are the same lines."""
    deeper = "if True:\n" + "".join(f"    {line}\n    # note\n" for line in SHOP.split("\n"))
    found = carried(flagged(SHOP, "run"), flagged(deeper, "run"), {"app.py": SHOP}, {"app.py": deeper})
    assert found == {("app.py", 6): ("app.py", 3), ("app.py", 16): ("app.py", 8)}


def test_a_function_goes_to_another_file() -> None:
    """A line is followed to another file by what stands around it, though the first file has an equal one."""
    sell, buy = SHOP.split("\n\n")
    after = [*flagged(sell, "run"), *flagged(buy, "run", path="b.py")]
    found = carried(flagged(SHOP, "run"), after, {"app.py": SHOP}, {"app.py": sell, "b.py": buy})
    assert found == {("app.py", 3): ("app.py", 3), ("b.py", 3): ("app.py", 8)}


def test_an_edited_line_between_old_ones() -> None:
    """Two lines of a rule are edited at once: what stands around each tells them."""
    edited = SHOP.replace("run(a)\n    c", "run(a + 1)\n    c").replace("run(a)\n    d", "run(a + 2)\n    d")
    found = carried(flagged(SHOP, "run"), flagged(edited, "run"), {"app.py": SHOP}, {"app.py": edited})
    assert found == {("app.py", 3): ("app.py", 3), ("app.py", 8): ("app.py", 8)}


def test_a_line_that_is_deleted_and_one_like_it_elsewhere() -> None:
    """A flagged line goes, and another text of the rule comes in another function: they are two problems."""
    text = "def f(a):\n    x = 1\n    run(a)\n    y = 2\n\ndef g(b):\n    p = 1\n    q = 2\n    return p\n"
    other = "def f(a):\n    x = 1\n    y = 2\n\ndef g(b):\n    p = 1\n    q = 2\n    run(b)\n    return p\n"
    assert carried(flagged(text, "run"), flagged(other, "run"), {"app.py": text}, {"app.py": other}) == {}


def test_like_lines_side_by_side() -> None:
    """Of equal lines one below the other, as many as before are the same in order; when one goes nobody can tell."""
    text = "".join(f"{line}\n" for line in ("a = 1", "run()", "run()", "run()", "b = 1"))
    moved = f"# one more\n{text}"
    sources = {"app.py": text}
    found = carried(flagged(text, "run"), flagged(moved, "run"), sources, {"app.py": moved})
    assert found == {("app.py", line + 1): ("app.py", line) for line in (2, 3, 4)}
    fewer = text.replace("run()\n", "", 1)
    found = carried(flagged(text, "run"), flagged(fewer, "run"), sources, {"app.py": fewer})
    assert ("app.py", 2) not in found


def test_secrets_are_known_by_what_stands_around_them() -> None:
    """No text of a secret is remembered; its neighbours that hold none still tell two of them apart."""
    text = "first = 1\nkey = 'hunter2'\nsecond = 2\n\nthird = 3\nkey = 'hunter3'\nfourth = 4\n"
    turned = "third = 3\nkey = 'hunter3'\nfourth = 4\nfirst = 1\nkey = 'hunter2'\nsecond = 2\n"

    def secrets(of: str) -> list[Result]:
        rows = [number for number, line in enumerate(of.split("\n"), 1) if "hunter" in line]
        return [flaw("key", line=row, kind=Kind.SECRET, tool="Gitleaks") for row in rows]

    found = carried(secrets(text), secrets(turned), {"app.py": text}, {"app.py": turned})
    assert found == {("app.py", 5): ("app.py", 2), ("app.py", 2): ("app.py", 6)}


def _keys(*lines: tuple[str, int]) -> list[Result]:
    return [flaw("key", path, line, kind=Kind.SECRET, tool="Gitleaks") for path, line in lines]


def test_a_secret_in_another_file_is_another_one() -> None:
    """Two hidden lines are equal to nobody: only what stands around the secret tells that it went there."""
    old, new = {"a.py": "x = 1\nkey = 'one'\ny = 2\n"}, {"b.py": "p = 1\nkey = 'two'\nq = 2\n"}
    for sources in (new, new | {"a.py": "x = 1\ny = 2\n"}, new | old):
        assert carried(_keys(("a.py", 2)), _keys(("b.py", 2)), old, sources) == {}
    moved = {"b.py": f"# moved\n{old['a.py']}"}
    assert carried(_keys(("a.py", 2)), _keys(("b.py", 3)), old, moved) == {("b.py", 3): ("a.py", 2)}


def test_a_file_of_secrets_is_renamed() -> None:
    """Where nothing but secrets is in it, two on the same lines tell the file, or one under the same name."""
    two, one = "A=1\nB=2\n", "A=1\n"
    found = carried(
        _keys((".env", 1), (".env", 2)), _keys(("prod.env", 1), ("prod.env", 2)), {".env": two}, {"prod.env": two}
    )
    assert found == {("prod.env", 1): (".env", 1), ("prod.env", 2): (".env", 2)}
    assert carried(_keys((".env", 1)), _keys(("prod.env", 1)), {".env": one}, {"prod.env": one}) == {}
    assert carried(_keys((".env", 1)), _keys(("prod/.env", 1)), {".env": one}, {"prod/.env": one}) == {
        ("prod/.env", 1): (".env", 1)
    }


@pytest.mark.parametrize("snippet", ["", "run(secretly)"])
def test_a_copy_in_another_file_steals_nothing_from_what_was_not_read(snippet: str) -> None:
    """A scan of changed files alone reports the copy; the line stands where it stood, and nobody looked at it."""
    old = {"a.py": "x = 1\nrun(secretly)\ny = 2\n"}
    then, now = [flaw(path="a.py", line=2, snippet=snippet)], [flaw(path="b.py", line=2, snippet=snippet)]
    assert carried(then, now, old, old | {"b.py": old["a.py"]}) == {}
    assert carried(then, now, old, {"a.py": "x = 1\ny = 2\n", "b.py": old["a.py"]}) == {("b.py", 2): ("a.py", 2)}


def test_of_equal_lines_those_that_stayed_hold_none_back() -> None:
    """Two of three equal lines went to another file: the one that is left is reported where it is."""
    block = "def {}(a):\n    b = {}\n    run(a)\n    c = {}\n"
    sell, buy, lend = (block.format(name, name, name) for name in ("sell", "buy", "lend"))
    old, new = {"a.py": f"{sell}\n{buy}\n{lend}"}, {"a.py": sell, "b.py": f"{buy}\n{lend}"}
    after = [*flagged(new["a.py"], "run", path="a.py"), *flagged(new["b.py"], "run", path="b.py")]
    assert carried(flagged(old["a.py"], "run", path="a.py"), after, old, new) == {
        ("a.py", 3): ("a.py", 3),
        ("b.py", 3): ("a.py", 8),
        ("b.py", 8): ("a.py", 13),
    }


def test_two_of_one_rule_on_one_line() -> None:
    """Two findings of one line stay what they were when the line moves to another file."""
    line = "x = get(a, get(b))"
    old, new = f"p = 1\n{line}\nq = 2\n", f"def f():\n    z = 0\n\np = 1\n{line}\nq = 2\n"

    def both(path: str, row: int) -> list[Result]:
        return [flaw("r", path, row, columns=columns) for columns in ((5, 19), (12, 18))]

    first = folded(report(*both("a.py", 2)), sources={"a.py": old}).findings
    second = folded(
        report(*both("b.py", 5)), previous=remember(first), sources={"a.py": "", "b.py": new}, now=LATER
    ).findings
    columns = {each.id: each.location.start_column for each in first if each.location}
    assert columns == {each.id: each.location.start_column for each in second if each.location}


def test_findings_without_text_move_together() -> None:
    """Three findings at the same distances are known again in another file, also without any text."""
    before = [flaw(line=n) for n in (10, 12, 19)] + [flaw("s", line=90)]
    after = [flaw("s", line=90)] + [flaw(path="b.py", line=n) for n in (40, 42, 49)] + [flaw("s", path="b.py", line=5)]
    found = carried(before, after)
    assert {("b.py", line): found.get(("b.py", line)) for line in (40, 42, 49)} == {
        ("b.py", 40): ("app.py", 10),
        ("b.py", 42): ("app.py", 12),
        ("b.py", 49): ("app.py", 19),
    }


def test_two_findings_move_within_their_file_only() -> None:
    """Two at the same distance are known again below others of their file, and not in another file."""
    before = [flaw(line=10), flaw(line=13), flaw("s", line=50), flaw("t", line=60)]
    within = [flaw("s", line=10), flaw("t", line=20), flaw(line=80), flaw(line=83)]
    found = carried(before, within)
    assert (found["app.py", 80], found["app.py", 83]) == (("app.py", 10), ("app.py", 13))
    elsewhere = [flaw("s", line=50), flaw("t", line=60), flaw(path="b.py", line=80), flaw(path="b.py", line=83)]
    assert ("b.py", 80) not in carried([*before, flaw("u", path="b.py", line=1)], elsewhere)


def test_another_shape_needs_support() -> None:
    """Without text, a finding of other columns is another one unless its neighbours moved as it did."""
    before = [flaw(line=10, columns=(1, 9))]
    assert carried(before, [flaw(line=40, columns=(1, 30))]) == {}
    among = [flaw("s", line=8), flaw("t", line=12)]
    assert ("app.py", 10) in carried([*before, *among], [flaw(line=10, columns=(1, 30)), *among, flaw("u", line=70)])


def test_the_only_one_of_its_rule() -> None:
    """Of a tool that shows no text and marks another line now, the only finding of a rule stays the only one."""
    before = [flaw("s", line=10), flaw("r", line=30)]
    found = carried(before, [flaw("s", line=10), flaw("r", line=10)])
    assert found["app.py", 10] in {("app.py", 10), ("app.py", 30)}
    assert len(found) == 1


def test_a_whole_file_gets_a_line() -> None:
    """A tool whose formats differ names the file alone in one and a line in the other, with its text or without."""
    whole, top = flaw("r", "Dockerfile", None, kind=Kind.IAC), flaw("r", "Dockerfile", 1, end=3, kind=Kind.IAC)
    text, history = {"Dockerfile": "FROM a\nRUN b\nCMD c\n"}, {"Dockerfile": Passage("Dockerfile", (Run(1, 1, 3),))}
    others = [flaw("r", "b/Dockerfile", 2, kind=Kind.IAC), flaw("s", "Dockerfile", 2)]
    for before, after in ((whole, top), (top, whole)):
        for sources in (text, {}):
            found = carried([before, *others], [after, *others], sources, sources, history)
            assert found[_place(after)] == _place(before)


def test_one_of_several_lines_is_not_the_whole_file() -> None:
    """Where the rule is found more than once in the file, then or now, none is the one about the whole of it."""
    whole, lines = flaw(line=None), [flaw(line=3), flaw(line=9)]
    assert carried([whole], lines) == carried(lines, [whole]) == {}
    assert ("app.py", 0) not in carried([whole, lines[0]], lines).values()


def test_a_line_of_another_resource_is_not_the_whole_file() -> None:
    """What names its resource is not what named another one."""
    before, after = flaw(line=None, resource="aws.x", kind=Kind.IAC), flaw(line=3, resource="aws.y", kind=Kind.IAC)
    assert carried([before], [after]) == {}


def test_a_resource_in_a_renamed_file() -> None:
    """The same resource in a file of another name, with its lines edited, is the same as often as before."""

    def open_to_all(path: str, *snippets: str) -> list[Result]:
        rows = enumerate(snippets)
        return [
            flaw("CKV_1", path, 5 + 9 * row, kind=Kind.IAC, resource="aws.x", snippet=snippet) for row, snippet in rows
        ]

    before = [
        *open_to_all("a/main.tf", "ingress {\n a", "ingress {\n b"),
        flaw("s", "a/main.tf", 90, snippet="unique()"),
    ]
    after = [*open_to_all("b/main.tf", "egress {\n c", "egress {\n d"), flaw("s", "b/main.tf", 99, snippet="unique()")]
    assert len(carried(before, after)) == 3


def test_equal_things_in_every_way() -> None:
    """Blocks that are equal with all that is around them are the same in order, and in doubt when one goes."""
    block = "if a:\n    b = 1\n    c = 1\n    run()\n    d = 1\n    e = 1\n    f = 1\n"
    text, fewer = block * 4, block * 3
    moved = f"first = 1\n{block}{text[len(block) :]}"
    assert len(carried(flagged(text, "run"), flagged(moved, "run"), {"app.py": text}, {"app.py": moved})) == 4
    found = carried(flagged(text, "run"), flagged(fewer, "run"), {"app.py": text}, {"app.py": fewer})
    assert set(found.values()) <= {("app.py", line) for line in (4, 11, 18, 25)}


def test_every_finding_moved_by_another_distance() -> None:
    """Lines inserted between all findings leave a file that has to be looked at, and nothing is lost."""
    before = [flaw(f"r{n}", line=10 * n) for n in range(1, 9)]
    after = [flaw(f"r{n}", line=10 * n + n) for n in range(1, 9)]
    assert len(carried(before, after)) == 8


def test_four_findings_move_as_one_block() -> None:
    """Blocks overlap: what one of them settled the next one leaves alone."""
    before = [flaw(line=n) for n in (10, 12, 19, 23)] + [flaw("s", path="b.py", line=1)]
    after = [flaw(path="b.py", line=n) for n in (40, 42, 49, 53)] + [flaw("s", path="b.py", line=1)]
    assert len(carried(before, [flaw("z", line=1), *after])) == 5


def test_fewer_of_a_resource_than_before() -> None:
    """When one of several findings of a resource goes, and all their texts changed, nobody can tell which."""

    def rows(*snippets: str) -> list[Result]:
        return [
            flaw("CKV_1", "main.tf", 5 + 9 * n, kind=Kind.IAC, resource="aws.x", snippet=text)
            for n, text in enumerate(snippets)
        ]

    assert len(carried(rows("a {", "b {", "c {"), rows("d {", "e {"))) <= 2


def test_a_moved_line_between_recognised_ones() -> None:
    """Repeated lines between recognised ones stay in their order, however far all of them moved."""
    text = "def f():\n    one = 1\n    run()\n    two = 2\n    run()\n    run()\n    three = 3\n    run()\n"
    moved = "import x\n" * 5 + text.replace("two", "other")
    found = carried(flagged(text, "run", "one"), flagged(moved, "run", "one"), {"app.py": text}, {"app.py": moved})
    assert found == {("app.py", line + 5): ("app.py", line) for line in (2, 3, 5, 6, 8)}


def test_an_anchor_leads_to_no_other_scope() -> None:
    """A line that an anchor expects in another function is not taken for it."""
    text = "def f():\n    one()\n    run()\n    x = 1\n\ndef g():\n    run()\n    y = 1\n"
    edited = "def f():\n    one()\n    z = 1\n\ndef h():\n    two()\n    run()\n    z = 2\n"
    found = carried(flagged(text, "run", "one"), flagged(edited, "run", "one"), {"app.py": text}, {"app.py": edited})
    assert found["app.py", 2] == ("app.py", 2)
    assert found.get(("app.py", 7)) != ("app.py", 3)


def test_two_claims_to_one_line() -> None:
    """A line that two remembered ones are expected on, by anchors above and below, is left to neither."""
    text = "def f():\n    one()\n    run()\n    run()\n    two()\n"
    fewer = "def f():\n    one()\n    run()\n    two()\n"
    words = ("run", "one", "two")
    found = carried(flagged(text, *words), flagged(fewer, *words), {"app.py": text}, {"app.py": fewer})
    assert found == {("app.py", 2): ("app.py", 2), ("app.py", 4): ("app.py", 5)}
