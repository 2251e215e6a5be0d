"""What a model costs before and while it is large: compiling 300 nodes, loops and multi-instance
activities of 10,000, against SpiffWorkflow on the same models: ratios within one run.

python -m bench.models
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser

from bench.advance import HEAD, LOOP, NOW, Programs, compiled, conditional, department, flows, microseconds
from engine.bpmn.compiler import compile_process
from engine.bpmn.effects import CreateUserTask
from engine.bpmn.machine import advance
from engine.bpmn.reader import read
from engine.bpmn.rules import check
from engine.bpmn.stimuli import CompleteElement, StartProcess
from engine.bpmn.xsd import violations
from engine.hardened_xml import parse

ROUNDS = 5


def large_file(blocks: int) -> str:
    """`blocks` times six nodes: an exclusive split, two departments, a merge, a user task, a script."""
    body = ['<startEvent id="start"/><endEvent id="end"/>']
    previous = "start"
    for n in range(blocks):
        body += [
            f'<exclusiveGateway id="split{n}" default="split{n}_b{n}"/>',
            department(f"a{n}"),
            department(f"b{n}"),
            f'<exclusiveGateway id="merge{n}"/>',
            f'<userTask id="task{n}"><extensionElements><gov:assignment roles="clerk"/></extensionElements>'
            "</userTask>",
            f'<scriptTask id="script{n}" gov:result="x{n}"><script>amount + {n}</script></scriptTask>',
            conditional(f"split{n}", f"a{n}", f"amount &gt; {n}"),
            flows(f"split{n}", f"b{n}", f"merge{n}"),
            flows(f"a{n}", f"merge{n}", f"task{n}", f"script{n}"),
            flows(previous, f"split{n}"),
        ]
        previous = f"script{n}"
    body.append(flows(previous, "end"))
    return HEAD + f'<process id="large" isExecutable="true">{"".join(body)}</process></definitions>'


def instances(tag: str, *, attributes: str = "", inner: str = "", extensions: str = "") -> str:
    """`count` instances of one activity in parallel."""
    return (
        HEAD
        + '<process id="many" isExecutable="true"><startEvent id="start"/><endEvent id="end"/>'
        + f'<{tag} id="each"{attributes}>{extensions}'
        + "<multiInstanceLoopCharacteristics><loopCardinality>count</loopCardinality>"
        + f"</multiInstanceLoopCharacteristics>{inner}</{tag}>"
        + flows("start", "each", "end")
        + "</process></definitions>"
    )


SCRIPTS = instances("scriptTask", attributes=' gov:result="x"', inner="<script>loopCounter * 2</script>")
TASKS = instances(
    "userTask", extensions='<extensionElements><gov:assignment roles="clerk"/></extensionElements>'
)


def main() -> None:
    _compiling()
    _looping()
    _scripts()
    _tasks()


def _compiling() -> None:
    text = large_file(49).encode()
    root = parse(text)

    def whole() -> None:
        model, findings = read(text, file="large.bpmn")
        assert model is not None
        assert not [finding for finding in [*findings, *check(model)] if finding.is_error]
        compile_process(model, model.processes[0])

    spiff_text = large_file(49).replace("serviceTask", "manualTask").encode()

    def spiff() -> None:
        parser = BpmnParser()
        parser.add_bpmn_xml(etree.fromstring(spiff_text))
        parser.get_spec("large")

    ours, theirs = _beside(whole, spiff, calls=3)
    schema = microseconds(lambda: violations(root), calls=3)
    print(
        f"300 nodes: read, check, compile {ours / 1e3:9.1f} ms   {schema / 1e3:5.1f} of them in the schemas"
    )
    print(f"SpiffWorkflow parses them in    {theirs / 1e3:9.1f} ms   {theirs / ours:5.1f} x as long")


def _looping() -> None:
    library, specs = compiled(LOOP), _specs(LOOP, "loop")

    def spiff(turns: int) -> Callable[[], None]:
        return lambda: _run_spiff(specs, {"turns": 0, "goal": turns})

    ours, theirs = _beside(lambda: _run(library, {"turns": 0, "goal": 100}), spiff(100), calls=1)
    print(
        f"loop of 100 turns               {ours / 1e3:9.2f} ms   SpiffWorkflow {theirs / ours:5.0f} x as long"
    )
    fifty = microseconds(spiff(50), calls=1)
    print(f"  from 50 to 100 turns SpiffWorkflow takes {theirs / fifty:4.1f} x as long")


def _scripts() -> None:
    library, specs = compiled(SCRIPTS), _specs(SCRIPTS, "many")
    ours, theirs = _beside(
        lambda: _run(library, {"count": 200}), lambda: _run_spiff(specs, {"count": 200}), calls=1
    )
    print(
        f"200 instances of a script       {ours / 1e3:9.2f} ms   SpiffWorkflow {theirs / ours:5.0f} x as long"
    )
    thousand, ten_thousand = _beside(
        lambda: _run(library, {"count": 1_000}), lambda: _run(library, {"count": 10_000}), calls=2
    )
    _print_growth("instances of a script in one step", thousand, ten_thousand)


def _tasks() -> None:
    library = compiled(TASKS)
    thousand, ten_thousand = _beside(
        lambda: _answer(library, 1_000), lambda: _answer(library, 10_000), calls=1
    )
    _print_growth("user tasks, each answered in a step", thousand, ten_thousand)


def _print_growth(what: str, thousand: float, ten_thousand: float) -> None:
    print(
        f"1,000 {what:<36} {thousand / 1e3:6.2f} µs each; of 10,000 {ten_thousand / 1e4:6.2f}"
        f"   {ten_thousand / thousand / 10:5.2f} x"
    )


def _run(library: Programs, data: dict[str, Any]) -> None:
    step = advance(None, StartProcess(0, dict(data)), library=library, now=NOW, steps=100_000)
    assert step.state.ended is True


def _answer(library: Programs, count: int) -> None:
    step = advance(None, StartProcess(0, {"count": count}), library=library, now=NOW, steps=100_000)
    keys = [effect.element_key for effect in step.effects if isinstance(effect, CreateUserTask)]
    assert len(keys) == count
    for key in keys:
        step = advance(step.state, CompleteElement(key, {}), library=library, now=NOW)
    assert step.state.ended is True


def _specs(text: str, process: str) -> tuple[Any, Any]:
    parser = BpmnParser()
    # There the script is Python, a statement that assigns.
    spiff = text.replace("<script>turns + 1<", "<script>turns = turns + 1<").replace(
        "<script>loopCounter * 2<", "<script>x = 2<"
    )
    parser.add_bpmn_xml(etree.fromstring(spiff.encode()))
    return parser.get_spec(process), parser.get_subprocess_specs(process)


def _run_spiff(specs: tuple[Any, Any], data: dict[str, Any]) -> None:
    workflow = BpmnWorkflow(*specs)
    workflow.task_tree.data.update(data)
    workflow.do_engine_steps()
    assert workflow.is_completed()


def _beside(one: Callable[[], object], other: Callable[[], object], *, calls: int) -> tuple[float, float]:
    """Medians in microseconds, measured in turns, so that a disturbance meets both."""
    ones, others = [], []
    for _ in range(ROUNDS):
        ones.append(microseconds(one, calls=calls))
        others.append(microseconds(other, calls=calls))
    return median(ones), median(others)


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"({time.perf_counter() - started:.0f} s)")
