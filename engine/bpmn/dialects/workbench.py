"""The XML tree under translation: where our own attributes and elements are put, and the report."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.dialects.report import Outcome, Report, ReportEntry, shown
from engine.bpmn.model import BPMN_NAMESPACE, GOV_NAMESPACE
from engine.bpmn.reading.place import line_of, nearest_id
from engine.bpmn.reading.vocabulary import XSI_NAMESPACE

B = f"{{{BPMN_NAMESPACE}}}"
G = f"{{{GOV_NAMESPACE}}}"

_EXTENSION_ELEMENTS = f"{B}extensionElements"
_DOCUMENTATION = f"{B}documentation"


class Workbench:
    """One file. New elements get the line of what they came from, so that findings name that line."""

    def __init__(
        self, root: etree._Element, *, file: str, active: Mapping[str, str], ours_already: bool
    ) -> None:
        self.root = root
        self.active = active
        """Key of each dialect that the file declares -> the prefix to report it with."""
        self.ours_already = ours_already
        """Whether the file declared our namespace: then its expressions without a mark are FEEL."""
        self.report = Report(file=file)
        self.changed = False
        # What was added, by its owner: searching the tree for it each time would be quadratic.
        self._added: dict[tuple[etree._Element, str], etree._Element] = {}
        self._targets: dict[tuple[etree._Element, str], set[str]] = {}
        self._last_document: dict[etree._Element, etree._Element] = {}
        self._users: dict[str, list[etree._Element]] | None = None
        self._messages: dict[str, etree._Element] | None = None

    # --- writing our own -------------------------------------------------------------------------

    def set_attribute(self, owner: etree._Element, name: str, value: str) -> None:
        """`gov:name="value"` on a BPMN element."""
        owner.set(f"{G}{name}", value)

    def add(
        self, owner: etree._Element, name: str, values: Mapping[str, str], *, line: etree._Element
    ) -> etree._Element:
        """A new `<gov:name …/>` in the owner's extensionElements."""
        made = self.add_inside(self._extensions(owner, line), name, values, line=line)
        self._added.setdefault((owner, name), made)
        return made

    def add_inside(
        self, parent: etree._Element, name: str, values: Mapping[str, str], *, line: etree._Element
    ) -> etree._Element:
        """A new `<gov:name …/>` inside one of ours, such as a header of a job."""
        made = etree.SubElement(parent, f"{G}{name}", dict(values))
        _stand_on(made, line)
        return made

    def find(self, owner: etree._Element, name: str) -> etree._Element | None:
        """The first `<gov:name>` of the owner."""
        found = self._added.get((owner, name))
        if found is None and self.ours_already:
            containers = owner.iterchildren(_EXTENSION_ELEMENTS)
            found = next(
                (each for container in containers for each in container.iterchildren(f"{G}{name}")), None
            )
        return found

    def the(self, owner: etree._Element, name: str, *, line: etree._Element) -> etree._Element:
        """The owner's only `<gov:name>`, made if it is not there yet."""
        found = self.find(owner, name)
        return found if found is not None else self.add(owner, name, {}, line=line)

    def targets(self, owner: etree._Element, kind: str) -> set[str]:
        """The variables that the owner's `gov:input` or `gov:output` have been given so far."""
        return self._targets.setdefault((owner, kind), set())

    def document(self, owner: etree._Element, text: str, *, line: etree._Element) -> None:
        """A `documentation` with the text: what has no effect here is at least still to be read."""
        made = etree.Element(_DOCUMENTATION)
        made.text = text
        _stand_on(made, line)
        last = self._last_document.get(owner)
        if last is None:
            owner.insert(sum(1 for _ in owner.iterchildren(_DOCUMENTATION)), made)
            made.tail = _space(owner.text)
        else:
            space, last.tail = last.tail, None
            last.addnext(made)
            last.tail = made.tail = space
        self._last_document[owner] = made

    def keep_refused(self, element: etree._Element, language: str) -> None:
        """Leaves an expression that could not be translated as it is, marked so that the gate refuses it.

        Without it the flow or event would mean something else.
        """
        if element.get("language") is None:
            prefix = f"{element.prefix}:" if element.prefix else ""
            element.set(f"{{{XSI_NAMESPACE}}}type", f"{prefix}tFormalExpression")
            element.set("language", language)

    def lay_out(self) -> None:
        """Indents what was added, for people who read the file."""
        for container in dict.fromkeys(owner for owner, _ in self._added):
            for child in container.iterchildren(_EXTENSION_ELEMENTS):
                etree.indent(child, space="  ", level=sum(1 for _ in child.iterancestors()))

    # --- looking things up -----------------------------------------------------------------------

    def users_of_message(self, message_id: str) -> list[etree._Element]:
        """The events (not their definitions) and tasks that throw or catch a message."""
        if self._users is None:
            self._users = {}
            for tag in ("messageEventDefinition", "sendTask", "receiveTask"):
                for element in self.root.iter(f"{B}{tag}"):
                    key = _local_part(element.get("messageRef"))
                    user = element.getparent() if tag == "messageEventDefinition" else element
                    if key and user is not None:
                        self._users.setdefault(key, []).append(user)
        return self._users.get(message_id, [])

    def message(self, reference: str | None) -> etree._Element | None:
        """The `message` that a messageRef means."""
        if self._messages is None:
            messages = list(self.root.iterchildren(f"{B}message"))
            self._messages = {(each.get("id") or "").strip(): each for each in messages}
        return self._messages.get(_local_part(reference)) if reference else None

    # --- reporting -------------------------------------------------------------------------------

    def report_on(
        self,
        owner: etree._Element,
        outcome: Outcome,
        *,
        dialect: str,
        construct: str,
        node: etree._Element,
        target: str,
        texts: tuple[str, str, str, str],
    ) -> None:
        self.changed = True
        self.report.add(
            ReportEntry(
                outcome,
                dialect,
                shown(construct),
                nearest_id(owner),
                line_of(node),
                target,
                *texts,
                file=self.report.file,
            )
        )

    # --- inside ----------------------------------------------------------------------------------

    def _extensions(self, owner: etree._Element, line: etree._Element) -> etree._Element:
        found = next(owner.iterchildren(_EXTENSION_ELEMENTS), None)
        if found is not None:
            return found
        made = etree.Element(_EXTENSION_ELEMENTS)
        _stand_on(made, line)
        # The schema wants it behind the documentation and before everything else.
        owner.insert(sum(1 for _ in owner.iterchildren(_DOCUMENTATION)), made)
        made.tail = _space(owner.text)
        return made


def local_name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def namespace_of(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""


def drop_attribute(element: etree._Element, name: str) -> None:
    if element.get(name) is not None:
        del element.attrib[name]


def detach(child: etree._Element) -> None:
    """Takes `child` out of its parent and leaves the text behind it, if there is any."""
    parent = child.getparent()
    if parent is None:
        return
    if child.tail and child.tail.strip():
        before = child.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + child.tail
        else:
            parent.text = (parent.text or "") + child.tail
    parent.remove(child)


def _stand_on(made: etree._Element, line: etree._Element) -> None:
    if line.sourceline is not None:
        made.sourceline = line.sourceline


def _space(text: str | None) -> str | None:
    return text if text is not None and not text.strip() else None


def _local_part(reference: str | None) -> str:
    return (reference or "").strip().rpartition(":")[2]
