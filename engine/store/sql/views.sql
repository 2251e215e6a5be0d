-- name: view_cases
-- Newest first, by keyset: `before` is the last id of the page before.
select id, case_number, process_key, title, area, applicant, lead_department, stage, card, state, outcome,
       opened_at, closed_at
  from case_record
 where (%(before)s::bigint is null or id < %(before)s::bigint)
   and (%(states)s::text[] is null or state = any(%(states)s::text[]))
 order by id desc
 limit %(limit)s::integer;

-- name: view_case
select id, case_number, process_key, title, area, applicant, lead_department, stage, card, state, outcome,
       opened_at, closed_at
  from case_record
 where case_number = %(case_number)s::text;

-- name: view_open_tasks_of_cases
select id, case_id, element_id, name, state, form, roles, department, assignee, activities, created_at
  from user_task
 where case_id = any(%(case_ids)s::bigint[]) and state in ('CREATED', 'ASSIGNED')
 order by id;

-- name: view_open_jobs_of_cases
select id, case_id, element_id, job_type, state, attempts, retries_left, last_error
  from job
 where case_id = any(%(case_ids)s::bigint[]) and state in ('CREATED', 'ACTIVATED', 'FAILED')
 order by id;

-- name: view_waiting_timers_of_cases
select t.id, t.case_id, t.element_id, t.due_at
  from timer t
  join case_record c on c.id = t.case_id
 where t.case_id = any(%(case_ids)s::bigint[]) and t.state = 'WAITING' and t.instance_id = c.root_instance_id
 order by t.due_at, t.id;

-- name: view_open_subscriptions_of_cases
select s.id, s.case_id, s.element_id, s.message_name, s.correlation_key
  from message_subscription s
 where s.case_id = any(%(case_ids)s::bigint[]) and s.state = 'OPEN'
 order by s.id;

-- name: view_open_signals_of_cases
select id, case_id, element_id, signal_name
  from signal_subscription
 where instance_id in (select root_instance_id from case_record where id = any(%(case_ids)s::bigint[]))
   and state = 'OPEN'
 order by id;

-- name: view_signal
-- What has become of it so far.
select g.id, g.signal_name, count(d.id) as targets,
       count(*) filter (where d.state = 'PENDING') as pending,
       count(*) filter (where d.state = 'DELIVERED' and d.subscription_id is not null) as received,
       count(*) filter (where d.state = 'DELIVERED' and d.definition_id is not null) as cases_opened
  from signal g
  left join signal_delivery d on d.signal_id = g.id
 where g.id = %(signal_id)s::bigint
 group by g.id;

-- name: view_open_incidents
-- Of the given cases, or of all if `case_ids` is null.
select i.id, i.case_id, c.case_number, i.element_id, i.incident_type, i.message, i.job_id, i.raised_at
  from incident i
  join case_record c on c.id = i.case_id
 where i.state = 'OPEN' and (%(case_ids)s::bigint[] is null or i.case_id = any(%(case_ids)s::bigint[]))
 order by i.id
 limit %(limit)s::integer;

-- name: view_clocks_of_cases
select id, case_id, instance_id, element_key, element_id, kind, state, limit_key, area, legal_basis, amount_value,
       amount_unit, anchor_at, calendar, pause_rule, end_of, pauses, extension, generation, ladder_id, due_at,
       next_rung, next_rung_at, closed_at
  from clock
 where case_id = any(%(case_ids)s::bigint[])
   and (%(open_only)s::boolean is false or state in ('RUNNING', 'PAUSED'))
 order by id;

-- name: view_escalations_of_cases
select case_id, clock_id, rung, generation, state, colour, level, recipients, due_at, fired_at
  from escalation
 where case_id = any(%(case_ids)s::bigint[])
 order by fired_at, due_at;

