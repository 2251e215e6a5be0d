"""The flow `escalate`: one rung of one clock, visible to operators under its case's number."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from prefect import Flow, State, flow, get_client, get_run_logger, runtime
from prefect.artifacts import create_markdown_artifact
from prefect.states import Completed, Failed

from engine.clock import RECKONING_ZONE
from engine.errors import YishiError
from engine.views.clocks import DueRung
from flows.desk import Firing, OpenDesk, Outcome, RungKey, lend_desk, occasion_of
from flows.trouble import PREFECT_TROUBLE, first_line

EscalationFlow = Flow[..., State[dict[str, str]]]

_SENTENCES = {
    Outcome.FIRED: ("已升级", "Escalated"),
    Outcome.ALREADY_FIRED: (
        "此前已由他处升级，本次无动作",
        "Already escalated by somebody else; nothing done",
    ),
    Outcome.SUPERSEDED: (
        "时限已停、已办结或已重算，本次无动作",
        "The clock was stopped, met or recomputed; nothing done",
    ),
}


@dataclass(frozen=True, slots=True)
class RungFacts:
    """What the sweep knows about a rung; a person who starts a run by hand leaves it out."""

    clock_kind: str = ""
    colour: str = ""
    level: str = ""
    department: str | None = None
    element_id: str = ""
    fire_at: datetime | None = None
    due_at: datetime | None = None
    limit_text: str = ""
    legal_basis: str = ""
    consumed_text: str = ""

    @classmethod
    def of(cls, due: DueRung) -> RungFacts:
        return cls(
            clock_kind=due.clock_kind,
            colour=due.colour,
            level=due.level,
            department=due.department,
            element_id=due.element_id,
            fire_at=due.fire_at,
            due_at=due.due_at,
            limit_text=due.limit_text,
            legal_basis=due.legal_basis,
            consumed_text=due.consumed_text,
        )


def escalation_flow(open_desk: OpenDesk) -> EscalationFlow:
    """The flow `escalate`; its runs are named "<case number> <rung key>"."""

    @flow(name="escalate", flow_run_name="{case_number} {rung_key}", persist_result=False)
    def escalate(
        case_number: str,
        clock_id: int,
        rung_key: str,
        generation: int = 1,
        facts: RungFacts | None = None,
    ) -> State[dict[str, str]]:
        """Fire one rung of a clock, once. Safe to repeat: a repeat answers with the first result."""
        known = facts if facts is not None else RungFacts()
        key = RungKey(clock_id, rung_key, generation)
        with lend_desk(open_desk) as desk:
            try:
                firing = desk.fire(key, occasion=_occasion(known))
            except YishiError as refusal:
                return Failed(message=f"{type(refusal).__name__}: {refusal}", data=refusal)
        chinese, english = _SENTENCES[firing.outcome]
        try:
            _mark_own_run(case_number, key, facts=known, firing=firing)
            create_markdown_artifact(
                _explanation(case_number, key, facts=known, firing=firing),
                key=_artifact_key(case_number),
                description=f"{case_number} {_fired_rung(key, firing)}: {chinese} / {english}",
            )
        except PREFECT_TROUBLE as trouble:
            # The rung has fired; only its explanation in Prefect is missing.
            get_run_logger().warning("escalation fired, but not explained: %s", first_line(trouble))
        return Completed(
            message=f"{chinese} / {english}.",
            data={"outcome": firing.outcome.value, "case_number": case_number},
        )

    return escalate


def case_tags(case_number: str, facts: RungFacts) -> list[str]:
    tags = [f"case:{case_number}"]
    if facts.department:
        tags.append(f"department:{facts.department}")
    if facts.colour:
        tags.append(f"colour:{facts.colour}")
    return tags


def _occasion(facts: RungFacts) -> str:
    """By hand, each run is an occasion of its own; Prefect's retry of a run is the same one."""
    return f"run {runtime.flow_run.get_id()}" if facts.fire_at is None else occasion_of(facts.fire_at)


def _fired_rung(key: RungKey, firing: Firing) -> str:
    return firing.rung_key or key.rung_key


def _mark_own_run(case_number: str, key: RungKey, *, facts: RungFacts, firing: Firing) -> None:
    """Correct what could not be known before: after downtime a higher rung fires than was asked for,
    and a run started by hand has no tags of its case yet."""
    fired = _fired_rung(key, firing)
    own = set(runtime.flow_run.get_tags())
    right = {tag for tag in own if not (firing.colour and tag.startswith("colour:"))}
    right.update(case_tags(case_number, replace(facts, colour=firing.colour or facts.colour)))
    if right == own and fired == key.rung_key:
        return
    with get_client(sync_client=True) as client:
        client.update_flow_run(
            UUID(runtime.flow_run.get_id()), name=f"{case_number} {fired}", tags=sorted(right)
        )


def _artifact_key(case_number: str) -> str:
    """One key per case, so that Prefect's page of artifacts shows a case's escalations in one row."""
    return "case-" + re.sub(r"[^a-z0-9]+", "-", case_number.lower()).strip("-")


def _explanation(case_number: str, key: RungKey, *, facts: RungFacts, firing: Firing) -> str:
    chinese, english = _SENTENCES[firing.outcome]
    rows = [
        ("办件 / Case", case_number),
        ("档位 / Rung", _fired_rung(key, firing)),
        ("颜色 / Colour", firing.colour or facts.colour),
        ("层级 / Level", facts.level),
        ("责任部门 / Department", facts.department or ""),
        ("时限 / Clock", f"{facts.clock_kind} #{key.clock_id}".strip()),
        ("环节 / Element", facts.element_id),
        ("限额 / Limit", facts.limit_text),
        ("依据 / Legal basis", facts.legal_basis),
        ("已用 / Consumed", facts.consumed_text),
        ("触发时刻 / Fires at", _reckoned(facts.fire_at)),
        ("到期时刻 / Due at", _reckoned(facts.due_at)),
        ("重算代次 / Generation", str(key.generation)),
    ]
    table = "\n".join(f"| {name} | {_cell(value)} |" for name, value in rows if value)
    return f"## {chinese}\n\n{english}.\n\n| | |\n|---|---|\n{table}\n"


def _reckoned(instant: datetime | None) -> str:
    """In the zone in which the law counts, to the second."""
    return "" if instant is None else f"{instant.astimezone(RECKONING_ZONE):%Y-%m-%d %H:%M:%S}"


def _cell(text: str) -> str:
    """Names come from uploaded files: they must not end the cell or start markup."""
    return re.sub(r"([\\`*_\[\]<>|#!])", r"\\\1", " ".join(text.split()))
