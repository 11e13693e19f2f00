"""What the doctor says of a profile: every value, where it comes from, and whether it could be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from aep_tui.errors import AepTuiError, ExitCode, UsageError
from aep_tui.flow_service.account import (
    API_KEY_VARIABLE,
    IMS_VARIABLE,
    ORG_VARIABLE,
    SANDBOX_VARIABLE,
    SECRET_VARIABLE,
    TOKEN_VARIABLE,
    check_header_value,
    check_origin,
    check_scopes,
    clean_token,
)
from aep_tui.storage.profiles import Settings
from aep_tui.text import plain
from aep_tui.wizard.belonging import VARIABLES, listed
from aep_tui.wizard.doctor_check import KEYS, PROFILE, VALUES, Check, Verdict, failed, failed_with, passed, skipped, warned
from aep_tui.wizard.doctor_network import in_words
from aep_tui.wizard.effective import ACCESS_TOKEN, CLIENT_SECRET, PROFILE_VARIABLE, Effective, Origin, Value, effective

if TYPE_CHECKING:
    from aep_tui.wizard.accounts import Accounts
    from aep_tui.wizard.credential import Credential

BEGIN: Final = (
    "Start aep-tui and set up a profile on the page Profiles, or make one of a file with aep-tui profile import FILE. The demo "
    "(aep-tui demo) needs none."
)
SHORTEST_TO_PART: Final = 12
"""A client id that is shorter is not shown in part either."""
_CHECKS: Final[Mapping[str, Callable[[str], str]]] = {
    "org_id": lambda text: check_header_value(text, ORG_VARIABLE),
    "client_id": lambda text: check_header_value(text, API_KEY_VARIABLE),
    "sandbox": lambda text: check_header_value(text, SANDBOX_VARIABLE),
    "platform_url": check_origin,
    "ims_url": lambda text: check_origin(text, IMS_VARIABLE),
    "scopes": check_scopes,
}


def find_values(accounts: Accounts, flags: Mapping[str, str], environment: Mapping[str, str]) -> tuple[Effective | None, Check]:
    """Return the values of the run, ``None`` if they cannot be told, and what is to be said of the profile."""
    try:
        settings = accounts.settings()
    except AepTuiError:
        # What the environment says by itself can be tried all the same.
        kept = {name: text for name, text in environment.items() if name != PROFILE_VARIABLE}
        known = effective({**flags, "--profile": ""}, kept, Settings()) if accounts.environment_stands_alone() else None
        return known, skipped(PROFILE, "Not known, since the settings cannot be read.")
    try:
        known = accounts.effective()
    except AepTuiError as error:
        return None, failed_with(PROFILE, error)
    if known.profile:
        return known, passed(PROFILE, f"{plain(known.profile, 60)} ({known.profile_source})")
    if is_given(known):
        return known, passed(PROFILE, "none; the values come from the environment")
    if settings.profiles:
        names = ", ".join(plain(name, 40) for name in list(settings.profiles)[:5])
        remedy = "Choose one with aep-tui profile use NAME, or for one run with --profile NAME."
        there = f"there is {names} alone" if len(settings.profiles) == 1 else f"there are {names}"
        return known, warned(PROFILE, f"None is in use; {there}.", remedy)
    return known, warned(PROFILE, "There is none yet, and the environment names no organisation.", BEGIN)


def keys(known: Effective | None, remarks_on: Callable[[Mapping[str, str]], Sequence[str]]) -> Check:
    """Return what is to be said of the keys that the settings give.

    Args:
        known: The values of the run; ``None`` if they cannot be told.
        remarks_on: Tells which of the keys cannot be followed, and why, in sentences.
    """
    if known is None:
        return skipped(KEYS, "Not known, since the profile is not.")
    if not known.keys:
        return passed(KEYS, "as they were from the start")
    remarks = remarks_on(known.keys)
    if remarks:
        where = f"[profiles.{plain(known.profile, 60)}.keys] or [keys]" if known.profile else "[keys]"
        remedy = f"Change these lines in settings.toml, below {where}: each key may be given once on a page."
        return warned(KEYS, " ".join(plain(remark, 300) for remark in remarks), remedy)
    return passed(KEYS, f"{len(known.keys)} of the settings' own")


def is_given(known: Effective) -> bool:
    """Tell whether anything but defaults is known."""
    return any(value.origin not in (Origin.DEFAULT, Origin.MISSING) for value in known.values.values())


def values(known: Effective | None, credential: Credential, left: Callable[[str], float | None]) -> list[Check]:
    """Return a check for each value.

    Args:
        known: The values, the keyring looked into; ``None`` if they cannot be told.
        credential: What of them the account signs in with.
        left: Tells for how many seconds an access token lasts still; ``None`` if that is not known.
    """
    if known is None:
        return [skipped(key, "Not known, since the profile is not.") for key in VALUES]
    if not known.profile and not is_given(known):
        return [
            passed(key, _origin_words(value)) if value.is_there else skipped(key, "none") for key, value in known.values.items()
        ]
    plain_values = [_plain_value(value) for key, value in known.values.items() if key not in (CLIENT_SECRET, ACCESS_TOKEN)]
    return [*plain_values, _client_secret(known, credential), _access_token(known, credential, left)]


def _plain_value(value: Value) -> Check:
    if not value.is_there:
        flag = ", or give --sandbox" if value.key == "sandbox" else ""
        remedy = f"{value.where} Fill it in in the profile, or set {value.variable}{flag}."
        return failed(value.key, "It is missing.", remedy)
    try:
        _CHECKS[value.key](value.text)
    except UsageError as error:
        words = f"{error.title} {error.detail}".strip()
        return failed(value.key, f"{words} It comes from {plain(value.source, 100)}.", error.remedy)
    return passed(value.key, _origin_words(value))


def _origin_words(value: Value) -> str:
    # With blanks, so that a line can end between two scopes.
    text = plain(value.text, 200).replace(",", ", ") if value.key == "scopes" else plain(value.text, 200)
    if value.key == "client_id":
        text = f"{text[:4]}…" if len(text) >= SHORTEST_TO_PART else "there"
    return f"{text} ({plain(value.source, 100) or value.origin})"


def _client_secret(known: Effective, credential: Credential) -> Check:
    value = known.values[CLIENT_SECRET]
    if not credential:
        return _no_credential(known, credential)
    if not value.is_there:
        return skipped(CLIENT_SECRET, "none; the access token is used")
    unused = "; the access token is used in its place" if credential.access_token else ""
    return _sendable(CLIENT_SECRET, known.secret(CLIENT_SECRET).reveal(), SECRET_VARIABLE, f"there ({value.source}){unused}")


def _no_credential(known: Effective, credential: Credential) -> Check:
    if known.profile and not known.keyring_fits:
        belonging = known.belonging
        variables = listed([VARIABLES[key] for key in belonging.misfits()])
        return failed(
            CLIENT_SECRET,
            f"The keyring's is not used: it belongs to the profile's own client id and addresses. {belonging.why_not()}",
            f"Unset {variables}, or set {SECRET_VARIABLE} as well.",
            ExitCode.NOT_PERMITTED,
        )
    words = f"There is none, and no access token either. {credential.trouble}".strip()
    remedy = f"Type it on the page Profiles of aep-tui, or set {SECRET_VARIABLE} or {TOKEN_VARIABLE}."
    return failed(CLIENT_SECRET, words, remedy, ExitCode.NOT_PERMITTED)


def _access_token(known: Effective, credential: Credential, left: Callable[[str], float | None]) -> Check:
    value = known.values[ACCESS_TOKEN]
    if not value.is_there:
        return skipped(ACCESS_TOKEN, "none; one is fetched with the client secret" if credential else "none")
    token = clean_token(known.secret(ACCESS_TOKEN).reveal())
    if any(character.isspace() for character in token):
        words = f"It holds a blank or a line break, as no token does ({value.source})."
        return failed(ACCESS_TOKEN, words, "Copy it again, whole and in one piece.", ExitCode.NOT_PERMITTED)
    seconds = left(token)
    words = f"there ({value.source}); {_end_words(seconds)}"
    if not credential.access_token:
        words += "; the client secret is used in its place"
    check = _sendable(ACCESS_TOKEN, token, TOKEN_VARIABLE, words)
    if check.verdict is Verdict.OK and credential.access_token and seconds is not None and seconds <= 0:
        # Whether it still counts is for the service's clock to say.
        return warned(ACCESS_TOKEN, words, _renewal(value))
    return check


def _end_words(left_seconds: float | None) -> str:
    if left_seconds is None:
        return "when it ends it does not say"
    return f"it ends in {in_words(left_seconds)}" if left_seconds > 0 else f"it ended {in_words(-left_seconds)} ago"


def _renewal(token: Value) -> str:
    if token.origin is Origin.ENVIRONMENT:
        return f"Set {TOKEN_VARIABLE} to a new one, or unset it and set {SECRET_VARIABLE}, with which tokens are fetched."
    return "Type a new one on the page Profiles of aep-tui, or a client secret, with which tokens are fetched."


def _sendable(key: str, text: str, variable: str, words: str) -> Check:
    try:
        check_header_value(text, variable)
    except UsageError as error:
        return failed(key, f"{error.title} {error.detail}".strip(), error.remedy, ExitCode.NOT_PERMITTED)
    return passed(key, words)


def why_untried(known: Effective | None, checks: list[Check]) -> str:
    """Return why the service cannot be asked, as a sentence; empty if it can."""
    if known is None:
        return "Not tried, since the profile is not known."
    if not known.profile and not is_given(known):
        return "Not tried, since there is no profile."
    # Without a sandbox the list of those to choose from can still be asked for.
    wrong = [check.title for check in checks if check.verdict is Verdict.FAILED and not _may_lack(check, known)]
    return f"Not tried; first to be put right: {', '.join(wrong)}." if wrong else ""


def _may_lack(check: Check, known: Effective) -> bool:
    return check.key == "sandbox" and not known.values["sandbox"].is_there
