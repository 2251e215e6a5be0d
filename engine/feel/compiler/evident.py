"""What type the results of a function literal have, where its body shows that without being run.

For `instance of` on functions only: None means that nothing is said, and no call is refused for it.
Source: DMN 1.5, clause 10.3.2.9, table 43 (types of expressions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.feel.syntax import (
    Arithmetic,
    Between,
    Comparison,
    ContextOf,
    For,
    FunctionOf,
    If,
    In,
    InstanceOf,
    ListOf,
    Literal,
    Logic,
    Name,
    Negation,
    Node,
    Placed,
    Quantified,
    RangeOf,
)
from engine.feel.type_names import TypeName
from engine.feel.types import (
    ANY,
    BASIC_TYPES,
    NULL,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    resolved,
)
from engine.feel.values import BOOLEAN, NUMBER, STRING, kind

MAX_DEPTH = 8
"""Functions may return functions: further inside nothing is evident, so that all takes linear time."""

_BOOLEAN_NODES = (Between, Comparison, In, InstanceOf, Logic, Quantified)
_JOINED = (BASIC_TYPES[NUMBER], BASIC_TYPES[STRING])


def written_type(written: TypeName | Type | None, types: Mapping[str, Type]) -> Type:
    """Any for a type that does not exist: the checks of a model say so, and calls need not fail for it."""
    if isinstance(written, TypeName):
        return resolved(written, types) or ANY
    return written or ANY


def evident_result(node: FunctionOf, types: Mapping[str, Type]) -> Type | None:
    """The type of what `node` answers; `types` are those of the model."""
    return _Reader(types).result(node, {}, 0)


class _Reader:
    def __init__(self, types: Mapping[str, Type]) -> None:
        self._types = types

    def result(self, node: FunctionOf, known: Mapping[str, Type], depth: int) -> Type | None:
        if node.result_type is not None:
            return node.result_type
        parameters = {name: written_type(written, self._types) for name, written in node.parameters}
        return self._type(node.body, {**known, **parameters}, depth + 1)

    def _type(self, node: Node, known: Mapping[str, Type], depth: int) -> Type | None:
        if depth > MAX_DEPTH:
            return None
        if isinstance(node, _BOOLEAN_NODES):
            return BASIC_TYPES[BOOLEAN]
        match node:
            case Literal():
                return NULL if node.value is None else BASIC_TYPES[kind(node.value)]
            case Name():
                found = known.get(node.name)
                return None if found is ANY else found
            case Placed():
                return node.type if node.type not in (None, ANY) else self._type(node.node, known, depth + 1)
            case FunctionOf():
                return self._function(node, known, depth)
            case If():
                results = (*(result for _condition, result in node.branches), node.otherwise)
                return self._one_of(results, known, depth)
        return self._compound(node, known, depth)

    def _compound(self, node: Node, known: Mapping[str, Type], depth: int) -> Type | None:
        match node:
            case ListOf():
                item = self._one_of(node.items, known, depth)
                return None if item is None else ListType(item)
            case ContextOf():
                fields = [(key, self._type(entry, known, depth + 1)) for key, entry in node.entries]
                whole = tuple((key, type_) for key, type_ in fields if type_ is not None)
                return ContextType(whole) if len(whole) == len(fields) else None
            case RangeOf():
                bound = self._type(node.start or node.end or node, known, depth + 1)
                return None if bound is None else RangeType(bound)
            case Negation():
                return self._type(node.operand, known, depth + 1)
            case Arithmetic():
                operands = (node.first, *(operand for _operator, _at, operand in node.rest))
                type_ = self._one_of(operands, known, depth)
                return type_ if type_ in _JOINED else None
            case For():
                item = self._type(node.body, self._without(known, node), depth + 1)
                return None if item is None else ListType(item)
        return None

    def _function(self, node: FunctionOf, known: Mapping[str, Type], depth: int) -> FunctionType:
        parameters = tuple(written_type(written, self._types) for _name, written in node.parameters)
        return FunctionType(parameters, self.result(node, known, depth) or ANY)

    def _one_of(self, nodes: Iterable[Node], known: Mapping[str, Type], depth: int) -> Type | None:
        """The type that all `nodes` have, Any if they differ; null fits all, as in an empty list."""
        joined: Type = NULL
        for node in nodes:
            type_ = self._type(node, known, depth + 1)
            if type_ is None:
                return None
            if joined is NULL or type_ is NULL:
                joined = type_ if joined is NULL else joined
            elif type_ != joined:
                joined = ANY
        return joined

    @staticmethod
    def _without(known: Mapping[str, Type], node: For) -> Mapping[str, Type]:
        names = {iterator.name for iterator in node.iterators} | {"partial"}
        return {name: type_ for name, type_ in known.items() if name not in names}
