"""JUEL, the expression language of Camunda 7, Operaton, Flowable and Activiti, to FEEL.

Translated: property paths, literals, comparisons, logic, arithmetic, `?:`, `empty`, brackets, and texts
with expressions inside. Refused with its position: every call but `execution.getVariable('x')`.
Source: JSR 245, Expression Language 2.1, section 1; the names of multi-instance variables are those
engines' own.
"""

from __future__ import annotations

import re
from typing import NamedTuple

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
    literal,
    name,
    negative,
    notes_of,
    quoted,
)

_OPENING = re.compile(r"\\?[$#]\{")
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    |(?P<word>[^\W\d][\w$]*|\$[\w$]*)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:().\[\],{}])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(['\"\\])")
_WORDS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "and": "&&",
    "or": "||",
    "not": "!",
    "div": "/",
    "mod": "%",
}
_COMPARISONS = {"==": "=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_MULTI_INSTANCE = {
    "nrOfInstances": Feel("numberOfInstances"),
    "nrOfActiveInstances": Feel("numberOfActiveInstances"),
    "nrOfCompletedInstances": Feel("numberOfCompletedInstances"),
    # Theirs counts from 0, ours from 1.
    "loopCounter": Feel("loopCounter - 1", Level.SUM),
}
_ENGINE_OBJECTS = frozenset({"execution", "task", "authenticatedUserId", "currentUser", "variables"})
_REMAINDER = Note(
    "负数的 % 结果取除数的符号（JUEL 取被除数的符号）",
    "% of negative numbers takes the sign of the divisor (in JUEL that of the dividend)",
)


class _Token(NamedTuple):
    type: str
    text: str
    at: int


def has_expression(text: str) -> bool:
    """Whether `text` has `${…}` or `#{…}` inside."""
    return _OPENING.search(text) is not None


def translate(text: str) -> Translated:
    """The value of an attribute or expression element that may have `${…}` inside.

    Raises Untranslatable. Takes time linear in at most MAX_CHARACTERS.
    """
    if len(text) > MAX_CHARACTERS:
        raise Untranslatable(
            f"表达式超过 {MAX_CHARACTERS} 个字符", f"The expression has over {MAX_CHARACTERS} characters"
        )
    parts: list[Feel | str] = []
    at = 0
    while match := _OPENING.search(text, at):
        if match.start() > at:
            parts.append(text[at : match.start()])
        if match.group().startswith("\\"):
            parts.append(match.group()[1:])
            at = match.end()
            continue
        parser = _Parser(text, match.end())
        parts.append(parser.whole())
        at = parser.end
    if at < len(text):
        parts.append(text[at:])
    if all(isinstance(part, str) for part in parts):
        return literal("".join(str(part) for part in parts))
    if len(parts) == 1 and isinstance(parts[0], Feel):
        return finished(parts[0])
    return finished(joined_text(parts))


def translate_name(text: str) -> Translated:
    """As `translate`, but a bare word is a variable: `collection="items"` means `${items}`."""
    return translate(text) if has_expression(text) else finished(name(text.strip(), position=1))


class _Parser:
    """One expression, from behind `${` to its `}`; precedence climbing."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._tokens, self.end = _tokens_of(text, start)
        self._next = 0
        self._depth = 0

    def whole(self) -> Feel:
        found = self._ternary()
        if self._peek().type != "end":
            raise self._unexpected(self._peek())
        return found

    def _ternary(self) -> Feel:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Untranslatable(
                f"嵌套超过 {MAX_DEPTH} 层",
                f"It is nested over {MAX_DEPTH} levels",
                position=self._peek().at + 1,
            )
        condition = self._or()
        if self._take("?"):
            then = self._ternary()
            self._expect(":")
            condition = either(condition, then, self._ternary())
        self._depth -= 1
        return condition

    def _or(self) -> Feel:
        left = self._and()
        while self._take("||"):
            left = binary(left, "or", self._and(), Level.OR)
        return left

    def _and(self) -> Feel:
        left = self._comparison(("==", "!="))
        while self._take("&&"):
            left = binary(left, "and", self._comparison(("==", "!=")), Level.AND)
        return left

    def _comparison(self, signs: tuple[str, ...]) -> Feel:
        relational = "<" in signs
        left = self._sum() if relational else self._comparison(("<", ">", "<=", ">="))
        while sign := self._take(*signs):
            right = self._sum() if relational else self._comparison(("<", ">", "<=", ">="))
            left = binary(left, _COMPARISONS[sign], right, Level.COMPARISON)
        return left

    def _sum(self) -> Feel:
        left = self._product()
        while sign := self._take("+", "-"):
            left = binary(left, sign, self._product(), Level.SUM)
        return left

    def _product(self) -> Feel:
        left = self._unary()
        while sign := self._take("*", "/", "%"):
            right = self._unary()
            if sign == "%":
                remainder = call("modulo", left, right)
                left = Feel(remainder.text, notes=(*remainder.notes, _REMAINDER))
            else:
                left = binary(left, sign, right, Level.PRODUCT)
        return left

    def _unary(self) -> Feel:
        # A loop, so that a row of signs costs no stack.
        signs: list[str] = []
        while sign := self._take("!", "-", "empty"):
            signs.append(sign)
            if len(signs) > MAX_DEPTH:
                raise self._unexpected(self._peek())
        found = self._path()
        for sign in reversed(signs):
            if sign == "!":
                found = is_not_true(found)
            elif sign == "-":
                found = negative(found)
            else:
                found = _is_empty(found)
        return found

    def _path(self) -> Feel:
        found = self._primary()
        while sign := self._take(".", "["):
            token = self._advance()
            if sign == ".":
                if token.type != "word":
                    raise self._unexpected(token)
                if self._peek().text == "(":
                    raise _call(token)
                found = entry_of(found, token.text)
                continue
            if token.type == "number" and token.text.isdigit():
                found = item_of(found, int(token.text[:9]))
            elif token.type == "string":
                found = entry_of(found, _unescaped(token.text))
            else:
                raise Untranslatable(
                    "方括号里只能是数字或文字",
                    "Brackets may hold a number or a text only",
                    position=token.at + 1,
                )
            self._expect("]")
        return found

    def _primary(self) -> Feel:
        token = self._advance()
        match token.type:
            case "number":
                return Feel(token.text)
            case "string":
                return Feel(quoted(_unescaped(token.text)))
            case "word":
                return self._word(token)
            case "sign" if token.text == "(":
                inner = self._ternary()
                self._expect(")")
                return inner
            case _:
                raise self._unexpected(token)

    def _word(self, token: _Token) -> Feel:
        if token.text in ("true", "false"):
            return Feel(token.text, is_boolean=True)
        if token.text == "null":
            return Feel("null")
        if token.text in _ENGINE_OBJECTS:
            return self._variable_of_execution(token)
        if self._peek().text in ("(", ":") and self._is_call():
            raise _call(token)
        return _MULTI_INSTANCE.get(token.text) or name(token.text, position=token.at + 1)

    def _is_call(self) -> bool:
        """`f(` or `prefix:f(`, as opposed to the colon of `a ? b : c`."""
        if self._peek().text == "(":
            return True
        ahead = self._tokens[self._next + 1 : self._next + 3]
        return len(ahead) == 2 and ahead[0].type == "word" and ahead[1].text == "("

    def _variable_of_execution(self, token: _Token) -> Feel:
        """`execution.getVariable('x')` is x; nothing else of the engine's objects exists here."""
        following = self._tokens[self._next : self._next + 5]
        texts = [each.text for each in following]
        if (
            token.text == "execution"
            and len(following) == 5
            and texts[:3] == [".", "getVariable", "("]
            and following[3].type == "string"
            and texts[4] == ")"
        ):
            self._next += 5
            return name(_unescaped(texts[3]), position=following[3].at + 1)
        raise Untranslatable(
            f"这里没有那个引擎的对象 {token.text}",
            f"{token.text} is an object of the other engine and does not exist here",
            position=token.at + 1,
        )

    # --- tokens ----------------------------------------------------------------------------------

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _advance(self) -> _Token:
        token = self._tokens[self._next]
        if token.type != "end":
            self._next += 1
        return token

    def _take(self, *signs: str) -> str | None:
        token = self._peek()
        if token.type != "string" and token.text in signs:
            self._next += 1
            return token.text
        return None

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise self._unexpected(self._peek(), expected=sign)

    def _unexpected(self, token: _Token, *, expected: str = "") -> Untranslatable:
        if token.type == "end":
            return Untranslatable(
                "表达式没有写完", "The expression ends before it is complete", position=token.at + 1
            )
        hint_zh = f"，应为“{expected}”" if expected else ""
        hint_en = f' where "{expected}" was expected' if expected else ""
        return Untranslatable(
            f"无法转换“{token.text}”{hint_zh}",
            f'"{token.text}"{hint_en} cannot be translated',
            position=token.at + 1,
        )


def _tokens_of(text: str, start: int) -> tuple[list[_Token], int]:
    """The tokens up to the `}` that closes the expression, and the offset behind it."""
    tokens: list[_Token] = []
    at = start
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Untranslatable(
                f"无法转换“{text[at]}”", f'"{text[at]}" cannot be translated', position=at + 1
            )
        if match.group() == "}":
            tokens.append(_Token("end", "", at))
            return tokens, match.end()
        type_ = match.lastgroup or ""
        if type_ == "word" and match.group() in _WORDS and not (tokens and tokens[-1].text == "."):
            tokens.append(_Token("sign", _WORDS[match.group()], at))
        elif type_ != "space":
            tokens.append(_Token(type_, match.group(), at))
        at = match.end()
    raise Untranslatable("缺少“}”", 'Its "}" is missing', position=len(text) + 1)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text[1:-1])


def _call(token: _Token) -> Untranslatable:
    return Untranslatable(
        f"{token.text}(…) 调用了代码，FEEL 里没有对应物",
        f"{token.text}(…) calls code, which has no counterpart in FEEL",
        position=token.at + 1,
    )


def _is_empty(operand: Feel) -> Feel:
    # Comparing a text with a list is null in FEEL: "= true" makes that false.
    inner = operand.within(Level.SUM)
    tests = [f"({inner} = {nothing}) = true" for nothing in ('""', "[]", "{}")]
    text = " or ".join([f"{inner} = null", *tests])
    return Feel(f"({text})", Level.ATOM, True, notes_of((operand,)))
