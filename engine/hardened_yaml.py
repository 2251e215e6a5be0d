"""YAML as JSON values that know their lines, from people nobody vouches for.

For tests, answers and contexts. Only the part of YAML that says what JSON says. Aliases, anchors and tags
are refused (an alias of an alias of an alias fills any memory), keys are texts and come once, dates stay
texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import yaml

from engine.errors import DefinitionRefused
from engine.findings import Finding, Severity

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_VALUES = 20_000
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


@dataclass(slots=True)
class Node:
    """A value and the line, counted from 1, where it begins."""

    value: Any
    """A bool, str, list of nodes, dict of nodes, None, or what `ReadNumber` made of a number."""
    line: int


ReadNumber = Callable[[str], Any]
"""A number of JSON's grammar from its text; None if it is too great."""


def read_document(content: bytes, *, file: str, number: ReadNumber) -> Node:
    """The one document in `content`; null in line 1 if there is none.

    Raises DefinitionRefused with one finding for anything else. Takes time linear in at most MAX_BYTES.
    """
    if len(content) > MAX_BYTES:
        raise _refused(
            "yaml-too-large",
            file,
            None,
            f"文件大小 {len(content)} 字节，上限 {MAX_BYTES} 字节",
            f"The file has {len(content)} bytes, but at most {MAX_BYTES} are allowed",
            "拆分文件",
            "Split the file",
        )
    try:
        return _Building(file, number).built(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _not_yaml(file, None, "not UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise _not_yaml(file, mark.line + 1 if mark else None, error.problem or "unreadable") from error
    except yaml.YAMLError as error:
        raise _not_yaml(file, None, " ".join(str(error).split())) from error


class _Building:
    """Values put together from the parser's events, which come one by one: nothing recurses."""

    def __init__(self, file: str, number: ReadNumber) -> None:
        self.file = file
        self.number = number
        self.open: list[list[Node] | dict[str, Node]] = []
        self.keys: list[str | None] = []
        """The key that waits for its value, per open mapping; None where a key is next."""
        self.documents: list[Node] = []
        self.values = 0

    def built(self, text: str) -> Node:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark is not None else 1
            if isinstance(event, yaml.NodeEvent):
                self._check(event, line)
            match event:
                case yaml.ScalarEvent():
                    self._add(Node(self._scalar(event, line), line))
                case yaml.SequenceStartEvent():
                    self._begin([], line)
                case yaml.MappingStartEvent():
                    self._begin({}, line)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self.open.pop()
                    self.keys.pop()
        if len(self.documents) > 1:
            raise self._beyond_json(self.documents[1].line, "多个文档", "several documents")
        return self.documents[0] if self.documents else Node(None, 1)

    def _check(self, event: yaml.NodeEvent, line: int) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._beyond_json(line, "锚点或别名", "an anchor or alias")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise self._beyond_json(line, f"标签 {tag}", f"the tag {tag}")
        self.values += 1
        if self.values > MAX_VALUES:
            raise self._too_complex(line)

    def _begin(self, container: list[Node] | dict[str, Node], line: int) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise self._too_complex(line)
        self._add(Node(container, line))
        self.open.append(container)
        self.keys.append(None)

    def _add(self, node: Node) -> None:
        if not self.open:
            self.documents.append(node)
            return
        around = self.open[-1]
        if isinstance(around, list):
            around.append(node)
            return
        key = self.keys[-1]
        if key is not None:
            around[key] = node
            self.keys[-1] = None
        elif not isinstance(node.value, str):
            raise self._beyond_json(node.line, "不是文本的键", "a key that is no text (put it in quotes)")
        elif node.value in around:
            raise self._beyond_json(node.line, f"重复的键 {node.value}", f"the key {node.value!r} twice")
        else:
            self.keys[-1] = node.value

    def _scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if not _NUMBER.fullmatch(text):
            return text
        number = self.number(text)
        if number is None:
            raise self._beyond_json(line, f"过大的数 {text}", f"the number {text}, which is too great")
        return number

    def _too_complex(self, line: int) -> DefinitionRefused:
        return _refused(
            "yaml-too-complex",
            self.file,
            line,
            f"嵌套超过 {MAX_DEPTH} 层，或值超过 {MAX_VALUES} 个",
            f"Values are nested over {MAX_DEPTH} levels deep, or number over {MAX_VALUES}",
            "拆分文件",
            "Split the file",
        )

    def _beyond_json(self, line: int, zh: str, en: str) -> DefinitionRefused:
        return _refused(
            "yaml-beyond-json",
            self.file,
            line,
            f"只接受与 JSON 对应的 YAML，此处有{zh}",
            f"Only YAML that says what JSON says is read, but there is {en}",
            "直接写出值",
            "Write the values out",
        )


def _not_yaml(file: str, line: int | None, problem: str) -> DefinitionRefused:
    return _refused(
        "yaml-not-well-formed",
        file,
        line,
        f"不是合法的 YAML：{problem}",
        f"Not well-formed YAML: {problem}",
        "检查缩进、引号和编码（UTF-8）",
        "Look at indentation, quotes and encoding (UTF-8)",
    )


def _refused(
    rule: str, file: str, line: int | None, zh: str, en: str, mend_zh: str, mend_en: str
) -> DefinitionRefused:
    return DefinitionRefused([Finding(rule, Severity.ERROR, None, line, zh, en, mend_zh, mend_en, file)])
