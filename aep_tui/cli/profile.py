"""``aep-tui profile``: the organisations this machine knows, for scripts and for a terminal without the screens."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Protocol

import click

from aep_tui.cli.printing import print_json, print_lines, tell
from aep_tui.cli.profile_output import as_dict, star, value_as_dict, value_line
from aep_tui.cli.profile_values import check_fit, made_profile, over
from aep_tui.errors import AepTuiError, ExitCode, UsageError
from aep_tui.secret import Secret
from aep_tui.text import plain

if TYPE_CHECKING:
    from aep_tui.storage.profiles import Profile
    from aep_tui.storage.secret_store import SecretStore
    from aep_tui.storage.settings import SettingsFile
    from aep_tui.wizard.effective import Effective

LONGEST_SECRET: Final = 16_384

EPILOG: Final = (
    "Secrets are kept in the system's keyring, never in a file, and never given as an argument. Exit codes: 0 done, also "
    "by an import where there is no keyring at all: the file has the secret still; 1 a secret that was given could not be "
    "kept or taken out, or a file not written; 2 usage; 8 there is such a profile already; 9 a confirmation is needed."
)


class ProfileLaunching(Protocol):
    """What the composition root does for these commands."""

    def settings_file(self) -> SettingsFile:
        """Return the settings file; nothing is read by asking."""

    def secret_store(self) -> SecretStore:
        """Return the keyring's store; nothing is asked yet."""

    def effective_settings(self, flags: Mapping[str, str]) -> Effective:
        """Return every value of a run with where it comes from, the keyring not yet asked."""

    def has_expired(self, token: str) -> bool:
        """Tell whether the time of an access token is over."""


@click.group(epilog=EPILOG)
def profile() -> None:
    """Keep several organisations apart, each under a name."""


@profile.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def profile_list(ctx: click.Context, *, as_json: bool) -> int:
    """Print the profiles: a star for the one in use, else -, then name, organisation id and sandbox."""
    file = _launcher(ctx).settings_file()
    settings = file.read()
    _tell_faults(file)
    if as_json:
        return print_json([as_dict(one, settings) for one in settings.profiles.values()])
    if not settings.profiles:
        tell("There are no profiles yet: aep-tui profile add makes one, aep-tui profile import takes one from a file.")
    return print_lines(
        "\t".join([star(one, settings), *(plain(text) or "(none)" for text in (one.name, one.org_id, one.sandbox))])
        for one in settings.profiles.values()
    )


@profile.command("show")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
@click.pass_context
def profile_show(ctx: click.Context, name: str | None, *, as_json: bool) -> int:
    """Print every value that a run would work with, and where it comes from.

    Of a secret only that is said. NAME is another profile than the one in use.
    """
    from aep_tui.wizard.effective import ASKED, with_keyring

    launcher = _launcher(ctx)
    known = launcher.effective_settings({ASKED: name} if name else {})
    values = with_keyring(known, launcher.secret_store(), launcher.has_expired)
    _tell_faults(launcher.settings_file())
    if values.keyring_trouble:
        tell(values.keyring_trouble)
    if as_json:
        return print_json(
            {
                "profile": values.profile or None,
                "profileSource": values.profile_source or None,
                "values": [value_as_dict(value) for value in values.values.values()],
                "productionSandboxes": list(values.production_sandboxes),
                "keys": dict(values.keys),
            }
        )
    head = f"Profile\t{plain(values.profile) or '-'}\t{values.profile_source or '-'}"
    return print_lines([head, *map(value_line, values.values.values())])


@profile.command("add")
@click.argument("name")
@click.option("--org-id", default="", metavar="ID", help="The organisation id, ending in @AdobeOrg.")
@click.option("--client-id", default="", metavar="ID", help="The client id of the credential.")
@click.option("--sandbox", default="", metavar="NAME", help="The sandbox to begin in.")
@click.option("--scopes", default="", metavar="A,B", help="The scopes of a token, if not the usual ones.")
@click.option("--platform-url", default="", metavar="ORIGIN", help="Another origin than https://platform.adobe.io.")
@click.option("--ims-url", default="", metavar="ORIGIN", help="Another origin than https://ims-na1.adobelogin.com.")
@click.option(
    "--production",
    multiple=True,
    metavar="NAME",
    help="A further sandbox that counts as production; repeatable. With --replace, those of before stay where none is given.",
)
@click.option("--secret-stdin", is_flag=True, help="Read the client secret from standard input.")
@click.option("--no-secret", is_flag=True, help="Do not ask for the client secret.")
@click.option("--replace", "replaces", is_flag=True, help="Put it in the place of the profile of that name.")
@click.pass_context
def profile_add(
    ctx: click.Context, /, name: str, *, secret_stdin: bool, no_secret: bool, replaces: bool, **given: object
) -> int:
    """Make a profile.

    On a terminal the client secret is asked for, without showing it. The first profile is the one in use.
    """
    if secret_stdin and no_secret:
        raise click.UsageError("--secret-stdin and --no-secret cannot be given together.")
    file, made = _launcher(ctx).settings_file(), made_profile(name, given)
    if replaces:
        made, said = over(file.read().profiles.get(name), made, names_production=bool(given["production"]))
        tell(*said)
    with _taken(file, made.name, "Give it another name"):
        file.check(made, new=not replaces)
    secret = _secret_from_stdin() if secret_stdin else None if no_secret else _secret_typed()
    secrets = {"client_secret": secret} if secret is not None else {}
    return _save(_launcher(ctx), made, secrets, replaces=replaces)


