"""What the parts of a tenant share, so that no part imports the tenant that owns it."""

from typing import Any

from loginradius_harness.emulator.core.clock import Clock
from loginradius_harness.emulator.core.hosts import Site
from loginradius_harness.emulator.core.ids import Identifiers
from loginradius_harness.emulator.core.password_hashing import PasswordHasher
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.store import Store
from loginradius_harness.emulator.state import jwt_access_tokens
from loginradius_harness.emulator.state.accounts import Accounts
from loginradius_harness.emulator.state.authenticator import Authenticator
from loginradius_harness.emulator.state.factor_devices.duo import DuoPrompts
from loginradius_harness.emulator.state.factor_devices.push import PushDevices
from loginradius_harness.emulator.state.federation import Federation
from loginradius_harness.emulator.state.journal import Journal
from loginradius_harness.emulator.state.lockout import Lockout
from loginradius_harness.emulator.state.one_time_codes import OneTimeCodes
from loginradius_harness.emulator.state.organizations import Organizations
from loginradius_harness.emulator.state.outbox import Outbox
from loginradius_harness.emulator.state.outbox.templates import MessageTemplates
from loginradius_harness.emulator.state.passkeys import PasskeyCeremonies
from loginradius_harness.emulator.state.request_rate import RequestRate
from loginradius_harness.emulator.state.sessions import Sessions
from loginradius_harness.emulator.state.single_use_tokens import SingleUseTokens


class TenantBase:
    """One API key with its settings, clock, accounts, tokens and codes."""

    def __init__(self, key: str, secret: str, settings: Settings, clock: Clock, identifiers: Identifiers) -> None:
        self.key = key
        self.secret = secret
        self.settings = settings
        self.clock = clock
        self.identifiers = identifiers
        self.site = Site()  # the registry's, which all tenants of a process share
        self.accounts = Accounts()
        tokens = jwt_access_tokens.made_for(settings.app_name, key, clock, identifiers)
        self.sessions = Sessions(clock, identifiers, tokens)
        self.single_use_tokens = SingleUseTokens(clock, identifiers)
        self.codes = OneTimeCodes(clock, identifiers)
        self.passkeys = PasskeyCeremonies(clock, identifiers)
        self.push = PushDevices(clock, identifiers)
        self.duo = DuoPrompts(clock, identifiers)
        self.passwords = PasswordHasher(identifiers)
        self.authenticator = Authenticator(clock, identifiers)
        self.lockout = Lockout(clock)
        self.rate = RequestRate(clock)
        self.federation = Federation(clock, identifiers)
        self.organizations = Organizations(clock, identifiers, self.federation)
        self.outbox = Outbox()
        self.templates = MessageTemplates()
        self.journal = Journal()
        self.configuration = Store[dict[str, Any]]()  # what management has stored and no setting stands for
        self.client_guids = Store[dict[str, Any]]()  # chosen by clients: smart login, one touch, linking
