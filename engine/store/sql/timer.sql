-- name: insert_timers
insert into timer (id, instance_id, element_key, node, case_id, element_id, due_at, cycle, state)
select r.id, r.instance_id, r.element_key, r.node, r.case_id, r.element_id, r.due_at, r.cycle, 'WAITING'
  from unnest(%(id)s::bigint[], %(instance_id)s::bigint[], %(element_key)s::integer[], %(node)s::integer[],
              %(case_id)s::bigint[], %(element_id)s::text[], %(due_at)s::timestamptz[], %(cycle)s::text[])
       as r(id, instance_id, element_key, node, case_id, element_id, due_at, cycle);

-- name: load_timers
select id, instance_id, element_key, node, case_id, element_id, due_at, cycle, state
  from timer
 where id = any(%(ids)s::bigint[]);

-- name: trigger_timers
update timer set state = 'TRIGGERED' where id = any(%(ids)s::bigint[]) and state = 'WAITING';

-- name: due_timers
select id from timer
 where state = 'WAITING' and due_at <= %(now)s::timestamptz
 order by due_at, id
 limit %(limit)s::integer;

-- name: next_timer_at
-- Also of the timers that begin processes.
select least((select min(due_at) from timer where state = 'WAITING'),
             (select min(due_at) from start_timer where state = 'WAITING'));

-- name: instances_of_timers
select instance_id from timer where id = any(%(ids)s::bigint[]);
