"""Types of a whole model: what is certain to fail, whatever the inputs are.

What belongs here: which element sees which, and in what order they are looked at. What does not: single
expressions (`type_boxed`). Nothing is claimed that is not certain: what nobody knows is Any, and fits.
Source: DMN 1.5, clauses 6.3.12 (requirements), 7.3.2 (item definitions), 10.3.2.9 (types).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.dmn import model
from engine.dmn.checks.type_boxed import Boxes
from engine.dmn.checks.type_scopes import Scope
from engine.dmn.checks.type_texts import Texts
from engine.dmn.checks.type_words import Words
from engine.dmn.typing import type_named
from engine.feel.inference import ClosedContext, KnownFunction
from engine.feel.inference.static_types import BASIC, bare
from engine.feel.types import ANY, AnyType, ConstrainedType, ContextType, FunctionType, ListType, Type
from engine.feel.values import FUNCTION
from engine.feel.vocabulary import Vocabulary
from engine.findings import Finding

Imported = Sequence[tuple[model.Import, model.Definitions, Mapping[str, Type]]]
"""Each import with the model that it means, and that model's types."""
_Element = model.InputData | model.Decision | model.BusinessKnowledgeModel | model.DecisionService


def check_types(
    definitions: model.Definitions,
    types: Mapping[str, Type],
    *,
    entries: Collection[str] = (),
    imported: Imported = (),
) -> list[Finding]:
    """What in `definitions` can never be what it is declared or used as.

    `types` are those of `engine.dmn.typing.types_of`, `entries` the names of entries of contexts in the
    model, as for a Vocabulary. Texts that are no FEEL and types that do not exist are not reported here.
    """
    return _Model(definitions, types, frozenset(entries), imported).findings()


@dataclass(frozen=True, slots=True)
class _Seen:
    """An element as others see it: as entries of the import `prefix` unless that is ""."""

    prefix: str
    names: tuple[str, ...]
    type: Type


class _Model:
    def __init__(
        self,
        definitions: model.Definitions,
        types: Mapping[str, Type],
        entries: frozenset[str],
        imported: Imported,
    ) -> None:
        self._definitions = definitions
        self._types = types
        self._vocabulary = Vocabulary(entries=entries, types=types)
        self._words = Words()
        self._boxes = Boxes(self._words)
        self._seen: dict[tuple[str, str], _Seen] = {}
        for import_, other, other_types in imported:
            for element in _elements(other):
                type_ = _declared(element, other_types)
                self._seen[import_.namespace, element.id] = _Seen(import_.name, _names(element), type_)
        prefixes = [import_.name for import_, _other, _types in imported if import_.name]
        self._hidden = frozenset(name for each in _elements(definitions) for name in _names(each)).union(
            prefixes
        )
        # A decision that a service gets from outside is whatever it is given.
        self._given = {each.id for service in definitions.services for each in service.input_decisions}

    def findings(self) -> list[Finding]:
        self._check_item_definitions()
        for element in _ordered(self._definitions):
            type_ = self._type_of(element)
            self._seen[self._definitions.namespace, element.id] = _Seen("", _names(element), type_)
        return self._words.findings()

    # --- item definitions ------------------------------------------------------------------------

    def _check_item_definitions(self) -> None:
        texts = Texts(self._words)
        scope = Scope({}, self._vocabulary)
        waiting = [(each, self._types.get(each.name)) for each in self._definitions.item_definitions]
        while waiting:
            definition, named = waiting.pop()
            whole = bare(named) if named is not None else ANY
            item = whole.item if definition.is_collection and isinstance(whole, ListType) else whole
            if definition.type_constraint is not None:
                texts.allowed_values(definition.type_constraint, whole, scope)
            if definition.allowed_values is not None:
                base = item.base if isinstance(item, ConstrainedType) else item
                texts.allowed_values(definition.allowed_values, base, scope)
            fields = bare(item)
            if isinstance(fields, ContextType):
                inside = dict(fields.fields)
                waiting += [(each, inside.get(each.name)) for each in definition.components]

    # --- elements --------------------------------------------------------------------------------

    def _type_of(self, element: _Element) -> Type:
        match element:
            case model.Decision():
                return self._decision(element)
            case model.BusinessKnowledgeModel():
                return self._knowledge(element)
            case model.DecisionService():
                return self._service(element)
        return _declared(element, self._types)

    def _decision(self, drawn: model.Decision) -> Type:
        declared = _declared(drawn, self._types)
        if drawn.logic is None:
            return declared
        required = (*drawn.required_inputs, *drawn.required_decisions, *drawn.required_knowledge)
        scope = self._scope(required, open_=not self._definitions.input_data)
        found = self._boxes.type_of(drawn.logic, scope, target=declared)
        return ANY if isinstance(declared, AnyType) and drawn.id in self._given else found

    def _knowledge(self, drawn: model.BusinessKnowledgeModel) -> Type:
        declared = _declared(drawn, self._types)
        if drawn.logic is None or not isinstance(declared, KnownFunction):
            return declared
        scope = self._scope(drawn.required_knowledge, open_=False).with_names({drawn.variable.name: declared})
        return self._boxes.function(drawn.logic, scope, result=declared.result)

    def _service(self, drawn: model.DecisionService) -> Type:
        result = _result(drawn, self._types)
        parameters = self._required((*drawn.input_data, *drawn.input_decisions))
        types = tuple(each.type for each in parameters)
        names = tuple(each.names[0] for each in parameters)
        outputs = self._required(drawn.output_decisions)
        if isinstance(result, AnyType) and outputs:
            fields = tuple((each.names[0], each.type) for each in outputs)
            result = outputs[0].type if len(outputs) == 1 else ClosedContext(fields)
        return KnownFunction(types, result, names)

    def _scope(self, references: Iterable[model.Reference], *, open_: bool) -> Scope:
        names: dict[str, Type] = {}
        prefixed: dict[str, dict[str, Type]] = {}
        for each in self._required(references):
            target = prefixed.setdefault(each.prefix, {}) if each.prefix else names
            target.update((name, each.type) for name in each.names)
        names.update((prefix, ClosedContext(tuple(fields.items()))) for prefix, fields in prefixed.items())
        vocabulary = self._vocabulary.with_names(tuple(names))
        return Scope(names, vocabulary, self._hidden - names.keys(), open_)

    def _required(self, references: Iterable[model.Reference]) -> list[_Seen]:
        """What is not there is a finding of the reader, and what is on a cycle is Any."""
        seen = [self._seen.get((reference.namespace, reference.id)) for reference in references]
        return [each for each in seen if each is not None]


