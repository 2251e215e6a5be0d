-- name: insert_events
insert into case_event (case_id, seq, at, event_type, actor, element_id, data, hash)
select r.case_id, r.seq, r.at, r.event_type, r.actor, r.element_id, r.data, r.hash
  from unnest(%(case_id)s::bigint[], %(seq)s::bigint[], %(at)s::timestamptz[], %(event_type)s::text[],
              %(actor)s::text[], %(element_id)s::text[], %(data)s::json[], %(hash)s::bytea[])
       as r(case_id, seq, at, event_type, actor, element_id, data, hash);

-- name: read_events
select seq, at, event_type, actor, element_id, data::text as data, hash
  from case_event
 where case_id = %(case_id)s::bigint
 order by seq;