-- name: view_worklist
-- Open tasks, oldest first; who may do them is asked of the rules afterwards. `department` null: all.
select t.id, t.case_id, c.case_number, c.title, c.stage, c.card, t.element_id, t.name, t.state, t.form, t.roles,
       t.department, t.assignee, t.four_eyes, t.created_at,
       (select min(k.due_at) from clock k where k.case_id = t.case_id and k.state = 'RUNNING') as due_at
  from user_task t
  join case_record c on c.id = t.case_id
 where t.state in ('CREATED', 'ASSIGNED') and t.id > %(after)s::bigint
   and (%(roles)s::text[] is null or t.roles && %(roles)s::text[] or t.roles = '{}')
   and (%(department)s::text is null or t.department is null or t.department = %(department)s::text)
   and (%(assignee)s::text is null or t.assignee is null or t.assignee = %(assignee)s::text)
 order by t.id
 limit %(limit)s::integer;

-- name: view_task
select t.id, t.instance_id, t.element_key, t.case_id, c.case_number, c.title, c.stage, c.card, t.element_id, t.name,
       t.state, t.form, t.roles, t.department, t.assignee, t.four_eyes, t.activities, t.created_at
  from user_task t
  join case_record c on c.id = t.case_id
 where t.id = %(user_task_id)s::bigint;

-- name: view_due_rungs
-- Index only: the clocks whose next rung's instant has passed, longest ago first.
select k.id, c.case_number, k.kind, k.next_rung, k.next_rung_at, k.due_at, k.generation, k.limit_key,
       k.amount_value, k.amount_unit, k.element_id, k.ladder_id, k.area, k.legal_basis, k.anchor_at, k.state,
       k.pauses, k.extension, k.pause_rule, k.end_of, k.calendar, c.lead_department,
       (select t.department from user_task t
         where t.instance_id = k.instance_id and t.state in ('CREATED', 'ASSIGNED') and t.department is not null
         order by t.id limit 1) as department
  from clock k
  join case_record c on c.id = k.case_id
 where k.state = 'RUNNING' and k.next_rung_at <= %(now)s::timestamptz
 order by k.next_rung_at, k.id
 limit %(limit)s::integer;

-- name: view_next_rung_at
select min(next_rung_at) from clock where state = 'RUNNING' and next_rung_at is not null;

-- name: view_events_of_type
-- For figures that are computed from the journal.
select case_id, seq, at, event_type, element_id, data::text
  from case_event
 where event_type = any(%(event_types)s::text[])
   and (%(case_ids)s::bigint[] is null or case_id = any(%(case_ids)s::bigint[]))
 order by case_id, seq;

-- name: view_case_ids
select case_number, id from case_record where case_number = any(%(case_numbers)s::text[]);

-- name: view_actors
select id, name, department, roles from actor order by id;

-- name: view_start_timers
-- Cases that will begin by themselves, soonest first.
select t.id, p.key as process_key, p.version, t.element_id, t.due_at, t.cycle, t.last_error
  from start_timer t
  join process_definition p on p.id = t.definition_id
 where t.state = 'WAITING'
 order by t.due_at, t.id
 limit %(limit)s::integer;

-- name: view_heartbeats
select name, at, detail from heartbeat order by name;

-- name: view_counts
select (select count(*) from case_record where state = 'OPEN') as open_cases,
       (select count(*) from user_task where state in ('CREATED', 'ASSIGNED')) as open_tasks,
       (select count(*) from job where state in ('CREATED', 'ACTIVATED')) as open_jobs,
       (select count(*) from incident where state = 'OPEN') as open_incidents,
       (select count(*) from deployment) as deployments;

-- name: view_completers
select case_id, element_id, completed_by from user_task where case_id = any(%(case_ids)s::bigint[]) and state = 'COMPLETED';

-- name: view_definitions_of_case
select distinct definition_id from process_instance where case_id = %(case_id)s::bigint;

-- name: view_journal_of_cases
select c.case_number, e.seq, e.at, e.event_type, e.actor, e.element_id, e.data::text
  from case_event e
  join case_record c on c.id = e.case_id
 where c.case_number = any(%(case_numbers)s::text[]) and e.event_type = any(%(event_types)s::text[])
 order by e.at, e.case_id, e.seq;
