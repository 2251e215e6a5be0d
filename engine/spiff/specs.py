"""SpiffWorkflow's parser and task specifications, as far as they must be told about us."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    EndEventParser,
    EventBasedGatewayParser,
    IntermediateCatchEventParser,
    StartEventParser,
)
from SpiffWorkflow.bpmn.parser.task_parsers import ConditionalGatewayParser, GatewayParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    IntermediateCatchEvent,
    ParallelGateway,
    StartEvent,
    SubWorkflowTask,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.errors import InvalidArgument


class Awaited(EventDefinition):  # type: ignore[misc]
    """An event that the world outside SpiffWorkflow reports: a timer, a message, a caught error."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Awaited) and bool(self.name == other.name)

    __hash__ = EventDefinition.__hash__


def happened(name: str) -> BpmnEvent:
    return BpmnEvent(Awaited(name=name))


class Work(UserTask):  # type: ignore[misc]
    """Anything that is done elsewhere: READY until it is, then its token goes on."""


class Enclosing(SubWorkflowTask):  # type: ignore[misc]
    """A sub-process or call activity. We start what is inside when the activity has really begun (its
    input mappings may fail), and the data is not SpiffWorkflow's. It stays READY meanwhile: an
    inclusive join does not look at STARTED tasks and would not wait for it."""

    def __init__(self, wf_spec: Any, bpmn_id: str, subworkflow_spec: str = "", **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, subworkflow_spec, **kwargs)
        self.manual = True

    def _update_hook(self, my_task: Task) -> bool:
        my_task._inherit_data()
        return True

    def _on_subworkflow_completed(self, subworkflow: Any, my_task: Task) -> None:
        pass

    def update_data(self, my_task: Task, subworkflow: Any) -> None:
        pass


class _Repeatable:
    """A gateway whose condition failed stays READY, so that it can be tried again, instead of ERROR."""

    def _run(self, my_task: Task) -> Any:
        return self._run_hook(my_task)  # type: ignore[attr-defined]


class ExclusiveChoice(_Repeatable, ExclusiveGateway):  # type: ignore[misc]
    pass


class InclusiveChoice(_Repeatable, InclusiveGateway):  # type: ignore[misc]
    pass


class _CatchParser(IntermediateCatchEventParser):  # type: ignore[misc]
    def create_task(self) -> Any:
        return self._create_task(Awaited(name=self.bpmn_id))


class _BoundaryParser(BoundaryEventParser):  # type: ignore[misc]
    def create_task(self) -> Any:
        interrupting = self.node.get("cancelActivity") == "true"
        return self._create_task(Awaited(name=self.bpmn_id), interrupting)


class SkeletonParser(BpmnParser):  # type: ignore[misc]
    """Knows the elements of `engine.spiff.skeleton` and nothing else."""

    PARSER_CLASSES = {  # noqa: RUF012 - as the library has it
        full_tag("startEvent"): (StartEventParser, StartEvent),
        full_tag("endEvent"): (EndEventParser, EndEvent),
        full_tag("task"): (TaskParser, Work),
        full_tag("subProcess"): (SubWorkflowParser, Enclosing),
        full_tag("callActivity"): (TaskParser, Enclosing),
        full_tag("exclusiveGateway"): (ConditionalGatewayParser, ExclusiveChoice),
        full_tag("parallelGateway"): (GatewayParser, ParallelGateway),
        full_tag("inclusiveGateway"): (ConditionalGatewayParser, InclusiveChoice),
        full_tag("intermediateCatchEvent"): (_CatchParser, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (_BoundaryParser, BoundaryEvent),
        full_tag("eventBasedGateway"): (EventBasedGatewayParser, EventBasedGateway),
    }


def parse_specs(root: etree._Element, name: str) -> dict[str, BpmnProcessSpec]:
    """The specifications of process `name` and of all sub-processes in it, by their ids.

    Raises InvalidArgument if SpiffWorkflow cannot parse them; a long row of nodes is too deep for it.
    """
    parser = SkeletonParser()
    specs: dict[str, BpmnProcessSpec] = {}
    try:
        parser.add_bpmn_xml(root)
        pending = [name]
        while pending:
            each = pending.pop()
            specs[each] = spec = parser.get_spec(each)
            pending.extend(inner.spec for inner in spec.task_specs.values() if getattr(inner, "spec", ""))
    except (ValidationException, RecursionError) as error:
        raise InvalidArgument(f"Expected a process that SpiffWorkflow can parse, but {error}.") from error
    return specs


def awaits(task: Task) -> bool:
    """Whether the task is an event that has been reached and is to be waited for."""
    spec = task.task_spec
    return task.state == TaskState.WAITING and isinstance(spec, IntermediateCatchEvent | EventBasedGateway)
