"""What is wrong with an expression: its text (FeelSyntaxError) or one evaluation of it (Diagnostic)."""

from __future__ import annotations

import re
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
    "an expression that is less deep": "嵌套较浅的表达式",
    "a unary test that is less deep": "嵌套较浅的单元格条件",
    "the end of the stack": "过深的嵌套",
    "a deeper one": "更深的一层",
    "a deeper expression": "更深的表达式",
    "one more": "更多",
    "a string": "字符串",
    "half a surrogate pair": "半个代理对",
}
_ZH_PATTERNS = (
    (re.compile(r"its full-width twin (.+)"), r"对应的全角符号 \1"),
    (re.compile(r"at most ([0-9]+) nested levels"), r"至多 \1 层嵌套"),
    (re.compile(r"at most ([0-9]+) words in a name"), r"至多 \1 个词的名称"),
    (re.compile(r"at most ([0-9]+) iterators"), r"至多 \1 个迭代变量"),
    (re.compile(r"at most ([0-9]+) operators inside one another"), r"至多 \1 层运算"),
    (re.compile(r"([0-9]+) characters where ([0-9]+) are allowed"), r"\1 个字符（上限 \2）"),
    (re.compile(r"('[^']+'(?:, '[^']+')*) or ('[^']+')"), r"\1 或 \2"),
)


def _zh(phrase: str) -> str:
    if phrase in _ZH:
        return _ZH[phrase]
    for pattern, words in _ZH_PATTERNS:
        match = pattern.fullmatch(phrase)
        if match is not None:
            return match.expand(words)
    return phrase


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
        return f"第 {self.line} 行第 {self.column} 列：应为{_zh(self.expected)}，但遇到{_zh(self.found)}"


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
