"""Where an instance stands on SpiffWorkflow: its task trees, and beside them what we know better.

Scopes with variables and element instances with their keys are ours, as in `engine.bpmn.state`; each
scope has a workflow of SpiffWorkflow and each element a task of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnBaseWorkflow
from SpiffWorkflow.task import Task

from engine.bpmn.machine.advancing import visible_in
from engine.bpmn.state import Phase


@dataclass(slots=True, eq=False)
class Scope:
    """One activation of a process, called process or sub-process."""

    key: int
    program: int
    """Index into `Instance.definition_ids`."""
    start: int
    """The start event the process began with; for sub-processes that of the process around it."""
    node: int = -1
    """The sub-process; -1 for a (called) process."""
    owner: int = 0
    """Key of the element around it; 0 for the root."""
    parent: int = 0
    variables: dict[str, Any] | None = None
    written: dict[str, bool] = field(default_factory=dict)
    """Names that a called process wrote: they come back to its caller."""
    workflow: BpmnBaseWorkflow | None = None
    """None until the trees of a loaded instance are grown again."""
    elements: set[int] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Element:
    """One element instance that waits or failed."""

    key: int
    scope: int
    node: int
    phase: Phase = Phase.WAITING
    rows: bool = False
    """True once an effect made rows elsewhere that must be closed with it."""
    child: int = 0
    """Key of the scope inside, for sub-processes and call activities."""
    locals: dict[str, Any] | None = None
    """What the input mappings gave."""
    item: dict[str, Any] | None = None
    """The activity's own properties."""
    pending: dict[str, Any] | None = None
    """What it was completed with, if its output mappings failed."""
    task: Task | None = None
    """None until the trees of a loaded instance are grown again."""

    @property
    def visible(self) -> dict[str, Any] | None:
        """The variables of the element itself."""
        if self.item is None:
            return self.locals
        return {**self.item, **self.locals} if self.locals else self.item


@dataclass(slots=True, eq=False)
class Tree:
    """A task tree at rest. `tasks` are in the order in which they were made, each as
    [number of its parent or -1, state, name without prefix, 1 if triggered, internal data]."""

    completed: bool
    success: bool
    tasks: list[list[Any]]


class Instance:
    """`ended` is None while it runs, then True (completed) or False (canceled)."""

    __slots__ = (
        "definition_ids", "elements", "ended", "given", "next_key", "outcome", "places", "scopes", "top", "trees",
    )  # fmt: skip

    def __init__(self) -> None:
        self.next_key = 1
        self.ended: bool | None = None
        self.outcome: str | None = None
        self.given: dict[str, Any] = {}
        """What the event that starts the process brings, until its start event has mapped it."""
        self.definition_ids: list[int] = []
        self.scopes: dict[int, Scope] = {}
        self.elements: dict[int, Element] = {}
        self.top: BpmnWorkflow | None = None
        self.trees: dict[int, Tree] = {}
        """By scope key; of a loaded instance until `top` is there."""
        self.places: dict[int, int] = {}
        """Element key -> number of its task in its scope's tree; likewise."""

    def take_key(self) -> int:
        key = self.next_key
        self.next_key = key + 1
        return key

    @property
    def root(self) -> Scope:
        return self.scopes[1]

    def context(self, scope: Scope, local: dict[str, Any] | None = None) -> dict[str, Any]:
        """All variables visible in `scope`, the inner ones hiding the outer. Not to be changed."""
        return visible_in(scope, scopes=self.scopes, local=local)
