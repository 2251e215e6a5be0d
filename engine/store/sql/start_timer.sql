-- name: insert_start_timers
insert into start_timer (id, definition_id, node, element_id, due_at, cycle, state)
select r.id, r.definition_id, r.node, r.element_id, r.due_at, r.cycle, 'WAITING'
  from unnest(%(id)s::bigint[], %(definition_id)s::bigint[], %(node)s::integer[], %(element_id)s::text[],
              %(due_at)s::timestamptz[], %(cycle)s::text[])
       as r(id, definition_id, node, element_id, due_at, cycle);

-- name: cancel_start_timers
-- Those of all versions of the processes so far: only the newest version begins by itself.
update start_timer t set state = 'CANCELED'
  from process_definition p
 where p.id = t.definition_id and p.key = any(%(key)s::text[]) and t.state = 'WAITING';

-- name: load_start_timers
-- Locked in id order, after the instances: see load_messages.
select id, definition_id, node, element_id, due_at, cycle, state
  from start_timer
 where id = any(%(ids)s::bigint[])
 order by id
   for update;

-- name: update_start_timers
update start_timer t set state = r.state, due_at = r.due_at, cycle = r.cycle, last_error = r.last_error
  from unnest(%(id)s::bigint[], %(state)s::text[], %(due_at)s::timestamptz[], %(cycle)s::text[],
              %(last_error)s::text[])
       as r(id, state, due_at, cycle, last_error)
 where t.id = r.id;

-- name: due_start_timers
select id from start_timer
 where state = 'WAITING' and due_at <= %(now)s::timestamptz
 order by due_at, id
 limit %(limit)s::integer;
