"""Functions on contexts. Source: DMN 1.5, clause 10.3.4.10 (table 79) and Camunda 8."""

from __future__ import annotations

from engine.feel.builtins.signature import Library
from engine.feel.errors import Fault
from engine.feel.run import Run
from engine.feel.values import Value, described

LIBRARY = Library()


@LIBRARY.function("get value", "m: context, key: string -> any")
def get_value(run: Run, m: dict[str, Value], key: str) -> Value:
    return m.get(key)


@LIBRARY.function("get value", "m: context, keys: list -> any")
def get_value_deep(run: Run, m: dict[str, Value], keys: list[Value]) -> Value:
    """Camunda's: a path of keys."""
    if not keys:
        return None
    value: Value = m
    for key in keys:
        if not isinstance(key, str):
            raise Fault(f"Expected a list of keys, but it has {described(key)}.")
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


@LIBRARY.function("get entries", "m: context -> list")
def get_entries(run: Run, m: dict[str, Value]) -> list[Value]:
    return run.items([{"key": key, "value": value} for key, value in m.items()])


@LIBRARY.function("context", "entries: list -> context")
def context_of(run: Run, entries: list[Value]) -> dict[str, Value]:
    """Null if an entry lacks its key or value, or if a key occurs twice; other entries do not count."""
    result: dict[str, Value] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise Fault(f"Expected entries with a key and a value, but got {described(entry)} without.")
        if entry["key"] in result:
            raise Fault("Expected every key once, but one occurs twice.")
        result[entry["key"]] = entry["value"]
    return result


@LIBRARY.function("context put", "context: context, key: string, value: any -> context")
def context_put(run: Run, context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    run.charge(len(context) >> 3)
    return {**context, key: value}


@LIBRARY.function("context put", "context: context, keys: list, value: any -> context")
def context_put_deep(
    run: Run, context: dict[str, Value], keys: list[Value], value: Value
) -> dict[str, Value]:
    """Along a path of keys, on which every level but the last must be there (table 79)."""
    if not keys:
        raise Fault("Expected a list of at least one key, but it is empty.")
    for key in keys:
        if not isinstance(key, str):
            raise Fault(f"Expected a list of keys, but it has {described(key)}.")
    result = dict(context)
    level = result
    for key in keys[:-1]:
        run.charge(1 + (len(level) >> 3))
        below = level.get(key)
        if not isinstance(below, dict):
            raise Fault(f"Expected a context at every key but the last, but got {described(below)}.")
        level[key] = dict(below)
        level = level[key]
    level[keys[-1]] = value
    return result


@LIBRARY.function("context merge", "contexts: list -> context")
def context_merge(run: Run, contexts: list[Value]) -> dict[str, Value]:
    """Later entries win."""
    result: dict[str, Value] = {}
    for context in contexts:
        if not isinstance(context, dict):
            raise Fault(f"Expected a list of contexts, but it has {described(context)}.")
        run.charge(1 + (len(context) >> 3))
        result.update(context)
    return result
