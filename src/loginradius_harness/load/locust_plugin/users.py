"""The two kinds of locust user: one that hands its place to the engine, one that calls through locust's own client."""

import time
from typing import ClassVar

import gevent
from locust import FastHttpUser, User, task
from locust.contrib.fasthttp import FastResponse
from locust.env import Environment
from locust.exception import StopUser

from loginradius_harness.load.locust_plugin.worker import WorkerNode
from loginradius_harness.load.metrics.recording import complete_step, record_response
from loginradius_harness.load.workload.execution import Iteration
from loginradius_harness.load.workload.response_check import CheckResult

_NOBODY_FREE = 0.2  # seconds until an account may be free again


class EngineUser(User):
    """In a closed load one lane of the engine; in an open load merely the reason why locust keeps the process busy."""

    hand: ClassVar[WorkerNode]

    def on_start(self) -> None:
        """One lane more."""
        self.hand.lane(+1)

    def on_stop(self) -> None:
        """One lane less."""
        self.hand.lane(-1)

    @task
    def exist(self) -> None:
        """The engine works in its own thread; locust only needs to see somebody alive."""
        gevent.sleep(60)


class ContractUser(FastHttpUser):
    """Runs one scenario again and again through locust's own client; every answer is held against its contract."""

    abstract = True
    insecure = False  # certificates are verified: a load test sends real credentials
    hand: ClassVar[WorkerNode]
    scenario: ClassVar[str]

    def __init__(self, environment: Environment) -> None:
        self.network_timeout = self.connection_timeout = self.hand.profile.timeout
        super().__init__(environment)

    @task
    def play(self) -> None:
        """Run the scenario once."""
        hand = self.hand
        hand.begun.wait()
        if not hand.open:
            raise StopUser
        program = hand.program(self.scenario)
        actor = program.draw()
        if actor is None:
            gevent.sleep(_NOBODY_FREE)
            return
        now = time.perf_counter()
        hand.under_way += 1
        try:
            self._run(Iteration(program, actor, now, "lane", measured=hand.measured(now)))
        except gevent.GreenletExit:  # locust wants fewer users: the account goes on without this one
            program.release(actor)
            raise
        finally:
            hand.under_way -= 1
        gevent.sleep(hand.profile.think)

    def _run(self, flow: Iteration) -> None:
        goes_on = True
        while goes_on:
            self._await_turn(flow)
            verdict = self._call(flow)
            goes_on = complete_step(self.hand.books, flow, verdict, time.perf_counter())

    def _await_turn(self, flow: Iteration) -> None:
        if self.hand.governor:
            slot = self.hand.governor.reserve(time.perf_counter())
            gevent.sleep(max(0.0, slot - time.perf_counter()))
            flow.intended = time.perf_counter()

    def _call(self, flow: Iteration) -> CheckResult:
        hand, request = self.hand, flow.step.call.request(flow.actor)
        hand.books.wired += 1
        hand.books.delivered += flow.measured and not flow.position
        flow.sent = time.perf_counter()
        with self.client.request(
            request.method, str(request.url), flow.step.row,
            data=request.content,  # type: ignore[arg-type]  # geventhttpclient takes bytes
            headers=dict(request.headers), catch_response=True, allow_redirects=False,
        ) as response:  # fmt: skip
            verdict = self._judge(flow, response)
            if verdict.outcome == "ok":
                response.success()
            else:
                response.failure(f"{verdict.outcome}: {verdict.answer}")
        return verdict

    def _judge(self, flow: Iteration, response: FastResponse) -> CheckResult:
        if not response.status_code:
            late = time.perf_counter() - flow.sent >= self.network_timeout
            return CheckResult("timeout", "no answer in time") if late else CheckResult("connection", "no connection")
        verdict = record_response(
            self.hand.books, flow, response.status_code, response.content or b"", self.hand.redactor
        )
        if self.hand.governor and verdict.outcome == "limited":
            asked = str(response.headers.get("retry-after", "")) if response.headers else ""
            self.hand.governor.back_off(time.perf_counter(), float(asked) if asked.isdigit() else None)
        elif self.hand.governor:
            self.hand.governor.accepted()
        return verdict
