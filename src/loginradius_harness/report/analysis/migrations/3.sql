-- The cause of a failure (a network may fail too), and how often a test was tried, to find flaky ones.
alter table verdicts add column cause text;
alter table verdicts add column attempts integer not null default 1;
