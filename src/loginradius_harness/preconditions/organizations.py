"""Organizations with a domain, a permission, roles and a member."""

from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("organization")
def organization(preconditions: Preconditions) -> str:
    """Create an organization; return its id."""
    created = preconditions.journey.organizations.create()
    preconditions.put("organization.name", created["Name"])
    return str(created["Id"])


@precondition("domain_id", needs=["organization"])
def domain_id(preconditions: Preconditions) -> str:
    """Add a domain to the organization; return its id."""
    name = str(preconditions.value("fresh.domain"))
    return str(preconditions.journey.organizations.add_domain(preconditions.value("organization"), name)["Id"])


@precondition("permission_id")
def permission_id(preconditions: Preconditions) -> str:
    """Create a permission; return its id."""
    return str(preconditions.journey.organizations.create_permission()["Id"])


@precondition("tenant_role", needs=["permission_id"])
def tenant_role(preconditions: Preconditions) -> str:
    """Create a role for all organizations; return its id."""
    created = preconditions.journey.organizations.create_tenant_role(preconditions.value("permission_id"))
    preconditions.put("tenant_role.name", created["Name"])
    return str(created["Id"])


@precondition("organization_role", needs=["organization", "permission_id"])
def organization_role(preconditions: Preconditions) -> str:
    """Create a role of the organization; return its id."""
    organizations, owner = preconditions.journey.organizations, preconditions.value("organization")
    created = organizations.create_role(owner, preconditions.value("permission_id"))
    preconditions.put("organization_role.name", created["Name"])
    return str(created["Id"])


@precondition("member", needs=["person", "organization_role"])
def member(preconditions: Preconditions) -> str:
    """Let the person into the organization; return the person's uid."""
    uid, owner = str(preconditions.value("person").uid), str(preconditions.value("organization"))
    preconditions.journey.organizations.let_in(uid, owner, preconditions.value("organization_role"))
    preconditions.put("member.organization", owner)
    return uid


@precondition("invitation", needs=["person", "organization_role"])
def invitation(preconditions: Preconditions) -> str:
    """Invite a new address to the organization; return the invitation's id."""
    organizations, address = preconditions.journey.organizations, preconditions.journey.new_person().email
    owner, role = preconditions.value("organization"), preconditions.value("organization_role")
    sent = organizations.invite(address, owner, preconditions.value("person").uid, role)
    preconditions.put("invitation.email", address)
    return str(sent["Id"])


@precondition("invitation.token", needs=["invitation"])
def invitation_token(preconditions: Preconditions) -> str:
    """Return the token of the invitation's mail."""
    preconditions.value("invitation")
    return preconditions.journey.organizations.token_of_mail(preconditions.value("invitation.email"))


@precondition("connection", needs=["organization"])
def connection(preconditions: Preconditions) -> str:
    """Create a connection of the organization; return its id."""
    return str(preconditions.journey.organizations.connect(preconditions.value("organization"))["Id"])


@precondition("group_role", needs=["connection", "organization_role"])
def group_role(preconditions: Preconditions) -> str:
    """Give a group the role of the organization; return the id."""
    owner, role = preconditions.value("organization"), preconditions.value("organization_role")
    organizations = preconditions.journey.organizations
    return str(organizations.give_group(owner, preconditions.value("connection"), "engineers", role)["Id"])
