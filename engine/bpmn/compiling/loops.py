"""Loop characteristics -> loop specifications."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.compiling.triggers import compile_trigger
from engine.bpmn.compiling.work import compile_optional
from engine.bpmn.model import Definitions, Loop, StandardLoop
from engine.bpmn.program import ComplexBehaviorSpec, LoopSpec, MultiInstanceSpec, StandardLoopSpec
from engine.feel import compile_expression


def compile_loop(loop: Loop, definitions: Definitions, number: Mapping[str, int]) -> LoopSpec:
    if isinstance(loop, StandardLoop):
        return StandardLoopSpec(loop.test_before, compile_optional(loop.condition), loop.maximum)
    return MultiInstanceSpec(
        is_sequential=loop.is_sequential,
        cardinality=compile_optional(loop.cardinality),
        collection=compile_optional(loop.collection),
        item=loop.item,
        output_collection=loop.output_collection,
        output_item=compile_optional(loop.output_item),
        completion_condition=compile_optional(loop.completion_condition),
        behavior=loop.behavior,
        trigger=compile_trigger(loop.event, definitions, number) if loop.event is not None else None,
        complex_behaviors=tuple(
            ComplexBehaviorSpec(
                compile_expression(each.condition), compile_trigger(each.event, definitions, number)
            )
            for each in loop.complex_behaviors
        ),
    )