@profile.command("import")
@click.argument("file", metavar="FILE")
@click.option("--name", default="", metavar="NAME", help="Another name than the file's own.")
@click.option("--no-secret", is_flag=True, help="Leave the secrets of the file where they are.")
@click.option("--replace", "replaces", is_flag=True, help="Put it in the place of the profile of that name.")
@click.pass_context
def profile_import(ctx: click.Context, file: str, name: str, *, no_secret: bool, replaces: bool) -> int:
    """Make a profile from a file that you have.

    FILE is the JSON of a credential or a project from the Developer Console, an aepp config or a Postman environment; - reads
    standard input. Its client secret goes into the keyring; where there is none it stays in the file alone, and that is said.
    """
    from pathlib import Path

    from aep_tui.exchange.json_file import read_json_file
    from aep_tui.exchange.profile_import import read_profile_file

    document = read_json_file(file, sys.stdin.buffer if sys.stdin is not None else None)
    imported = read_profile_file(document, Path(file).stem if file != "-" else "imported")
    tell(f"This is {imported.a_kind}.", *imported.remarks)
    secrets: dict[str, Secret[str]] = {}
    if imported.client_secret is not None:
        secrets["client_secret"] = imported.client_secret
    elif imported.access_token is not None:
        # A token that is kept wins over the secret, and ends after a day: beside a secret it would only stand in the way.
        secrets["access_token"] = imported.access_token
    made = imported.profile._replace(name=name) if name else imported.profile
    check_fit(made, {} if no_secret else secrets)
    if replaces:
        made, said = over(_launcher(ctx).settings_file().read().profiles.get(made.name), made)
        tell(*said)
    try:
        with _taken(_launcher(ctx).settings_file(), made.name, "Give it another name with --name NAME"):
            code = _save(_launcher(ctx), made, {} if no_secret else secrets, replaces=replaces)
    except SecretNotKept as error:
        if not error.is_missing:
            raise
        # The profile is what was asked for, and the file has the secret still.
        tell(error.sentence())
        return int(ExitCode.DONE)
    if secrets and not no_secret and file != "-":
        tell(f"{plain(file, 200)} still holds the secret; delete it if you need it no longer.")
    return code


@profile.command("use")
@click.argument("name")
@click.pass_context
def profile_use(ctx: click.Context, name: str) -> int:
    """Make a profile the one in use."""
    if not name.strip():
        raise UsageError("The name of a profile is empty.", remedy="aep-tui profile list tells the names.")
    _launcher(ctx).settings_file().use(name)
    return int(ExitCode.DONE)


@profile.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--keep-secrets", is_flag=True, help="Leave what the keyring keeps for it, such as when that cannot be used.")
@click.pass_context
def profile_remove(ctx: click.Context, name: str, *, yes: bool, keep_secrets: bool) -> int:
    """Take a profile out, and its secrets out of the keyring."""
    launcher = _launcher(ctx)
    file, store = launcher.settings_file(), launcher.secret_store()
    settings = file.read()
    is_there = name in settings.profiles
    if is_there:
        file.check_remove(name)
    if not yes:
        _confirm_removal(store, name, is_there=is_there, keep_secrets=keep_secrets)
    # Secrets first: whoever is stopped between the two can say the same again.
    count = 0 if keep_secrets else _remove_secrets(store, name)
    if is_there or not count:
        file.remove(name)
    if count:
        tell(f"{count} secret{'s' if count > 1 else ''} taken out of the keyring.")
    if name == settings.used:
        has_others = bool(set(settings.profiles) - {name})
        begin = "aep-tui profile use NAME takes another" if has_others else "none is left, and aep-tui profile add makes one"
        tell(f"No profile is in use now; {begin}.")
    return int(ExitCode.DONE)


def _confirm_removal(store: SecretStore, name: str, *, is_there: bool, keep_secrets: bool) -> None:
    """Ask before a profile goes, and before secrets go that outlived theirs; where there is neither, nothing is asked."""
    shown = plain(name, 60)
    if is_there:
        _confirm(f"Remove the profile {shown}" + ("" if keep_secrets else " and its secrets"))
    elif not keep_secrets and _removing(lambda: store.count(name)):
        _confirm(f"There is no profile {shown}. Remove the secrets that are in the keyring under that name")


