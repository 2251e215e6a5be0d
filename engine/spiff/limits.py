"""How far SpiffWorkflow may be taken. Its task trees grow with every visit of a node; walking through
them it stops without a word at depth 1,000, and each step takes time in proportion to their size."""

from __future__ import annotations

from SpiffWorkflow.task import Task

from engine.spiff.run import Run
from engine.spiff.state import Scope
from engine.spiff.trees import depth_of

MAX_STEPS = 1_000
"""Node visits in one advance."""
MAX_TREE_DEPTH = 600
"""Of a task, with all trees around its own. Below 1,000 also because SpiffWorkflow looks for ancestors
recursively, and Python allows 1,000 calls in all."""
MAX_TASKS = 3_000
"""Of all trees of an instance."""


def why_too_large(run: Run, scope: Scope, task: Task) -> str | None:
    """None while the trees are small enough, else a sentence for the incident."""
    if depth_of(run.state, scope, task) > MAX_TREE_DEPTH:
        return (
            f"Expected a task tree of at most {MAX_TREE_DEPTH} levels, but it has become deeper:"
            " SpiffWorkflow keeps every turn of a loop. Run this process on the engine yishi."
        )
    tasks = sum(len(each.workflow.tasks) for each in run.state.scopes.values() if each.workflow is not None)
    if tasks > MAX_TASKS:
        return (
            f"Expected at most {MAX_TASKS} tasks in the task trees of SpiffWorkflow, but there are {tasks}."
            " Run this process on the engine yishi."
        )
    return None
