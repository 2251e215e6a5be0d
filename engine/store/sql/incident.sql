-- name: insert_incidents
insert into incident (id, case_id, instance_id, element_key, element_id, incident_type, message, job_id, stimulus, state, raised_at)
select r.id, r.case_id, r.instance_id, r.element_key, r.element_id, r.incident_type, r.message, r.job_id, r.stimulus, 'OPEN',
       %(now)s::timestamptz
  from unnest(%(id)s::bigint[], %(case_id)s::bigint[], %(instance_id)s::bigint[], %(element_key)s::integer[],
              %(element_id)s::text[], %(incident_type)s::text[], %(message)s::text[], %(job_id)s::bigint[],
              %(stimulus)s::json[])
       as r(id, case_id, instance_id, element_key, element_id, incident_type, message, job_id, stimulus);

-- name: load_incidents
-- With the other open ones of the same steps: they are resolved together.
select id, instance_id, case_id, element_key, element_id, incident_type, job_id, stimulus, state, raised_at
  from incident
 where id = any(%(ids)s::bigint[])
    or state = 'OPEN' and (instance_id, element_key) in (
       select instance_id, element_key from incident where id = any(%(ids)s::bigint[]));

-- name: resolve_incidents
-- What an incident kept is personal data and not needed any more.
update incident i
   set state = 'RESOLVED', resolved_at = %(now)s::timestamptz, resolved_by = r.resolved_by, stimulus = null
  from unnest(%(instance_id)s::bigint[], %(element_key)s::integer[], %(resolved_by)s::text[])
       as r(instance_id, element_key, resolved_by)
 where i.instance_id = r.instance_id and i.element_key = r.element_key and i.state = 'OPEN';

-- name: instances_of_incidents
select instance_id from incident where id = any(%(ids)s::bigint[]);
