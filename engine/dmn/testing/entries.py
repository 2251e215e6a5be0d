"""Taking a document apart, entry by entry; every complaint has its place and line."""

from __future__ import annotations

from engine.feel.text import literal_of
from engine.findings import Finding, Severity
from engine.hardened_yaml import Node

MAX_FINDINGS = 100
"""Of one file: whoever mends these sees the rest."""
_ZH = {
    "a list": "列表",
    "both": "两者",
    "entries": "键值对",
    "nothing": "空缺",
    "something else": "其他内容",
}


class Complaints:
    """The findings of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.findings: list[Finding] = []

    def add(self, rule: str, line: int, *, zh: str, en: str, mend_zh: str = "", mend_en: str = "") -> None:
        if len(self.findings) < MAX_FINDINGS:
            self.findings.append(
                Finding(rule, Severity.ERROR, None, line, zh, en, mend_zh, mend_en, self.file)
            )

    def wrong(self, place: str, line: int, *, zh: str, en: str, found: str) -> None:
        """At `place` something else is expected than what was `found`; both say what."""
        self.add(
            "test-entry",
            line,
            zh=f"{place} 应为{zh}，实为{_ZH.get(found, f' {found}')}",
            en=f"Expected {en} at {place}, but got {found}",
            mend_zh="写法见 docs/reference/decision-tests.md",
            mend_en="The format is in docs/reference/decision-tests.md",
        )


class Entries:
    """The entries of one mapping. `done` complains of those nobody asked for."""

    def __init__(self, node: Node, *, place: str, complaints: Complaints) -> None:
        self.line = node.line
        self.place = place
        self.complaints = complaints
        self._entries: dict[str, Node] = {}
        self._asked: list[str] = []
        if isinstance(node.value, dict):
            self._entries = node.value
        else:
            here = place or complaints.file
            complaints.wrong(here, node.line, zh="键值对", en="entries", found=described(node))

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def take(self, name: str) -> Node | None:
        """None if there is none, or nothing after its colon."""
        self._asked.append(name)
        node = self._entries.get(name)
        return None if node is None or node.value is None else node

    def take_even_null(self, name: str) -> Node | None:
        self._asked.append(name)
        return self._entries.get(name)

    def text(self, name: str) -> str | None:
        """A text; a number counts as its digits, since nobody quotes an id."""
        node = self.take(name)
        if node is None:
            return None
        if isinstance(node.value, int) and not isinstance(node.value, bool):
            return str(node.value)
        if isinstance(node.value, str) and node.value.strip():
            return node.value.strip()
        self.wrong(name, node, zh="文本", en="a text")
        return None

    def flag(self, name: str) -> bool:
        """False if there is none."""
        node = self.take(name)
        if node is None:
            return False
        if isinstance(node.value, bool):
            return node.value
        self.wrong(name, node, zh=" true 或 false", en="true or false")
        return False

    def items(self, name: str) -> list[Node]:
        """A list, empty if there is none."""
        node = self.take(name)
        if node is None:
            return []
        if isinstance(node.value, list):
            return node.value
        self.wrong(name, node, zh="列表", en="a list")
        return []

    def done(self) -> None:
        unknown = [name for name in self._entries if name not in self._asked]
        for name in unknown:
            known = ", ".join(sorted(set(self._asked)))
            self.complaints.wrong(
                self.place or self.complaints.file,
                self._entries[name].line,
                zh=f"以下之一：{known}",
                en=f"only {known}",
                found=repr(name),
            )

    def wrong(self, name: str, node: Node, *, zh: str, en: str) -> None:
        self.complaints.wrong(self.at(name), node.line, zh=zh, en=en, found=described(node))

    def missing(self, name: str, *, zh: str, en: str) -> None:
        """The entry `name` has to be there."""
        self.complaints.wrong(self.at(name), self.line, zh=zh, en=en, found="nothing")

    def at(self, name: str) -> str:
        """The place of the entry `name`."""
        return f"{self.place}.{name}" if self.place else name


def described(node: Node) -> str:
    """What stands there, in a few words."""
    match node.value:
        case list():
            return "a list"
        case dict():
            return "entries"
        case _:
            text = literal_of(node.value)
            return text if len(text) <= 80 else f"{text[:77]}..."
