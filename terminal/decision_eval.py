"""`yishi decision eval`: what a decision answers, by which rules, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from engine.dmn import Decision, DecisionModel, DecisionResult, DecisionService, InputData
from engine.feel import Value
from terminal.complaints import REFUSED
from terminal.decision_files import ModelShelf, fitting
from terminal.decision_rules import diagnostic_line, matched_table, names_of, rule_texts
from terminal.feel_answers import plain_value
from terminal.feel_notation import notation, type_text
from terminal.feel_options import ContextText, FeelValues, NowText, now_from, variables_from
from terminal.findings import findings_table
from terminal.options import AsJson
from terminal.output import clean, console, fixed, flowing, make_table, print_json, say


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, with the variables it is asked with.

    `missing` are the inputs that nobody gave, with their types ("" if the model says none); `unused` the
    variables that it does not read.
    """

    model: DecisionModel
    asked: Decision | DecisionService
    given: Mapping[str, Value]
    imported: Mapping[str, Mapping[str, Value]]
    missing: Mapping[str, str]
    unused: tuple[str, ...]


def evaluate(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="A .dmn file.")],
    decision: Annotated[
        str | None,
        typer.Option(
            "--decision",
            metavar="ID|NAME",
            help="Which decision. Without it: the only one that no other needs.",
            show_default=False,
        ),
    ] = None,
    service: Annotated[
        str | None,
        typer.Option("--service", metavar="ID|NAME", help="A decision service instead.", show_default=False),
    ] = None,
    context: ContextText = None,
    sets: FeelValues = None,
    now: NowText = None,
    as_json: AsJson = False,
) -> None:
    """求值 / Ask a decision or a decision service, and say which rules answered.

    Exit codes: 0 an answer, also null; 1 the file has errors, or the answer is null by an error; 2 wrong
    usage. Inputs of an imported model stand in a context under the name of the import.
    """
    if decision is not None and service is not None:
        raise typer.BadParameter("Expected --decision or --service, but got both.", param_hint="--service")
    instant = now_from(now)
    variables = variables_from(context, sets, now=instant)
    read = ModelShelf().model(file)
    if read.model is None:
        if as_json:
            print_json({"path": file, "ok": False, "findings": read.findings})
        else:
            say(findings_table(fitting(read.findings, width=console().width)))
            say(Text(clean(f"✕ {file}: 没有求值 / Not evaluated."), style="bold red"))
        raise typer.Exit(REFUSED)
    asked = _asked(read.model, decision=decision, service=service)
    question = _question(read.model, asked, variables)
    result = asked.evaluate(question.given, now=instant, imported=question.imported)
    if as_json:
        print_json(_facts(question, result))
    else:
        _say(question, result)
    if result.value is None and result.diagnostics:
        raise typer.Exit(REFUSED)


# --- asking --------------------------------------------------------------------------------------


def _asked(model: DecisionModel, *, decision: str | None, service: str | None) -> Decision | DecisionService:
    if service is not None:
        found = model.services.get(service) or model.service_by_name(service)
        if found is None:
            raise _unknown("--service", service, model.services)
        return found
    if decision is not None:
        known = model.decisions.get(decision) or model.by_name(decision)
        if known is None:
            raise _unknown("--decision", decision, model.decisions)
        return known
    needed = {each.id for one in model.decisions.values() for each in one.plan[:-1]}
    goals = [each for each in model.decisions.values() if each.id not in needed]
    if len(goals) != 1:
        raise typer.BadParameter(
            f"Expected one of {_listed(model.decisions)}, but got none.", param_hint="--decision"
        )
    return goals[0]


def _unknown(option: str, given: str, known: Mapping[str, Any]) -> typer.BadParameter:
    return typer.BadParameter(
        f"Expected one of {_listed(known)}, but got {given[:80]!r}."
        if known
        else f"Expected a model that has some, but it has none: {given[:80]!r}.",
        param_hint=option,
    )


