"""Recomputing a case's hash chain from nothing but its stored events."""

from __future__ import annotations

from typing import Any

from engine.commands.live_case import chained_hash
from tests.support.rows import Source, rows


def problems_in_journals(source: Source) -> list[str]:
    """One line per doubt over all cases; empty if every chain is whole and ends where the case says."""
    problems: list[str] = []
    heads = rows(source, "select case_id, event_seq, event_hash from process_instance where id = root_id")
    events: dict[int, list[list[Any]]] = {}
    columns = "case_id, seq, at, event_type, actor, element_id, data::text, hash"
    for case_id, *found in rows(source, f"select {columns} from case_event order by case_id, seq"):  # noqa: S608
        events.setdefault(case_id, []).append(found)
    for case_id, last_seq, head in heads:
        previous = b""
        for expected, event in enumerate(events.pop(case_id, []), 1):
            seq, at, event_type, actor, element_id, data, kept = event
            if seq != expected:
                problems.append(f"case {case_id}: event {expected} is missing or doubled")
                break
            previous = chained_hash(
                previous,
                case_id=case_id,
                seq=seq,
                at=at,
                event_type=event_type,
                actor=actor,
                element_id=element_id,
                data=data,
            )
            if previous != kept:
                problems.append(f"case {case_id}: event {seq} is not what was written")
                break
        else:
            if previous != head:
                problems.append(f"case {case_id}: the journal does not end at event {last_seq}")
    problems += [f"case {case_id}: events without a case" for case_id in events]
    return problems
