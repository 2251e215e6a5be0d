-- What the whole of BPMN needs beside 0001: signals across cases, timers that begin processes, choices
-- of ad-hoc sub-processes, and incidents that keep what a case could not take in.

-- Signals -------------------------------------------------------------------------------------

create table signal_subscription (
    id          bigint primary key,
    instance_id bigint not null,
    element_key integer not null,
    node        integer not null,
    case_id     bigint not null,
    element_id  text not null,
    signal_name text not null,
    state       text not null check (state in ('OPEN', 'CLOSED')),
    opened_at   timestamptz not null
);
create index signal_subscription_open on signal_subscription (signal_name, id) where state = 'OPEN';
-- One for each event: what waits for several things at once asks for all of them anew when all have come.
create unique index signal_subscription_element on signal_subscription (instance_id, element_key, node)
    where state = 'OPEN';

create table signal (
    id          bigint primary key,
    signal_name text not null,
    payload     jsonb not null,
    instance_id bigint,            -- who threw it and has got it already; null: it came from outside
    area        text not null,     -- of the cases that it opens; likewise the channel
    channel     text not null,
    thrown_at   timestamptz not null
);

-- Written together with the signal: a signal is not kept for who begins to wait later. One row is one
-- command, so that never more than one case is locked for it.
create table signal_delivery (
    id              bigint generated always as identity primary key,
    signal_id       bigint not null references signal,
    subscription_id bigint,        -- who waited, or
    definition_id   bigint,        -- the process that begins with it
    state           text not null check (state in ('PENDING', 'DELIVERED', 'DROPPED', 'REFUSED')),
    check (num_nonnulls(subscription_id, definition_id) = 1)
) with (fillfactor = 90);
create index signal_delivery_pending on signal_delivery (id) where state = 'PENDING';
create index signal_delivery_signal on signal_delivery (signal_id, state);

-- Starts by time and by message -----------------------------------------------------------------

create table start_timer (
    id            bigint primary key,
    definition_id bigint not null references process_definition,
    node          integer not null,
    element_id    text not null,
    due_at        timestamptz not null,
    cycle         text,            -- as in `timer`
    state         text not null check (state in ('WAITING', 'TRIGGERED', 'CANCELED')),
    last_error    text             -- why its last firing opened no case
);
create index start_timer_due on start_timer (due_at, id) where state = 'WAITING';
create index start_timer_definition on start_timer (definition_id) where state = 'WAITING';

-- The area of the case that threw the message; null: it came from outside.
alter table message add column area text;
alter table message drop constraint message_state_check;
alter table message add constraint message_state_check
    check (state in ('BUFFERED', 'CORRELATED', 'EXPIRED', 'REFUSED'));

-- Further words of 0001's tables ----------------------------------------------------------------

-- Ids of the activities that whoever holds the task may begin: an ad-hoc sub-process.
alter table user_task add column activities text[] not null default '{}';

-- What came and could not be taken in; resolving the incident takes it in again.
alter table incident add column stimulus json;

alter table process_definition add column runtime text not null default 'yishi';
