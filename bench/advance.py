"""How fast the BPMN machine is in memory against SpiffWorkflow on the same model: ratios within one run.

python -m bench.advance
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.compiler import compile_process
from engine.bpmn.declarations import Binding
from engine.bpmn.effects import CreateJob, CreateUserTask, Effect, Move
from engine.bpmn.machine import Step, advance
from engine.bpmn.program import Program
from engine.bpmn.reader import read
from engine.bpmn.state import encode
from engine.bpmn.stimuli import CompleteElement, StartProcess, Stimulus
from engine.dmn import Decision
from engine.feel import from_json

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ROUNDS = 9
DATA = {
    "applicant": {"name": "张三", "id": "310115199001011234", "phone": "13800000000"},
    "shop": {"name": "一间小面馆", "street": "世纪大道 100 号", "area_m2": 86.5, "seats": 24},
    "documents": [{"kind": "lease", "number": f"L-{n:06}", "pages": n, "valid": True} for n in range(9)],
    "note": "经营范围：餐饮服务。" * 12,
    "good": False,
    "turns": 0,
}
"""About 1 KB."""

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:gov="urn:yishi:bpmn:1"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="urn:bench" id="file">'
)


def flows(*ids: str) -> str:
    return "".join(f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids))


def conditional(source: str, target: str, condition: str) -> str:
    return (
        f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}">'
        f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression></sequenceFlow>'
    )


def department(id: str) -> str:
    return (
        f'<serviceTask id="{id}"><extensionElements><gov:job type="check"/></extensionElements></serviceTask>'
    )


CASE = (
    HEAD
    + '<process id="main" isExecutable="true"><startEvent id="start"/><task id="register"/>'
    + '<parallelGateway id="split"/><parallelGateway id="join"/>'
    + "".join(department(f"department{n}") for n in range(4))
    + '<userTask id="review"/>'
    + '<boundaryEvent id="late" attachedToRef="review"><timerEventDefinition>'
    + "<timeDuration>PT48H</timeDuration></timerEventDefinition></boundaryEvent>"
    + '<endEvent id="too_late"/><exclusiveGateway id="good" default="good_rework"/>'
    + '<manualTask id="rework"/><exclusiveGateway id="again"/><callActivity id="archive" calledElement="archiving"/>'
    + '<task id="notify"/><task id="publish"/><endEvent id="end"/>'
    + flows("start", "register", "split", "department0", "join", "again", "review", "good", "rework", "again")
    + "".join(flows("split", f"department{n}", "join") for n in range(1, 4))
    + conditional("good", "archive", "good")
    + flows("archive", "notify", "publish", "end")
    + flows("late", "too_late")
    + '</process><process id="archiving" isExecutable="true"><startEvent id="a_start"/><task id="a_store"/>'
    + '<endEvent id="a_end"/>'
    + flows("a_start", "a_store", "a_end")
    + "</process></definitions>"
)
"""Four departments in parallel, a review with a deadline that sends the case back once, a called process."""

STRAIGHT = re.sub(r"(service|user)Task", "manualTask", CASE).replace('<gov:job type="check"/>', "")
"""The same where nothing waits: what the machine costs without loading and stopping."""

LOOP = (
    HEAD
    + '<process id="loop" isExecutable="true"><startEvent id="start"/><exclusiveGateway id="merge"/>'
    + '<scriptTask id="count" gov:result="turns"><script>turns + 1</script></scriptTask>'
    + '<exclusiveGateway id="again" default="again_end"/><endEvent id="end"/>'
    + flows("start", "merge", "count", "again", "end")
    + conditional("again", "merge", "turns &lt; goal")
    + "</process></definitions>"
)


@dataclass(slots=True)
class Programs:
    programs: list[Program]
    numbers: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {program.process_id: n for n, program in enumerate(self.programs)}

    def program(self, definition_id: int) -> Program:
        return self.programs[definition_id]

    def called_process(self, process_id: str, *, binding: Binding, caller: int) -> int | None:
        return self.numbers.get(process_id)

    def bound_decision(self, decision_id: str, *, binding: Binding, caller: int) -> Decision | None:
        return None


def compiled(text: str) -> Programs:
    model, findings = read(text.encode(), file="bench.bpmn")
    assert model is not None
    assert not [finding for finding in findings if finding.is_error], findings
    return Programs([compile_process(model, process) for process in model.processes])


# --- the same case on both engines ---------------------------------------------------------------


def run_case(library: Programs, data: dict[str, Any]) -> list[Step]:
    """From the start to the end; departments and clerks answer at once, the first review says no."""
    steps: list[Step] = []
    pending: list[Effect] = []

    def move(stimulus: Stimulus) -> None:
        step = advance(steps[-1].state if steps else None, stimulus, library=library, now=NOW)
        steps.append(step)
        pending.extend(step.effects)

    move(StartProcess(0, data))
    reviews = 0
    while pending:
        effect = pending.pop(0)
        if isinstance(effect, CreateJob):
            move(CompleteElement(effect.element_key, {}))
        elif isinstance(effect, CreateUserTask):
            reviews += 1
            move(CompleteElement(effect.element_key, {"good": reviews == 2}))
    assert steps[-1].state.ended is True
    return steps


def spiff_specs() -> tuple[Any, Any]:
    # There a timer is a Python expression, and a service task has no worker to wait for.
    text = CASE.replace("PT48H", '"PT48H"').replace("serviceTask", "manualTask")
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(text.encode()))
    return parser.get_spec("main"), parser.get_subprocess_specs("main")


def run_spiff(specs: tuple[Any, Any], data: dict[str, Any]) -> int:
    """How many node visits it took."""
    workflow = BpmnWorkflow(*specs)
    workflow.task_tree.data.update(data)
    workflow.do_engine_steps()
    reviews = 0
    while not workflow.is_completed():
        workflow.refresh_waiting_tasks()
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        if task.task_spec.bpmn_id == "review":
            reviews += 1
            task.data["good"] = reviews == 2
        task.run()
        workflow.do_engine_steps()
    return len([t for t in workflow.get_tasks(state=TaskState.COMPLETED) if t.task_spec.bpmn_id])


# --- measuring -----------------------------------------------------------------------------------


def microseconds(work: Callable[[], object], *, calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return (time.perf_counter() - start) / calls * 1e6


def loop_microseconds(library: Programs, turns: int) -> float:
    """Per turn; the whole loop is one step."""

    def run() -> None:
        start = StartProcess(0, {"turns": 0, "goal": turns})
        step = advance(None, start, library=library, now=NOW, steps=10 * turns)
        assert step.state.ended is True

    return microseconds(run, calls=max(10_000 // turns, 1)) / turns


def main() -> None:
    library, loop, specs = compiled(CASE), compiled(LOOP), spiff_specs()
    straight, ready = compiled(STRAIGHT), {**from_json(DATA), "good": True}
    data = from_json(DATA)
    steps = run_case(library, data)
    visits = sum(move in (Move.ENTERED, Move.PASSED) for step in steps for move, *_ in step.path)
    stored = len(encode(advance(None, StartProcess(0, data), library=library, now=NOW).state))
    empty = len(encode(advance(None, StartProcess(0, {}), library=library, now=NOW).state))
    run_spiff(specs, data)
    in_first = sum(move in (Move.ENTERED, Move.PASSED) for move, *_ in steps[0].path)
    passed = advance(None, StartProcess(0, ready), library=straight, now=NOW).path
    in_one = sum(move in (Move.ENTERED, Move.PASSED) for move, *_ in passed)
    ours, theirs, thousand, ten_thousand, first, whole = [], [], [], [], [], []
    for _ in range(ROUNDS):  # interleaved, so that a disturbance meets both
        ours.append(microseconds(lambda: run_case(library, data), calls=200))
        first.append(
            microseconds(lambda: advance(None, StartProcess(0, data), library=library, now=NOW), calls=500)
        )
        whole.append(
            microseconds(lambda: advance(None, StartProcess(0, ready), library=straight, now=NOW), calls=500)
        )
        theirs.append(microseconds(lambda: run_spiff(specs, DATA), calls=3))
        thousand.append(loop_microseconds(loop, 1_000))
        ten_thousand.append(loop_microseconds(loop, 10_000))
    case, spiff = median(ours), median(theirs)
    print(f"case of {visits} nodes, {len(steps)} steps   {case:9.1f} µs   {case / visits:5.2f} µs a node")
    print(
        f"its first step, {in_first} nodes       {median(first):9.1f} µs   {median(first) / in_first:5.2f} µs a node"
    )
    print(
        f"the case in one step, {in_one} nodes {median(whole):9.1f} µs   {median(whole) / in_one:5.2f} µs a node"
    )
    print(f"the case on SpiffWorkflow      {spiff:9.1f} µs   {spiff / case:5.0f} x as long")
    print(f"state at the first wait        {stored:9} bytes {stored - empty:6} of them data")
    print(f"loop, 1,000 turns              {median(thousand):9.2f} µs a turn")
    print(
        f"loop, 10,000 turns             {median(ten_thousand):9.2f} µs a turn"
        f"   {median(ten_thousand) / median(thousand):5.2f} x that of 1,000"
    )


if __name__ == "__main__":
    main()
