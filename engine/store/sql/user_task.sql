-- name: insert_user_tasks
-- Roles and ids come as texts joined by the unit separator: arrays of arrays do not unnest by row.
insert into user_task (id, instance_id, element_key, case_id, element_id, name, state, form, roles,
                       department, assignee, four_eyes, activities, created_at)
select r.id, r.instance_id, r.element_key, r.case_id, r.element_id, r.name, r.state, r.form,
       string_to_array(r.roles, E'\x1f'), r.department, r.assignee, string_to_array(r.four_eyes, E'\x1f'),
       string_to_array(r.activities, E'\x1f'), %(now)s::timestamptz
  from unnest(%(id)s::bigint[], %(instance_id)s::bigint[], %(element_key)s::integer[], %(case_id)s::bigint[],
              %(element_id)s::text[], %(name)s::text[], %(state)s::text[], %(form)s::text[], %(roles)s::text[],
              %(department)s::text[], %(assignee)s::text[], %(four_eyes)s::text[], %(activities)s::text[])
       as r(id, instance_id, element_key, case_id, element_id, name, state, form, roles, department,
            assignee, four_eyes, activities);

-- name: load_user_tasks
select id, instance_id, element_key, case_id, element_id, name, state, form, roles, department, assignee,
       four_eyes, activities
  from user_task
 where id = any(%(ids)s::bigint[]);

-- name: update_user_tasks
update user_task t
   set state = r.state, assignee = r.assignee, completed_by = r.completed_by,
       completed_at = case when r.state = 'COMPLETED' then %(now)s::timestamptz end
  from unnest(%(id)s::bigint[], %(state)s::text[], %(assignee)s::text[], %(completed_by)s::text[])
       as r(id, state, assignee, completed_by)
 where t.id = r.id;

-- name: load_completers
-- Who completed which element of the cases, for four-eyes rules.
select case_id, element_id, completed_by
  from user_task
 where case_id in (select case_id from user_task where id = any(%(user_task_ids)s::bigint[]) and four_eyes <> '{}')
   and state = 'COMPLETED';

-- name: instances_of_user_tasks
select instance_id, four_eyes <> '{}' as has_four_eyes from user_task where id = any(%(ids)s::bigint[]);
