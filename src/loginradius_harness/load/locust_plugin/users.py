"""The two kinds of locust user: one hands the work to the engine, the others call through locust's own client."""

import time
from typing import ClassVar
from urllib.parse import urlsplit

import gevent
from locust import FastHttpUser, User, task
from locust.contrib.fasthttp import FastResponse
from locust.env import Environment
from locust.exception import StopUser

from loginradius_harness.client import retry_after
from loginradius_harness.client.retry import REDIRECTS
from loginradius_harness.load.config import targets
from loginradius_harness.load.engine.connection import redirect_body
from loginradius_harness.load.locust_plugin.worker import Worker
from loginradius_harness.load.metrics.recording import complete_step, record_response
from loginradius_harness.load.workload.execution import Iteration
from loginradius_harness.load.workload.response_check import CheckResult

_RETRY = 0.2  # seconds until an account may be free again


class EngineUser(User):
    """In a closed load one closed user of the engine; in an open load the reason why locust keeps the process busy."""

    worker: ClassVar[Worker]

    def on_start(self) -> None:
        """Add one closed user."""
        self.worker.change_users(+1)

    def on_stop(self) -> None:
        """Remove one closed user."""
        self.worker.change_users(-1)

    @task
    def wait_for_engine(self) -> None:
        """Sleep: the engine works in its own thread, and locust only needs a running user."""
        gevent.sleep(60)


class ContractUser(FastHttpUser):
    """Runs one scenario repeatedly through locust's own client; every answer is checked against its contract."""

    abstract = True
    insecure = False  # certificates are verified: a load test sends real credentials
    worker: ClassVar[Worker]
    scenario: ClassVar[str]

    def __init__(self, environment: Environment) -> None:
        self.network_timeout = self.connection_timeout = self.worker.profile.timeout
        if self.worker.proxy:
            proxy = urlsplit(self.worker.proxy)
            self.proxy_host, self.proxy_port = proxy.hostname, targets.port(self.worker.proxy)
        super().__init__(environment)

    @task
    def iterate(self) -> None:
        """Run the scenario once."""
        worker = self.worker
        worker.begun.wait()
        if not worker.open:
            raise StopUser
        scenario = worker.scenario(self.scenario)
        user = scenario.draw()
        if user is None:
            gevent.sleep(_RETRY)
            return
        self.client.cookiejar.clear()  # each iteration is another user's browser
        now = time.perf_counter()
        worker.in_flight += 1
        try:
            self._run(Iteration(scenario, user, now, "closed", measured=worker.is_measured(now)))
        except gevent.GreenletExit:  # locust stops this user: its account becomes available again
            scenario.release(user)
            raise
        finally:
            worker.in_flight -= 1
        gevent.sleep(worker.profile.think)

    def _run(self, iteration: Iteration) -> None:
        continues = True
        while continues:
            self._wait_for_slot(iteration)
            result = self._call(iteration)
            continues = complete_step(self.worker.metrics, iteration, result, time.perf_counter())

    def _wait_for_slot(self, iteration: Iteration) -> None:
        if self.worker.rate_limiter:
            slot = self.worker.rate_limiter.reserve(time.perf_counter())
            gevent.sleep(max(0.0, slot - time.perf_counter()))
            iteration.intended = time.perf_counter()

    def _call(self, iteration: Iteration) -> CheckResult:
        worker, request = self.worker, iteration.step.call.request(iteration.user)
        worker.metrics.requests_sent += 1
        worker.metrics.started += iteration.measured and not iteration.position
        iteration.sent = time.perf_counter()
        with self.client.request(
            request.method, str(request.url), iteration.step.operation,
            data=request.content,  # type: ignore[arg-type]  # geventhttpclient takes bytes
            headers=dict(request.headers), catch_response=True, allow_redirects=False,
        ) as response:  # fmt: skip
            result = self._check(iteration, response)
            if result.outcome == "ok":
                response.success()
            else:
                response.failure(f"{result.outcome}: {result.answer}")
        return result

    def _check(self, iteration: Iteration, response: FastResponse) -> CheckResult:
        if not response.status_code:
            timed_out = time.perf_counter() - iteration.sent >= self.network_timeout
            return (
                CheckResult("timeout", "no answer in time") if timed_out else CheckResult("connection", "no connection")
            )
        status, body = response.status_code, response.content or b""
        if status in REDIRECTS and response.headers and "location" in response.headers:
            body = redirect_body(str(response.headers["location"]))
        result = record_response(self.worker.metrics, iteration, status, body, self.worker.redactor)
        if self.worker.rate_limiter and result.outcome == "rate_limited":
            asked = retry_after.seconds(str(response.headers.get("retry-after", ""))) if response.headers else None
            self.worker.rate_limiter.back_off(time.perf_counter(), asked)
        elif self.worker.rate_limiter:
            self.worker.rate_limiter.accepted()
        return result


class LoginByEmail(ContractUser):
    """Logs in with e-mail and password."""

    scenario = "login_by_email"


class LoginByUsername(ContractUser):
    """Logs in with user name and password."""

    scenario = "login_by_username"


class LoginByPhone(ContractUser):
    """Logs in with phone number and password."""

    scenario = "login_by_phone"


class LoginUnknownUser(ContractUser):
    """Logs in as a user who does not exist."""

    scenario = "login_unknown_user"


class LoginWithTotp(ContractUser):
    """Logs in with a second factor."""

    scenario = "login_with_totp"


class LoginWithPasskey(ContractUser):
    """Logs in with a passkey."""

    scenario = "login_with_passkey"


class ValidateToken(ContractUser):
    """Validates one of a few hot tokens."""

    scenario = "validate_token"


class ValidateMany(ContractUser):
    """Validates many tokens in turn."""

    scenario = "validate_many"


class ValidateExpired(ContractUser):
    """Validates expired tokens."""

    scenario = "validate_expired"


class ValidateUnknown(ContractUser):
    """Validates tokens that were never issued."""

    scenario = "validate_unknown"


class ReadProfile(ContractUser):
    """Reads the user's own profile."""

    scenario = "read_profile"


class Refresh(ContractUser):
    """Exchanges a refresh token for a new pair."""

    scenario = "refresh"


class Register(ContractUser):
    """Registers with e-mail and SOTT."""

    scenario = "register"


class Session(ContractUser):
    """Logs in, validates the token, reads the profile, logs out."""

    scenario = "session"


class LoginByOidc(ContractUser):
    """Logs in to an app by OpenID Connect."""

    scenario = "login_by_oidc"


class MachineToken(ContractUser):
    """Fetches a token as a machine."""

    scenario = "machine_token"


class ValidateOffline(ContractUser):
    """Fetches a token as a machine and validates it by keys that were fetched once."""

    scenario = "validate_offline"


class ValidateByIntrospection(ContractUser):
    """Fetches a token as a machine and asks the hub whether it is live."""

    scenario = "validate_by_introspection"


CONTRACT_USERS: dict[str, type[ContractUser]] = {
    user.scenario: user
    for user in (
        LoginByEmail, LoginByUsername, LoginByPhone, LoginUnknownUser, LoginWithTotp, LoginWithPasskey,
        ValidateToken, ValidateMany, ValidateExpired,
        ValidateUnknown, ReadProfile, Refresh, Register, Session, LoginByOidc, MachineToken,
        ValidateOffline, ValidateByIntrospection,
    )
}  # fmt: skip
