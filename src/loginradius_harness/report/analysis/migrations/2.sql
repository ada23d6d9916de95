-- A run of some tests is compared with another such run, and says nothing of the tests that it left out.
alter table runs add column whole integer not null default 1;