def _remove_secrets(store: SecretStore, name: str) -> int:
    return _removing(lambda: store.remove_all(name))


def _removing(ask: Callable[[], int]) -> int:
    """Return what the keyring says of the secrets of a profile that is to go; there are none where there is no keyring."""
    from aep_tui.storage.secret_store import SecretStoreUnusable

    try:
        return ask()
    except SecretStoreUnusable as error:
        if error.is_missing:
            return 0
        raise AepTuiError(
            "The profile was not removed.",
            f"Its secrets cannot be taken out of the keyring: {error.detail}",
            "Unlock the keyring and try again, or leave them there with --keep-secrets.",
        ) from None


@contextmanager
def _taken(file: SettingsFile, name: str, other_name: str) -> Iterator[None]:
    """Say which options help where a name is taken already."""
    try:
        yield
    except UsageError as error:
        if error.exit_code is not ExitCode.EXISTS:
            raise
        # A name that differs in upper and lower case alone is in nobody's place.
        replacing = ", or put it in the place of the one there with --replace" if name in file.read().profiles else ""
        raise AepTuiError(error.title, error.detail, f"{other_name}{replacing}.", exit_code=ExitCode.EXISTS) from None


class SecretNotKept(AepTuiError):
    """A profile is saved, and its secret is not.

    Attributes:
        is_missing: Whether there is no keyring at all.
    """

    is_missing = False


def _save(launcher: ProfileLaunching, made: Profile, secrets: Mapping[str, Secret[str]], *, replaces: bool) -> int:
    """Save a profile, make the first one the one in use, and keep its secrets."""
    from aep_tui.wizard.keeping import make_room

    file, store = launcher.settings_file(), launcher.secret_store()
    before = file.read()
    old = before.profiles.get(made.name)
    file.check(made, new=not replaces)
    # First of all: new addresses beside the secrets of those before would be sent them.
    said = make_room(store, made, before.profiles, file.check_writable)
    file.save(made, new=not replaces)
    if said:
        tell(said)
    if before.used not in before.profiles:
        file.use(made.name)
        tell(f"{plain(made.name, 60)} is the profile in use.")
    _keep(store, made, old, secrets)
    return int(ExitCode.DONE)


def _keep(store: SecretStore, made: Profile, old: Profile | None, secrets: Mapping[str, Secret[str]]) -> None:
    """Keep a profile's secrets; a token that is older than the secret goes, since it would win over that."""
    from aep_tui.storage.secret_store import SecretKind, SecretStoreUnusable

    kinds = {"client_secret": SecretKind.CLIENT_SECRET, "access_token": SecretKind.ACCESS_TOKEN}
    try:
        for key, kind in kinds.items():
            if key in secrets or (secrets and old is not None and kind is SecretKind.ACCESS_TOKEN):
                store.set(made.name, kind, secrets.get(key, Secret("")))
    except SecretStoreUnusable as error:
        title = f"The profile {plain(made.name, 60)} is saved, but not its secret."
        not_kept = SecretNotKept(title, error.detail, error.remedy)
        not_kept.is_missing = error.is_missing
        raise not_kept from None


def _secret_typed() -> Secret[str] | None:
    """Ask for a secret on the terminal without showing it; nothing is asked where there is none."""
    if not _has_terminal():
        return None
    typed = click.prompt("Client secret (Enter leaves it out)", hide_input=True, default="", show_default=False, err=True)
    return _checked(typed) if typed.strip() else None


def _secret_from_stdin() -> Secret[str]:
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(
            "--secret-stdin reads from a pipe, and standard input is a terminal.",
            remedy="Leave it out to be asked, without the secret being shown; or pipe the secret in.",
        )
    secret = _checked(sys.stdin.buffer.read(LONGEST_SECRET + 1).decode("utf-8", "replace"))
    if not secret:
        raise UsageError("Standard input holds no secret.", remedy="Pipe the client secret in.")
    return secret


def _checked(text: str) -> Secret[str]:
    trimmed = text.strip()
    if len(trimmed) > LONGEST_SECRET or not trimmed.isprintable() or not trimmed.isascii():
        raise UsageError(
            "This is no client secret.",
            "It is too long, or holds a line break, a control character or a character beyond ASCII.",
            "Copy it again, in one piece and without anything around it.",
        )
    return Secret(trimmed)


def _confirm(question: str) -> None:
    if not _has_terminal():
        raise AepTuiError(f"{question}? That needs a confirmation.", remedy="Add --yes.", exit_code=ExitCode.NEEDS_TERMINAL)
    click.confirm(f"{question}?", abort=True, err=True)


def _has_terminal() -> bool:
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def _tell_faults(file: SettingsFile) -> None:
    tell(*(f"{fault.path}: {fault.what} {fault.remedy}" for fault in file.faults()))


def _launcher(ctx: click.Context) -> ProfileLaunching:
    launcher: ProfileLaunching = ctx.find_root().obj
    return launcher
