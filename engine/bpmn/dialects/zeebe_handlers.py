"""What the pieces of a Camunda 8 file become, where that takes more than copying the value."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from engine.bpmn.dialects import places
from engine.bpmn.dialects.construct import Piece
from engine.bpmn.dialects.feel_text import constant_texts
from engine.bpmn.dialects.jobs import MAX_HEADERS, set_attempts
from engine.bpmn.dialects.report import shown
from engine.bpmn.dialects.workbench import B, G, drop_attribute, local_name
from engine.bpmn.dialects.writing import add_mapping, constant, set_roles, start_form

_HEADER_NAME = re.compile(r"[A-Za-z0-9-]{1,60}")
_STANDARD_HEADERS = frozenset({"accept-language", "prefer"})
_ATTEMPTS_OF_ZEEBE = 3
"""When a task definition does not say."""


def job_type(piece: Piece) -> None:
    name = local_name(piece.owner)
    if name in places.THROWING_EVENTS:
        sent_by_itself(piece)
        return
    if name == "scriptTask":
        piece.owner.tag = f"{B}serviceTask"
        drop_attribute(piece.owner, "scriptFormat")
        for script in list(piece.owner.iterchildren(f"{B}script")):
            piece.owner.remove(script)
        piece.approximated(
            "脚本任务改为服务任务，脚本由外部执行",
            "The script task became a service task, since its script is run by a worker",
        )
    else:
        job_instead_of_message(piece)
    job = piece.bench.the(piece.owner, "job", line=piece.node)
    job.set("type", piece.value)
    if piece.node.get("retries") is None:
        set_attempts(job, _ATTEMPTS_OF_ZEEBE)


def job_instead_of_message(piece: Piece) -> None:
    """A send task that is done by a worker may still name a message; here it is one or the other."""
    if piece.owner.get("messageRef"):
        drop_attribute(piece.owner, "messageRef")
        piece.approximated(
            "发送任务交由部门系统执行，不再引用消息",
            "The send task is done by a department's system and no longer names a message",
        )
    else:
        piece.translated()


def sent_by_itself(piece: Piece) -> None:
    """A message throw event is a job there; here the engine sends the message."""
    definition = (
        piece.owner
        if local_name(piece.owner) == "messageEventDefinition"
        else next(piece.owner.iterchildren(f"{B}messageEventDefinition"), None)
    )
    if definition is None or not definition.get("messageRef"):
        piece.refused(
            "抛出事件不能成为部门任务，且没有写明消息",
            "A throw event cannot be work for a department, and it names no message",
            mend_zh="请写明消息，或改用服务任务",
            mend_en="Name its message, or use a service task",
        )
        return
    piece.approximated(
        "由本系统直接发出该消息，不经过部门任务",
        "The message is sent by this engine itself, without a job",
        target="messageEventDefinition",
    )


def retries(piece: Piece) -> None:
    job = piece.bench.find(piece.owner, "job")
    if job is None:
        piece.approximated("没有部门任务，也就没有重试", "There is no job, so nothing is tried again")
    elif not re.fullmatch(r"[0-9]{1,6}", piece.value):
        set_attempts(job, _ATTEMPTS_OF_ZEEBE)
        piece.refused(
            "重试次数只能是数字",
            "The number of retries must be a number, not an expression",
            mend_zh="请写数字",
            mend_en="Write a number",
        )
    elif set_attempts(job, int(piece.value)):
        piece.translated()
    else:
        piece.approximated("最多重试 20 次", "At most 20 retries")


def header(piece: Piece) -> None:
    key, value = piece.attribute("key") or "", (piece.node.get("value") or "").strip()
    job = piece.bench.find(piece.owner, "job")
    if job is None:
        piece.bench.document(piece.owner, f"{key}: {value}", line=piece.node)
        piece.approximated(
            "此处没有部门任务，保留为文档说明",
            "There is no work for a department here; kept as documentation",
            target="documentation",
        )
        return
    known = key.lower() in _STANDARD_HEADERS or key.lower().startswith("x-")
    name = key if known else f"X-{key}"
    taken = {each.get("name") for each in job.iterchildren(f"{G}header")}
    if not key or not _HEADER_NAME.fullmatch(name) or name in taken or len(taken) >= MAX_HEADERS:
        piece.refused(
            f"“{shown(key)}”不能作请求头（只能含字母、数字和“-”，不可重复，最多 {MAX_HEADERS} 个）",
            f'"{shown(key)}" cannot be a header: letters, digits and "-" only, each once, '
            f"at most {MAX_HEADERS}",
            mend_zh="请改为 gov:input，并写进契约",
            mend_en="Use a gov:input and say so in the contract",
        )
        return
    piece.bench.add_inside(job, "header", {"name": name, "value": value}, line=piece.node)
    if known:
        piece.translated()
    else:
        piece.approximated(f"请求头改名为 {name}", f"The header is now called {name}")


def input_mapping(piece: Piece) -> None:
    fits = places.takes_inputs(piece.owner)
    source, target = piece.attribute("source"), piece.attribute("target")
    if not add_mapping(piece, "input", source=source, target=target, fits=fits):
        return
    is_call = local_name(piece.owner) == "callActivity"
    if is_call and _of_call(piece, "propagateAllParentVariables") != "false":
        piece.approximated(
            "被调流程只得到这些输入，不再得到其余变量",
            "The called process gets these inputs and no other variables",
        )
    else:
        piece.translated()


def output_mapping(piece: Piece) -> None:
    fits = places.takes_outputs(piece.owner)
    source, target = piece.attribute("source"), piece.attribute("target")
    if not add_mapping(piece, "output", source=source, target=target, fits=fits):
        return
    if _of_call(piece, "propagateAllChildVariables") == "true":
        piece.approximated(
            "只带回这些输出，不再带回其余变量", "These outputs come back and no other variables"
        )
    else:
        piece.translated()


def _of_call(piece: Piece, attribute: str) -> str | None:
    """An attribute of the `calledElement` beside the mapping."""
    for container in piece.owner.iterchildren(f"{B}extensionElements"):
        for called in container.iterchildren(f"{{{piece.namespace}}}calledElement"):
            return called.get(attribute)
    return None


def propagation(kind: str) -> Callable[[Piece], None]:
    """Without a mapping everything goes in or comes back here, which a "false" forbids there."""

    def handle(piece: Piece) -> None:
        if piece.value == "false" and piece.bench.find(piece.owner, kind) is None:
            piece.approximated()
        else:
            piece.translated()

    return handle


def assignee(piece: Piece) -> None:
    piece.bench.the(piece.owner, "assignment", line=piece.node).set("assignee", piece.value)
    piece.translated()


def candidate_groups(piece: Piece) -> None:
    texts = constant_texts(piece.value[1:]) if piece.value.startswith("=") else (piece.value,)
    if set_roles(piece, texts or ()):
        piece.translated()


def form_id(piece: Piece) -> None:
    if local_name(piece.owner) == "startEvent":
        start_form(piece)
        return
    form = constant(piece.value)
    if form is None:
        piece.refused()
        return
    piece.bench.set_attribute(piece.owner, "form", form)
    piece.translated()


def form_key(piece: Piece) -> None:
    if local_name(piece.owner) == "startEvent":
        start_form(piece)
        return
    if piece.value.startswith("=") or ":" in piece.value or "/" in piece.value:
        piece.refused()
        return
    piece.bench.set_attribute(piece.owner, "form", piece.value)
    piece.approximated()


def form_binding(piece: Piece) -> None:
    if piece.value == "latest":
        piece.translated()
    else:
        piece.approximated()


def process_id(piece: Piece) -> None:
    process = constant(piece.value)
    if process is None:
        drop_attribute(piece.owner, "calledElement")
        piece.bench.set_attribute(piece.owner, "process", piece.value)
        piece.translated("gov:process")
        return
    piece.owner.set("calledElement", process)
    piece.translated()


def binding(piece: Piece) -> None:
    if piece.value not in ("latest", "deployment"):
        piece.refused()
        return
    piece.bench.set_attribute(piece.owner, "binding", piece.value)
    piece.translated()


def decision_id(piece: Piece) -> None:
    decision = constant(piece.value)
    if decision is None:
        piece.refused()
        return
    piece.bench.set_attribute(piece.owner, "decision", decision)
    piece.translated()


def correlation_key(piece: Piece) -> None:
    piece.bench.add(piece.owner, "subscription", {"correlationKey": piece.value}, line=piece.node)
    piece.translated()


def script(piece: Piece) -> None:
    found = next(piece.owner.iterchildren(f"{B}script"), None)
    if found is None:
        found = etree.SubElement(piece.owner, f"{B}script")
        found.sourceline = piece.node.sourceline
    drop_attribute(piece.owner, "scriptFormat")
    found.text = piece.value.removeprefix("=").strip()
    piece.translated()
