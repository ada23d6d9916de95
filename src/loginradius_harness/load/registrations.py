"""The accounts that a run registers on a shared tenant: in the resource log before they exist, so that none is left."""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from loginradius_harness.journey.people import new_person
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.workload.scenarios import SCENARIOS
from loginradius_harness.target.shared_tenant.created_resources import CreatedResource, ResourceLog, log_folder
from loginradius_harness.target.shared_tenant.protection import STATE
from loginradius_harness.target.target import Target

_BATCH = 100  # addresses that are logged at once: each entry is synchronised to disk, which delays a start


class Registrations:
    """Hands out e-mail addresses for registrations; each is in the resource log of this process before it is used."""

    def __init__(self, target: Target, state: Path = STATE) -> None:
        self._pattern = target.mailbox.address
        self._log = ResourceLog.begin(log_folder(target, state))
        self._batches: list[CreatedResource] = []
        self._unused: deque[str] = deque()

    def new_email(self) -> str:
        """Return an address that nobody has."""
        if not self._unused:
            self._unused = deque(new_person(self._pattern).email for _ in range(_BATCH))
            self._batches.append(self._log.plan("account", *self._unused))
        return self._unused.popleft()

    def close(self) -> None:
        """Leave an entry for each address that was used, for the cleanup after the run."""
        for batch in self._batches:
            for email in batch.names:
                if email not in self._unused:
                    self._log.plan("account", email)
            self._log.remove(batch)
        self._batches = []
        self._unused.clear()
        self._log.close()


@contextmanager
def logged_until_done(target: Target, emails: Sequence[str], state: Path = STATE) -> Iterator[None]:
    """Keep these accounts in the resource log of a shared tenant while the block creates them.

    When the block fails they stay in it, and a cleanup deletes those that exist.
    """
    if not target.is_shared:
        yield
        return
    log = ResourceLog.begin(log_folder(target, state))
    try:
        entry = log.plan("account", *emails)
        yield
        log.remove(entry)
    finally:
        log.close()


def registers(plan: Plan) -> bool:
    """Return whether a run registers accounts that must be deleted afterwards; an emulator forgets its own."""
    steps = [step for name in plan.profile.mix for step in SCENARIOS[name].steps]
    return plan.target.is_shared and any("{fresh_email}" in str(step.body) for step in steps)
