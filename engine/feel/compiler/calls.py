"""Function definitions and calls, positional and named."""

from __future__ import annotations

from engine.feel.builtins.signature import ABSENT, Builtin, Signature
from engine.feel.compiler.emitter import Emitter, Scope
from engine.feel.compiler.evident import evident_result, written_type
from engine.feel.functions import Definition, UserFunction
from engine.feel.run import Code, Locals, Run
from engine.feel.syntax import Call, FunctionOf, Name, Path
from engine.feel.values import Function, Value, described


def emit_function(e: Emitter, node: FunctionOf) -> Code:
    names = tuple(name for name, _type in node.parameters)
    types = tuple(written_type(type_, e.vocabulary.types) for _name, type_ in node.parameters)
    scope = Scope(e.scope, {name: slot for slot, name in enumerate(names, 1)})
    with e.within(scope):
        body, cost = e.emit_counted(node.body)
    definition = Definition(
        node,
        names,
        types=types,
        body=body,
        cost=cost,
        declared_result=node.result_type,
        evident_result=evident_result(node, e.vocabulary.types),
    )
    return lambda run, loc: UserFunction(definition, locals_=loc, root=run.root)


def emit_call(e: Emitter, node: Call) -> Code:
    callee = node.function
    if isinstance(callee, Name) and callee.name in e.builtins and callee.name not in e.vocabulary.names:
        place = e.place(callee.name)
        if place.slot == 0:
            if callee.name == "is defined" and len(node.positional) == 1:
                return _is_defined(e, node)
            return _emit_builtin(e, e.builtins[callee.name], node)
    function = e.emit(callee)
    at = node.at
    if node.named:
        return _named(e, function, node)
    codes = [e.emit(argument) for argument in node.positional]

    def call(run: Run, loc: Locals) -> Value:
        target = function(run, loc)
        if not isinstance(target, Function):
            return run.fault(f"Expected a function to call, but got {described(target)}.", at)
        return target.call(run, [code(run, loc) for code in codes], position=at)

    return call


def _emit_builtin(e: Emitter, builtin: Builtin, node: Call) -> Code:
    at = node.at
    if node.named:
        signature = builtin.for_names([name for name, _node in node.named])
        by_name = {name: e.emit(argument) for name, argument in node.named}
        if signature is None:
            return _never_fits(builtin, at)
        return _invocation(signature, [by_name.get(parameter.name) for parameter in signature.parameters], at)
    codes: list[Code | None] = [e.emit(argument) for argument in node.positional]
    candidates = builtin.for_count(len(codes))
    if len(candidates) == 1:
        return _invocation(candidates[0], codes, at)
    if not candidates:
        return _never_fits(builtin, at)
    arguments = [code for code in codes if code is not None]
    return lambda run, loc: builtin.call(run, [code(run, loc) for code in arguments], position=at)


def _invocation(signature: Signature, codes: list[Code | None], at: int) -> Code:
    def invoke(run: Run, loc: Locals) -> Value:
        return signature.invoke(
            run, [code(run, loc) if code is not None else ABSENT for code in codes], position=at
        )

    return invoke


def _never_fits(builtin: Builtin, at: int) -> Code:
    message = f"Expected {builtin.usage()}, but the call has other arguments."
    return lambda run, loc: run.fault(message, at)


def _named(e: Emitter, function: Code, node: Call) -> Code:
    """Parameters that the call does not name are null (clause 10.3.2.13.5)."""
    codes = [(name, e.emit(argument)) for name, argument in node.named]
    names = {name for name, _code in codes}
    at = node.at

    def call(run: Run, loc: Locals) -> Value:
        target = function(run, loc)
        if not isinstance(target, Function):
            return run.fault(f"Expected a function to call, but got {described(target)}.", at)
        values = {name: code(run, loc) for name, code in codes}
        if isinstance(target, Builtin):
            return target.call_named(run, values, position=at)
        if len(codes) != len(names) or not names.issubset(target.parameters):
            return run.fault(f"Expected the arguments {', '.join(target.parameters)}, but got others.", at)
        return target.call(run, [values.get(name) for name in target.parameters], position=at)

    return call


def _is_defined(e: Emitter, node: Call) -> Code:
    """Camunda's: whether the variable or entry exists, even if it is null."""
    argument = node.positional[0]
    if isinstance(argument, Name):
        place = e.place(argument.name)
        if place.slot == 0 and not place.filters:
            name = argument.name
            return lambda run, loc: name in run.root
    if isinstance(argument, Path):
        base, key = e.emit(argument.base), argument.name

        def has_entry(run: Run, loc: Locals) -> bool:
            value = base(run, loc)
            return type(value) is dict and key in value

        return has_entry
    code = e.emit(argument)
    return lambda run, loc: code(run, loc) is not None
