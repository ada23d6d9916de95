"""A run does not go on asking what fails alike every time."""

import pytest

from loginradius_harness.report.recording import systemic_failures

pytest_plugins = ["pytester"]

CONFTEST = """
    from loginradius_harness.report.recording import systemic_failures

    def pytest_configure(config):
        systemic_failures.register(config)
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("PYTEST_XDIST_WORKER_COUNT", raising=False)
    pytester.makeconftest(CONFTEST)
    return pytester


def test_parameters_that_fail_alike_are_not_all_asked(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        def test_other():
            pass

        @pytest.mark.parametrize("number", range(80))
        def test_value(number):
            assert False, f"member {number} is missing"
        """
    )
    result = project.runpytest_inprocess("-q", "-rs", "-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=50, skipped=30)
    result.stdout.fnmatch_lines(["*not asked: the first 50 tests of test_value failed alike*"])


def test_failures_that_differ_are_all_asked(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(80))
        def test_value(number):
            assert False, "one" if number % 2 else "two"
        """
    )
    project.runpytest_inprocess("-q").assert_outcomes(failed=80)


def test_one_success_shows_that_asking_on_may_teach(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(80))
        def test_value(number):
            assert number == 7
        """
    )
    project.runpytest_inprocess("-q").assert_outcomes(passed=1, failed=79)


def test_run_ends_when_nothing_but_one_failure_is_seen(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(30))
        def test_first(number):
            raise ConnectionRefusedError("127.0.0.1:9")

        @pytest.mark.parametrize("number", range(30))
        def test_second(number):
            raise ConnectionRefusedError("127.0.0.1:9")
        """
    )
    result = project.runpytest_inprocess("-q")
    result.assert_outcomes(failed=50)
    result.stdout.fnmatch_lines(["*50 of the first 50 tests failed alike: infrastructure: *"])


def test_run_ends_when_nearly_nothing_answers_whatever_is_asked(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest
        from loginradius_harness.client.errors import InfrastructureError
        from loginradius_harness.client.retry import TransportFailure

        def test_a_page_that_answers():
            pass

        @pytest.mark.parametrize("number", range(30))
        def test_first(number):
            raise InfrastructureError(f"role.number_{number}", "HTML instead of JSON")

        @pytest.mark.parametrize("number", range(30))
        def test_second(number):
            raise TransportFailure("HTML instead of JSON")
        """
    )
    result = project.runpytest_inprocess("-q", "-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=50)
    result.stdout.fnmatch_lines(["*50 of the first 51 tests failed alike: infrastructure: HTML instead of JSON*"])


def test_few_tests_suffice_where_each_waits_long_for_an_answer(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systemic_failures, "PATIENCE", 0.0)
    project.makepyfile(
        """
        import pytest
        from loginradius_harness.client.errors import InfrastructureError

        @pytest.mark.parametrize("number", range(30))
        def test_value(number):
            raise InfrastructureError("role.list_roles", "no response within 30 s", attempts=number)
        """
    )
    project.runpytest_inprocess("-q").assert_outcomes(failed=2)


def test_workers_share_the_limit(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "2")
    project.makepyfile(
        """
        import pytest

        def test_other():
            pass

        @pytest.mark.parametrize("number", range(40))
        def test_value(number):
            assert False
        """
    )
    project.runpytest_inprocess("-q").assert_outcomes(passed=1, failed=25, skipped=15)
