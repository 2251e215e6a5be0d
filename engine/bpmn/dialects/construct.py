"""The words in which a dialect says what it knows, and the pieces its handlers work on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypedDict

from lxml import etree

from engine.bpmn.dialects.feel_text import Translated
from engine.bpmn.dialects.report import Outcome
from engine.bpmn.dialects.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Construct:
    """One attribute or element of a dialect and what becomes of it; also a row of the reference page.

    `on` are the local names of the BPMN elements on which it means something, None for any; elsewhere
    it is refused. `parts` are the attributes ("@name"), child elements ("name") and the text ("text()")
    of an element, in the order in which they are handled; None if the element is handled as one thing,
    of which `absorbs` says what it knows inside. Without a handler the only outcome is reported as the
    texts say.
    """

    outcomes: tuple[Outcome, ...]
    target: str = ""
    zh: str = ""
    en: str = ""
    mend_zh: str = ""
    mend_en: str = ""
    on: frozenset[str] | None = None
    handler: Callable[[Piece], None] | None = None
    parts: Mapping[str, Construct] | None = None
    absorbs: frozenset[str] = frozenset()
    repeats: bool = False
    """Whether an element may be there more than once; a second one of any other is refused."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The vocabulary of one tool, or of tools that share it under several namespaces.

    `attributes` and `elements` are handled in this order, whatever the order in the file. `before` are
    called for every BPMN element of that name before its own constructs.
    """

    key: str
    prefixes: Mapping[str, str]
    """Namespace -> the prefix its constructs are reported with."""
    attributes: Mapping[str, Construct]
    elements: Mapping[str, Construct]
    before: Mapping[str, tuple[Callable[[Piece], None], ...]] = field(default_factory=dict)
    absences: Mapping[str, Construct] = field(default_factory=dict)
    """What `before` reports: differences that lie in what is not written. For the reference page."""


_AS_HERE = ("与这里本来的做法相同", "As it is here anyway")


@dataclass(frozen=True, slots=True)
class Piece:
    """One construct at one place.

    `owner` is the BPMN element it belongs to; `node` is where it stands: the owner for an attribute
    of a BPMN element, else the dialect's own element. `value` is an attribute's value or an element's
    text.
    """

    bench: Workbench
    dialect: Dialect
    namespace: str
    name: str
    construct: Construct
    owner: etree._Element
    node: etree._Element
    value: str = ""

    def attribute(self, name: str) -> str | None:
        """Another attribute at the same place; None if it is not there or blank."""
        name = name if self.node is not self.owner else f"{{{self.namespace}}}{name}"
        return (self.node.get(name) or "").strip() or None

    def beside(self, name: str) -> list[etree._Element]:
        """The dialect's elements of that name in the same container as this one, itself included."""
        container = self.node.getparent()
        return [] if container is None else list(container.iterchildren(f"{{{self.namespace}}}{name}"))

    def on(self, owner: etree._Element) -> Piece:
        """The same piece for another BPMN element, such as the event around an event definition."""
        return replace(self, owner=owner)

    def named(self, name: str, construct: Construct) -> Piece:
        return replace(self, name=name, construct=construct)

    def translated(self, target: str = "") -> None:
        """Without a target anywhere, as the construct's texts say: there was nothing to do."""
        target = target or self.construct.target
        if target:
            self._add(Outcome.TRANSLATED, target, f"已转换为 {target}", f"Became {target}")
        else:
            self.unchanged(self.construct.zh or _AS_HERE[0], self.construct.en or _AS_HERE[1])

    def unchanged(self, zh: str, en: str) -> None:
        """Translated to nothing, since it is so here anyway."""
        self._add(Outcome.TRANSLATED, "", zh, en)

    def approximated(
        self, zh: str = "", en: str = "", *, target: str = "", mend_zh: str = "", mend_en: str = ""
    ) -> None:
        """Without texts, those of the construct."""
        self._differently(Outcome.APPROXIMATED, target or self.construct.target, zh, en, mend_zh, mend_en)

    def refused(self, zh: str = "", en: str = "", *, mend_zh: str = "", mend_en: str = "") -> None:
        """Without texts, those of the construct."""
        self._differently(Outcome.REFUSED, "", zh, en, mend_zh, mend_en)

    def _differently(
        self, outcome: Outcome, target: str, zh: str, en: str, mend_zh: str, mend_en: str
    ) -> None:
        if not zh:
            zh, en = self.construct.zh, self.construct.en
            mend_zh, mend_en = mend_zh or self.construct.mend_zh, mend_en or self.construct.mend_en
        self._add(outcome, target, zh, en, mend_zh, mend_en)

    def expression(self, translated: Translated, *, target: str = "") -> None:
        """Reports a translated expression: approximated if something of its meaning changed."""
        if not translated.notes:
            self.translated(target)
            return
        self.approximated(
            "；".join(note.zh for note in translated.notes),
            "; ".join(note.en for note in translated.notes),
            target=target,
        )

    def _add(
        self, outcome: Outcome, target: str, zh: str, en: str, mend_zh: str = "", mend_en: str = ""
    ) -> None:
        self.bench.report_on(
            self.owner,
            outcome,
            dialect=self.dialect.prefixes[self.namespace],
            construct=self.name,
            node=self.node,
            target=target,
            texts=(zh, en, mend_zh, mend_en),
        )


# --- the common shapes of a row ------------------------------------------------------------------

T, A, R = Outcome.TRANSLATED, Outcome.APPROXIMATED, Outcome.REFUSED


def tool_only(
    zh: str = "只与工具有关，运行时没有作用，已去掉",
    en: str = "Concerns a tool only and has no effect at run time; left out",
    *,
    on: frozenset[str] | None = None,
    absorbs: frozenset[str] = frozenset(),
    repeats: bool = False,
) -> Construct:
    """Means nothing at run time, or nothing that is not so anyway."""
    return Construct((T,), zh=zh, en=en, on=on, absorbs=absorbs, repeats=repeats)


def dropped(
    zh: str, en: str, *, on: frozenset[str] | None = None, absorbs: frozenset[str] = frozenset()
) -> Construct:
    """Has no counterpart, and needs none: left out with a word on the difference."""
    return Construct((A,), zh=zh, en=en, on=on, absorbs=absorbs)


class Texts(TypedDict):
    """What several rows of a vocabulary say alike."""

    zh: str
    en: str
    mend: tuple[str, str]


def refused(
    zh: str,
    en: str,
    mend_zh: str,
    mend_en: str,
    *,
    on: frozenset[str] | None = None,
    repeats: bool = False,
) -> Construct:
    return Construct((R,), zh=zh, en=en, mend_zh=mend_zh, mend_en=mend_en, on=on, repeats=repeats)


def container(parts: Mapping[str, Construct], *, on: frozenset[str] | None = None) -> Construct:
    """An element that says nothing itself, only by its parts."""
    return Construct((), on=on, parts=parts)


def with_handler(
    handler: Callable[[Piece], None],
    target: str,
    *outcomes: Outcome,
    zh: str = "",
    en: str = "",
    mend: tuple[str, str] = ("", ""),
    on: frozenset[str] | None = None,
    parts: Mapping[str, Construct] | None = None,
    absorbs: frozenset[str] = frozenset(),
    repeats: bool = False,
) -> Construct:
    """`zh` and `en` say when it is approximated or refused."""
    return Construct(
        outcomes or (T,),
        target,
        zh,
        en,
        *mend,
        on=on,
        handler=handler,
        parts=parts,
        absorbs=absorbs,
        repeats=repeats,
    )
