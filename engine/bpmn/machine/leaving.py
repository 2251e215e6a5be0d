"""How tokens go on and how elements are terminated: what every end is made of."""

from __future__ import annotations

from collections.abc import Sequence

from engine.bpmn.effects import EndChild
from engine.bpmn.machine.run import COMPENSATION, Run
from engine.bpmn.state import Element, Phase, Scope


def leave(run: Run, scope: Scope, following: Sequence[tuple[int, int]]) -> None:
    """A token goes on to all of `following` (node, flow). Without any it ends; the last one completes
    the scope."""
    scope.tokens += len(following) - 1
    if following:
        for target, flow in following:
            run.queue.append((scope, target, flow))
    elif scope.tokens == 0:
        run.empty(scope)
    elif scope.joins:
        run.rested.add(scope.key)


def terminate_element(run: Run, element: Element) -> None:
    """Ends the element and everything inside it at once, the innermost first.

    Its token is not taken from its scope's count: the caller sends it on or ends the scope.
    """
    _terminate(run, [element])


def terminate_contents(run: Run, scope: Scope) -> None:
    """Every element and token in the scope ends; the scope stays, empty."""
    _terminate(run, [run.state.elements[key] for key in sorted(scope.elements)])
    scope.joins.clear()
    scope.tokens = 0
    _forget_tokens_under_way(run, {scope.key})


def close_listeners(run: Run, scope: Scope) -> None:
    """The scope completes: nothing in it listens any more."""
    for key in sorted(scope.elements):
        element = run.state.elements[key]
        run.close(element, scope, run.node(element), completed=True)


def _terminate(run: Run, elements: list[Element]) -> None:
    found = []
    pending = elements
    while pending:
        each = pending.pop()
        found.append(each)
        if each.child:
            inside = run.state.scopes[each.child].elements
            pending.extend(run.state.elements[key] for key in sorted(inside))
    dropped: set[int] = set()
    for each in reversed(found):
        if each.child:
            dropped.add(each.child)
            _drop(run, run.state.scopes[each.child])
        run.lost_incident |= each.phase is Phase.PARKED and each.rows
        run.close(each, run.state.scopes[each.scope], run.node(each), completed=False)
    if dropped:
        _forget_tokens_under_way(run, dropped)


def _drop(run: Run, scope: Scope) -> None:
    del run.state.scopes[scope.key]
    if scope.kind is COMPENSATION:
        # What it had not come to yet may still be undone.
        run.state.scopes[scope.parent].record[:0] = (scope.memory or {})["entries"]
    if scope.node < 0:
        run.effects.append(EndChild(scope.key, completed=False))


def _forget_tokens_under_way(run: Run, scopes: set[int]) -> None:
    if run.queue:
        others = [entry for entry in run.queue if entry[0].key not in scopes]
        run.queue.clear()
        run.queue.extend(others)
