-- name: insert_jobs
insert into job (id, instance_id, element_key, case_id, element_id, job_type, state, retries_left, headers,
                 idempotency_key, created_at)
select r.id, r.instance_id, r.element_key, r.case_id, r.element_id, r.job_type, 'CREATED', r.retries_left,
       r.headers, r.idempotency_key, %(now)s::timestamptz
  from unnest(%(id)s::bigint[], %(instance_id)s::bigint[], %(element_key)s::integer[], %(case_id)s::bigint[],
              %(element_id)s::text[], %(job_type)s::text[], %(retries_left)s::integer[], %(headers)s::jsonb[],
              %(idempotency_key)s::text[])
       as r(id, instance_id, element_key, case_id, element_id, job_type, retries_left, headers, idempotency_key);

-- name: load_jobs
-- Also the failed jobs of the steps that have the incidents.
select id, instance_id, element_key, case_id, element_id, job_type, state, retries_left, attempts, claims, lease_token
  from job
 where id = any(%(ids)s::bigint[])
union
select j.id, j.instance_id, j.element_key, j.case_id, j.element_id, j.job_type, j.state, j.retries_left, j.attempts,
       j.claims, j.lease_token
  from incident i
  join job j on j.instance_id = i.instance_id and j.element_key = i.element_key and j.state = 'FAILED'
 where i.id = any(%(incident_ids)s::bigint[]);

-- name: acquire_jobs
-- Up to `limit` jobs that are free or whose lease has run out. A lease further ahead than any worker
-- may take is no lease: the clock was set back. What a dead worker left comes first, so that a full
-- queue cannot keep it waiting. Committed before the work is begun.
with free as (
    select id from job
     where state = 'CREATED' and available_at <= clock_timestamp()
     order by available_at, id limit %(limit)s::integer for update skip locked
), lapsed as (
    select id from job
     where state = 'ACTIVATED'
       and (lease_until < clock_timestamp() or lease_until > clock_timestamp() + %(max_lease)s::interval)
     order by lease_until limit %(limit)s::integer for update skip locked
), taken as (
    select id from lapsed union all select id from free limit %(limit)s::integer
)
update job j
   set state = 'ACTIVATED', lease_token = nextval('lease_fence'), worker = %(worker)s::text,
       lease_until = clock_timestamp() + %(lease)s::interval, attempts = attempts + 1, claims = claims + 1
  from taken, case_record c
 where j.id = taken.id and c.id = j.case_id
returning j.id, j.instance_id, j.element_key, j.element_id, j.job_type, j.retries_left, j.attempts, j.claims,
          j.lease_token, j.headers, j.idempotency_key, c.case_number;

-- name: update_jobs
-- `delay` counts from now on the database's clock. A call that came back did not kill its worker:
-- only claims without an answer count on.
update job j
   set state = r.state, retries_left = r.retries_left, lease_token = null, lease_until = null,
       last_error = r.last_error, available_at = clock_timestamp() + r.delay,
       claims = 0,
       ended_at = case when r.state in ('COMPLETED', 'ERROR_THROWN') then %(now)s::timestamptz end
  from unnest(%(id)s::bigint[], %(state)s::text[], %(retries_left)s::integer[], %(last_error)s::text[],
              %(delay)s::interval[])
       as r(id, state, retries_left, last_error, delay)
 where j.id = r.id;

-- name: next_job_at
-- In how many seconds the next job becomes free, on the database's clock; null if none waits.
select extract(epoch from min(at) - clock_timestamp())::float8
  from ((select min(available_at) as at from job where state = 'CREATED')
        union all
        (select min(lease_until) from job where state = 'ACTIVATED')) as waiting;

-- name: instances_of_jobs
select instance_id from job where id = any(%(ids)s::bigint[]);
