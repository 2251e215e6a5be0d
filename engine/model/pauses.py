"""Why a clock may stand still: the reasons, what each one stops, and on whose word.

The table is data; a place with other rules passes its own. Source: Administrative Licensing Law
arts. 32, 45, 47; domain rules of section "SLA clock" (kinds, approval of 挂账, outages never legal).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from engine.errors import Forbidden, InvalidArgument
from engine.model.limits import Amount, ClockKind, Unit


class PauseReason(StrEnum):
    SUPPLEMENT = "supplement"
    HEARING = "hearing"
    INSPECTION = "inspection"
    APPRAISAL = "appraisal"
    EXPERT_REVIEW = "expert_review"
    TENDER = "tender"
    PUBLICITY = "publicity"
    SITE_RECTIFICATION = "site_rectification"
    EXTERNAL_OUTAGE = "external_outage"
    FORCE_MAJEURE = "force_majeure"
    SHELVED = "shelved"


class AtPauseLimit(StrEnum):
    """What the engine does when a pause reaches its own limit."""

    RESUME = "resume"
    TERMINATE = "terminate"
    """The case ends, with the result "supplement overdue" (补正超时)."""
    REVIEW = "review"
    """A person decides whether it goes on; the clock stays paused."""


@dataclass(frozen=True, slots=True)
class Pause:
    """One stretch in which a clock stood still. `ended_at` is None while it lasts."""

    reason: PauseReason
    started_at: datetime
    ended_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None or (self.ended_at is not None and self.ended_at.tzinfo is None):
            raise InvalidArgument(f"Expected pause instants with a zone, but got {self.started_at}.")
        if self.ended_at is not None and self.ended_at < self.started_at:
            raise InvalidArgument(
                f"Expected a pause to end after {self.started_at}, but it ends {self.ended_at}."
            )


@dataclass(frozen=True, slots=True)
class PauseType:
    """The terms of one reason. Roles are names that the identity rules know."""

    reason: PauseReason
    zh: str
    en: str
    stops: frozenset[ClockKind]
    needs_document: bool
    may_start: frozenset[str]
    may_end: frozenset[str]
    max_length: Amount | None = None
    """Its own limit; None where the law sets none and the notice to the applicant does."""
    at_limit: AtPauseLimit = AtPauseLimit.REVIEW

    def require_may_start(self, role: str) -> None:
        """Raises Forbidden unless `role` may begin such a pause."""
        self._require(role, allowed=self.may_start, act="begin")

    def require_may_end(self, role: str) -> None:
        """Raises Forbidden unless `role` may end such a pause."""
        self._require(role, allowed=self.may_end, act="end")

    def _require(self, role: str, *, allowed: frozenset[str], act: str) -> None:
        if role not in allowed:
            raise Forbidden(
                f"Expected one of {', '.join(sorted(allowed))} to {act} a pause for {self.reason} "
                f"({self.zh}), but this actor's role is {role!r}."
            )


_LEGAL = frozenset({ClockKind.STATUTORY, ClockKind.PROMISE, ClockKind.STAGE})
_OFFICERS = frozenset({"handler", "department_head"})
_SYSTEM = frozenset({"system"})

_TYPES = (
    PauseType(
        PauseReason.SUPPLEMENT,
        zh="补正",
        en="supplement of papers",
        stops=_LEGAL,
        needs_document=True,
        may_start=_OFFICERS,
        may_end=_OFFICERS | _SYSTEM | {"applicant"},
        max_length=Amount.of(10, Unit.WORKDAY),
        at_limit=AtPauseLimit.TERMINATE,
    ),
    PauseType(
        PauseReason.HEARING,
        zh="听证",
        en="hearing",
        stops=_LEGAL,
        needs_document=True,
        may_start=_OFFICERS,
        may_end=_OFFICERS,
        max_length=Amount.of(20, Unit.WORKDAY),
    ),
    PauseType(
        PauseReason.INSPECTION,
        zh="检验检测检疫",
        en="inspection, testing or quarantine",
        stops=_LEGAL,
        needs_document=True,
        may_start=_OFFICERS,
        may_end=_OFFICERS | _SYSTEM,
    ),
    PauseType(
        PauseReason.APPRAISAL,
        zh="鉴定",
        en="appraisal",
        stops=_LEGAL,
        needs_document=True,
        may_start=_OFFICERS,
        may_end=_OFFICERS | _SYSTEM,
    ),
    PauseType(
        PauseReason.EXPERT_REVIEW,
        zh="专家评审",
        en="expert review",
        stops=_LEGAL,
        needs_document=True,
        may_start=_OFFICERS,
        may_end=_OFFICERS,
    ),
    PauseType(
        PauseReason.TENDER,
        zh="招标拍卖",
        en="tender or auction",
        stops=_LEGAL,
        needs_document=True,
        may_start=_OFFICERS,
        may_end=_OFFICERS,
    ),
    PauseType(
        PauseReason.PUBLICITY,
        zh="公示",
        en="public notice",
        stops=_LEGAL,
        needs_document=True,
        may_start=_OFFICERS | _SYSTEM,
        may_end=_OFFICERS | _SYSTEM,
        at_limit=AtPauseLimit.RESUME,
    ),
    PauseType(
        PauseReason.SITE_RECTIFICATION,
        zh="现场整改",
        en="rectification on site",
        stops=_LEGAL,
        needs_document=True,
        may_start=_OFFICERS,
        may_end=_OFFICERS | {"applicant"},
    ),
    PauseType(
        PauseReason.EXTERNAL_OUTAGE,
        zh="外部系统故障",
        en="outage of an external system",
        # An outage of ours or a neighbour's never lengthens what the citizen was promised.
        stops=frozenset({ClockKind.STAGE}),
        needs_document=False,
        may_start=_OFFICERS | _SYSTEM,
        may_end=_OFFICERS | _SYSTEM,
        max_length=Amount.of(1, Unit.WORKDAY),
        at_limit=AtPauseLimit.RESUME,
    ),
    PauseType(
        PauseReason.FORCE_MAJEURE,
        zh="不可抗力或司法程序",
        en="force majeure or court proceedings",
        stops=_LEGAL | {ClockKind.DELIVERY, ClockKind.APPLICANT},
        needs_document=True,
        may_start=frozenset({"department_head"}),
        may_end=frozenset({"department_head"}),
    ),
    PauseType(
        PauseReason.SHELVED,
        zh="挂账",
        en="shelved as a long-term problem",
        stops=frozenset({ClockKind.PROMISE, ClockKind.STAGE}),
        needs_document=True,
        may_start=frozenset({"area_head"}),
        may_end=frozenset({"area_head", "supervisor"}),
        max_length=Amount.of(1, Unit.CALMONTH),
    ),
)

PAUSE_TYPES: Mapping[PauseReason, PauseType] = MappingProxyType({entry.reason: entry for entry in _TYPES})


def pauses_for(
    kind: ClockKind, *, types: Mapping[PauseReason, PauseType] = PAUSE_TYPES
) -> frozenset[PauseReason]:
    """The reasons that stop clocks of `kind`."""
    return frozenset(reason for reason, entry in types.items() if kind in entry.stops)
