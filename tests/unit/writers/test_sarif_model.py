import json

from sarif_om import Message, Run, SarifLog, Tool, ToolComponent

from aggregator.writers.sarif import Region
from aggregator.writers.sarif_model import as_json, stream_items, stream_log


def test_names_and_defaults() -> None:
    """Properties have the schema's names; what equals its default, lists included, is not written."""
    run = Run(tool=Tool(driver=ToolComponent(name="T", semantic_version="1")), language="en-US", results=[])
    assert as_json(run) == {"tool": {"driver": {"name": "T", "semanticVersion": "1"}}, "results": []}
    assert as_json(SarifLog(runs=(), version="2.1.0", schema_uri="s")) == {
        "$schema": "s",
        "version": "2.1.0",
        "runs": [],
    }


def test_values_pass() -> None:
    """Plain values and Structs stay what they are; dictionaries and lists are walked."""
    region = Region(1)
    assert as_json({"a": [region, Message(text="x"), 1.5, None, True]}) == {
        "a": [region, {"text": "x"}, 1.5, None, True]
    }


def test_stream_is_one_document() -> None:
    """The chunks are one JSON document, however many results there are."""
    run = Run(tool=Tool(driver=ToolComponent(name="T")))
    many = [Region(line) for line in range(1, 1000)]
    log = json.loads(b"".join(stream_log([(run, many), (run, [])], Region(7))))
    assert [len(item["results"]) for item in log["runs"]] == [999, 0]
    assert log["runs"][0]["results"][998] == {"startLine": 999}
    assert log["properties"] == {"startLine": 7}
    assert json.loads(b"".join(stream_log([])))["runs"] == []


def test_items_come_in_chunks() -> None:
    """Many items are never one piece of bytes."""
    assert len(list(stream_items(Region(1) for _ in range(1000)))) > 3
    assert list(stream_items([])) == []
