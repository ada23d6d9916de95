-- Runs of all tests are those that others are compared with.
alter table runs add column whole integer not null default 1;
