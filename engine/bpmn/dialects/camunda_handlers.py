"""What the pieces of a Camunda 7, Operaton, Flowable or Activiti file become."""

from __future__ import annotations

from collections.abc import Callable

from engine.bpmn.dialects import juel, places
from engine.bpmn.dialects.construct import Piece
from engine.bpmn.dialects.feel_text import Translated, Untranslatable
from engine.bpmn.dialects.jobs import attempts_of_cycle, set_attempts
from engine.bpmn.dialects.report import shown
from engine.bpmn.dialects.workbench import local_name
from engine.bpmn.dialects.writing import add_mapping, set_roles, start_form, variable
from engine.bpmn.dialects.zeebe_handlers import job_instead_of_message, sent_by_itself

MEND_FEEL = {"mend_zh": "请改写为 FEEL", "mend_en": "Write it in FEEL"}
EXTERNAL_TYPES = frozenset({"external", "external-worker"})


def expression_of(
    piece: Piece, text: str, translation: Callable[[str], Translated] = juel.translate
) -> Translated | None:
    """The text in FEEL; None, and refused, if that cannot be."""
    try:
        return translation(text)
    except Untranslatable as error:
        piece.refused(f"“{shown(text)}”：{error.zh}", f'"{shown(text)}": {error.en}', **MEND_FEEL)
        return None


# --- people --------------------------------------------------------------------------------------


def assignee(piece: Piece) -> None:
    found = expression_of(piece, piece.value)
    if found is not None:
        piece.bench.the(piece.owner, "assignment", line=piece.node).set("assignee", found.value)
        piece.expression(found)


def candidate_groups(piece: Piece) -> None:
    found = expression_of(piece, piece.value)
    if found is None:
        return
    texts = (found.literal,) if found.literal is not None else _constants(found)
    if set_roles(piece, texts):
        piece.translated()


def _constants(found: Translated) -> tuple[str, ...]:
    text = found.feel
    is_text = text.startswith('"') and text.endswith('"') and text.count('"') == 2 and "\\" not in text
    return (text[1:-1],) if is_text else ()


def form_key(piece: Piece) -> None:
    if local_name(piece.owner) == "startEvent":
        start_form(piece)
        return
    if any(sign in piece.value for sign in ":/${}"):
        piece.refused()
        return
    piece.bench.set_attribute(piece.owner, "form", piece.value)
    piece.approximated()


def form_ref(piece: Piece) -> None:
    if local_name(piece.owner) == "startEvent":
        start_form(piece)
    elif juel.has_expression(piece.value):
        piece.refused()
    else:
        piece.bench.set_attribute(piece.owner, "form", piece.value)
        piece.translated()


def form_binding(piece: Piece) -> None:
    if piece.value == "latest":
        piece.translated()
    else:
        piece.approximated()


# --- jobs ----------------------------------------------------------------------------------------


def job_kind(piece: Piece) -> None:
    """`type`: only that of external workers has a counterpart; which one is said by the topic."""
    if piece.value not in EXTERNAL_TYPES:
        piece.refused()
    elif piece.attribute("topic") is None:
        piece.refused(
            "外部任务没有写 topic",
            "The external task has no topic",
            mend_zh="请写 topic",
            mend_en="Give it a topic",
        )
    elif local_name(piece.owner) == "messageEventDefinition":
        piece.unchanged("由本系统直接发出该消息", "The message is sent by this engine itself")
    else:
        piece.translated()


def topic(piece: Piece) -> None:
    if local_name(piece.owner) == "messageEventDefinition":
        sent_by_itself(piece)
        return
    found = expression_of(piece, piece.value)
    if found is None:
        return
    piece.bench.the(piece.owner, "job", line=piece.node).set("type", found.value)
    if found.notes:
        piece.expression(found)
    else:
        job_instead_of_message(piece)


def connector_id(piece: Piece) -> None:
    if local_name(piece.owner) == "messageEventDefinition":
        sent_by_itself(piece)
        return
    piece.bench.the(piece.owner, "job", line=piece.node).set("type", piece.value)
    piece.approximated()


def retry_cycle(piece: Piece) -> None:
    attempts = attempts_of_cycle(piece.value)
    job = piece.bench.find(piece.owner, "job")
    if job is None:
        piece.approximated(
            "没有部门任务：本系统的步骤不会失败后重试，而是成为异常待人处理",
            "There is no job: a step of the engine itself is not tried again but becomes an incident",
        )
    elif attempts is None:
        piece.approximated(
            "读不懂，用默认的 3 次重试", "It cannot be read, so the default of 3 retries counts"
        )
    else:
        set_attempts(job, attempts)
        piece.approximated()


# --- decisions, calls, results -------------------------------------------------------------------


def literal_attribute(name: str) -> Callable[[Piece], None]:
    """A handler for a value that becomes `gov:name` and must not be an expression."""

    def handle(piece: Piece) -> None:
        if juel.has_expression(piece.value):
            piece.refused()
        else:
            piece.bench.set_attribute(piece.owner, name, piece.value)
            piece.translated()

    return handle


def binding(version: str) -> Callable[[Piece], None]:
    """A handler for `latest`, `deployment` and `version` (whose number another attribute has)."""

    def handle(piece: Piece) -> None:
        if piece.value in ("latest", "deployment"):
            piece.bench.set_attribute(piece.owner, "binding", piece.value)
            piece.translated()
        elif piece.value == "version" and (piece.attribute(version) or "").isdigit():
            piece.translated()
        else:
            piece.refused()

    return handle


