"""One advance under way on SpiffWorkflow: variables, effects, the trace, and which tasks are next.

This is the bottom of the room's machine: the other modules work on a `Run`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.effects import (
    CloseElement,
    Effect,
    Move,
)
from engine.bpmn.machine.advancing import Advancing, Moved
from engine.bpmn.program import Library, Node, Program
from engine.spiff.feel_engine import FeelScriptEngine
from engine.spiff.plan import Plan, plan_of
from engine.spiff.specs import awaits
from engine.spiff.state import Element, Instance, Scope
from engine.spiff.trees import grow


@dataclass(slots=True)
class Step:
    """As `engine.bpmn.machine.Step`, with this engine's state."""

    state: Instance
    effects: list[Effect]
    path: list[Moved]


class Run(Advancing[Element]):
    def __init__(
        self,
        state: Instance,
        *,
        library: Library,
        now: datetime,
        steps: int,
        path: list[Moved] | None = None,
    ) -> None:
        super().__init__(library=library, now=now, path=path)
        self.state = state
        self.steps = steps
        self.queue: deque[Task] = deque()
        """Tasks that a token has come to, in that order."""
        self.rested: set[int] = set()
        """Keys of the scopes in which something moved, so that others may wait at joins in vain."""
        self.lost_incident = False
        """True once an element ended that held the incident for other parked ones as well."""
        self.plans: list[Plan] = [plan_of(library.program(number)) for number in state.definition_ids]
        self.script_engine = FeelScriptEngine(self._condition)
        if state.trees:
            grow(state, self.plans, self.script_engine)
        elif state.top is not None:
            state.top.script_engine = self.script_engine
        self._scopes = {id(scope.workflow): scope for scope in state.scopes.values()}
        self._noticed = {element.task.id for element in state.elements.values() if element.task is not None}

    # --- programs --------------------------------------------------------------------------------

    def program_number(self, definition_id: int) -> int:
        """The number by which this instance's scopes refer to the definition."""
        known = self.state.definition_ids
        if definition_id not in known:
            known.append(definition_id)
            self.plans.append(plan_of(self.library.program(definition_id)))
        return known.index(definition_id)

    def plan(self, scope: Scope) -> Plan:
        return self.plans[scope.program]

    def program(self, scope: Scope) -> Program:
        return self.plans[scope.program].program

    def definition_id(self, scope: Scope) -> int:
        return self.state.definition_ids[scope.program]

    def definition_of(self, element: Element) -> int:
        return self.definition_id(self.state.scopes[element.scope])

    def data_of(self, element: Element) -> dict[str, Any]:
        return self.state.context(self.state.scopes[element.scope], element.visible)

    def node(self, element: Element) -> Node:
        return self.program(self.state.scopes[element.scope]).nodes[element.node]

    # --- SpiffWorkflow's tasks -------------------------------------------------------------------

    def add_scope(self, scope: Scope, workflow: BpmnBaseWorkflow) -> None:
        scope.workflow = workflow
        self.state.scopes[scope.key] = scope
        self._scopes[id(workflow)] = scope

    def drop_scope(self, scope: Scope) -> None:
        del self.state.scopes[scope.key]
        del self._scopes[id(scope.workflow)]
        owner = self.state.elements.get(scope.owner)
        if self.state.top is not None and owner is not None and owner.task is not None:
            # SpiffWorkflow would keep what is inside for ever, and walk through it.
            self.state.top.subprocesses.pop(owner.task.id, None)

    def scope_of(self, task: Task) -> Scope | None:
        """None if the scope has ended meanwhile."""
        return self._scopes.get(id(task.workflow))

    def notice(self, scope: Scope) -> None:
        """Queue the tasks of the scope to which a token has come; those that SpiffWorkflow has put
        between ours run at once."""
        workflow = scope.workflow
        assert workflow is not None  # noqa: S101
        self.rested.add(scope.key)
        again = True
        while again:
            again = False
            for task in list(workflow.tasks.values()):
                if task.id in self._noticed or not (task.state == TaskState.READY or awaits(task)):
                    continue
                self._noticed.add(task.id)
                if task.task_spec.bpmn_id is None:
                    task.run()
                    again = True
                    break
                self.queue.append(task)

    def keep_from_queue(self, task: Task) -> None:
        """The task is seen to by the caller."""
        self._noticed.add(task.id)

    def _condition(self, task: Task, flow: int) -> bool:
        """Raises StepFailed if the condition of the flow is neither true nor false."""
        scope = self.scope_of(task)
        assert scope is not None  # noqa: S101 - only tasks of living scopes are run
        program = self.program(scope)
        condition = program.conditions[flow]
        assert condition is not None  # noqa: S101 - the skeleton has conditions only where there are some
        context = self.state.context(scope)
        holds = condition.value(context, now=self.now)
        if holds is True or holds is False:
            return holds
        raise self.neither(condition, program.flow_ids[flow], context)

    # --- variables -------------------------------------------------------------------------------

    def assign(self, scope: Scope, variables: Mapping[str, Any]) -> None:
        """Each variable goes to the nearest scope that has it, a new one to the process."""
        for name, value in variables.items():
            holder = scope
            while holder.node >= 0 and not (holder.variables and name in holder.variables):
                holder = self.state.scopes[holder.parent]
            assert holder.variables is not None  # noqa: S101
            holder.variables[name] = value
            if holder.node < 0 and holder.owner:
                holder.written[name] = True

    # --- elements --------------------------------------------------------------------------------

    def new_element(self, scope: Scope, node: Node, task: Task) -> Element:
        key = self.state.take_key()
        element = Element(key, scope.key, node.index, task=task)
        self.state.elements[key] = element
        scope.elements.add(key)
        self.path.append((Move.ENTERED, node.id, key, scope.key))
        return element

    def close(self, element: Element, scope: Scope, node: Node, *, completed: bool) -> None:
        """Take the element out of the state. Scopes inside must be gone already."""
        del self.state.elements[element.key]
        scope.elements.discard(element.key)
        if element.rows:
            self.effects.append(CloseElement(element.key, completed))
        move = Move.LEFT if completed else Move.TERMINATED
        self.path.append((move, node.id, element.key, scope.key))
