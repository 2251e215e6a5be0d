"""Which function compiles which construct."""

from __future__ import annotations

from engine.feel.compiler.basics import (
    emit_context,
    emit_external,
    emit_if,
    emit_instance_of,
    emit_list,
    emit_literal,
    emit_name,
    emit_path,
    emit_placed,
    emit_range,
)
from engine.feel.compiler.calls import emit_call, emit_function
from engine.feel.compiler.emitter import Emit
from engine.feel.compiler.loops import emit_filter, emit_for, emit_quantified
from engine.feel.compiler.operators import (
    emit_arithmetic,
    emit_between,
    emit_comparison,
    emit_logic,
    emit_negation,
)
from engine.feel.compiler.tests import emit_in
from engine.feel.syntax import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextOf,
    External,
    Filter,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Logic,
    Name,
    Negation,
    Node,
    Path,
    Placed,
    Quantified,
    RangeOf,
)

TABLE: dict[type[Node], Emit] = {
    Arithmetic: emit_arithmetic,
    Between: emit_between,
    Call: emit_call,
    Comparison: emit_comparison,
    ContextOf: emit_context,
    External: emit_external,
    Filter: emit_filter,
    For: emit_for,
    FunctionOf: emit_function,
    If: emit_if,
    In: emit_in,
    InstanceOf: emit_instance_of,
    ListOf: emit_list,
    Literal: emit_literal,
    Logic: emit_logic,
    Name: emit_name,
    Negation: emit_negation,
    Path: emit_path,
    Placed: emit_placed,
    Quantified: emit_quantified,
    RangeOf: emit_range,
}
