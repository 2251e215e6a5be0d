-- Instants of law and of processes come from the engine's clock; leases and retry delays from the
-- database's own, which all workers share.

create sequence id_block;
create sequence case_serial;
create sequence lease_fence;

-- What was brought in -------------------------------------------------------------------------

create table deployment (
    id          bigint primary key,
    scenario    text not null,
    version     text not null,
    sha256      bytea not null,
    actor       text not null,
    deployed_at timestamptz not null
);

create table resource (
    deployment_id bigint not null references deployment,
    path          text not null,
    kind          text not null check (kind in ('SCENARIO', 'PROCESS', 'DECISION', 'FORM', 'ADAPTER', 'ORGANISATION', 'OTHER')),
    content       bytea not null,
    primary key (deployment_id, path)
);

create table process_definition (
    id            bigint primary key,
    key           text not null,
    version       integer not null,
    name          text not null,
    scenario      text not null,
    deployment_id bigint not null,
    path          text not null,
    state         text not null check (state in ('ACTIVE', 'RETIRED')),
    unique (key, version),
    foreign key (deployment_id, path) references resource
);

create table decision_definition (
    id            bigint primary key,
    key           text not null,
    version       integer not null,
    name          text not null,
    scenario      text not null,
    deployment_id bigint not null,
    path          text not null,
    state         text not null check (state in ('ACTIVE', 'RETIRED')),
    unique (key, version),
    foreign key (deployment_id, path) references resource
);

create table form_definition (
    id            bigint primary key,
    key           text not null,
    version       integer not null,
    name          text not null,
    scenario      text not null,
    deployment_id bigint not null,
    path          text not null,
    state         text not null check (state in ('ACTIVE', 'RETIRED')),
    unique (key, version),
    foreign key (deployment_id, path) references resource
);

create table department (
    code     text primary key,
    name_zh  text not null,
    name_en  text not null,
    level    text not null,
    area     text not null,
    external boolean not null
);

create table actor (
    id         text primary key,
    name       text not null,
    department text references department,
    roles      text[] not null
);

-- Cases and their runs ------------------------------------------------------------------------

create table case_record (
    id               bigint primary key,
    case_number      text not null unique,
    process_key      text not null,
    scenario         text not null,
    title            text not null,
    area             text not null,
    channel          text not null,
    applicant        text,
    lead_department  text not null,
    stage            text,
    card             text,      -- colour of the last escalation that fired
    state            text not null check (state in ('OPEN', 'SUSPENDED', 'CLOSED', 'CANCELED')),
    outcome          text,
    root_instance_id bigint not null,
    opened_at        timestamptz not null,
    closed_at        timestamptz
);
create index case_record_open on case_record (id) where state in ('OPEN', 'SUSPENDED');

create table process_instance (
    id            bigint primary key,
    case_id       bigint not null,
    root_id       bigint not null,   -- itself for a root; the root's row is the one lock of a case
    scope_key     integer not null,
    parent_key    integer,           -- scope_key of the calling process, null for a root
    definition_id bigint not null references process_definition,
    element_id    text,              -- the call activity, for a child
    state         text not null check (state in ('ACTIVE', 'SUSPENDED', 'COMPLETED', 'TERMINATED')),
    version       bigint not null,
    body          bytea,             -- engine.bpmn.state; only a root has one
    event_seq     bigint not null default 0,
    event_hash    bytea not null default '\x',
    started_at    timestamptz not null,
    ended_at      timestamptz
) with (fillfactor = 80);
create unique index process_instance_child on process_instance (root_id, scope_key);
create index process_instance_case on process_instance (case_id);

create table user_task (
    id           bigint primary key,
    instance_id  bigint not null,
    element_key  integer not null,
    case_id      bigint not null,
    element_id   text not null,
    name         text not null,
    state        text not null check (state in ('CREATED', 'ASSIGNED', 'COMPLETED', 'CANCELED')),
    form         text,
    roles        text[] not null,
    department   text,
    assignee     text,
    four_eyes    text[] not null,    -- element ids whose completer may not do this one
    created_at   timestamptz not null,
    completed_at timestamptz,
    completed_by text
) with (fillfactor = 90);
create index user_task_element on user_task (instance_id, element_key) where state in ('CREATED', 'ASSIGNED');
create index user_task_open on user_task (department, id) where state in ('CREATED', 'ASSIGNED');
create index user_task_assignee on user_task (assignee, id) where state = 'ASSIGNED';
create index user_task_case on user_task (case_id, id);

create table job (
    id              bigint primary key,
    instance_id     bigint not null,
    element_key     integer not null,
    case_id         bigint not null,
    element_id      text not null,
    job_type        text not null,
    state           text not null check (state in ('CREATED', 'ACTIVATED', 'COMPLETED', 'FAILED', 'ERROR_THROWN', 'CANCELED')),
    retries_left    integer not null,
    attempts        integer not null default 0,
    claims          integer not null default 0,   -- counted before the work: what kills its worker shows here
    lease_token     bigint,
    lease_until     timestamptz,
    worker          text,
    available_at    timestamptz not null default now(),
    headers         jsonb not null,
    idempotency_key text not null,
    last_error      text,
    created_at      timestamptz not null,
    ended_at        timestamptz
) with (fillfactor = 80);
create index job_available on job (available_at, id) where state = 'CREATED';
create index job_leased on job (lease_until) where state = 'ACTIVATED';
create index job_element on job (instance_id, element_key) where state in ('CREATED', 'ACTIVATED', 'FAILED');
create index job_case on job (case_id, id);

