"""Handlers that several dialects share: from one value to one of our attributes or elements."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.bpmn.dialects import places
from engine.bpmn.dialects.construct import A, Construct, Piece, R, T, with_handler
from engine.bpmn.dialects.feel_text import constant_texts
from engine.bpmn.dialects.report import shown
from engine.feel import FeelSyntaxError, compile_expression
from engine.model.variable_names import is_variable_name


def documented(
    zh: str = "没有这一项，保留为文档说明",
    en: str = "There is no such thing here; kept as documentation",
    *,
    mend: tuple[str, str] = ("", ""),
    on: frozenset[str] | None = None,
) -> Construct:
    """Has no effect here, but people can still read it."""
    return Construct((A,), "documentation", zh, en, *mend, on=on, handler=document)


def document(piece: Piece) -> None:
    element, _, attribute = piece.name.rpartition("/")
    name = element if attribute == "@value" else attribute
    # A text of several lines is for reading and stays as it is.
    label = "" if "\n" in piece.value else f"{name.rpartition('/')[2].rpartition(':')[2].lstrip('@')}: "
    piece.bench.document(piece.owner, label + piece.value, line=piece.node)
    piece.approximated()


def _property(piece: Piece) -> None:
    key, value = piece.attribute("name") or "", piece.node.get("value") or ""
    piece.bench.document(piece.owner, f"{key}: {value}", line=piece.node)
    piece.approximated()


PROPERTY = Construct(
    (A,),
    "documentation",
    "没有这一项，保留为文档说明",
    "There is no such thing here; kept as documentation",
    handler=_property,
    absorbs=frozenset({"@id", "@name", "@value"}),
    repeats=True,
)


def result_variable(piece: Piece) -> None:
    if variable(piece, piece.value):
        piece.bench.set_attribute(piece.owner, "result", piece.value)
        piece.translated()


RESULT_VARIABLE = with_handler(
    result_variable,
    "gov:result",
    T,
    R,
    zh="须为变量名",
    en="Must be the name of a variable",
    on=places.SCRIPT_TASK | places.BUSINESS_RULE,
)


def variable(piece: Piece, name: str) -> bool:
    """Whether `name` can be a variable; if not, the piece is refused."""
    if is_variable_name(name):
        return True
    piece.refused(
        f"“{shown(name)}”不是变量名",
        f'"{shown(name)}" is not the name of a variable',
        mend_zh="请写一个变量名",
        mend_en="Give the name of a variable",
    )
    return False


def add_mapping(piece: Piece, kind: str, *, source: str | None, target: str | None, fits: bool) -> bool:
    """Adds a `gov:input` or `gov:output`; False, and refused, if it would have no effect or no meaning."""
    if not fits:
        piece.refused(
            "映射在此处不起作用", "The mapping has no effect here", mend_zh="请删除它", mend_en="Remove it"
        )
    elif not source or source == "=" or not target:
        piece.refused(
            "缺少来源或目标",
            "It lacks a source or a target",
            mend_zh="请填写，或删除它",
            mend_en="Fill it in, or remove it",
        )
    elif not is_variable_name(target):
        piece.refused(
            f"“{shown(target)}”不是变量名",
            f'"{shown(target)}" is not the name of a variable',
            mend_zh="请映射整个变量，例如 ={a: …}",
            mend_en="Map the whole variable, for example ={a: …}",
        )
    elif _names_of(source) & (targets := piece.bench.targets(piece.owner, kind)):
        piece.refused(
            "用到了前一个映射的结果，而这里各映射互不相关",
            "It reads what an earlier mapping made, but here mappings do not see each other",
            mend_zh="请把前一个表达式写进来",
            mend_en="Put the earlier expression in its place",
        )
    else:
        piece.bench.add(piece.owner, kind, {"source": source, "target": target}, line=piece.node)
        targets.add(target)
        return True
    return False


def _names_of(source: str) -> frozenset[str]:
    """Variables that a mapping reads; none if it is a text, or no FEEL: the rules say that."""
    if not source.startswith("="):
        return frozenset()
    try:
        expression = compile_expression(source[1:])
    except FeelSyntaxError:
        return frozenset()
    return expression.names | expression.possible_names


def set_roles(piece: Piece, texts: Iterable[str]) -> bool:
    """Writes the roles that comma-separated texts name; False, and refused, if there are none."""
    roles = [role.strip() for text in texts for role in text.split(",") if role.strip()]
    if not roles:
        piece.refused()
        return False
    piece.bench.the(piece.owner, "assignment", line=piece.node).set("roles", ",".join(roles))
    return True


def start_form(piece: Piece) -> None:
    piece.bench.document(piece.owner, f"form: {piece.value}", line=piece.node)
    piece.approximated(
        "发起时不用表单：谁发起，谁给出数据",
        "There are no start forms: whoever starts a case gives its data",
        target="documentation",
    )


def constant(value: str) -> str | None:
    """The text that a value of the form `text` or `="text"` has; None for another expression."""
    if not value.startswith("="):
        return value
    texts = constant_texts(value[1:])
    return texts[0] if texts and len(texts) == 1 else None


def attribute_of_ours(name: str) -> Callable[[Piece], None]:
    """A handler that writes the value as it is to `gov:name`."""

    def handle(piece: Piece) -> None:
        piece.bench.set_attribute(piece.owner, name, piece.value)
        piece.translated()

    return handle


def multi_instance(name: str) -> Callable[[Piece], None]:
    """A handler that writes the value as it is to an attribute of `gov:multiInstance`."""

    def handle(piece: Piece) -> None:
        piece.bench.the(piece.owner, "multiInstance", line=piece.node).set(name, piece.value)
        piece.translated()

    return handle
