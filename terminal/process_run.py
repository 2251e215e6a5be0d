"""`yishi process run`: a model in memory with a virtual clock; its trace as JSON."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import typer

from engine.dry_run import (
    Script,
    SentKind,
    Variables,
    facts_of,
    instant_from,
    lacking,
    read_answers,
    read_document,
    read_script,
    rehearse,
    stock,
    until_from,
    variables_from,
)
from terminal.complaints import REFUSED
from terminal.options import SetValues
from terminal.options import Variables as CaseData
from terminal.options import variables_from as case_data_from
from terminal.output import print_json
from terminal.process_files import ModelFiles, read_file, read_model_files
from terminal.process_options import (
    DEFAULT_ENGINE,
    AnswersFile,
    AnswerTexts,
    Auto,
    ClockText,
    MessageTexts,
    OnEngine,
    ProcessId,
    RefusalsAsJson,
    ShownVariables,
    ShowTrace,
    SignalTexts,
    StartId,
    Steps,
    UntilText,
    answers_from,
    from_option,
    machine_from,
    sent_from,
)

UNFINISHED = 4
"""Exit code: the process did not come to its end. The others are in `terminal.complaints`."""


def run(
    files: ModelFiles,
    data: CaseData = None,
    sets: SetValues = None,
    answer: AnswerTexts = None,
    answers: AnswersFile = None,
    auto: Auto = False,
    message: MessageTexts = None,
    signal: SignalTexts = None,
    clock: ClockText = None,
    until: UntilText = None,
    steps: Steps = None,
    process: ProcessId = None,
    start: StartId = None,
    engine: OnEngine = DEFAULT_ENGINE,
    variables: ShownVariables = Variables.ALL,
    trace: ShowTrace = True,
    as_json: RefusalsAsJson = False,
) -> None:
    """试运行 / Run a model in memory and print its trace as JSON: no database, no waiting.

    Exit codes: 0 it completed; 1 the gate refused it; 2 wrong usage; 4 it waits, or stands with an incident.
    """
    machine = machine_from(engine)
    spoken = Script(
        process=process,
        start=start,
        variables=variables_from(case_data_from(sets, data), place="--vars"),
        clock=from_option("--clock", lambda: instant_from(clock, place="--clock")) if clock else None,
        answers=from_option(
            "--answer", lambda: read_answers(answers_from(answer), place="--answer", automatic=auto)
        ),
        sent=(*sent_from(message, SentKind.MESSAGE), *sent_from(signal, SentKind.SIGNAL)),
        until=from_option("--until", lambda: until_from(until, place="--until")) if until else None,
        most_steps=steps,
    )
    script = _written(answers).joined_by(spoken)
    shelf, findings = stock(read_model_files(files))
    lacks = lacking(shelf, machine) if shelf is not None else ()
    if shelf is None or lacks:
        refusal = {"process": process, "engine": machine.name, "ended": "refused", "lacks": lacks}
        print_json({**refusal, "findings": findings})
        raise typer.Exit(REFUSED)
    result = replace(rehearse(shelf, script, machine=machine), findings=tuple(findings))
    print_json(facts_of(result, variables=variables, trace=trace))
    if result.ended != "completed":
        raise typer.Exit(UNFINISHED)


def _written(file: Path | None) -> Script:
    if file is None:
        return Script()
    return read_script(read_document(read_file(file), file=str(file)), place=str(file))