def _elements(definitions: model.Definitions) -> Iterator[_Element]:
    yield from definitions.input_data
    yield from definitions.decisions
    yield from definitions.knowledge_models
    yield from definitions.services


def _names(element: _Element) -> tuple[str, ...]:
    aliases = element.aliases if isinstance(element, model.Decision) else ()
    return (element.variable.name, *aliases)


def _declared(element: _Element, types: Mapping[str, Type]) -> Type:
    """The type of the variable as others see it, without a look at its logic."""
    if isinstance(element, model.InputData | model.Decision):
        return type_named(element.variable.type_ref, types) or ANY
    logic = element.logic if isinstance(element, model.BusinessKnowledgeModel) else None
    if logic is None:
        return BASIC[FUNCTION]
    parameters = tuple(type_named(each.type_ref, types) or ANY for each in logic.parameters)
    return KnownFunction(parameters, _result(element, types), tuple(each.name for each in logic.parameters))


def _result(element: model.BusinessKnowledgeModel | model.DecisionService, types: Mapping[str, Type]) -> Type:
    """The variable has the type of the function; older files write that of its result there."""
    type_ = type_named(element.variable.type_ref, types) or ANY
    plain = bare(type_)
    return plain.result if isinstance(plain, FunctionType) else type_


def _ordered(definitions: model.Definitions) -> list[_Element]:
    """Each element after those that it reads. Iterative, and ends on cycles, which are the reader's."""
    elements = {element.id: element for element in _elements(definitions)}
    ordered: list[_Element] = []
    entered: set[str] = set()
    for first in elements:
        waiting = [(first, False)]
        while waiting:
            id_, ready = waiting.pop()
            if ready:
                ordered.append(elements[id_])
            elif id_ in elements and id_ not in entered:
                entered.add(id_)
                waiting.append((id_, True))
                waiting += [
                    (reference.id, False)
                    for reference in _reads(elements[id_])
                    if reference.namespace == definitions.namespace
                ]
    return ordered


def _reads(element: _Element) -> tuple[model.Reference, ...]:
    match element:
        case model.Decision():
            return (*element.required_inputs, *element.required_decisions, *element.required_knowledge)
        case model.BusinessKnowledgeModel():
            return element.required_knowledge
        case model.DecisionService():
            return (*element.input_data, *element.input_decisions, *element.output_decisions)
    return ()
