-- Why a test failed, to tell contract failures from a failing network; and how often it was tried, to find flaky tests.
alter table verdicts add column cause text;
alter table verdicts add column attempts integer not null default 1;
