"""How to bring a thing of the model into each of its states: the shortest way to every edge."""

from loginradius_harness.checks.state_model.model import CHALLENGE_LIFE, LINK_LIFE, REFRESH_LIFE, TOKEN_LIFE
from loginradius_harness.checks.state_model.runner import ModelRunner

MEMBER = ["account: register", "verification link: open"]
GUESS = "account: log in with a wrong password"
IN = [*MEMBER, "account: log in"]
WITH_APP = [*IN, "factor: enrol"]
WITH_CODES = [*WITH_APP, "factor: get backup codes"]

# Where a thing comes into being, in its first state.
BIRTHS = {
    "account": MEMBER,
    "address": MEMBER,
    "access token": IN,
    "refresh token": IN,
    "verification link": ["account: register"],
    "reset link": [*MEMBER, "account: ask for a reset"],
    "factor": IN,
    "challenge": [*WITH_CODES, "account: log in"],
}
# What brings it from there to another.
ENDS = {
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
EARLIER = {
    ("account", "absent"): 0,
    ("account", "unverified"): 1,
    ("address", "absent"): 0,
    ("address", "unverified"): 1,
}
LIVES = {
    "access token": TOKEN_LIFE,
    "refresh token": REFRESH_LIFE,
    "verification link": LINK_LIFE,
    "reset link": LINK_LIFE,
    "challenge": CHALLENGE_LIFE,
}


def reach(twin: ModelRunner, thing: str, state: str, action: str) -> int:
    """Bring the first person's thing into a state; the number by which the next step picks it."""
    birth = BIRTHS[thing]
    if action == "answer by a used backup code":
        birth = [*birth, "challenge: answer by a backup code", "account: log in"]
    follow(twin, birth[: EARLIER.get((thing, state), len(birth))])
    known = twin.secrets.get(thing, [])
    number = len(known) if state == "unknown" else max(0, len(known) - 1)
    if state == "expired":
        twin.wait(LIVES[thing] + 1)
    follow(twin, ENDS.get((thing, state)) or ENDS.get(state) or [])
    return number


def follow(twin: ModelRunner, steps: list[str], person: int = 0) -> None:
    """Take a person's steps, each with the newest thing of its kind."""
    for step in steps:
        thing, _, action = step.partition(": ")
        twin.step(thing, action, len(twin.secrets[thing]) - 1 if thing in twin.secrets else person)
