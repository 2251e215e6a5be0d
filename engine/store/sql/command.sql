-- name: claim_command_keys
-- Keys seen for the first time. The row is completed with `record_results` in the same transaction;
-- a second sender of the same key waits here until that commits.
insert into command_result (idempotency_key, command_type, request_sha256, result, recorded_at)
select r.idempotency_key, r.command_type, r.request_sha256, 'null', %(now)s::timestamptz
  from (select * from unnest(%(idempotency_key)s::text[], %(command_type)s::text[], %(request_sha256)s::bytea[])
                   as u(idempotency_key, command_type, request_sha256)
         order by idempotency_key) as r
on conflict do nothing
returning idempotency_key;

-- name: read_results
select idempotency_key, command_type, request_sha256, result::text as result
  from command_result
 where idempotency_key = any(%(idempotency_key)s::text[]);

-- name: record_results
update command_result c set result = r.result
  from unnest(%(idempotency_key)s::text[], %(result)s::json[]) as r(idempotency_key, result)
 where c.idempotency_key = r.idempotency_key;

-- name: forget_commands
-- A refused command may be sent again after it was mended.
delete from command_result where idempotency_key = any(%(idempotency_key)s::text[]);

-- name: record_heartbeat
insert into heartbeat (name, at, detail)
values (%(name)s::text, %(now)s::timestamptz, %(detail)s::text)
on conflict (name) do update set at = excluded.at, detail = excluded.detail;

-- name: wake_workers
select pg_notify('yishi_work', '');
