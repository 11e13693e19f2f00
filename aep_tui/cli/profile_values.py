"""The values that ``aep-tui profile`` takes: checked as the form does, and what stays of a profile that is replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aep_tui.secret import Secret
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile


def made_profile(name: str, given: Mapping[str, object]) -> Profile:
    """Return the profile that the options describe.

    Raises:
        UsageError: A value could not be sent, or is no origin.
    """
    from aep_tui.flow_service.account import check_header_value, check_origin
    from aep_tui.storage.profiles import Profile

    def text(key: str, option: str) -> str:
        value = str(given[key]).strip()
        return check_header_value(value, option) if value else ""

    def origin(key: str, option: str) -> str:
        value = str(given[key]).strip()
        return check_origin(value, option) if value else ""

    production = given["production"]
    made = Profile(
        name,
        text("org_id", "--org-id"),
        text("client_id", "--client-id"),
        tuple(text("scopes", "--scopes").replace(",", " ").split()),
        text("sandbox", "--sandbox"),
        origin("platform_url", "--platform-url"),
        origin("ims_url", "--ims-url"),
        tuple(production) if isinstance(production, Sequence) else (),
    )
    check_fit(made, {})
    return made


def check_fit(profile: Profile, secrets: Mapping[str, Secret[str]]) -> None:
    """Refuse values and secrets as the form of a profile does; empty ones can be filled in later.

    Raises:
        UsageError: One of them can be none, or cannot be sent.
    """
    from aep_tui.wizard.credential import Credential
    from aep_tui.wizard.profile_form import check_filled

    check_filled(profile, Credential(secrets.get("client_secret", Secret("")), secrets.get("access_token", Secret(""))))


def over(old: Profile | None, made: Profile, *, names_production: bool = False) -> tuple[Profile, list[str]]:
    """Return a profile that takes another one's place, with what guards and suits a person there; and what to say of that.

    Args:
        old: The one that is replaced; ``None`` if there is none.
        made: What was given.
        names_production: Whether that says which sandboxes count as production, if only that none does.
    """
    if old is None:
        return made, []
    production = made.production_sandboxes if names_production else old.production_sandboxes
    said = []
    if production and not names_production:
        said.append(f"Still counted as production: {', '.join(plain(name, 60) for name in production)}.")
    if old.sandbox and not made.sandbox:
        said.append(f"No sandbox is set now; it was {plain(old.sandbox, 60)}.")
    return made._replace(production_sandboxes=production, keys=old.keys), said
