-- name: lock_deployments
-- Deployments come one after the other: ids and version numbers are counted under this lock.
select pg_advisory_xact_lock(hashtext('yishi deployment'));

-- name: insert_deployment
insert into deployment (id, scenario, version, sha256, actor, deployed_at)
values (%(id)s::bigint, %(scenario)s::text, %(version)s::text, %(sha256)s::bytea, %(actor)s::text,
        %(now)s::timestamptz);

-- name: next_deployment_id
-- Not from a block of ids: everybody notices a deployment by its id being the highest so far.
select coalesce(max(id), 0) + 1 from deployment;

-- name: find_deployment
-- The scenario's newest deployment if it is of these very files. An older one is no answer: bringing
-- it in again is how a scenario goes back.
select id from deployment
 where id = (select max(id) from deployment where scenario = %(scenario)s::text) and sha256 = %(sha256)s::bytea;

-- name: insert_resources
insert into resource (deployment_id, path, kind, content)
select %(deployment_id)s::bigint, r.path, r.kind, r.content
  from unnest(%(path)s::text[], %(kind)s::text[], %(content)s::bytea[]) as r(path, kind, content);

-- name: insert_process_definitions
insert into process_definition (id, key, version, name, scenario, deployment_id, path, state, runtime)
select r.id, r.key, coalesce((select max(version) from process_definition p where p.key = r.key), 0) + 1,
       r.name, r.scenario, %(deployment_id)s::bigint, r.path, 'ACTIVE', r.runtime
  from unnest(%(id)s::bigint[], %(key)s::text[], %(name)s::text[], %(scenario)s::text[], %(path)s::text[],
              %(runtime)s::text[])
       as r(id, key, name, scenario, path, runtime)
returning id, key, version;

-- name: insert_decision_definitions
insert into decision_definition (id, key, version, name, scenario, deployment_id, path, state)
select r.id, r.key, coalesce((select max(version) from decision_definition p where p.key = r.key), 0) + 1,
       r.name, r.scenario, %(deployment_id)s::bigint, r.path, 'ACTIVE'
  from unnest(%(id)s::bigint[], %(key)s::text[], %(name)s::text[], %(scenario)s::text[], %(path)s::text[])
       as r(id, key, name, scenario, path)
returning id, key, version;

-- name: insert_form_definitions
insert into form_definition (id, key, version, name, scenario, deployment_id, path, state)
select r.id, r.key, coalesce((select max(version) from form_definition p where p.key = r.key), 0) + 1,
       r.name, r.scenario, %(deployment_id)s::bigint, r.path, 'ACTIVE'
  from unnest(%(id)s::bigint[], %(key)s::text[], %(name)s::text[], %(scenario)s::text[], %(path)s::text[])
       as r(id, key, name, scenario, path)
returning id, key, version;

-- name: insert_ladders
insert into ladder (id, deployment_id, key)
select r.id, %(deployment_id)s::bigint, r.key
  from unnest(%(id)s::bigint[], %(key)s::text[]) as r(id, key);

-- name: upsert_departments
insert into department (code, name_zh, name_en, level, area, external)
select * from unnest(%(code)s::text[], %(name_zh)s::text[], %(name_en)s::text[], %(level)s::text[],
                     %(area)s::text[], %(external)s::boolean[])
on conflict (code) do update set name_zh = excluded.name_zh, name_en = excluded.name_en,
                                 level = excluded.level, area = excluded.area, external = excluded.external;

-- name: upsert_actors
insert into actor (id, name, department, roles)
select r.id, r.name, r.department, string_to_array(r.roles, E'\x1f')
  from unnest(%(id)s::text[], %(name)s::text[], %(department)s::text[], %(roles)s::text[])
       as r(id, name, department, roles)
on conflict (id) do update set name = excluded.name, department = excluded.department, roles = excluded.roles;

-- name: latest_deployment
select coalesce(max(id), 0) from deployment;

-- name: read_definitions
-- Every active definition of every kind; the newest version of a key is the last of its rows.
select 'PROCESS' as kind, id, key, version, scenario, deployment_id, path, runtime from process_definition where state = 'ACTIVE'
union all
select 'DECISION', id, key, version, scenario, deployment_id, path, 'yishi' from decision_definition where state = 'ACTIVE'
union all
select 'FORM', id, key, version, scenario, deployment_id, path, 'yishi' from form_definition where state = 'ACTIVE'
order by kind, key, version;

-- name: read_process_definition
-- Also a retired one: instances keep running on it.
select id, key, version, scenario, deployment_id, path, runtime from process_definition where id = %(id)s::bigint;

-- name: read_resource
select content from resource where deployment_id = %(deployment_id)s::bigint and path = %(path)s::text;

-- name: read_decision_files
-- All of one deployment: one may import another.
select path, content from resource
 where deployment_id = %(deployment_id)s::bigint and kind = 'DECISION' order by path;

-- name: read_resources_of_kind
-- Of the newest deployment of each scenario.
select r.deployment_id, r.path, r.content, d.scenario
  from resource r
  join (select scenario, max(id) as id from deployment group by scenario) d on d.id = r.deployment_id
 where r.kind = %(kind)s::text
 order by r.deployment_id, r.path;

-- name: read_ladders_of
select id, key from ladder where deployment_id = %(deployment_id)s::bigint;

-- name: load_actors
select id, name, department, roles from actor where id = any(%(ids)s::text[]);
