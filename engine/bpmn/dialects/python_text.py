"""Python, as SpiffWorkflow's files have it in conditions and scripts, to FEEL.

The text is only parsed (`ast`), never run. Translated: names, literals, comparisons, logic, arithmetic,
`x if c else y`, paths, f-strings and a few functions; in scripts, assignments of these.
Source: the Python language reference, chapters 6 and 7.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping

from engine.bpmn.dialects.feel_text import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    Feel,
    Level,
    Note,
    Translated,
    Untranslatable,
    binary,
    call,
    either,
    entry_of,
    finished,
    is_not_true,
    item_of,
    joined_text,
    name,
    negative,
    notes_of,
    quoted,
)

_TRUTH = Note(
    "只有 true 算真：Python 里非空文字、非零数字等也算真",
    "only true counts as true: in Python so do texts that are not empty, numbers other than zero and so on",
)
_LENGTH = Note("len 用于文字或列表", "len is meant for a text or a list")
_MEMBER = Note("in 用于文字或列表", "in is meant for a text or a list")

_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "=",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_ARITHMETIC: Mapping[type[ast.operator], tuple[str, Level]] = {
    ast.Add: ("+", Level.SUM),
    ast.Sub: ("-", Level.SUM),
    ast.Mult: ("*", Level.PRODUCT),
    ast.Div: ("/", Level.PRODUCT),
    ast.Pow: ("**", Level.POWER),
}
_FUNCTIONS: Mapping[str, str] = {
    "sum": "sum",
    "min": "min",
    "max": "max",
    "abs": "abs",
    "str": "string",
    "float": "number",
}
_METHODS: Mapping[str, tuple[str, int]] = {
    "lower": ("lower case", 0),
    "upper": ("upper case", 0),
    "startswith": ("starts with", 1),
    "endswith": ("ends with", 1),
}
"""Name in FEEL and the number of arguments."""


def translate(text: str) -> Translated:
    """One expression. Raises Untranslatable. Takes time linear in at most MAX_CHARACTERS."""
    tree = _parsed(text.strip(), mode="eval")
    assert isinstance(tree, ast.Expression)  # noqa: S101
    return finished(_Translator().expression(tree.body))


def constant_text(text: str) -> str | None:
    """The text if the expression is a string literal and nothing else."""
    try:
        tree = _parsed(text.strip(), mode="eval")
    except Untranslatable:
        return None
    if isinstance(tree, ast.Expression) and isinstance(tree.body, ast.Constant):
        return tree.body.value if isinstance(tree.body.value, str) else None
    return None


def assignments(text: str) -> list[tuple[str, Translated]]:
    """Variable and value of each statement of a script, in order.

    Raises Untranslatable if a statement is anything but the assignment of an expression to a name.
    """
    tree = _parsed(_dedented(text), mode="exec")
    assert isinstance(tree, ast.Module)  # noqa: S101
    translator = _Translator()
    found: list[tuple[str, Translated]] = []
    for statement in tree.body:
        match statement:
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case ast.Assign(targets=[ast.Name(id=target)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                pass
            case ast.AugAssign(target=ast.Name(id=target) as name_, op=op, value=operand):
                value = ast.copy_location(ast.BinOp(ast.copy_location(name_, name_), op, operand), statement)
            case _:
                raise Untranslatable(
                    f"第 {statement.lineno} 行不是给变量赋值的语句",
                    f"Line {statement.lineno} is no assignment to a variable",
                )
        name(target)
        found.append((target, finished(translator.expression(value))))
    return found


def _parsed(text: str, *, mode: str) -> ast.AST:
    if len(text) > MAX_CHARACTERS:
        raise Untranslatable(
            f"表达式超过 {MAX_CHARACTERS} 个字符", f"The expression has over {MAX_CHARACTERS} characters"
        )
    try:
        # Strange escapes make Python warn; the warning is not for whoever runs this engine.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode=mode)
    except SyntaxError as error:
        raise Untranslatable(
            f"不是合法的 Python（{error.msg}）",
            f"It is no Python ({error.msg})",
            position=error.offset or None,
        ) from error
    except (ValueError, MemoryError, RecursionError) as error:
        raise Untranslatable("不是合法的 Python", "It is no Python that can be read") from error


def _dedented(text: str) -> str:
    """Scripts in XML are often indented as a whole."""
    lines = text.expandtabs().splitlines()
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines)


class _Translator:
    """One expression; `_depth` bounds the recursion."""

    def __init__(self) -> None:
        self._depth = 0

    def expression(self, node: ast.expr) -> Feel:
        if self._depth >= MAX_DEPTH:
            raise Untranslatable(f"嵌套超过 {MAX_DEPTH} 层", f"It is nested over {MAX_DEPTH} levels")
        self._depth += 1
        try:
            return self._expression(node)
        finally:
            self._depth -= 1

    def _expression(self, node: ast.expr) -> Feel:
        match node:
            case ast.Constant(value=value):
                return _constant(node, value)
            case ast.Name(id=text):
                return name(text, position=node.col_offset + 1)
            case ast.Attribute(value=whole, attr=key):
                return entry_of(self.expression(whole), key)
            case ast.Subscript(value=whole, slice=index):
                return self._subscript(whole, index)
            case ast.BoolOp(op=op, values=values):
                word, level = ("and", Level.AND) if isinstance(op, ast.And) else ("or", Level.OR)
                return _chain([self._truth(value) for value in values], word, level)
            case ast.Compare():
                return self._comparison(node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return is_not_true(self._truth(operand))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return negative(self.expression(operand))
            case ast.BinOp(left=left, op=operator, right=right):
                return self._arithmetic(node, left, operator, right)
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                return either(self._truth(test), self.expression(body), self.expression(otherwise))
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return self._list(items)
            case ast.Dict(keys=keys, values=values):
                return self._context(keys, values)
            case ast.JoinedStr(values=pieces):
                return joined_text([self._piece(piece) for piece in pieces])
            case ast.Call(func=ast.Name(id=text), args=arguments, keywords=[]):
                return self._call(node, text, arguments)
            case ast.Call(func=ast.Attribute(value=whole, attr=text), args=arguments, keywords=[]):
                return self._method(node, whole, text, arguments)
            case _:
                raise _unknown(node)

    def _truth(self, node: ast.expr) -> Feel:
        found = self.expression(node)
        return found if found.is_boolean else _noted(found, _TRUTH)

    def _comparison(self, node: ast.Compare) -> Feel:
        operands = [self.expression(operand) for operand in (node.left, *node.comparators)]
        found: list[Feel] = []
        for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
            match operator:
                case ast.Is() | ast.IsNot():
                    sign = "=" if isinstance(operator, ast.Is) else "!="
                    found.append(binary(left, sign, right, Level.COMPARISON))
                case ast.In():
                    found.append(_is_in(left, right))
                case ast.NotIn():
                    found.append(is_not_true(_is_in(left, right)))
                case _:
                    found.append(binary(left, _COMPARISONS[type(operator)], right, Level.COMPARISON))
        return _chain(found, "and", Level.AND)

    def _arithmetic(self, node: ast.expr, left: ast.expr, operator: ast.operator, right: ast.expr) -> Feel:
        operands = self.expression(left), self.expression(right)
        if isinstance(operator, ast.Mod):
            if isinstance(left, ast.Constant | ast.JoinedStr) and not isinstance(
                getattr(left, "value", None), int | float
            ):
                raise _unknown(node)
            return call("modulo", *operands)
        if isinstance(operator, ast.FloorDiv):
            return call("floor", binary(*_around("/", operands), Level.PRODUCT))
        sign, level = _ARITHMETIC.get(type(operator), ("", Level.ATOM))
        if not sign:
            raise _unknown(node)
        return binary(*_around(sign, operands), level)

    def _subscript(self, whole: ast.expr, index: ast.expr) -> Feel:
        match index:
            case ast.Constant(value=str() as key):
                return entry_of(self.expression(whole), key)
            case ast.Constant(value=int() as number) if not isinstance(number, bool):
                return item_of(self.expression(whole), number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
                return item_of(self.expression(whole), -number)
            case _:
                raise _unknown(index)

    def _list(self, items: list[ast.expr]) -> Feel:
        found = [self.expression(item) for item in items]
        return Feel(f"[{', '.join(item.text for item in found)}]", notes=notes_of(found))

    def _context(self, keys: list[ast.expr | None], values: list[ast.expr]) -> Feel:
        found = [self.expression(value) for value in values]
        entries = [f"{quoted(_key(key))}: {value.text}" for key, value in zip(keys, found, strict=True)]
        return Feel("{" + ", ".join(entries) + "}", notes=notes_of(found))

    def _piece(self, node: ast.expr) -> Feel | str:
        """A part of an f-string."""
        match node:
            case ast.Constant(value=str() as text):
                return text
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self.expression(value)
            case _:
                raise _unknown(node)

    def _call(self, node: ast.expr, function: str, arguments: list[ast.expr]) -> Feel:
        if function == "len" and len(arguments) == 1:
            found = self.expression(arguments[0])
            inner = found.within(Level.ATOM)
            text = f"if {inner} instance of string then string length({inner}) else count({inner})"
            return Feel(text, Level.WHOLE, notes=notes_of((_noted(found, _LENGTH),)))
        if function not in _FUNCTIONS or not arguments:
            raise _unknown(node)
        return call(_FUNCTIONS[function], *(self.expression(argument) for argument in arguments))

    def _method(self, node: ast.expr, whole: ast.expr, method: str, arguments: list[ast.expr]) -> Feel:
        match method, arguments:
            case "get", [ast.Constant(value=str() as key)]:
                return entry_of(self.expression(whole), key)
            case "get", [ast.Constant(value=str() as key), default]:
                found = entry_of(self.expression(whole), key)
                missing = binary(found, "=", Feel("null"), Level.COMPARISON)
                return either(missing, self.expression(default), found)
        function, count = _METHODS.get(method, ("", -1))
        if count != len(arguments):
            raise _unknown(node)
        operands = [self.expression(argument) for argument in (whole, *arguments)]
        return call(function, *operands, is_boolean=count == 1)


def _constant(node: ast.expr, value: object) -> Feel:
    match value:
        case bool():
            return Feel("true" if value else "false", is_boolean=True)
        case None:
            return Feel("null")
        case str():
            return Feel(quoted(value))
        case int() | float() if value == value and abs(value) < 1e300:
            return Feel(repr(value))
        case _:
            raise _unknown(node)


def _is_in(item: Feel, whole: Feel) -> Feel:
    if whole.text.startswith("["):
        return call("list contains", whole, item, is_boolean=True)
    inner = whole.within(Level.ATOM)
    text = (
        f"if {inner} instance of string then contains({inner}, {item.text}) "
        f"else list contains({inner}, {item.text})"
    )
    return _noted(Feel(text, Level.WHOLE, True, notes_of((item, whole))), _MEMBER)


def _chain(parts: list[Feel], word: str, level: Level) -> Feel:
    whole = parts[0]
    for part in parts[1:]:
        whole = binary(whole, word, part, level)
    return whole


def _around(sign: str, operands: tuple[Feel, Feel]) -> tuple[Feel, str, Feel]:
    return operands[0], sign, operands[1]


def _noted(found: Feel, note: Note) -> Feel:
    return Feel(found.text, found.level, found.is_boolean, tuple(dict.fromkeys((*found.notes, note))))


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise Untranslatable("字典的键应为文字", "The keys of a dict must be texts")


_NAMES: Mapping[type[ast.AST], tuple[str, str]] = {
    ast.Call: ("函数调用", "a call"),
    ast.Lambda: ("lambda", "a lambda"),
    ast.ListComp: ("列表推导", "a list comprehension"),
    ast.DictComp: ("字典推导", "a dict comprehension"),
    ast.SetComp: ("集合推导", "a set comprehension"),
    ast.GeneratorExp: ("生成器", "a generator"),
    ast.Slice: ("切片", "a slice"),
    ast.Set: ("集合", "a set"),
    ast.Starred: ("星号展开", "an unpacking"),
}


def _unknown(node: ast.expr) -> Untranslatable:
    zh, en = _NAMES.get(type(node), (type(node).__name__, type(node).__name__))
    position = node.col_offset + 1 if node.lineno == 1 else None
    return Untranslatable(
        f"Python 的{zh}在 FEEL 里没有对应物", f"{en} of Python has no counterpart in FEEL", position=position
    )
