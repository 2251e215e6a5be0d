"""Our own extensions (`gov:`): values that mean something, and places where they work."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.declarations import LATEST, Extensions
from engine.bpmn.model import FlowNode, MultiInstanceLoop, NodeKind
from engine.bpmn.rules.drawing import Drawing
from engine.bpmn.rules.rule import Problem, at, error, warning
from engine.model.variable_names import is_variable_name

CLOCK_KINDS = (
    "statutory",
    "promise",
    "stage",
    "reaction",
    "delivery",
    "publicity",
    "applicant",
)
"""What a clock in a model may be for; pauses have limits of their own."""
MAX_RETRIES = 20


def four_eyes(drawing: Drawing) -> Iterator[Problem]:
    for process in drawing.processes:
        user_tasks = {node.id for node, _ in process.walk() if node.kind is NodeKind.USER_TASK}
        for node, _ in process.walk():
            assignment = node.extensions.assignment
            for other in assignment.four_eyes if assignment else ():
                if other == node.id or other not in user_tasks:
                    yield at(
                        node,
                        f"fourEyes 里的 {other} 应为同一流程的另一个用户任务",
                        f"Expected {other} in fourEyes to be another user task of the same process",
                        "请填写前面那个用户任务的 id",
                        "Give the id of the earlier user task",
                    )


def clock_kinds(drawing: Drawing) -> Iterator[Problem]:
    for element_id, line, extensions in _extended(drawing):
        for clock in extensions.clocks:
            if clock.kind not in CLOCK_KINDS:
                yield Problem(
                    element_id,
                    clock.line or line,
                    f"不认识的计时类型“{clock.kind}”",
                    f'The clock kind "{clock.kind}" is unknown',
                    f"可用：{'、'.join(CLOCK_KINDS)}",
                    f"Known kinds: {', '.join(CLOCK_KINDS)}",
                )


def job_retries(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        job = node.extensions.job
        if job is not None and not 0 <= job.retries <= MAX_RETRIES:
            yield at(
                node,
                f"重试次数 {job.retries} 超出 0 至 {MAX_RETRIES}",
                f"Expected 0 to {MAX_RETRIES} retries, but there are {job.retries}",
                "请改小重试次数",
                "Lower the number of retries",
            )


def variable_names(drawing: Drawing) -> Iterator[Problem]:
    for element_id, names in _named(drawing):
        for name, name_line in names:
            if not is_variable_name(name):
                yield Problem(
                    element_id,
                    name_line,
                    f"“{name}”不能作变量名",
                    f'"{name}" cannot be the name of a variable',
                    "变量名由文字、数字、下划线组成，不以数字开头，不含空格，也不是 FEEL 关键字",
                    "Names have letters, digits and underscores, do not begin with a digit, "
                    "have no spaces and are no FEEL keyword",
                )


def duplicate_targets(drawing: Drawing) -> Iterator[Problem]:
    for element_id, line, extensions in _extended(drawing):
        for mappings in (extensions.inputs, extensions.outputs):
            seen: set[str] = set()
            for mapping in mappings:
                if mapping.target in seen:
                    yield Problem(
                        element_id,
                        mapping.line or line,
                        f"变量 {mapping.target} 被映射了不止一次，只有最后一次有效",
                        f"The variable {mapping.target} is mapped more than once; only the last would count",
                        "请只保留一个映射",
                        "Keep one mapping",
                    )
                seen.add(mapping.target)


def without_effect(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        extensions = node.extensions
        if extensions.job is not None and extensions.result is not None:
            yield _no_effect(node, "gov:result", "由 gov:job 完成的任务上", "a task that gov:job does")
        if extensions.binding != LATEST and extensions.decision is None and node.called_element is None:
            yield _no_effect(node, "gov:binding", "不按名称引用的任务上", "a task that names no decision")
        instant = node.kind in (NodeKind.SEND_TASK, NodeKind.BUSINESS_RULE_TASK) and extensions.job is None
        if instant and extensions.clocks:
            yield _no_effect(node, "gov:clock", "瞬间完成的任务上", "a task that completes at once")
        if node.kind is NodeKind.SEND_TASK and extensions.job is None and extensions.outputs:
            yield _no_effect(node, "gov:output", "发送消息的任务上", "a task that sends a message")
    for scope in drawing.scopes:
        for gateway in scope.of_kind(NodeKind.EVENT_BASED_GATEWAY):
            for flow in scope.outgoing_of(gateway):
                target = scope.nodes[flow.target_ref]
                # The gateway waits for its branches: a token comes to their events only when all is over.
                if target.extensions.clocks:
                    yield _no_effect(
                        target,
                        "gov:clock",
                        "事件网关之后的事件上",
                        "an event behind an event-based gateway",
                        mend_gateway=True,
                    )


def unassigned(drawing: Drawing) -> Iterator[Problem]:
    for node in drawing.nodes():
        if node.kind is NodeKind.USER_TASK and node.extensions.assignment is None:
            yield at(
                node,
                f"用户任务 {node.id} 没有写由谁办理",
                f"The user task {node.id} does not say who does it",
                "请添加 <gov:assignment roles=…/>",
                "Add <gov:assignment roles=…/>",
            )


def _no_effect(
    node: FlowNode, name: str, where_zh: str, where_en: str, *, mend_gateway: bool = False
) -> Problem:
    return at(
        node,
        f"{name} 在{where_zh}不起作用",
        f"{name} has no effect on {where_en}",
        "请移到事件网关或其后的节点上" if mend_gateway else "请删除它",
        "Move it to the gateway or to a node behind the event" if mend_gateway else "Remove it",
    )


def _extended(drawing: Drawing) -> Iterator[tuple[str, int | None, Extensions]]:
    for process in drawing.processes:
        yield process.id, process.line, process.extensions
    for node in drawing.nodes():
        yield node.id, node.line, node.extensions


def _named(drawing: Drawing) -> Iterator[tuple[str, Iterator[tuple[str, int | None]]]]:
    """Per element: the variables it names, with their lines."""
    for process in drawing.processes:
        yield process.id, ((name, process.line) for name in process.variables)
        yield process.id, _targets(process.extensions, process.line)
    for node in drawing.nodes():
        yield node.id, ((name, node.line) for name in node.variables)
        yield node.id, _targets(node.extensions, node.line)
        if isinstance(node.loop, MultiInstanceLoop):
            names = (node.loop.item, node.loop.output_collection)
            line = node.loop.line or node.line
            yield node.id, ((name, line) for name in names if name is not None)


def _targets(extensions: Extensions, line: int | None) -> Iterator[tuple[str, int | None]]:
    for mapping in (*extensions.inputs, *extensions.outputs):
        yield mapping.target, mapping.line or line
    for name in (extensions.result, extensions.caught_code, extensions.caught_message):
        if name is not None:
            yield name, line


RULES = (
    error("four-eyes", four_eyes),
    error("clock-kind", clock_kinds),
    error("job-retries", job_retries),
    error("variable-name", variable_names),
    error("duplicate-mapping", duplicate_targets),
    error("extension-without-effect", without_effect),
    warning("unassigned-user-task", unassigned),
)
