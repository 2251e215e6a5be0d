"""A program together with what SpiffWorkflow has parsed of it; made once per program and start event."""

from __future__ import annotations

from collections import OrderedDict
from itertools import count
from threading import Lock

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task

from engine.bpmn.program import Node, Program
from engine.spiff.lacks import lacks_of
from engine.spiff.skeleton import skeleton
from engine.spiff.specs import parse_specs

_MAX_PLANS = 256
_numbers = count()
_plans: OrderedDict[int, Plan] = OrderedDict()
"""By the identity of the program, which the plan itself keeps alive."""
_lock = Lock()


class Plan:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.prefix = f"p{next(_numbers)}n"
        """Of the names of all specifications: SpiffWorkflow looks for tasks by name in called processes
        as well, so that equal names would be taken for the same gateway."""
        self.flows = {
            (node.index, target): flow for node in program.nodes for target, flow in reversed(node.next)
        }
        self.lacks = lacks_of(program)
        """What SpiffWorkflow would get wrong; empty: it runs."""
        self._specs: dict[int, dict[str, BpmnProcessSpec]] = {}

    def spec(self, start: int, *, inside: int = -1) -> BpmnProcessSpec:
        """Of the process that begins at node `start`, or of sub-process `inside` it.

        Raises InvalidArgument if SpiffWorkflow cannot parse it.
        """
        specs = self._specs.get(start)
        if specs is None:
            root = skeleton(self.program, prefix=self.prefix, start=start)
            specs = self._specs[start] = parse_specs(root, self.prefix)
        return specs[self.prefix if inside < 0 else f"{self.prefix}{inside}"]

    def node_of(self, task: Task) -> Node | None:
        """None for the tasks SpiffWorkflow adds for itself."""
        name = task.task_spec.bpmn_id
        return self.program.nodes[int(name[len(self.prefix) :])] if name else None

    def reached(self, task: Task) -> int:
        """The node that `task` stands for or, put in front of it by SpiffWorkflow, leads to."""
        return int(task.task_spec.name[len(self.prefix) :].partition(".")[0])


def plan_of(program: Program) -> Plan:
    """Programs are shared by all instances; thread-safe."""
    with _lock:
        plan = _plans.get(id(program))
        if plan is None:
            plan = _plans[id(program)] = Plan(program)
            if len(_plans) > _MAX_PLANS:
                _plans.popitem(last=False)
        else:
            _plans.move_to_end(id(program))
        return plan


def plan_prefix(workflow: BpmnBaseWorkflow) -> str:
    """Of the plan that the workflow's specification came from."""
    name: str = workflow.spec.name
    return name[: name.index("n") + 1]
