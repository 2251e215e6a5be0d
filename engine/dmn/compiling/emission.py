"""The compiler of FEEL, with the nodes that decision models add to it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.dmn import model
from engine.dmn.compiling.nodes import (
    ConditionalOf,
    FilterOf,
    NeverRun,
    RowOf,
    TableOf,
    emit_boxed_filter,
    emit_conditional,
    emit_never_run,
    emit_row,
)
from engine.dmn.compiling.reports import Reports
from engine.dmn.compiling.tables import emit_table
from engine.feel.builtins import BUILTINS
from engine.feel.compiler.emitter import Emit, Emitter
from engine.feel.compiler.table import TABLE
from engine.feel.errors import FeelSyntaxError
from engine.feel.run import Code, Locals, Run
from engine.feel.syntax import Node
from engine.feel.values import Value
from engine.feel.vocabulary import Vocabulary

_TABLE: dict[type[Node], Emit] = {
    **TABLE,
    ConditionalOf: emit_conditional,
    FilterOf: emit_boxed_filter,
    TableOf: emit_table,
    RowOf: emit_row,
    NeverRun: emit_never_run,
}


def never(run: Run, loc: Locals) -> Value:
    return run.fault("Expected logic that can run, but there is none.", 0)


NEVER: Code = never
"""Stands where logic is missing or was refused."""


@dataclass(frozen=True, slots=True)
class Emitted:
    """`names` are those that the code reads; `possible_names` are that or entries of filtered items."""

    code: Code
    names: frozenset[str]
    possible_names: frozenset[str]


def emit(tree: Node, sight: Vocabulary, *, where: model.Where, reports: Reports) -> Emitted:
    """The code of `tree`, which reads what is in `sight`."""
    emitter = Emitter(_TABLE, "", builtins=BUILTINS, vocabulary=sight)
    try:
        code = emitter.emit(tree)
    except (FeelSyntaxError, RecursionError):
        reports.too_deep(where)
        return Emitted(NEVER, frozenset(), sight.names)
    return Emitted(code, frozenset(emitter.names), frozenset(emitter.possible_names))
