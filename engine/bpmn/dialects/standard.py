"""Places of the standard itself where a tool's file has another expression language than FEEL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from engine.bpmn.dialects import juel, python_text
from engine.bpmn.dialects.construct import A, Construct, R, T
from engine.bpmn.dialects.feel_text import Translated, Untranslatable, notes_of_all
from engine.bpmn.dialects.report import Outcome, shown
from engine.bpmn.dialects.workbench import Workbench, drop_attribute, local_name
from engine.bpmn.dialects.writing import constant

EXPRESSION_ELEMENTS = frozenset(
    {
        "conditionExpression",
        "condition",
        "timeDate",
        "timeDuration",
        "timeCycle",
        "loopCardinality",
        "loopCondition",
        "completionCondition",
        "activationCondition",
    }
)
_JUEL_ONLY = frozenset({"formalExpression", "from", "transformation"})
"""Where SpiffWorkflow has no expressions."""
_TIMERS = frozenset({"timeDate", "timeDuration", "timeCycle"})
_NAMED: Mapping[str, str] = {
    "message": "name",
    "signal": "name",
    "error": "errorCode",
    "escalation": "escalationCode",
}
JUEL_FAMILY = ("camunda", "flowable")
"""Keys of the dialects whose expressions are `${…}`."""

_FEEL = re.compile(
    r"(?:https?://www\.omg\.org/spec/(?:DMN|FEEL)/.*|(?:(?:application|text)/(?:x-)?)?feel)", re.I
)
_JUEL = re.compile(r"(?:(?:application|text)/(?:x-)?)?juel", re.I)
_PYTHON = re.compile(r"(?:(?:application|text)/(?:x-)?)?(?:python|jython)(?:\d*)?", re.I)
_XPATH = re.compile(r"https?://www\.w3\.org/(?:1999|TR)/.*", re.I)
_CRON = re.compile(r"[\d*?/,LW#A-Za-z-]+(?:\s+[\d*?/,LW#A-Za-z-]+){4,6}|@\w+")

_MEND_ZH, _MEND_EN = "请改写为 FEEL", "Write it in FEEL"

CONSTRUCTS: Mapping[str, Construct] = {
    "conditionExpression …（JUEL ${…}）": Construct(
        (T, A, R),
        "FEEL",
        "条件、定时器、次数、完成条件：路径、文字、数字、比较、逻辑、算术、?:、empty 可以转换；调用代码的不行",
        "Conditions, timers, cardinalities, completion conditions: paths, literals, comparisons, logic, "
        "arithmetic, ?: and empty are translated; calls of code are refused",
        _MEND_ZH,
        _MEND_EN,
    ),
    "conditionExpression …（Python）": Construct(
        (T, A, R),
        "FEEL",
        "同上；Python 的“真值”（非空即真）只近似",
        "The same; what Python takes for true (anything not empty) is approximated",
        _MEND_ZH,
        _MEND_EN,
    ),
    "script（JUEL、Python）": Construct(
        (T, A, R),
        "script",
        "脚本任务：JUEL 表达式；Python 只限给变量赋值的语句",
        "Script tasks: a JUEL expression; in Python only assignments to variables",
        _MEND_ZH,
        _MEND_EN,
    ),
    "@language, @expressionLanguage, @scriptFormat": Construct(
        (T, R),
        "",
        "只接受 FEEL、JUEL 和（SpiffWorkflow 文件中的）Python；其余语言的表达式拒绝",
        "FEEL, JUEL and (in SpiffWorkflow's files) Python only; expressions in other languages are refused",
        _MEND_ZH,
        _MEND_EN,
    ),
    "callActivity/@calledElement（${…}）": Construct((T, A, R), "gov:process"),
    "message/@name, signal/@name, error/@errorCode, escalation/@escalationCode": Construct(
        (T, R),
        "",
        "表达式只能是一段固定文字",
        "An expression is accepted only if it is a constant text",
        "请写固定的名称或代码",
        "Write a fixed name or code",
    ),
    "timeCycle（cron）": Construct(
        (R,),
        "",
        "没有 cron 写法",
        "There is no cron notation here",
        "请写 ISO 8601 的周期，例如 R/P1D",
        "Write an ISO 8601 cycle such as R/P1D",
    ),
}
"""Rows of the reference page."""


def translate_standard(bench: Workbench, element: etree._Element) -> None:
    """Translates what `element`, an element of the standard, says in the language of a dialect."""
    name = local_name(element)
    if name in EXPRESSION_ELEMENTS or (name in _JUEL_ONLY and juel.has_expression(element.text or "")):
        _expression(bench, element, name)
    elif name == "script":
        _script(bench, element)
    elif name in _NAMED:
        _name(bench, element, name, _NAMED[name])
    elif name == "callActivity":
        _called_element(bench, element)
    elif name == "definitions":
        _expression_language(bench, element)


def _expression(bench: Workbench, element: etree._Element, name: str) -> None:
    text = (element.text or "").strip()
    if not text:
        return
    declared = (element.get("language") or "").strip()
    translate = _language_of(bench, text, declared)
    if translate is None:
        if name == "timeCycle" and _CRON.fullmatch(text):
            _refuse(bench, element, f"{name}（cron）", "没有 cron 写法", "There is no cron notation here",
                    "请写 ISO 8601 的周期，例如 R/P1D", "Write an ISO 8601 cycle such as R/P1D")  # fmt: skip
        elif declared and not _FEEL.fullmatch(declared):
            _refuse_language(bench, element, f"{name}/@language", declared)
        return
    if name in _TIMERS and translate is python_text.translate:
        fixed = python_text.constant_text(text)
        translate = (lambda _: Translated("", literal=fixed)) if fixed is not None else translate
    try:
        found = translate(text)
    except Untranslatable as error:
        _refuse_expression(bench, element, name, text, error)
        bench.keep_refused(element, "python" if translate is python_text.translate else "juel")
        return
    element.text = found.value
    drop_attribute(element, "language")
    _report(bench, element, name, found, "FEEL")


def _language_of(bench: Workbench, text: str, declared: str) -> Callable[[str], Translated] | None:
    """The translation that `text` needs; None if it is FEEL already or in no language we know."""
    if declared and not _XPATH.fullmatch(declared):
        if _JUEL.fullmatch(declared):
            return juel.translate
        return python_text.translate if _is_python(bench, declared) else None
    if juel.has_expression(text):
        return juel.translate if _juel_is_meant(bench) else None
    if _python_is_meant(bench) and not text.startswith("=") and not text.isdigit():
        return python_text.translate
    return None


def _python_is_meant(bench: Workbench) -> bool:
    return "spiffworkflow" in bench.active and not bench.ours_already


def _is_python(bench: Workbench, declared: str) -> bool:
    return "spiffworkflow" in bench.active and _PYTHON.fullmatch(declared) is not None


def _juel_is_meant(bench: Workbench) -> bool:
    return any(key in bench.active for key in JUEL_FAMILY)


def _script(bench: Workbench, element: etree._Element) -> None:
    task = element.getparent()
    text = (element.text or "").strip()
    if task is None or local_name(task) != "scriptTask" or not text:
        return
    declared = (task.get("scriptFormat") or "").strip()
    if _is_python(bench, declared) or (not declared and _python_is_meant(bench)):
        if not text.startswith("="):
            _python_script(bench, element, task)
    elif _JUEL.fullmatch(declared) or (not declared and juel.has_expression(text) and _juel_is_meant(bench)):
        try:
            found = juel.translate(text)
        except Untranslatable as error:
            _refuse_expression(bench, element, "script", text, error)
            task.set("scriptFormat", declared or "juel")
            return
        element.text = found.feel
        drop_attribute(task, "scriptFormat")
        _report(bench, element, "script", found, "script")
    elif declared and not _FEEL.fullmatch(declared):
        _refuse_language(bench, element, "scriptTask/@scriptFormat", declared)


def _python_script(bench: Workbench, element: etree._Element, task: etree._Element) -> None:
    """One assignment: the script with `gov:result`. Several: a context, whose entries become variables."""
    text = element.text or ""
    try:
        found = python_text.assignments(text)
        if not found:
            raise Untranslatable("脚本里没有赋值", "The script assigns nothing")
        names = [variable for variable, _ in found]
        if len(set(names)) < len(names):
            raise Untranslatable("同一变量赋值不止一次", "A variable is assigned more than once")
    except Untranslatable as error:
        _refuse_expression(bench, element, "script", text, error)
        task.set("scriptFormat", "python")
        return
    if len(found) == 1:
        whole = found[0][1]
        bench.set_attribute(task, "result", found[0][0])
        element.text = whole.feel
    else:
        notes = notes_of_all(each for _, each in found)
        inner = ",\n".join(f"  {variable}: {each.feel}" for variable, each in found)
        whole = Translated(f"{{\n{inner}\n}}", notes=notes)
        element.text = whole.feel
    drop_attribute(task, "scriptFormat")
    _report(bench, element, "script", whole, "script")


def _name(bench: Workbench, element: etree._Element, name: str, attribute: str) -> None:
    value = (element.get(attribute) or "").strip()
    construct = f"{name}/@{attribute}"
    if value.startswith("=") and "zeebe" in bench.active:
        fixed = constant(value)
    elif juel.has_expression(value) and _juel_is_meant(bench):
        try:
            fixed = constant(juel.translate(value).value)
        except Untranslatable:
            fixed = None
    else:
        return
    if fixed is None:
        # Left in, it would be taken for a name.
        drop_attribute(element, attribute)
        _refuse(bench, element, construct, f"不能由表达式“{shown(value)}”算出",
                f'Cannot come from an expression such as "{shown(value)}"',
                "请写固定的名称或代码", "Write a fixed name or code")  # fmt: skip
        return
    element.set(attribute, fixed)
    _report(bench, element, construct, Translated("", literal=fixed), attribute)


def _called_element(bench: Workbench, element: etree._Element) -> None:
    value = element.get("calledElement") or ""
    if not juel.has_expression(value) or not _juel_is_meant(bench):
        return
    drop_attribute(element, "calledElement")
    try:
        found = juel.translate(value)
    except Untranslatable as error:
        _refuse_expression(bench, element, "callActivity/@calledElement", value, error)
        return
    bench.set_attribute(element, "process", found.value)
    _report(bench, element, "callActivity/@calledElement", found, "gov:process")


def _expression_language(bench: Workbench, element: etree._Element) -> None:
    declared = (element.get("expressionLanguage") or "").strip()
    if not declared or _FEEL.fullmatch(declared):
        return
    known = _XPATH.fullmatch(declared) or _JUEL.fullmatch(declared) or _is_python(bench, declared)
    if not known or not bench.active.keys() & {*JUEL_FAMILY, "spiffworkflow", "zeebe"}:
        return
    drop_attribute(element, "expressionLanguage")
    _report(bench, element, "definitions/@expressionLanguage", Translated("", literal=""), "FEEL")


# --- reporting -----------------------------------------------------------------------------------


def _prefix(bench: Workbench) -> str:
    return next(iter(bench.active.values()), "")


def _report(
    bench: Workbench, element: etree._Element, construct: str, found: Translated, target: str
) -> None:
    if found.notes:
        texts = (
            "；".join(note.zh for note in found.notes),
            "; ".join(note.en for note in found.notes),
            "",
            "",
        )
        outcome = Outcome.APPROXIMATED
    else:
        texts = (f"已转换为 {target}", f"Became {target}", "", "")
        outcome = Outcome.TRANSLATED
    bench.report_on(element, outcome, dialect=_prefix(bench), construct=construct, node=element,
                    target=target, texts=texts)  # fmt: skip


def _refuse_expression(
    bench: Workbench, element: etree._Element, construct: str, text: str, error: Untranslatable
) -> None:
    zh, en = f"“{shown(text)}”：{error.zh}", f'"{shown(text)}": {error.en}'
    _refuse(bench, element, construct, zh, en, _MEND_ZH, _MEND_EN)


def _refuse_language(bench: Workbench, element: etree._Element, construct: str, language: str) -> None:
    if bench.active:
        _refuse(bench, element, construct, f"不执行 {shown(language)} 写的代码",
                f"Code in {shown(language)} is not run", _MEND_ZH, _MEND_EN)  # fmt: skip


def _refuse(
    bench: Workbench, element: etree._Element, construct: str, zh: str, en: str, mend_zh: str, mend_en: str
) -> None:
    bench.report_on(element, Outcome.REFUSED, dialect=_prefix(bench), construct=construct, node=element,
                    target="", texts=(zh, en, mend_zh, mend_en))  # fmt: skip
