"""What a scenario test expects of a case, and where a result falls short of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.dry_run.fields import Fields, instant_from, shown
from engine.dry_run.result import COMPLETED, TERMINATED, WAITING, Result, plain
from engine.errors import InvalidArgument
from engine.feel.instants import date_and_time_from_text

_PATH = ("equals", "contains", "lacks")


@dataclass(frozen=True, slots=True)
class Expectation:
    """Aspect -> what is expected of it, checked for its form. Nothing is expected of others."""

    place: str
    aspects: Mapping[str, Any]


def read_expectation(value: Any, *, place: str) -> Expectation:
    """A test's `then`, or an `expect` in between. Raises InvalidArgument."""
    fields = Fields(value, place=place)
    aspects = {name: fields.take(name) for name in ASPECTS if name in fields}
    # So that the complaint about an unknown aspect names all that there are.
    for name in ASPECTS:
        fields.take(name)
    fields.done()
    for name, expected in aspects.items():
        _check(name, expected, fields)
    return Expectation(place, aspects)


def _check(name: str, expected: Any, fields: Fields) -> None:
    match name:
        case "ended" if expected not in (COMPLETED, TERMINATED, WAITING):
            raise fields.wrong(name, f"{COMPLETED}, {TERMINATED} or {WAITING}", expected)
        case "now":
            instant_from(expected, place=f"{fields.place}.now")
        case "variables" if not isinstance(expected, dict):
            raise fields.wrong(name, "variables", expected)
        case "path":
            parts = expected if isinstance(expected, dict) else {"contains": expected}
            for part, ids in parts.items():
                if part not in _PATH or not isinstance(ids, list):
                    raise fields.wrong(name, f"a list of ids, or lists under {', '.join(_PATH)}", expected)
        case "ended" | "outcome" | "variables":
            pass
        case _ if not isinstance(expected, list):
            raise fields.wrong(name, "a list", expected)


def shortfalls(expectation: Expectation, result: Result) -> list[str]:
    """One sentence per aspect that is not as expected; empty if all are."""
    return [
        f"{expectation.place}.{name}: {problem}"
        for name, expected in expectation.aspects.items()
        for problem in ASPECTS[name](expected, result)
    ]


# --- one function per aspect ---------------------------------------------------------------------


def _ended(expected: Any, result: Result) -> Iterator[str]:
    yield from _same(expected, result.ended)


def _outcome(expected: Any, result: Result) -> Iterator[str]:
    yield from _same(expected, result.runs[0].outcome)


def _now(expected: Any, result: Result) -> Iterator[str]:
    if instant_from(expected, place="now") != result.now:
        yield from _same(expected, result.now.isoformat())


def _path(expected: Any, result: Result) -> Iterator[str]:
    parts: Mapping[str, list[Any]] = expected if isinstance(expected, dict) else {"contains": expected}
    for part, ids in parts.items():
        if part == "equals" and ids != result.path:
            yield f"Expected exactly {ids}, but the path is {result.path}."
        if part == "contains":
            missing = _first_missing(ids, result.path)
            if missing is not None:
                yield f"Expected {ids} in this order, but {missing!r} is not there: {result.path}."
        if part == "lacks":
            found = [each for each in ids if each in result.path]
            if found:
                yield f"Expected none of {ids}, but {found} are in the path."


def _first_missing(ids: Sequence[Any], path: Sequence[str]) -> Any:
    """The first id that does not come, in this order; None if all do."""
    rest = iter(path)
    return next((each for each in ids if each not in rest), None)


def _variables(expected: Any, result: Result) -> Iterator[str]:
    actual = plain(result.runs[0].variables)
    for name, value in expected.items():
        if not matches(value, actual.get(name)):
            yield f"Expected {name} = {shown(value)}, but it is {shown(actual.get(name))}."


