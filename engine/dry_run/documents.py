"""YAML as JSON values: what answers and scenario tests are written in, from people nobody vouches for.

Only the part of YAML that says what JSON says. Aliases, anchors and tags are refused (an alias of an
alias of an alias fills any memory), keys are texts and come once, and dates stay texts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import yaml

from engine.errors import InvalidArgument

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
MAX_VALUES = 20_000
_WORDS: Mapping[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


def read_document(content: bytes, *, file: str) -> Any:
    """The one document in `content` as None, bool, int, float, str, list and dict.

    Raises InvalidArgument with file and line for anything else.
    """
    if len(content) > MAX_BYTES:
        raise InvalidArgument(f"Expected at most {MAX_BYTES} bytes, but {file} has {len(content)}.")
    try:
        text = content.decode("utf-8-sig")
        return _Building(file).built(text)
    except UnicodeDecodeError as error:
        raise InvalidArgument(f"Expected UTF-8, but {file} is not.") from error
    except yaml.YAMLError as error:
        raise InvalidArgument(f"Expected YAML, but {file}: {' '.join(str(error).split())}.") from error


class _Building:
    """Values put together from the parser's events, which come one by one: nothing recurses."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.open: list[list[Any] | dict[str, Any]] = []
        self.keys: list[str | None] = []
        """The key that waits for its value, per open mapping; None where a key is next."""
        self.documents: list[Any] = []
        self.values = 0

    def built(self, text: str) -> Any:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.NodeEvent):
                self._check(event)
            match event:
                case yaml.ScalarEvent():
                    self._add(self._scalar(event), event)
                case yaml.SequenceStartEvent():
                    self._begin([], event)
                case yaml.MappingStartEvent():
                    self._begin({}, event)
                case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                    self.open.pop()
                    self.keys.pop()
        if len(self.documents) > 1:
            raise InvalidArgument(f"Expected one document, but {self.file} has {len(self.documents)}.")
        return self.documents[0] if self.documents else None

    def _check(self, event: yaml.NodeEvent) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._wrong(event, "no anchors and aliases", "there is one")
        tag = getattr(event, "tag", None)
        if tag is not None:
            raise self._wrong(event, "no tags", f"there is {tag!r}")
        self.values += 1
        if self.values > MAX_VALUES:
            raise self._wrong(event, f"at most {MAX_VALUES} values", "there are more")

    def _begin(self, container: list[Any] | dict[str, Any], event: yaml.NodeEvent) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise self._wrong(event, f"at most {MAX_DEPTH} levels of nesting", "there are more")
        self._add(container, event)
        self.open.append(container)
        self.keys.append(None)

    def _add(self, value: Any, event: yaml.NodeEvent) -> None:
        if not self.open:
            self.documents.append(value)
            return
        around = self.open[-1]
        if isinstance(around, list):
            around.append(value)
            return
        key = self.keys[-1]
        if key is None:
            if not isinstance(value, str):
                raise self._wrong(event, "texts as keys (in quotes if need be)", f"there is {value!r}")
            if value in around:
                raise self._wrong(event, "each key once", f"{value!r} repeats")
            self.keys[-1] = value
        else:
            around[key] = value
            self.keys[-1] = None

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _NUMBER.fullmatch(text):
            number = float(text)
            if not math.isfinite(number):
                raise self._wrong(event, "a finite number", f"there is {text}")
            return number
        return text

    def _wrong(self, event: yaml.NodeEvent, expected: str, found: str) -> InvalidArgument:
        line = event.start_mark.line + 1 if event.start_mark is not None else 1
        return InvalidArgument(f"Expected {expected}, but {self.file}:{line}: {found}.")
