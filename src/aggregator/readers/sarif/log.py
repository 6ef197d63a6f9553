"""The parts of a SARIF 2.1.0 log that Onefold uses, and nothing else; section numbers are the standard's.

Whatever writers are known to get wrong is ``Raw`` or optional here, so that one odd property never costs the file.
"""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct

EMPTY = Raw(b"")


class Text(Struct, frozen=True, gc=False):
    """3.12 multiformatMessageString."""

    text: str | None = None
    markdown: str | None = None


class Message(Struct, frozen=True, gc=False):
    """3.11 message."""

    text: str | None = None
    markdown: str | None = None
    id: str | None = None
    arguments: list[Any] | None = None


class ArtifactLocation(Struct, frozen=True, gc=False, rename="camel"):
    """3.4 artifactLocation."""

    uri: str | None = None
    uri_base_id: str | None = None
    index: int | None = None


class Region(Struct, frozen=True, gc=False, rename="camel"):
    """3.30 region."""

    start_line: int | None = None
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    snippet: Text | None = None


class PhysicalLocation(Struct, frozen=True, gc=False, rename="camel"):
    """3.29 physicalLocation."""

    artifact_location: ArtifactLocation | None = None
    region: Region | None = None


class LogicalLocation(Struct, frozen=True, gc=False, rename="camel"):
    """3.33 logicalLocation."""

    name: str | None = None
    fully_qualified_name: str | None = None
    index: int | None = None


class Location(Struct, frozen=True, gc=False, rename="camel"):
    """3.28 location."""

    physical_location: PhysicalLocation | None = None
    logical_locations: list[LogicalLocation] | None = None
    properties: Raw = EMPTY


class ComponentReference(Struct, frozen=True, gc=False):
    """3.54 toolComponentReference."""

    name: str | None = None
    index: int | None = None
    guid: str | None = None


class Reference(Struct, frozen=True, gc=False, rename="camel"):
    """3.52 reportingDescriptorReference."""

    id: str | None = None
    index: int | None = None
    guid: str | None = None
    tool_component: ComponentReference | None = None


class Relationship(Struct, frozen=True, gc=False):
    """3.53 reportingDescriptorRelationship."""

    target: Reference | None = None


class Configuration(Struct, frozen=True, gc=False):
    """3.50 reportingConfiguration."""

    level: str | None = None
    enabled: bool | None = None


class Descriptor(Struct, frozen=True, gc=False, rename="camel"):
    """3.49 reportingDescriptor: a rule, or a taxon."""

    id: str | None = None
    guid: str | None = None
    name: str | None = None
    short_description: Text | None = None
    full_description: Text | None = None
    help: Text | None = None
    help_uri: str | None = None
    message_strings: dict[str, Text] | None = None
    default_configuration: Configuration | None = None
    deprecated_ids: list[str] | None = None
    relationships: list[Relationship] | None = None
    properties: Raw = EMPTY


class ToolComponent(Struct, frozen=True, gc=False, rename="camel"):
    """3.19 toolComponent."""

    name: str | None = None
    guid: str | None = None
    version: str | None = None
    semantic_version: str | None = None
    dotted_quad_file_version: str | None = None
    global_message_strings: dict[str, Text] | None = None
    rules: Raw = EMPTY
    taxa: Raw = EMPTY


class Tool(Struct, frozen=True, gc=False):
    """3.18 tool."""

    driver: ToolComponent = ToolComponent()
    extensions: list[ToolComponent] | None = None


class Suppression(Struct, frozen=True, gc=False):
    """3.35 suppression."""

    kind: str | None = None
    status: str | None = None
    justification: str | None = None


class Provenance(Struct, frozen=True, gc=False, rename="camel"):
    """3.48 resultProvenance."""

    invocation_index: int | None = None
    first_detection_time_utc: object = None


class WebRequest(Struct, frozen=True, gc=False):
    """3.46 webRequest, of which only the method is safe to keep."""

    method: str | None = None


class Entry(Struct, frozen=True, gc=False, rename="camel"):
    """3.27 result."""

    rule_id: str | None = None
    rule_index: int | None = None
    rule: Reference | None = None
    kind: str | None = None
    level: str | None = None
    message: Message | None = None
    locations: list[Location] | None = None
    related_locations: list[Location] | None = None
    suppressions: list[Suppression] | None = None
    baseline_state: str | None = None
    fingerprints: dict[str, Any] | None = None
    partial_fingerprints: dict[str, Any] | None = None
    taxa: list[Reference] | None = None
    provenance: Provenance | None = None
    web_request: WebRequest | None = None
    properties: Raw = EMPTY


class Override(Struct, frozen=True, gc=False):
    """3.51 configurationOverride."""

    descriptor: Reference | None = None
    configuration: Configuration | None = None


class Notification(Struct, frozen=True, gc=False):
    """3.58 notification."""

    level: str | None = None
    message: Message | None = None
    locations: list[Location] | None = None


class Invocation(Struct, frozen=True, gc=False, rename="camel"):
    """3.20 invocation."""

    execution_successful: bool | None = None
    command_line: object = None
    arguments: object = None
    exit_signal_name: object = None
    process_start_failure_message: object = None
    tool_execution_notifications: list[Notification] | None = None
    tool_configuration_notifications: list[Notification] | None = None
    rule_configuration_overrides: list[Override] | None = None


class Artifact(Struct, frozen=True, gc=False, rename="camel"):
    """3.24 artifact."""

    location: ArtifactLocation | None = None
    parent_index: int | None = None


class AutomationDetails(Struct, frozen=True, gc=False):
    """3.17 runAutomationDetails."""

    id: str | None = None


class Run(Struct, frozen=True, gc=False, rename="camel"):
    """3.14 run. Results are decoded one at a time: that is as fast, and never holds all of them twice."""

    tool: Tool = Tool()
    results: list[Raw] | None = None
    invocations: Raw = EMPTY
    artifacts: Raw = EMPTY
    taxonomies: list[ToolComponent] | None = None
    logical_locations: Raw = EMPTY
    original_uri_base_ids: dict[str, ArtifactLocation | None] | None = None
    automation_details: AutomationDetails | None = None
    external_property_file_references: dict[str, Raw] | None = None
    properties: Raw = EMPTY
