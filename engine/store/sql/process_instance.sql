-- name: lock_instances
-- Root rows, locked in id order; everything else about a case is only changed under this lock.
select id, case_id, definition_id, state, version, body, event_seq, event_hash
  from process_instance
 where id = any(%(ids)s::bigint[])
 order by id
   for update;

-- name: insert_instances
insert into process_instance (id, case_id, root_id, scope_key, parent_key, definition_id, element_id,
                              state, version, body, event_seq, event_hash, started_at, ended_at)
select r.id, r.case_id, r.root_id, r.scope_key, r.parent_key, r.definition_id, r.element_id,
       r.state, 1, r.body, r.event_seq, r.event_hash, %(now)s::timestamptz, r.ended_at
  from unnest(%(id)s::bigint[], %(case_id)s::bigint[], %(root_id)s::bigint[], %(scope_key)s::integer[],
              %(parent_key)s::integer[], %(definition_id)s::bigint[], %(element_id)s::text[],
              %(state)s::text[], %(body)s::bytea[], %(event_seq)s::bigint[], %(event_hash)s::bytea[],
              %(ended_at)s::timestamptz[])
       as r(id, case_id, root_id, scope_key, parent_key, definition_id, element_id,
            state, body, event_seq, event_hash, ended_at);

-- name: update_instances
-- Fails the transaction (division by zero) if an instance was changed behind the lock.
with updated as (
update process_instance i
   set state = r.state, version = i.version + 1, body = r.body,
       event_seq = r.event_seq, event_hash = r.event_hash, ended_at = r.ended_at
  from unnest(%(id)s::bigint[], %(version)s::bigint[], %(state)s::text[], %(body)s::bytea[],
              %(event_seq)s::bigint[], %(event_hash)s::bytea[], %(ended_at)s::timestamptz[])
       as r(id, version, state, body, event_seq, event_hash, ended_at)
 where i.id = r.id and i.version = r.version
returning i.id
)
select 1 / (case when count(*) = cardinality(%(id)s::bigint[]) then 1 else 0 end) from updated;

-- name: end_children
update process_instance i
   set state = r.state, version = i.version + 1, ended_at = %(now)s::timestamptz
  from unnest(%(root_id)s::bigint[], %(scope_key)s::integer[], %(state)s::text[]) as r(root_id, scope_key, state)
 where i.root_id = r.root_id and i.scope_key = r.scope_key and i.state = 'ACTIVE';

-- name: read_bodies
-- For looking only: no lock.
select id, definition_id, body from process_instance where id = any(%(ids)s::bigint[]);

-- name: close_elements
-- Whatever the elements still wait with is over.
with closed as (
    select * from unnest(%(instance_id)s::bigint[], %(element_key)s::integer[]) as c(instance_id, element_key)
), tasks as (
    update user_task t set state = 'CANCELED', completed_at = %(now)s::timestamptz
      from closed c
     where t.instance_id = c.instance_id and t.element_key = c.element_key and t.state in ('CREATED', 'ASSIGNED')
), jobs as (
    update job j set state = 'CANCELED', lease_token = null, lease_until = null, ended_at = %(now)s::timestamptz
      from closed c
     where j.instance_id = c.instance_id and j.element_key = c.element_key
       and j.state in ('CREATED', 'ACTIVATED', 'FAILED')
), timers as (
    update timer t set state = 'CANCELED'
      from closed c
     where t.instance_id = c.instance_id and t.element_key = c.element_key and t.state = 'WAITING'
), incidents as (
    update incident i set state = 'RESOLVED', resolved_at = %(now)s::timestamptz, stimulus = null
      from closed c
     where i.instance_id = c.instance_id and i.element_key = c.element_key and i.state = 'OPEN'
), signals as (
    update signal_subscription g set state = 'CLOSED'
      from closed c
     where g.instance_id = c.instance_id and g.element_key = c.element_key and g.state = 'OPEN'
)
update message_subscription s set state = 'CLOSED'
  from closed c
 where s.instance_id = c.instance_id and s.element_key = c.element_key and s.state = 'OPEN';
