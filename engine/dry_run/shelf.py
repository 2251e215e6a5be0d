"""The files of a dry run, through the gate and compiled: what a deployment would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.bpmn.compiler import compile_process
from engine.bpmn.declarations import Binding
from engine.bpmn.dialects import read_upload
from engine.bpmn.model import (
    Definitions,
    FlowNode,
    MessageEventDefinition,
    NodeKind,
    Process,
    SignalEventDefinition,
)
from engine.bpmn.program import Program
from engine.bpmn.rules import check, check_deployment
from engine.dmn import DecisionModel, Invocable, check_ids, read_decisions
from engine.dry_run.filling import fill
from engine.errors import InvalidArgument
from engine.findings import Finding, has_errors
from engine.model.scenario import Scenario, read_scenario

SEQUENCE_FLOW = "sequenceFlow"


@dataclass(slots=True)
class Shelf:
    """The library of a dry run. The id of a process is its place in `processes`, from 1."""

    processes: list[tuple[Definitions, Process]] = field(default_factory=list)
    decisions: dict[str, Invocable] = field(default_factory=dict)
    scenario: Scenario | None = None
    _programs: dict[int, Program] = field(default_factory=dict)
    _kinds: dict[str, dict[str, str]] = field(default_factory=dict)

    def program(self, definition_id: int) -> Program:
        program = self._programs.get(definition_id)
        if program is None:
            program = compile_process(*self.processes[definition_id - 1])
            self._programs[definition_id] = program
        return program

    def latest_process(self, process_id: str) -> int | None:
        found = [n for n, (_, process) in enumerate(self.processes, 1) if process.id == process_id]
        return found[-1] if found else None

    def latest_decision(self, decision_id: str) -> Invocable | None:
        return self.decisions.get(decision_id)

    def called_process(self, process_id: str, *, binding: Binding, caller: int) -> int | None:
        """Every version that is bound to is the one in the files."""
        return self.latest_process(process_id)

    def bound_decision(self, decision_id: str, *, binding: Binding, caller: int) -> Invocable | None:
        return self.latest_decision(decision_id)

    # --- what a dry run asks beside ---------------------------------------------------------------

    def process(self, definition_id: int) -> Process:
        return self.processes[definition_id - 1][1]

    def chosen(self, process_id: str | None) -> int:
        """The process to run: the one named, else the first that is no global task.

        Raises InvalidArgument if there is none.
        """
        found = None
        if process_id is not None:
            found = self.latest_process(process_id)
        else:
            own = [n for n, (_, p) in enumerate(self.processes, 1) if not p.is_global_task]
            found = own[0] if own else None
        if found is None:
            known = ", ".join(process.id for _, process in self.processes) or "none"
            wanted = "an executable process" if process_id is None else f"process {process_id!r}"
            raise InvalidArgument(f"Expected {wanted} in the files, but there is {known}.")
        return found

    def kind_of(self, process_id: str, element_id: str) -> str:
        """The element's name in the file, such as "userTask"; "sequenceFlow" for flows."""
        kinds = self._kinds.get(process_id)
        if kinds is None:
            number = self.latest_process(process_id)
            walked = self.process(number).walk() if number is not None else ()
            kinds = self._kinds[process_id] = {node.id: node.kind.value for node, _ in walked}
        return kinds.get(element_id, SEQUENCE_FLOW)

    def started_by_message(self, name: str) -> int | None:
        """The first process that the message starts."""
        for number, (definitions, process) in enumerate(self.processes, 1):
            for node in beginnings(process):
                refs = [e.message_ref for e in node.events if isinstance(e, MessageEventDefinition)]
                if node.message_ref is not None:
                    refs.append(node.message_ref)
                if any(definitions.messages[ref].name == name for ref in refs):
                    return number
        return None

    def started_by_signal(self, name: str) -> list[int]:
        """Every process that the signal starts."""
        return [
            number
            for number, (definitions, process) in enumerate(self.processes, 1)
            for node in beginnings(process)
            for event in node.events
            if isinstance(event, SignalEventDefinition) and definitions.signals[event.signal_ref].name == name
        ]


def beginnings(process: Process) -> Iterator[FlowNode]:
    """Start events, and receive tasks and events after a gateway that begin the process."""
    for node in process.nodes:
        if node.kind is NodeKind.START_EVENT or node.instantiate:
            yield node
        if node.kind is NodeKind.EVENT_BASED_GATEWAY and node.instantiate:
            targets = {flow.target_ref for flow in process.flows if flow.source_ref == node.id}
            yield from (each for each in process.nodes if each.id in targets)


def stock(files: Mapping[str, bytes]) -> tuple[Shelf | None, list[Finding]]:
    """The shelf, if no finding is an error, and all findings. `files` is name -> content, in order:
    .bpmn, .dmn and scenario.toml count, others are not looked at."""
    shelf = Shelf()
    findings: list[Finding] = []
    every: list[Definitions] = []
    decided: dict[str, DecisionModel] = {}
    decision_files = {file: content for file, content in files.items() if file.endswith(".dmn")}
    for file, content in files.items():
        if file.endswith(".dmn"):
            model, found = read_decisions(content, file=file, imports=decision_files)
            findings += _in_file(found, file)
            if model is not None:
                decided[file] = model
                shelf.decisions.update(model.invocables)
        elif file.endswith((".bpmn", ".bpmn20.xml", ".xml")):
            definitions, found = _read_process(content, file)
            findings += _in_file(found, file)
            if definitions is not None:
                every.append(definitions)
        elif file == "scenario.toml" or file.endswith("/scenario.toml"):
            shelf.scenario, found = read_scenario(content, file=file)
            findings += _in_file(found, file)
    findings += check_ids(decided)
    if not has_errors(findings):
        findings += _references(every, shelf)
    if has_errors(findings):
        return None, findings
    shelf.processes = [(each, p) for each in every for p in each.processes if p.is_executable]
    return shelf, findings


def _read_process(content: bytes, file: str) -> tuple[Definitions | None, list[Finding]]:
    """One file through the gate, as `engine.commands.gate.check_process` does it, with stand-ins for
    what only a deployment has to know."""
    definitions, findings = read_upload(content, file=file)
    if definitions is not None:
        definitions, left_open = fill(definitions)
        findings = [*findings, *left_open, *check(definitions)]
    return definitions, findings


def _references(every: list[Definitions], shelf: Shelf) -> list[Finding]:
    """What the files say of each other. Forms, job types and roles play no part in a dry run; limits
    and ladders do where there is a scenario."""
    scenario = shelf.scenario
    return check_deployment(
        every,
        known_processes=(),
        known_decisions=shelf.decisions.keys(),
        known_limits={limit.key for limit in scenario.time_limits} if scenario else None,
        known_ladders={ladder.key for ladder in scenario.ladders} if scenario else None,
    )


def _in_file(findings: list[Finding], file: str) -> list[Finding]:
    return [finding if finding.file else replace(finding, file=file) for finding in findings]
