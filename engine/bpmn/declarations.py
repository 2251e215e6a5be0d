"""Our own attributes and elements (`gov:`) on the elements of the standard, as they were written.

The reference is docs/reference/extensions.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """`<gov:input source= target=/>` or `<gov:output …/>`: FEEL after "=", else a literal text."""

    source: str
    target: str
    line: int | None


@dataclass(frozen=True, slots=True)
class ClockDeclaration:
    """`<gov:clock limit= kind= ladder=/>`: a statutory clock that runs while the element is active.

    `limit` names a time limit of the scenario, literally or by FEEL after "=".
    """

    limit: str
    kind: str
    ladder: str | None
    line: int | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """`<gov:assignment roles= department= assignee= fourEyes=/>` of a user task, or of an ad-hoc
    sub-process whose next activity a person chooses.

    `roles` are separated by commas; `department` and `assignee` may be FEEL after "=".
    `four_eyes` are ids of user tasks whose completer may not do this one.
    """

    roles: tuple[str, ...] = ()
    department: str | None = None
    assignee: str | None = None
    four_eyes: tuple[str, ...] = ()


class BindingKind(StrEnum):
    """Which version of a called process or decision is meant."""

    LATEST = "latest"
    DEPLOYMENT = "deployment"
    """The one that was deployed together with the caller."""
    VERSION = "version"


@dataclass(frozen=True, slots=True)
class Binding:
    """`gov:binding="latest|deployment"` or `gov:binding="<version number>"`."""

    kind: BindingKind = BindingKind.LATEST
    version: int | None = None


LATEST = Binding()


@dataclass(frozen=True, slots=True)
class JobDeclaration:
    """`<gov:job type= retries=/>` with `<gov:header name= value=/>`."""

    job_type: str
    retries: int
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Extensions:
    """Everything of ours on one element."""

    stage: str | None = None
    """`gov:stage`: the case enters this stage (环节) when a token enters the element."""
    milestone: str | None = None
    """`gov:milestone`: the plain words a citizen reads when the element is reached."""
    outcome: str | None = None
    """`gov:outcome` of an end event: the case's result (结果), literal or FEEL after "="."""
    form: str | None = None
    result: str | None = None
    """`gov:result`: the variable that takes a script's or a decision's value."""
    decision: str | None = None
    caught_code: str | None = None
    """`gov:caughtCode`, `gov:caughtMessage` of an error event: variables that take what was thrown."""
    caught_message: str | None = None
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    clocks: tuple[ClockDeclaration, ...] = ()
    assignment: Assignment | None = None
    job: JobDeclaration | None = None
    binding: Binding = LATEST
    active_elements: str | None = None
    """`gov:activeElements` of an ad-hoc sub-process: FEEL (after "=") for the ids of the activities
    that begin at once."""


NO_EXTENSIONS = Extensions()