create table timer (
    id          bigint primary key,
    instance_id bigint not null,
    element_key integer not null,
    node        integer not null,
    case_id     bigint not null,
    element_id  text not null,
    due_at      timestamptz not null,
    cycle       text,
    state       text not null check (state in ('WAITING', 'TRIGGERED', 'CANCELED'))
) with (fillfactor = 90);
create index timer_due on timer (due_at, id) where state = 'WAITING';
create index timer_element on timer (instance_id, element_key) where state = 'WAITING';

create table message_subscription (
    id              bigint primary key,
    instance_id     bigint not null,
    element_key     integer not null,
    node            integer not null,
    case_id         bigint not null,
    element_id      text not null,
    message_name    text not null,
    correlation_key text not null,
    state           text not null check (state in ('OPEN', 'CORRELATED', 'CLOSED')),
    opened_at       timestamptz not null
);
create index message_subscription_open on message_subscription (message_name, correlation_key, id) where state = 'OPEN';
create index message_subscription_element on message_subscription (instance_id, element_key) where state = 'OPEN';

create table message (
    id              bigint primary key,
    message_name    text not null,
    correlation_key text not null,
    payload         jsonb not null,
    state           text not null check (state in ('BUFFERED', 'CORRELATED', 'EXPIRED')),
    published_at    timestamptz not null,
    expires_at      timestamptz not null
);
create index message_buffered on message (message_name, correlation_key, id) where state = 'BUFFERED';

create table incident (
    id            bigint primary key,
    case_id       bigint not null,
    instance_id   bigint not null,
    element_key   integer not null,
    element_id    text not null,
    incident_type text not null,
    message       text not null,
    job_id        bigint,
    state         text not null check (state in ('OPEN', 'RESOLVED')),
    raised_at     timestamptz not null,
    resolved_at   timestamptz,
    resolved_by   text
);
create index incident_open on incident (id) where state = 'OPEN';
create index incident_element on incident (instance_id, element_key) where state = 'OPEN';

-- Time ----------------------------------------------------------------------------------------

create table ladder (
    id            bigint primary key,
    deployment_id bigint not null references deployment,
    key           text not null,   -- within the deployment's scenario.toml
    unique (deployment_id, key)
);

create table clock (
    id              bigint primary key,
    case_id         bigint not null,
    instance_id     bigint not null,
    element_key     integer not null,   -- 0: the process instance's own
    element_id      text not null,
    kind            text not null,
    state           text not null check (state in ('RUNNING', 'PAUSED', 'MET', 'BREACHED', 'CANCELED')),
    limit_key       text not null,
    area            text not null,
    legal_basis     text not null,
    amount_value    numeric not null,
    amount_unit     text not null,
    anchor_at       timestamptz not null,
    calendar        text not null,      -- version of the calendar due_at was reckoned with
    pause_rule      text not null,
    end_of          text not null,
    pauses          jsonb not null,     -- [{reason, started_at, ended_at}], the ledger
    extension       jsonb,
    generation      integer not null default 1,
    ladder_id       bigint references ladder,
    due_at          timestamptz,        -- derived; null while paused
    next_rung       text,
    next_rung_at    timestamptz,        -- derived
    closed_at       timestamptz
) with (fillfactor = 85);
create index clock_rung_due on clock (next_rung_at, id) where state = 'RUNNING' and next_rung_at is not null;
create index clock_running on clock (instance_id, element_key) where state in ('RUNNING', 'PAUSED');
create index clock_case on clock (case_id, id);

create table escalation (
    clock_id   bigint not null references clock,
    rung       text not null,
    generation integer not null,
    case_id    bigint not null,
    state      text not null check (state in ('DUE', 'FIRED', 'SUPERSEDED', 'SKIPPED')),
    colour     text,
    level      text,
    recipients text[] not null,
    due_at     timestamptz not null,
    fired_at   timestamptz not null,
    primary key (clock_id, rung, generation)
);
create index escalation_case on escalation (case_id, fired_at);

-- What happened -------------------------------------------------------------------------------

create table case_event (
    case_id    bigint not null,
    seq        bigint not null,
    at         timestamptz not null,
    event_type text not null,
    actor      text not null,
    element_id text,
    data       json not null,   -- json, not jsonb: the hash covers these very bytes
    hash       bytea not null,
    primary key (case_id, seq, at)
) partition by range (at);
create table case_event_default partition of case_event default;

create table command_result (
    idempotency_key text primary key,
    command_type    text not null,
    request_sha256  bytea not null,
    result          json not null,
    recorded_at     timestamptz not null
);

create table heartbeat (
    name       text primary key,
    at         timestamptz not null,
    detail     text not null
);
