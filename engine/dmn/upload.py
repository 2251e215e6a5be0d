"""An uploaded DMN file, with the files that it imports, to a DecisionModel or all findings at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.dmn import model
from engine.dmn.checks.models import check_model
from engine.dmn.compiling.models import CompiledModel, compile_model
from engine.dmn.compiling.reports import Reports
from engine.dmn.drg import Decision, DecisionService, InputData, Invocable
from engine.dmn.reading import read_definitions
from engine.findings import Finding, Severity, has_errors

_NO_FILES: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DecisionModel:
    """One file ready to run. `decisions` and `services` are its own, by id; `definitions` is the drawing."""

    id: str
    name: str
    namespace: str
    decisions: Mapping[str, Decision]
    services: Mapping[str, DecisionService]
    inputs: tuple[InputData, ...]
    definitions: model.Definitions

    @property
    def invocables(self) -> Mapping[str, Invocable]:
        """What a business rule task can ask, by id: decisions and services."""
        return {**self.services, **self.decisions}

    def by_name(self, name: str) -> Decision | None:
        """The decision named `name`; None if there is none."""
        return next((each for each in self.decisions.values() if each.name == name), None)

    def service_by_name(self, name: str) -> DecisionService | None:
        return next((each for each in self.services.values() if each.name == name), None)


def read_decisions(
    content: bytes,
    *,
    file: str = "",
    imports: Mapping[str, bytes] = _NO_FILES,
    tolerant: bool = False,
) -> tuple[DecisionModel | None, list[Finding]]:
    """The decisions of a DMN file, and all findings; no model if one of them is an error.

    `imports` are the other DMN files of the same upload, by path: which of them are imported, their
    namespaces say. Never raises: unreadable XML is a finding too. Nothing in the file is silently
    ignored: what neither runs nor is documentation or drawing is a finding.

    `tolerant` gives the model all the same if there is one: what cannot run answers null and says why.
    For conformance kits, which try such models on purpose; never for a deployment.
    """
    definitions, findings = read_definitions(content, file=file)
    if definitions is None:
        return None, findings
    shelf = _Shelf({path: other for path, other in imports.items() if path != file})
    reports = Reports()
    compiled = shelf.compiled(definitions, reports)
    findings += reports.findings
    findings += check_model(definitions, compiled.types, entries=compiled.entries, imported=compiled.imported)
    if has_errors(findings) and not tolerant:
        return None, findings
    return (
        DecisionModel(
            definitions.id,
            definitions.name,
            definitions.namespace,
            compiled.decisions,
            compiled.services,
            compiled.inputs,
            definitions,
        ),
        findings,
    )


def check_ids(models: Mapping[str, DecisionModel]) -> list[Finding]:
    """An id that two files of one upload, by path, give to a decision or service: who asks needs one."""
    findings: list[Finding] = []
    owners: dict[str, str] = {}
    for path, read in models.items():
        for id_, element in read.invocables.items():
            if id_ not in owners:
                owners[id_] = path
                continue
            findings.append(
                Finding(
                    "duplicate-decision",
                    Severity.ERROR,
                    id_,
                    None,
                    f"决策“{element.name}”的标识 {id_} 在 {owners[id_]} 中已有",
                    f"The id {id_} of {element.name!r} is taken by a decision of {owners[id_]}",
                    "换一个标识，或只部署一个文件",
                    "Give it another id, or deploy one of the files",
                    path,
                )
            )
    return findings


class _Shelf:
    """The other files of an upload; each is read when the first import could mean it, and once."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._read: dict[str, list[tuple[model.Definitions, bool]]] | None = None
        self._done: dict[str, CompiledModel] = {}
        self._open: list[str] = []

    def compiled(self, definitions: model.Definitions, reports: Reports) -> CompiledModel:
        self._open.append(definitions.namespace)
        imported = []
        for each in definitions.imports:
            found = self._imported(each, reports)
            if found is not None:
                imported.append((each, found))
        self._open.pop()
        return compile_model(definitions, imported=imported, reports=reports)

    def _imported(self, wanted: model.Import, reports: Reports) -> CompiledModel | None:
        namespace = wanted.namespace
        if namespace in self._done:
            return self._done[namespace]
        if namespace in self._open:
            reports.import_cycle(wanted)
            return None
        candidates = self._by_namespace().get(namespace, [])
        if len(candidates) != 1:
            reports.missing_import(wanted, found=len(candidates))
            return None
        definitions, sound = candidates[0]
        # Its own findings belong to its own upload: here only whether there are errors matters.
        inner = Reports()
        compiled = self.compiled(definitions, inner)
        if not sound or has_errors(inner.findings):
            reports.refused_import(wanted, file=definitions.where.file)
        self._done[namespace] = compiled
        return compiled

    def _by_namespace(self) -> dict[str, list[tuple[model.Definitions, bool]]]:
        if self._read is None:
            self._read = {}
            for path, content in self._files.items():
                definitions, findings = read_definitions(content, file=path)
                if definitions is not None:
                    sound = not has_errors(findings)
                    self._read.setdefault(definitions.namespace, []).append((definitions, sound))
        return self._read
