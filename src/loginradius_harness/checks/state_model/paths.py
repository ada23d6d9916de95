"""Bring a thing of the model into each of its states: the shortest path to every transition."""

from loginradius_harness.checks.state_model.model import CHALLENGE_LIFE, LINK_LIFE, REFRESH_LIFE, TOKEN_LIFE
from loginradius_harness.checks.state_model.runner import ModelRunner

VERIFIED = ["account: register", "verification link: open"]
GUESS = "account: log in with a wrong password"
LOGGED_IN = [*VERIFIED, "account: log in"]
WITH_APP = [*LOGGED_IN, "factor: enrol"]
WITH_CODES = [*WITH_APP, "factor: get backup codes"]

# Actions that create a thing, in its first state.
CREATION = {
    "account": VERIFIED,
    "address": VERIFIED,
    "access token": LOGGED_IN,
    "refresh token": LOGGED_IN,
    "verification link": ["account: register"],
    "reset link": [*VERIFIED, "account: ask for a reset"],
    "factor": LOGGED_IN,
    "challenge": [*WITH_CODES, "account: log in"],
}
# Actions that change its state.
CHANGES = {
    "blocked": ["account: block"],
    "disabled": ["account: disable"],
    "suspended": [GUESS] * 3,
    "at the last try": [GUESS] * 2,
    "enrolled": ["factor: enrol"],
    "enrolled with backup codes": ["factor: enrol", "factor: get backup codes"],
    "orphaned": ["account: delete"],
    "of a blocked account": ["account: block"],
    "of a disabled account": ["account: disable"],
    "of a suspended account": [GUESS] * 3,
    "of an account at the last try": [GUESS] * 2,
    ("access token", "ended"): ["access token: log out"],
    ("refresh token", "ended"): ["refresh token: revoke"],
    ("refresh token", "used"): ["refresh token: refresh"],
    ("verification link", "used"): ["verification link: open"],
    ("verification link", "superseded"): ["address: ask for verification"],
    ("reset link", "used"): ["reset link: use"],
    ("reset link", "superseded"): ["account: ask for a reset"],
    ("challenge", "used"): ["challenge: answer"],
}
PARTIAL_CREATION = {
    ("account", "absent"): 0,
    ("account", "unverified"): 1,
    ("address", "absent"): 0,
    ("address", "unverified"): 1,
}
LIFETIMES = {
    "access token": TOKEN_LIFE,
    "refresh token": REFRESH_LIFE,
    "verification link": LINK_LIFE,
    "reset link": LINK_LIFE,
    "challenge": CHALLENGE_LIFE,
}


def bring_into_state(runner: ModelRunner, thing: str, state: str, action: str) -> int:
    """Bring the first account's thing into a state; return the number that selects it in the next step."""
    birth = CREATION[thing]
    if action == "answer by a used backup code":
        birth = [*birth, "challenge: answer by a backup code", "account: log in"]
    perform(runner, birth[: PARTIAL_CREATION.get((thing, state), len(birth))])
    known = runner.secrets.get(thing, [])
    number = len(known) if state == "unknown" else max(0, len(known) - 1)
    if state == "expired":
        runner.wait(LIFETIMES[thing] + 1)
    perform(runner, CHANGES.get((thing, state)) or CHANGES.get(state) or [])
    return number


def perform(runner: ModelRunner, steps: list[str], person: int = 0) -> None:
    """Perform an account's actions, each on the newest thing of its kind."""
    for step in steps:
        thing, _, action = step.partition(": ")
        runner.step(thing, action, len(runner.secrets[thing]) - 1 if thing in runner.secrets else person)