def _waiting(expected: Any, result: Result) -> Iterator[str]:
    """By element, each as often as it waits; of an entry with more than the id, the rest must fit."""
    entries = [{"element": item} if isinstance(item, str) else item for item in expected]
    wanted = Counter(item.get("element") for item in entries if isinstance(item, dict))
    actual = Counter(result.resting)
    if wanted != actual:
        yield f"Expected {sorted(wanted.elements(), key=str)} to wait, but it is {sorted(actual.elements())}."
        return
    for item in entries:
        rest = {name: value for name, value in item.items() if name != "element"}
        held = [row for row in result.waiting if row["holder"] == item["element"]]
        if rest and not any(matches(rest, row) for row in held):
            yield f"Expected {shown(rest)} of {item['element']!r}, but it is {shown(held)}."


def _incidents(expected: Any, result: Result) -> Iterator[str]:
    yield from _listed(expected, result.incidents, named="element")


def _list_of(attribute: str, named: str) -> Callable[[Any, Result], Iterator[str]]:
    def aspect(expected: Any, result: Result) -> Iterator[str]:
        yield from _listed(expected, getattr(result, attribute), named=named)

    return aspect


def _listed(expected: Sequence[Any], actual: Sequence[Mapping[str, Any]], *, named: str) -> Iterator[str]:
    """All, in order. A text alone is the entry's `named`."""
    wanted = [item if isinstance(item, dict) else {named: item} for item in expected]
    if len(wanted) != len(actual) or not all(map(matches, wanted, actual)):
        relevant = {named, *(name for item in wanted for name in item)}
        found = [{name: value for name, value in item.items() if name in relevant} for item in actual]
        yield f"Expected {wanted}, but it is {found}."


def _milestones(expected: Any, result: Result) -> Iterator[str]:
    texts = [each["text"] for each in result.milestones]
    if _first_missing(expected, texts) is not None:
        yield f"Expected {expected} in this order, but it is {texts}."


def _clocks(expected: Any, result: Result) -> Iterator[str]:
    """Each entry must fit a clock of its own; `rungs` are the keys of those that fired."""
    left = [{**each, "rungs": [rung["rung"] for rung in each["rungs"]]} for each in result.clocks]
    for item in expected:
        wanted = item if isinstance(item, dict) else {"limit": item}
        found = next((each for each in left if matches(wanted, each)), None)
        if found is None:
            yield f"Expected a clock {shown(wanted)}, but there are {left}."
        else:
            left.remove(found)


ASPECTS: Mapping[str, Callable[[Any, Result], Iterator[str]]] = {
    "ended": _ended,
    "outcome": _outcome,
    "now": _now,
    "path": _path,
    "variables": _variables,
    "waiting": _waiting,
    "incidents": _incidents,
    "messages_sent": _list_of("messages_sent", "name"),
    "signals_sent": _list_of("signals_sent", "name"),
    "escalations": _list_of("escalations", "code"),
    "decisions": _list_of("decisions", "decision"),
    "stages": _list_of("stages", "stage"),
    "milestones": _milestones,
    "clocks": _clocks,
}


def _same(expected: Any, actual: Any) -> Iterator[str]:
    if not matches(expected, actual):
        yield f"Expected {shown(expected)}, but it is {shown(actual)}."


def matches(expected: Any, actual: Any) -> bool:
    """Equal as JSON: objects may have more than is expected, instants may be written otherwise."""
    if isinstance(expected, dict):
        return isinstance(actual, Mapping) and all(
            matches(value, actual.get(name)) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list) and len(actual) == len(expected) and all(map(matches, expected, actual))
        )
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, str) and isinstance(actual, str):
        return expected == actual or _same_instant(expected, actual)
    return bool(expected == actual)


def _same_instant(expected: str, actual: str) -> bool:
    if "T" not in expected or "T" not in actual or not date_and_time_from_text(expected):
        return False
    try:
        return instant_from(expected, place="") == instant_from(actual, place="")
    except InvalidArgument:
        return False
