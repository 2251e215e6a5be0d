-- name: insert_signal_subscriptions
-- Who waits for it already goes on doing so.
insert into signal_subscription (id, instance_id, element_key, node, case_id, element_id, signal_name, state, opened_at)
select r.id, r.instance_id, r.element_key, r.node, r.case_id, r.element_id, r.signal_name, 'OPEN', %(now)s::timestamptz
  from unnest(%(id)s::bigint[], %(instance_id)s::bigint[], %(element_key)s::integer[], %(node)s::integer[],
              %(case_id)s::bigint[], %(element_id)s::text[], %(signal_name)s::text[])
       as r(id, instance_id, element_key, node, case_id, element_id, signal_name)
on conflict (instance_id, element_key, node) where state = 'OPEN' do nothing;

-- name: insert_signals
-- With a delivery for everybody who waits, other than the thrower, who has got it already. Who began
-- to wait in this very transaction did so before the throw if the subscription has the lower id.
with thrown as (
    insert into signal (id, signal_name, payload, instance_id, area, channel, thrown_at)
    select r.id, r.signal_name, r.payload, r.instance_id, r.area, r.channel, %(now)s::timestamptz
      from unnest(%(id)s::bigint[], %(signal_name)s::text[], %(payload)s::jsonb[], %(instance_id)s::bigint[],
                  %(area)s::text[], %(channel)s::text[])
           as r(id, signal_name, payload, instance_id, area, channel)
    returning id, signal_name, instance_id
)
insert into signal_delivery (signal_id, subscription_id, state)
select t.id, s.id, 'PENDING'
  from thrown t
  join signal_subscription s on s.signal_name = t.signal_name and s.state = 'OPEN'
 where s.instance_id is distinct from t.instance_id
   and (s.xmin <> pg_current_xact_id()::xid or s.id < t.id)
 order by t.id, s.id;

-- name: insert_signal_starts
-- A delivery for a process that begins with the signal.
insert into signal_delivery (signal_id, definition_id, state)
select r.signal_id, r.definition_id, 'PENDING'
  from unnest(%(signal_id)s::bigint[], %(definition_id)s::bigint[]) as r(signal_id, definition_id);

-- name: pending_signal_deliveries
-- Oldest first; `begins`: a process begins with it.
select id, definition_id is not null as begins
  from signal_delivery
 where state = 'PENDING'
 order by id
 limit %(limit)s::integer;

-- name: instances_of_signal_deliveries
-- None for those that open a case.
select s.instance_id
  from signal_delivery d
  join signal_subscription s on s.id = d.subscription_id
 where d.id = any(%(ids)s::bigint[]);

-- name: load_signal_deliveries
-- Locked in id order, after the instances: see load_messages.
select d.id, d.state, d.signal_id, g.signal_name, g.payload, g.area, g.channel, d.definition_id,
       s.instance_id, s.element_key, s.node, s.element_id, s.state as subscription_state
  from signal_delivery d
  join signal g on g.id = d.signal_id
  left join signal_subscription s on s.id = d.subscription_id
 where d.id = any(%(ids)s::bigint[])
 order by d.id
   for update of d;

-- name: close_signal_deliveries
update signal_delivery d set state = r.state
  from unnest(%(id)s::bigint[], %(state)s::text[]) as r(id, state)
 where d.id = r.id;
