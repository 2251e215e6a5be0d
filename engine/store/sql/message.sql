-- name: insert_subscriptions
insert into message_subscription (id, instance_id, element_key, node, case_id, element_id, message_name,
                                  correlation_key, state, opened_at)
select r.id, r.instance_id, r.element_key, r.node, r.case_id, r.element_id, r.message_name, r.correlation_key,
       'OPEN', %(now)s::timestamptz
  from unnest(%(id)s::bigint[], %(instance_id)s::bigint[], %(element_key)s::integer[], %(node)s::integer[],
              %(case_id)s::bigint[], %(element_id)s::text[], %(message_name)s::text[], %(correlation_key)s::text[])
       as r(id, instance_id, element_key, node, case_id, element_id, message_name, correlation_key);

-- name: load_subscriptions
select id, instance_id, element_key, node, case_id, element_id, message_name, correlation_key, state
  from message_subscription
 where id = any(%(ids)s::bigint[]);

-- name: correlate_subscriptions
update message_subscription set state = 'CORRELATED' where id = any(%(ids)s::bigint[]) and state = 'OPEN';

-- name: insert_messages
-- `area` is that of the case that threw the message; null: it came from outside.
insert into message (id, message_name, correlation_key, payload, state, published_at, expires_at, area)
select r.id, r.message_name, r.correlation_key, r.payload, r.state, %(now)s::timestamptz, r.expires_at, r.area
  from unnest(%(id)s::bigint[], %(message_name)s::text[], %(correlation_key)s::text[], %(payload)s::jsonb[],
              %(state)s::text[], %(expires_at)s::timestamptz[], %(area)s::text[])
       as r(id, message_name, correlation_key, payload, state, expires_at, area);

-- name: load_messages
-- Locked in id order, after the instances: batches then wait in line instead of deadlocking.
select id, message_name, correlation_key, payload, state, expires_at, area
  from message
 where id = any(%(ids)s::bigint[])
 order by id
   for update;

-- name: close_messages
update message m set state = r.state
  from unnest(%(id)s::bigint[], %(state)s::text[]) as r(id, state)
 where m.id = r.id;

-- name: expire_messages
update message set state = 'EXPIRED' where state = 'BUFFERED' and expires_at <= %(now)s::timestamptz;

-- name: matching_messages
-- Buffered messages with an open subscription that waits for them: at most one subscription per
-- message, the oldest one.
select distinct on (m.id) m.id as message_id, s.id as subscription_id
  from message m
  join message_subscription s
    on s.message_name = m.message_name and s.correlation_key = m.correlation_key and s.state = 'OPEN'
 where m.state = 'BUFFERED' and m.expires_at > %(now)s::timestamptz
 order by m.id, s.id
 limit %(limit)s::integer;

-- name: beginning_messages
-- Buffered messages that cases threw, that nobody waits for, with one of the names that processes begin with.
select m.id
  from message m
 where m.state = 'BUFFERED' and m.expires_at > %(now)s::timestamptz and m.area is not null
   and m.message_name = any(%(message_names)s::text[])
   and not exists (select from message_subscription s
                    where s.message_name = m.message_name and s.correlation_key = m.correlation_key
                      and s.state = 'OPEN')
 order by m.id
 limit %(limit)s::integer;

-- name: find_subscriptions
-- Every open subscription for the names and keys, oldest first.
select s.id, s.message_name, s.correlation_key
  from unnest(%(message_name)s::text[], %(correlation_key)s::text[]) as r(message_name, correlation_key)
  join message_subscription s
    on s.message_name = r.message_name and s.correlation_key = r.correlation_key and s.state = 'OPEN'
 order by s.id;

-- name: instances_of_subscriptions
select instance_id from message_subscription where id = any(%(ids)s::bigint[]);
