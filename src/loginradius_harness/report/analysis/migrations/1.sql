create table runs (
    number integer primary key,
    id text not null unique,
    started text not null,
    target text not null,
    emulator integer not null,
    contracts text not null,
    seed integer,
    complete integer not null,
    exit_code integer not null,
    seconds real not null,
    passed integer not null,
    failed integer not null,
    other integer not null
);
create index runs_by_target on runs (target, started);

create table tests (
    number integer primary key,
    name text not null unique
);

create table verdicts (
    run integer not null references runs (number) on delete cascade,
    test integer not null references tests (number),
    outcome text not null,
    primary key (run, test)
) without rowid;

-- When an operation or a rule last held on a tenant that is no emulator.
create table confirmed (
    kind text not null check (kind in ('operation', 'rule')),
    name text not null,
    target text not null,
    date text not null,
    primary key (kind, name, target)
) without rowid;

create table loads (
    run integer not null references runs (number) on delete cascade,
    profile text not null,
    operation text not null,
    passed integer not null,
    rate real not null,
    p50 real,
    p95 real,
    p99 real,
    primary key (run, profile, operation)
) without rowid;
