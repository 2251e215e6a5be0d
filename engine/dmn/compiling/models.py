"""One file, with the models that it imports, to a graph of elements ready to run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.dmn import model
from engine.dmn.compiling.emission import NEVER, Emitted, emit
from engine.dmn.compiling.expressions import Trees
from engine.dmn.compiling.nodes import NeverRun
from engine.dmn.compiling.reports import Reports
from engine.dmn.drg import (
    Decision,
    DecisionService,
    Element,
    InputData,
    KnowledgeModel,
    Requirement,
    plan_of,
)
from engine.dmn.typing import asked_type, types_of
from engine.feel.builtins import BUILTINS
from engine.feel.inference.static_types import bare
from engine.feel.syntax import Node, Placed
from engine.feel.types import FunctionType, Type
from engine.feel.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """`elements` are all of the graph, by id; `names` how others see them; `entries` see Vocabulary."""

    definitions: model.Definitions
    types: Mapping[str, Type]
    entries: frozenset[str]
    elements: Mapping[str, Element]
    names: Mapping[str, tuple[str, ...]]
    imported: tuple[tuple[model.Import, model.Definitions, Mapping[str, Type]], ...]

    @property
    def decisions(self) -> Mapping[str, Decision]:
        return {id_: each for id_, each in self.elements.items() if isinstance(each, Decision)}

    @property
    def services(self) -> Mapping[str, DecisionService]:
        return {id_: each for id_, each in self.elements.items() if isinstance(each, DecisionService)}

    @property
    def inputs(self) -> tuple[InputData, ...]:
        return tuple(each for each in self.elements.values() if isinstance(each, InputData))


Imported = Sequence[tuple[model.Import, CompiledModel]]


def compile_model(definitions: model.Definitions, *, imported: Imported, reports: Reports) -> CompiledModel:
    """Everything that cannot run is reported; what then stands in its place answers null."""
    return _Compiler(definitions, imported, reports).compiled()


class _Compiler:
    def __init__(self, definitions: model.Definitions, imported: Imported, reports: Reports) -> None:
        self._definitions = definitions
        self._imported = imported
        self._reports = reports
        others: dict[str, dict[str, Type]] = {}
        for each, compiled in imported:
            others.setdefault(each.name, {}).update(compiled.types)
        self._types, found = types_of(definitions, imported=others)
        reports.findings += found
        self._entries = frozenset(_entries(definitions)).union(
            *(compiled.entries for _each, compiled in imported),
            *(names for _each, compiled in imported for names in compiled.names.values()),
        )
        self._sight = Vocabulary(entries=self._entries, types=self._types)
        self._elements: dict[str, Element] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._prefixes = {each.name for each, _compiled in imported if each.name}

    def compiled(self) -> CompiledModel:
        definitions = self._definitions
        # In pairs, not by id: a file with an id twice is refused, but read to its end.
        decisions = [(drawn, self._decision(drawn)) for drawn in definitions.decisions]
        knowledge = [(drawn, self._knowledge(drawn)) for drawn in definitions.knowledge_models]
        services = [(drawn, self._service(drawn)) for drawn in definitions.services]
        for data in definitions.input_data:
            self._add(data.id, (data.variable.name,), self._input(data))
        for drawn, decision in decisions:
            self._add(drawn.id, decision.variables, decision)
        for known, model_ in knowledge:
            self._add(known.id, (model_.name,), model_)
        for offered, service in services:
            self._add(offered.id, (service.name,), service)
        self._hidden = frozenset(name for names in self._names.values() for name in names) | self._prefixes
        self._wider = self._sight.with_names(self._hidden)
        for drawn, decision in decisions:
            self._connect_decision(drawn, decision)
        for known, model_ in knowledge:
            model_.requirements = tuple(
                each for each in self._required(known.required_knowledge) if each.element is not model_
            )
        for offered, service in services:
            self._connect_service(offered, service)
        for drawn, decision in decisions:
            self._compile_decision(drawn, decision)
        for known, model_ in knowledge:
            self._compile_knowledge(known, model_)
        for _offered, service in services:
            given = frozenset(each for each in service.parameters if isinstance(each, Decision))
            service.plan = plan_of(service.outputs, known=given)
        self._check_input_data(
            {each for decision in decisions for each in decision[1].requirements}, services
        )
        imported = tuple((each, found.definitions, found.types) for each, found in self._imported)
        return CompiledModel(definitions, self._types, self._entries, self._elements, self._names, imported)

    def _add(self, id_: str, names: tuple[str, ...], element: Element) -> None:
        self._elements[id_] = element
        self._names[id_] = names

    # --- elements without their logic ---------------------------------------------------------------

    def _input(self, drawn: model.InputData) -> InputData:
        type_ = self._type(drawn.variable)
        return InputData(drawn.id, drawn.variable.name, self._definitions.namespace, type_)

    def _decision(self, drawn: model.Decision) -> Decision:
        names = (drawn.variable.name, *drawn.aliases)
        type_ = self._type(drawn.variable)
        return Decision(drawn.id, drawn.name, names, type_, (), frozenset(), NEVER)

    def _knowledge(self, drawn: model.BusinessKnowledgeModel) -> KnowledgeModel:
        return KnowledgeModel(drawn.id, drawn.variable.name, (), NEVER)

    def _service(self, drawn: model.DecisionService) -> DecisionService:
        type_ = _result_type(self._type(drawn.variable))
        return DecisionService(drawn.id, drawn.variable.name, (), (), type_)

    def _type(self, variable: model.InformationItem) -> Type | None:
        return asked_type(variable.type_ref, self._types)

    # --- who requires what ----------------------------------------------------------------------------

    def _connect_decision(self, drawn: model.Decision, decision: Decision) -> None:
        decision.hidden = self._hidden
        decision.requirements = tuple(
            self._required((*drawn.required_inputs, *drawn.required_decisions, *drawn.required_knowledge))
        )

    def _connect_service(self, drawn: model.DecisionService, service: DecisionService) -> None:
        parameters = self._required((*drawn.input_data, *drawn.input_decisions))
        service.parameters = tuple(
            each.element for each in parameters if isinstance(each.element, InputData | Decision)
        )
        service.outputs = tuple(
            each.element
            for each in self._required(drawn.output_decisions)
            if isinstance(each.element, Decision)
        )

    def _required(self, references: Iterable[model.Reference]) -> Iterator[Requirement]:
        for reference in references:
            if reference.namespace == self._definitions.namespace:
                if reference.id in self._elements:
                    yield Requirement("", self._names[reference.id], self._elements[reference.id])
                continue
            found = [
                Requirement(each.name, compiled.names[reference.id], compiled.elements[reference.id])
                for each, compiled in self._imported
                if each.namespace == reference.namespace and reference.id in compiled.elements
            ]
            # An import that nobody serves is reported once, and not again with everything in it.
            if not found and reference.namespace in {each.namespace for each, _model in self._imported}:
                self._reports.dangling_import(reference)
            yield from found[:1]

    # --- logic ------------------------------------------------------------------------------------------

    def _compile_decision(self, drawn: model.Decision, decision: Decision) -> None:
        sight = self._sight.with_names(_seen(decision.requirements))
        told = len(self._reports.findings)
        tree: Node = NeverRun(0, "Expected decision logic, but the decision has none.")
        if drawn.logic is not None:
            tree = self._trees(drawn.id).tree(drawn.logic, sight)
        if decision.type is not None:
            tree = Placed(0, tree, "", "", decision.type)
        emitted = emit(tree, sight, where=drawn.where, reports=self._reports)
        decision.code = emitted.code
        decision.free_names = emitted.names - sight.names
        # Of texts that could not be read nobody knows what they read.
        if drawn.logic is not None and len(self._reports.findings) == told:
            self._check_reading(drawn.where, emitted, sight, decision.requirements)

    def _compile_knowledge(self, drawn: model.BusinessKnowledgeModel, knowledge: KnowledgeModel) -> None:
        sight = self._sight.with_names((knowledge.name, *_seen(knowledge.requirements)))
        if drawn.logic is None:
            return
        told = len(self._reports.findings)
        type_ = self._type(drawn.variable) or asked_type(drawn.logic.type_ref, self._types)
        tree = self._trees(drawn.id).function(drawn.logic, sight, result_type=_result_type(type_))
        emitted = emit(tree, sight, where=drawn.where, reports=self._reports)
        knowledge.code = emitted.code
        if len(self._reports.findings) == told:
            self._check_reading(drawn.where, emitted, sight, knowledge.requirements)

    def _check_input_data(
        self, required: set[Requirement], services: Sequence[tuple[model.DecisionService, DecisionService]]
    ) -> None:
        """Input data that nothing in the file requires; a file without decisions has them for others."""
        used: set[Element] = {each.element for each in required}
        used.update(element for _drawn, service in services for element in service.parameters)
        for data in self._definitions.input_data if self._definitions.decisions else ():
            if self._elements[data.id] not in used:
                self._reports.unused_input(data)

    def _check_reading(
        self, where: model.Where, emitted: Emitted, sight: Vocabulary, required: Iterable[Requirement]
    ) -> None:
        """What is read without being required, and required without being read."""
        self._reports.unrequired(where, sorted((emitted.names - sight.names) & self._hidden))
        # A name that is also a built-in function's is not told from it here.
        read = emitted.names | emitted.possible_names | BUILTINS.keys()
        unread = [
            seen[0]
            for each in required
            if read.isdisjoint(seen := (each.prefix,) if each.prefix else each.names)
        ]
        self._reports.unread(where, sorted(set(unread)))

    def _trees(self, owner: str) -> Trees:
        return Trees(owner, types=self._types, reports=self._reports, wider=self._wider)


def _result_type(type_: Type | None) -> Type | None:
    """What a call answers: `type_` is that of the function; older files write that of its result there."""
    plain = None if type_ is None else bare(type_)
    return plain.result if isinstance(plain, FunctionType) else type_


def _seen(requirements: Iterable[Requirement]) -> frozenset[str]:
    """The names that requirements bring into sight."""
    return frozenset(
        name
        for requirement in requirements
        for name in ((requirement.prefix,) if requirement.prefix else requirement.names)
    )


def _entries(definitions: model.Definitions) -> Iterator[str]:
    """Every name in the file that an entry of a context may have."""
    types = list(definitions.item_definitions)
    while types:
        current = types.pop()
        types += current.components
        yield from (component.name for component in current.components)
    logics: list[model.Boxed | None] = [each.logic for each in definitions.decisions]
    logics += [each.logic for each in definitions.knowledge_models]
    waiting = [logic for logic in logics if logic is not None]
    while waiting:
        boxed = waiting.pop()
        waiting += model.parts(boxed)
        match boxed:
            case model.Context():
                yield from (entry.variable.name for entry in boxed.entries if entry.variable is not None)
            case model.Relation():
                yield from (column.name for column in boxed.columns)
            case model.DecisionTable():
                yield from (output.name for output in boxed.outputs if output.name)
