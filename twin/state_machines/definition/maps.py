"""Map states: what belongs to which mode, and what of a distributed map the twin has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin.state_machines.definition.expressions import is_query, path_findings, template_findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin.state_machines.definition.scope import Scope

_DISTRIBUTED = (
    *(
        "ItemReader",
        "ItemBatcher",
        "ResultWriter",
        "Label",
        "ToleratedFailureCount",
        "ToleratedFailureCountPath",
    ),
    *("ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
)
_ABSENT = {"ItemBatcher": "hands items out in batches", "ResultWriter": "writes results to S3"}
_READERS = {"arn:aws:states:::s3:getObject", "arn:aws:states:::s3:listObjectsV2"}
_INPUT_TYPES = {"CSV", "JSON"}
_READER = {"Resource", "ReaderConfig", "Parameters", "Arguments"}
_CONFIG = {"InputType", "CSVHeaderLocation", "CSVHeaders", "MaxItems", "MaxItemsPath"}


def map_findings(state: Mapping[str, Any], here: str, scope: Scope) -> Iterator[str]:
    """Yields what is wrong with a Map, and what the twin does not run of it."""
    processor = state.get("ItemProcessor", state.get("Iterator"))
    if not isinstance(processor, dict):
        yield f"{here}: a Map needs an ItemProcessor."
        return
    config = processor.get("ProcessorConfig", {})
    yield from _mode(config, here)
    yield from _distributed(state, here, is_inline=config.get("Mode", "INLINE") == "INLINE")
    if "ItemReader" in state:
        yield from _reader(state["ItemReader"], f"{here}: ItemReader", scope)
    items = state.get("Items")
    if items is not None and not isinstance(items, list) and not is_query(items):
        yield f"{here}: Items is no list and no expression."


def _mode(config: Mapping[str, Any], here: str) -> Iterator[str]:
    mode = config.get("Mode", "INLINE")
    if mode not in ("INLINE", "DISTRIBUTED"):
        yield f"{here}: Mode is {mode!r}; it is INLINE or DISTRIBUTED."
    for field in sorted(set(config) - {"Mode", "ExecutionType"}):
        yield f"{here}: ProcessorConfig: there is no field {field} here."
    kind = config.get("ExecutionType")
    if kind == "EXPRESS":
        yield f"{here}: the twin has no EXPRESS map; use STANDARD."
    elif mode == "DISTRIBUTED" and kind != "STANDARD":
        yield f"{here}: a distributed map needs an ExecutionType, STANDARD."
    elif mode == "INLINE" and kind is not None:
        yield f"{here}: ExecutionType belongs to a distributed map."


def _distributed(state: Mapping[str, Any], here: str, *, is_inline: bool) -> Iterator[str]:
    for field in _DISTRIBUTED:
        if field in state and is_inline:
            yield f"{here}: {field} belongs to a distributed map."
        if field.startswith("Tolerated") and is_query(state.get(field)):
            yield f"{here}: {field}: the twin takes a number or a path here, no expression."
    for field, meaning in _ABSENT.items():
        if field in state:
            yield f"{here}: the twin has no {field} ({meaning})."


def _reader(reader: Any, at: str, scope: Scope) -> Iterator[str]:
    if not isinstance(reader, dict) or reader.get("Resource") not in _READERS:
        yield f"{at}: the twin reads items by s3:getObject and s3:listObjectsV2."
        return
    for field in sorted(set(reader) - _READER):
        yield f"{at}: the twin has no {field} here."
    config = reader.get("ReaderConfig", {})
    for field in sorted(set(config) - _CONFIG):
        yield f"{at}: the twin has no {field} (ReaderConfig)."
    reads_file = reader["Resource"].endswith("getObject")
    if reads_file and config.get("InputType") not in _INPUT_TYPES:
        yield f"{at}: the twin does not read the InputType {config.get('InputType')!r}; it has CSV and JSON."
    if config.get("InputType") == "CSV" and config.get("CSVHeaderLocation") not in ("FIRST_ROW", "GIVEN"):
        yield f"{at}: CSVHeaderLocation is FIRST_ROW or GIVEN."
    if "MaxItemsPath" in config:
        yield from path_findings(config["MaxItemsPath"], "MaxItemsPath", at, scope)
    yield from template_findings([reader.get("Parameters"), reader.get("Arguments")], "Parameters", at, scope)
