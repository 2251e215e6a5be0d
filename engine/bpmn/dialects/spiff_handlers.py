"""What the pieces of a SpiffWorkflow file become. Its expressions are Python."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.dialects import places, python_text
from engine.bpmn.dialects.camunda_handlers import MEND_FEEL, expression_of
from engine.bpmn.dialects.construct import Piece
from engine.bpmn.dialects.feel_text import Note, Translated, Untranslatable, notes_of_all
from engine.bpmn.dialects.jobs import set_attempts
from engine.bpmn.dialects.report import shown
from engine.bpmn.dialects.workbench import B, local_name
from engine.bpmn.dialects.writing import add_mapping, variable

PAYLOAD = "payload"
"""The variable in which a message, signal, escalation or error of such a file carries its data."""

_ONLY_IN = Note(
    "只在该活动内有效，且活动只看到这些变量",
    "They exist inside the activity only, and the activity sees no other variables",
)
_ONLY_OUT = Note("活动的其余结果不再带回", "No other results of the activity come back")


def decision_id(piece: Piece) -> None:
    piece.bench.set_attribute(piece.owner, "decision", piece.value)
    piece.approximated()


# --- scripts before and after --------------------------------------------------------------------


def script_before(piece: Piece) -> None:
    _script(piece, "input", fits=places.takes_inputs(piece.owner), difference=_ONLY_IN)


def script_after(piece: Piece) -> None:
    _script(piece, "output", fits=places.takes_outputs(piece.owner), difference=_ONLY_OUT)


def _script(piece: Piece, kind: str, *, fits: bool, difference: Note) -> None:
    """Assignments become mappings. They are independent of each other here, so a script in which one
    reads what another wrote is refused."""
    try:
        found = python_text.assignments(piece.value)
        names = [name for name, _ in found]
        if not found:
            raise Untranslatable("脚本里没有赋值", "The script assigns nothing")
        if len(set(names)) < len(names):
            raise Untranslatable("同一变量赋值不止一次", "A variable is assigned more than once")
        for place, (_, value) in enumerate(found):
            if value.names & set(names[:place]):
                raise Untranslatable(
                    "后面的赋值用到前面的结果", "An assignment reads what an earlier one wrote"
                )
    except Untranslatable as error:
        piece.refused(
            f"“{shown(piece.value)}”：{error.zh}", f'"{shown(piece.value)}": {error.en}', **MEND_FEEL
        )
        return
    for name, value in found:
        if not add_mapping(piece, kind, source=f"={value.feel}", target=name, fits=fits):
            return
    notes = (difference, *notes_of_all(value for _, value in found))
    piece.expression(Translated("", notes=notes), target=f"gov:{kind}")


# --- jobs ----------------------------------------------------------------------------------------


def operator(piece: Piece) -> None:
    piece.bench.the(piece.owner, "job", line=piece.node).set("type", piece.value)
    piece.translated()


def parameter(piece: Piece) -> None:
    value = piece.attribute("value")
    if value is None:
        # SpiffWorkflow passes over parameters without a value too.
        piece.unchanged("没有值，不传递", "Without a value nothing is passed")
        return
    found = expression_of(piece, value, python_text.translate)
    target = piece.attribute("id") or piece.attribute("name")
    if found is not None and add_mapping(
        piece, "input", source=f"={found.feel}", target=target, fits=places.takes_inputs(piece.owner)
    ):
        piece.expression(found)


def retries(piece: Piece) -> None:
    job = piece.bench.find(piece.owner, "job")
    count = piece.attribute("retries") or ""
    if job is None or not count.isdigit() or len(count) > 6:
        piece.refused(
            "重试次数应为数字", "Expected a number of retries", mend_zh="请写数字", mend_en="Write a number"
        )
        return
    set_attempts(job, int(count) + 1)
    piece.approximated()


# --- messages and other data ---------------------------------------------------------------------


def payload(piece: Piece) -> None:
    """On a message it counts for all that throw it, on an event definition for its event."""
    found = expression_of(piece, piece.value, python_text.translate)
    if found is None:
        return
    users = [
        user for user in _events(piece) if places.takes_inputs(user) and local_name(user) != "receiveTask"
    ]
    for user in users:
        add_mapping(piece.on(user), "input", source=f"={found.feel}", target=PAYLOAD, fits=True)
    piece.approximated()


def payload_variable(piece: Piece) -> None:
    if not variable(piece, piece.value):
        return
    for user in _events(piece):
        if places.takes_outputs(user) and local_name(user) != "sendTask":
            add_mapping(piece.on(user), "output", source=f"={PAYLOAD}", target=piece.value, fits=True)
    piece.approximated()


def _events(piece: Piece) -> list[etree._Element]:
    if local_name(piece.owner) == "message":
        return piece.bench.users_of_message((piece.owner.get("id") or "").strip())
    return [places.event_of(piece.owner)]


def correlation(piece: Piece) -> None:
    """The expression of the receiving process becomes the key of the message's subscription."""
    expression = next(piece.node.iterchildren(f"{{{piece.namespace}}}expression"), None)
    text = "" if expression is None else (expression.text or "").strip()
    event = places.event_of(piece.owner)
    definition = next(event.iterchildren(f"{B}messageEventDefinition"), None)
    reference = (event if definition is None else definition).get("messageRef")
    message = piece.bench.message(reference)
    if message is None:
        piece.refused("没有写明消息", "No message is named", mend_zh="请写明消息", mend_en="Name the message")
        return
    found = expression_of(piece, text, python_text.translate)
    if found is None:
        return
    already = piece.bench.find(message, "subscription")
    if already is not None and already.get("correlationKey") != found.feel:
        piece.refused()
        return
    if already is None:
        piece.bench.add(message, "subscription", {"correlationKey": found.feel}, line=piece.node)
    piece.approximated()


def on_instances(piece: Piece) -> None:
    if piece.value == "true":
        piece.translated()
    else:
        piece.approximated()


def form_property(piece: Piece) -> None:
    """Forms are named by properties of the user task."""
    name = piece.attribute("name") or ""
    if name in ("formJsonSchemaFilename", "formUiSchemaFilename"):
        piece.refused(
            f"{name}：表单的写法不同",
            f"{name}: forms are written differently here",
            mend_zh="请把表单写成 forms/*.form.json，并写 gov:form",
            mend_en="Write the form as forms/*.form.json and add gov:form",
        )
        return
    piece.bench.document(piece.owner, f"{name}: {piece.node.get('value') or ''}", line=piece.node)
    piece.approximated()


def metadata(piece: Piece) -> None:
    name = piece.attribute("name") or ""
    piece.bench.document(piece.owner, f"{name}: {piece.node.get('value') or ''}", line=piece.node)
    piece.approximated()
