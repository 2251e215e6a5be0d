"""What is wrong with an expression: its text (FeelSyntaxError) or one evaluation of it (Diagnostic)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import InvalidArgument

_ZH = {
    "an expression": "表达式",
    "a unary test": "单元格条件",
    "a name": "名称",
    "a type name": "类型名称",
    "the end of the expression": "表达式到此结束",
    "the end of the text": "文本结尾",
    "a property name": "属性名称",
    "a context key": "上下文的键",
    "a string with a closing quote": "以双引号结束的字符串",
    "a comment with a closing */": "以 */ 结束的注释",
    "a number within 34 digits and exponents -6143..6144": "34 位以内、指数在 -6143..6144 之间的数",
    "an escape of a Unicode character": "合法的 Unicode 转义",
    "a key that is not used twice": "不重复的键",
    "a parameter name that is not used twice": "不重复的参数名",
    "a valid temporal literal": "合法的日期时间字面量",
    "only named or only positional arguments": "全部为命名参数或全部为位置参数",
}


class FeelSyntaxError(InvalidArgument):
    """A text that is not FEEL. `position` counts characters from 0, `line` and `column` from 1."""

    def __init__(self, text: str, *, position: int, expected: str, found: str) -> None:
        self.position = position
        self.line = text.count("\n", 0, position) + 1
        self.column = position - (text.rfind("\n", 0, position) + 1) + 1
        self.expected = expected
        self.found = found
        super().__init__(f"Expected {expected} at line {self.line}, column {self.column}, but found {found}.")

    @property
    def zh(self) -> str:
        expected = _ZH.get(self.expected, self.expected)
        found = _ZH.get(self.found, self.found)
        return f"第 {self.line} 行第 {self.column} 列：应为{expected}，但遇到{found}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Why a part of an evaluation became null. `position` counts characters of the text from 0."""

    message: str
    position: int
    limit: bool = False
    """True if a bound of `engine.feel.limits` was hit: retrying with the same data cannot help."""
    absent: bool = False
    """True if the only trouble is that a variable or an entry is not there."""
    place: str = ""
    """Where the text stands that `position` counts in, like "rule 3, output 1"; "" if there is one text."""


class Fault(Exception):
    """A FEEL error inside one operation: becomes null and a Diagnostic, never leaves an evaluation."""
