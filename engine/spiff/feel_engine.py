"""What SpiffWorkflow takes for its script engine: FEEL over our variables, no Python at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from SpiffWorkflow.task import Task


class FeelScriptEngine:
    """SpiffWorkflow asks it for conditions only. What it brings is the number of a flow, since its
    specifications hold no expression (`engine.spiff.skeleton`)."""

    def __init__(self, condition: Callable[[Task, int], bool]) -> None:
        self._condition = condition

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        return self._condition(task, int(expression))

    def execute(self, task: Task, script: str, external_context: Any = None) -> NoReturn:
        raise AssertionError("Expected no script, but SpiffWorkflow was given one.")

    def call_service(self, task: Task, **kwargs: Any) -> NoReturn:
        raise AssertionError("Expected no service task, but SpiffWorkflow was given one.")

    @property
    def environment(self) -> NoReturn:
        raise AssertionError("Expected nothing to evaluate outside a condition, but SpiffWorkflow tries.")
