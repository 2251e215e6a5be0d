-- name: insert_clocks
insert into clock (id, case_id, instance_id, element_key, element_id, kind, state, limit_key, area, legal_basis,
                   amount_value, amount_unit, anchor_at, calendar, pause_rule, end_of, pauses, extension, ladder_id,
                   due_at, next_rung, next_rung_at)
select r.id, r.case_id, r.instance_id, r.element_key, r.element_id, r.kind, 'RUNNING', r.limit_key, r.area,
       r.legal_basis, r.amount_value, r.amount_unit, r.anchor_at, r.calendar, r.pause_rule, r.end_of, '[]', null,
       r.ladder_id, r.due_at, r.next_rung, r.next_rung_at
  from unnest(%(id)s::bigint[], %(case_id)s::bigint[], %(instance_id)s::bigint[], %(element_key)s::integer[],
              %(element_id)s::text[], %(kind)s::text[], %(limit_key)s::text[], %(area)s::text[],
              %(legal_basis)s::text[], %(amount_value)s::numeric[], %(amount_unit)s::text[],
              %(anchor_at)s::timestamptz[], %(calendar)s::text[], %(pause_rule)s::text[], %(end_of)s::text[],
              %(ladder_id)s::bigint[], %(due_at)s::timestamptz[], %(next_rung)s::text[],
              %(next_rung_at)s::timestamptz[])
       as r(id, case_id, instance_id, element_key, element_id, kind, limit_key, area, legal_basis, amount_value,
            amount_unit, anchor_at, calendar, pause_rule, end_of, ladder_id, due_at, next_rung, next_rung_at);

-- name: instances_of_clocks
select instance_id from clock where id = any(%(ids)s::bigint[]);

-- name: load_clocks
-- The open clocks of the instances, with the rungs that have fired or were skipped.
select id, case_id, instance_id, element_key, element_id, kind, state, limit_key, area, legal_basis, amount_value,
       amount_unit, anchor_at, calendar, pause_rule, end_of, pauses, extension, generation, ladder_id, due_at,
       next_rung, next_rung_at, closed_at,
       array(select e.rung from escalation e where e.clock_id = clock.id and e.state <> 'SUPERSEDED') as fired
  from clock
 where instance_id = any(%(instance_ids)s::bigint[]) and state in ('RUNNING', 'PAUSED');

-- name: clock_states
-- Also closed ones, to say why a command comes too late.
select id, instance_id, state from clock where id = any(%(ids)s::bigint[]);

-- name: update_clocks
update clock c
   set state = r.state, pauses = r.pauses, extension = r.extension, generation = r.generation, due_at = r.due_at,
       next_rung = r.next_rung, next_rung_at = r.next_rung_at, closed_at = r.closed_at
  from unnest(%(id)s::bigint[], %(state)s::text[], %(pauses)s::jsonb[], %(extension)s::jsonb[],
              %(generation)s::integer[], %(due_at)s::timestamptz[], %(next_rung)s::text[],
              %(next_rung_at)s::timestamptz[], %(closed_at)s::timestamptz[])
       as r(id, state, pauses, extension, generation, due_at, next_rung, next_rung_at, closed_at)
 where c.id = r.id;

-- name: insert_escalations
-- The rows that were really inserted: each (clock, rung, generation) once and for all.
insert into escalation (clock_id, rung, generation, case_id, state, colour, level, recipients, due_at, fired_at)
select r.clock_id, r.rung, r.generation, r.case_id, r.state, r.colour, r.level,
       string_to_array(r.recipients, E'\x1f'), r.due_at, %(now)s::timestamptz
  from unnest(%(clock_id)s::bigint[], %(rung)s::text[], %(generation)s::integer[], %(case_id)s::bigint[],
              %(state)s::text[], %(colour)s::text[], %(level)s::text[], %(recipients)s::text[],
              %(due_at)s::timestamptz[])
       as r(clock_id, rung, generation, case_id, state, colour, level, recipients, due_at)
on conflict do nothing
returning clock_id, rung, generation;

-- name: load_ladders
select id, deployment_id, key from ladder where id = any(%(ids)s::bigint[]);
