-- name: insert_cases
insert into case_record (id, case_number, process_key, scenario, title, area, channel, applicant,
                         lead_department, stage, state, outcome, root_instance_id, opened_at, closed_at)
select r.id, r.case_number, r.process_key, r.scenario, r.title, r.area, r.channel, r.applicant,
       r.lead_department, r.stage, r.state, r.outcome, r.root_instance_id, %(now)s::timestamptz, r.closed_at
  from unnest(%(id)s::bigint[], %(case_number)s::text[], %(process_key)s::text[], %(scenario)s::text[],
              %(title)s::text[], %(area)s::text[], %(channel)s::text[], %(applicant)s::text[],
              %(lead_department)s::text[], %(stage)s::text[], %(state)s::text[], %(outcome)s::text[],
              %(root_instance_id)s::bigint[], %(closed_at)s::timestamptz[])
       as r(id, case_number, process_key, scenario, title, area, channel, applicant, lead_department,
            stage, state, outcome, root_instance_id, closed_at);

-- name: update_cases
update case_record c
   set stage = coalesce(r.stage, c.stage), card = coalesce(r.card, c.card), state = coalesce(r.state, c.state),
       outcome = coalesce(r.outcome, c.outcome), closed_at = coalesce(r.closed_at, c.closed_at)
  from unnest(%(id)s::bigint[], %(stage)s::text[], %(card)s::text[], %(state)s::text[], %(outcome)s::text[],
              %(closed_at)s::timestamptz[])
       as r(id, stage, card, state, outcome, closed_at)
 where c.id = r.id;

-- name: instances_of_cases
select root_instance_id from case_record where case_number = any(%(ids)s::text[]);

-- name: load_cases
-- Of the given root instances.
select c.id, c.case_number, c.process_key, c.scenario, c.title, c.area, c.stage, c.card, c.state, c.root_instance_id
  from process_instance i
  join case_record c on c.id = i.case_id
 where i.id = any(%(instance_ids)s::bigint[]);

-- name: take_case_serials
select nextval('case_serial') from generate_series(1, %(count)s::integer);

-- name: take_id_block
select nextval('id_block');