def _listed(known: Mapping[str, Any]) -> str:
    shown = [id_ if each.name in ("", id_) else f"{id_} ({each.name})" for id_, each in known.items()]
    return ", ".join(shown[:20]) + (", …" if len(shown) > 20 else "")


def _question(
    model: DecisionModel, asked: Decision | DecisionService, variables: Mapping[str, Value]
) -> Question:
    given = dict(variables)
    imported: dict[str, Mapping[str, Value]] = {}
    for each in model.definitions.imports:
        value = given.get(each.name)
        if each.name and type(value) is dict:
            imported[each.namespace] = value
            del given[each.name]
    wanted = _inputs_of(model, asked)
    brought = {*given, *(name for values in imported.values() for name in values)}
    return Question(
        model,
        asked,
        given,
        imported,
        {name: type_ for name, type_ in wanted.items() if name not in brought},
        tuple(name for name in given if name not in wanted),
    )


def _inputs_of(model: DecisionModel, asked: Decision | DecisionService) -> dict[str, str]:
    """Name -> type of everything that it reads from outside."""
    if isinstance(asked, DecisionService):
        return {
            each.name if isinstance(each, InputData) else each.variables[0]: each.type.name
            if each.type
            else ""
            for each in asked.parameters
        }
    types = {each.name: each.type.name for each in model.inputs if each.type is not None}
    return {name: types.get(name, "") for name in sorted(asked.required_inputs)}


# --- telling -------------------------------------------------------------------------------------


def _say(question: Question, result: DecisionResult) -> None:
    names = names_of(question.model.definitions)
    width = console().width
    shown = Text(clean(notation(result.value, width=width)), style="bold")
    if result.value is not None:
        shown.append(f"  // {clean(type_text(result.value))}", style="not bold dim")
    say(shown)
    if len(result.answers) > 1:
        say(_answers_table(result.answers, names, width))
    if result.matched:
        say(matched_table(result.matched, names=names, texts=rule_texts(question.model.definitions)))
    for diagnostic in result.diagnostics:
        say(
            Text(
                clean(f"! {diagnostic_line(diagnostic, names)}"),
                style="red" if diagnostic.limit else "yellow",
            )
        )
    if question.missing:
        listed = ", ".join(f"{name}: {type_}" if type_ else name for name, type_ in question.missing.items())
        say(Text(clean(f"! 没有给出 Not given: {listed}"), style="yellow"))
    if question.unused:
        say(Text(clean(f"! 没有用到 Not read: {', '.join(question.unused)}"), style="yellow"))


def _answers_table(answers: Sequence[tuple[str, Value]], names: Mapping[str, str], width: int) -> Any:
    table = make_table(flowing("决策 Decision"), flowing("回答 Answer"), fixed("类型 Type"))
    for id_, value in answers:
        table.add_row(
            Text(clean(names.get(id_, id_))),
            Text(clean(notation(value, width=width // 2))),
            Text(clean(type_text(value)), style="dim"),
        )
    return table


def _facts(question: Question, result: DecisionResult) -> dict[str, Any]:
    texts = rule_texts(question.model.definitions)
    return {
        "asked": question.asked.id,
        "name": question.asked.name,
        "value": plain_value(result.value),
        "feel": notation(result.value, width=1_000_000),
        "type": type_text(result.value),
        "matched": [
            {
                "decision": hit.decision_id,
                "rule": hit.rule_index,
                "rule_id": hit.rule_id,
                "row": texts.get((hit.decision_id, hit.rule_index, hit.rule_id), ""),
            }
            for hit in result.matched
        ],
        "answers": [
            {"decision": id_, "value": plain_value(value), "type": type_text(value)}
            for id_, value in result.answers
        ],
        "diagnostics": [
            {
                "decision": each.decision_id,
                "place": each.place,
                "message": each.message,
                "limit": each.limit,
            }
            for each in result.diagnostics
        ],
        "missing": [{"name": name, "type": type_} for name, type_ in question.missing.items()],
        "unused": question.unused,
    }