def version(binding_name: str) -> Callable[[Piece], None]:
    def handle(piece: Piece) -> None:
        if piece.attribute(binding_name) != "version":
            piece.translated()
        elif piece.value.isdigit():
            piece.bench.set_attribute(piece.owner, "binding", piece.value)
            piece.approximated()
        else:
            piece.refused(
                "版本号不能由表达式算出",
                "A version cannot come from an expression",
                mend_zh="请写版本号",
                mend_en="Write the number",
            )

    return handle


def decision_result(piece: Piece) -> None:
    """`mapDecisionResult`: a single entry is what a decision gives here."""
    if piece.value == "singleEntry":
        piece.translated()
    else:
        piece.approximated()


def result_variable(piece: Piece) -> None:
    name = local_name(piece.owner)
    if name not in ("scriptTask", "businessRuleTask"):
        piece.refused(
            "它收的是代码的结果，而代码不能执行",
            "It takes the result of code, which is not run",
            mend_zh="请改为部门任务，用 gov:output 取结果",
            mend_en="Make it work for a department and take the result with gov:output",
        )
    elif variable(piece, piece.value):
        piece.bench.set_attribute(piece.owner, "result", piece.value)
        if name == "businessRuleTask" and piece.attribute("mapDecisionResult") is None:
            piece.approximated()
        else:
            piece.translated()


def decision_without_result(piece: Piece) -> None:
    """Without a result variable only output parameters see the result there, as `decisionResult`."""
    if piece.attribute("decisionRef") is None or piece.attribute("resultVariable") is not None:
        return
    piece.bench.set_attribute(piece.owner, "result", "decisionResult")
    _absence(piece, "decisionRef without resultVariable", "gov:result")


def call_without_mappings(piece: Piece) -> None:
    """What is not mapped does not go in or come back there; here everything does then."""
    names = {local_name(child) for container in piece.owner for child in container}
    inherits = (piece.attribute("inheritVariables") or "") == "true"
    for kind, target in (("in", "gov:input"), ("out", "gov:output")):
        if kind not in names and not (kind == "in" and inherits):
            _absence(piece, f"callActivity without {kind}", target)


def _absence(piece: Piece, name: str, target: str) -> None:
    row = piece.dialect.absences[name]
    piece.named(name, row).approximated(target=target)


# --- mappings ------------------------------------------------------------------------------------


def passed_in(piece: Piece) -> None:
    _passed(piece, "input", places.takes_inputs)


def passed_out(piece: Piece) -> None:
    _passed(piece, "output", places.takes_outputs)


def _passed(piece: Piece, kind: str, fits: Callable[..., bool]) -> None:
    """`in` and `out`: one variable or expression, all of them, or the business key."""
    owner = places.event_of(piece.owner)
    if piece.attribute("businessKey") is not None:
        piece.approximated(
            "被调流程属于同一办件，办件编号自然相同",
            "A called process belongs to the same case and has its number anyway",
        )
        return
    if piece.attribute("variables") is not None:
        tag = "in" if kind == "input" else "out"
        others = [each for each in piece.beside(tag) if each.get("businessKey") is None]
        if len(others) > 1:
            piece.refused(
                "这里要么全部传递，要么逐个列出",
                "Here either everything is passed or what is listed",
                mend_zh="请列出全部变量",
                mend_en="List all the variables",
            )
        else:
            piece.unchanged("不写映射就是全部传递", "Without mappings everything is passed anyway")
        return
    expression = piece.attribute("sourceExpression")
    source = piece.attribute("source")
    text = expression or source
    found = (
        expression_of(
            piece, text, juel.translate if expression or juel.has_expression(text) else juel.translate_name
        )
        if text
        else Translated("")
    )
    if found is None:
        return
    target = piece.attribute("target") or piece.attribute("targetExpression")
    value = f"={found.feel}" if found.literal is None or not text else found.value
    if not add_mapping(piece.on(owner), kind, source=value, target=target, fits=fits(owner)):
        return
    if piece.attribute("local") == "true":
        piece.approximated("变量不区分局部", "Variables are not kept local")
    else:
        piece.expression(found, target=f"gov:{kind}")


def caught(name: str) -> Callable[[Piece], None]:
    """A handler for the variable that takes the code or message of what an event catches."""

    def handle(piece: Piece) -> None:
        event = places.event_of(piece.owner)
        if local_name(event) not in ("boundaryEvent", "startEvent"):
            piece.refused()
        elif variable(piece, piece.value):
            piece.bench.set_attribute(event, name, piece.value)
            piece.translated()

    return handle


# --- multi-instance ------------------------------------------------------------------------------


def collection(piece: Piece) -> None:
    found = expression_of(piece, piece.value, juel.translate_name)
    if found is not None:
        loop = piece.bench.the(piece.owner, "multiInstance", line=piece.node)
        loop.set("collection", f"={found.feel}")
        piece.expression(found)


def element_variable(piece: Piece) -> None:
    if variable(piece, piece.value):
        piece.bench.the(piece.owner, "multiInstance", line=piece.node).set("item", piece.value)
        piece.translated()


# --- Flowable only -------------------------------------------------------------------------------


def same_deployment(piece: Piece) -> None:
    if piece.value == "true":
        piece.bench.set_attribute(piece.owner, "binding", "deployment")
        piece.approximated()
    else:
        piece.translated()


def accepted_if(value: str) -> Callable[[Piece], None]:
    """A handler for what has a counterpart only with one value, which is how it is here anyway."""

    def handle(piece: Piece) -> None:
        if piece.value == value:
            piece.translated()
        else:
            piece.refused()

    return handle


def inherit_variables(piece: Piece) -> None:
    """All variables go in: as here without any mapping, but not beside one."""
    listed = any(
        local_name(child) == "in" and child.get("businessKey") is None
        for container in piece.owner
        for child in container
    )
    if piece.value == "true" and listed:
        piece.refused()
    else:
        piece.translated()
