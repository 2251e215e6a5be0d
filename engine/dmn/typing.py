"""Item definitions to types of FEEL, and type references to types.

What belongs here: what the name of a type means in one file. What does not: how item definitions are
written (`reading`), and whether values or expressions fit (`engine.feel.types`, `checks`).
Source: DMN 1.5, clauses 7.3.2 and 7.3.3 (item definitions, allowed values, type constraints).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from engine.dmn import model
from engine.dmn.findings import finding_at, not_feel
from engine.feel import FeelSyntaxError, Run, UnaryTests, Value, Vocabulary, compile_unary_tests
from engine.feel.builtins import BUILTIN_NAMES
from engine.feel.lexer import END
from engine.feel.stream import TokenStream
from engine.feel.type_parser import parse_type
from engine.feel.types import (
    ANY,
    BASIC_TYPES,
    ConstrainedType,
    ContextType,
    FunctionType,
    ListType,
    NamedType,
    Type,
    resolved,
)
from engine.feel.values import LIST, kind
from engine.findings import Finding

_Constraint = Callable[[Run, Value], bool]
_NONE: Mapping[str, Mapping[str, Type]] = MappingProxyType({})


def types_of(
    definitions: model.Definitions, *, imported: Mapping[str, Mapping[str, Type]] = _NONE
) -> tuple[Mapping[str, Type], list[Finding]]:
    """The types that `definitions` may name, and what is wrong with those that it defines or refers to.

    `imported` are the types of imported models by the name of the import; they are known as
    "import.type", or as they are if the import has no name. What is unknown or means nothing is Any, so
    that everything else of the file can still be checked.
    """
    types: dict[str, Type] = {
        f"{prefix}.{name}" if prefix else name: type_
        for prefix, others in imported.items()
        for name, type_ in others.items()
    }
    own: dict[str, tuple[model.ItemDefinition, NamedType]] = {}
    for definition in definitions.item_definitions:
        # A type of FEEL's own goes before, and of two of one name the first: findings of the reader.
        if definition.name not in BASIC_TYPES and definition.name not in own:
            own[definition.name] = (definition, NamedType(definition.name))
    types.update((name, named) for name, (_definition, named) in own.items())
    making = _Making(types, Vocabulary(entries=set(component_names(definitions)), types=types))
    for definition, named in own.values():
        named.base = making.type_of(definition, definition.name)
    for _definition, named in own.values():
        if _is_only_itself(named):
            named.base = ANY
    unknown = [
        unknown_type(type_ref, where)
        for type_ref, where in references(definitions)
        if type_named(type_ref, types) is None
    ]
    return types, making.findings + unknown


def type_named(type_ref: str, types: Mapping[str, Type]) -> Type | None:
    """What a `typeRef` means among the `types` of its model; None if there is no such type.

    "" is Any. Besides names also FEEL's own notation, like list<tPerson>.
    """
    # DMN 1.1's notation feel:string is still written by modelers.
    name = " ".join(type_ref.split()).removeprefix("feel:")
    if not name:
        return ANY
    known = BASIC_TYPES.get(name) or types.get(name)
    return _written(name, types) if known is None and "<" in name else known


def asked_type(type_ref: str, types: Mapping[str, Type]) -> Type | None:
    """The type that values have to be of; None if any will do, or if there is no such type."""
    type_ = type_named(type_ref, types)
    return None if type_ is ANY else type_


def unknown_type(type_ref: str, where: model.Where) -> Finding:
    """The finding for a `type_ref` that `type_named` does not know."""
    return finding_at(
        "unknown-type",
        where,
        zh=f"{where.zh}的类型 {type_ref} 不存在",
        en=f"{where.en} has type {type_ref}, which does not exist",
        mend_zh="改用 FEEL 的类型（string、number、boolean、date、time、date and time 等）"
        "或本文件 itemDefinition 定义的类型",
        mend_en="Use a type of FEEL (string, number, boolean, date, time, date and time and so on) "
        "or one that an itemDefinition of the file defines",
    )


def component_names(definitions: model.Definitions) -> Iterator[str]:
    """The names of all components of all item definitions, however deep; they may repeat."""
    waiting = list(definitions.item_definitions)
    while waiting:
        for component in waiting.pop().components:
            yield component.name
            waiting.append(component)


def references(definitions: model.Definitions) -> Iterator[tuple[str, model.Where]]:
    """Every type reference outside of item definitions, with its place; "" among them."""
    variables = [each.variable for each in definitions.input_data]
    variables += [each.variable for each in definitions.decisions]
    variables += [each.variable for each in definitions.knowledge_models]
    variables += [each.variable for each in definitions.services]
    yield from ((variable.type_ref, variable.where) for variable in variables)
    waiting: list[model.Boxed] = [each.logic for each in definitions.decisions if each.logic is not None]
    waiting += [each.logic for each in definitions.knowledge_models if each.logic is not None]
    while waiting:
        boxed = waiting.pop()
        yield boxed.type_ref, boxed.where
        for typed in _typed_parts(boxed):
            yield typed.type_ref, typed.where
        waiting.extend(model.parts(boxed))


_Typed = model.InformationItem | model.OutputClause | model.LiteralExpression


def _typed_parts(boxed: model.Boxed) -> Iterator[_Typed]:
    """What in `boxed` has a type reference of its own and is not among its `model.parts`."""
    match boxed:
        case model.Context():
            yield from (entry.variable for entry in boxed.entries if entry.variable is not None)
        case model.Invocation():
            yield from (binding.parameter for binding in boxed.bindings)
        case model.Relation():
            yield from boxed.columns
        case model.FunctionDefinition():
            yield from boxed.parameters
        case model.For() | model.Quantified():
            yield boxed.variable
        case model.DecisionTable():
            yield from (clause.expression for clause in boxed.inputs)
            yield from boxed.outputs
            yield from (clause.default for clause in boxed.outputs if clause.default is not None)
            yield from (cell for rule in boxed.rules for cell in rule.outputs if cell is not None)


class _Making:
    """Makes the types of one file while `types` already has all names. `findings` fill up on the way."""

    def __init__(self, types: Mapping[str, Type], vocabulary: Vocabulary) -> None:
        self.findings: list[Finding] = []
        self._types = types
        self._vocabulary = vocabulary

    def type_of(self, definition: model.ItemDefinition, path: str) -> Type:
        """`path` names the definition in error texts: "tApplicant.kind"."""
        item = self._item(definition, path)
        if definition.allowed_values is not None:
            item = self._constrained(item, definition.allowed_values, path, constraint=_each_allowed)
        whole = ListType(item) if definition.is_collection else item
        if definition.type_constraint is not None:
            whole = self._constrained(whole, definition.type_constraint, path, constraint=_allowed)
        return whole

    def _item(self, definition: model.ItemDefinition, path: str) -> Type:
        if definition.components:
            fields: dict[str, Type] = {}
            for component in definition.components:
                fields.setdefault(component.name, self.type_of(component, f"{path}.{component.name}"))
            return ContextType(tuple(fields.items()))
        function = definition.function
        if function is not None:
            parameters = tuple(self._referred(each.type_ref, each.where) for each in function.parameters)
            return FunctionType(parameters, self._referred(function.result_type_ref, definition.where))
        return self._referred(definition.type_ref, definition.where)

    def _referred(self, type_ref: str, where: model.Where) -> Type:
        type_ = type_named(type_ref, self._types)
        if type_ is None:
            self.findings.append(unknown_type(type_ref, where))
            return ANY
        return type_

    def _constrained(
        self, base: Type, allowed: model.Text, path: str, *, constraint: Callable[[UnaryTests], _Constraint]
    ) -> Type:
        try:
            tests = compile_unary_tests(allowed.text, vocabulary=self._vocabulary)
        except FeelSyntaxError as error:
            self.findings.append(not_feel(allowed, error))
            return base
        return base if tests.passes_all else ConstrainedType(base, constraint(tests), path)


def _allowed(tests: UnaryTests) -> _Constraint:
    return tests.matches_in


def _each_allowed(tests: UnaryTests) -> _Constraint:
    """Of a name for a list type the allowed values may be meant for the whole list or for each item."""

    def allows(run: Run, value: Value) -> bool:
        if tests.matches_in(run, value):
            return True
        return kind(value) == LIST and bool(value) and all(tests.matches_in(run, item) for item in value)

    return allows


def _is_only_itself(type_: NamedType) -> bool:
    """Whether `type_` is no more than another name of itself, so that nothing says what its values are."""
    seen: set[int] = set()
    current: Type = type_
    while isinstance(current, NamedType | ConstrainedType):
        if id(current) in seen:
            return True
        seen.add(id(current))
        current = current.base
    return False


def _written(text: str, types: Mapping[str, Type]) -> Type | None:
    """The type that FEEL's notation `text` means; None if it is none or names an unknown one."""
    try:
        stream = TokenStream(text, vocabulary=Vocabulary(types=types), builtin=BUILTIN_NAMES)
        written = parse_type(stream)
    except FeelSyntaxError:
        return None
    return resolved(written, types) if stream.token.type == END else None
