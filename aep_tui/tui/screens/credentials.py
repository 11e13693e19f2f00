"""Step 2: the form that the source itself described."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Button, Static

from aep_tui.errors import AepTuiError
from aep_tui.exchange.json_view import body_lines
from aep_tui.forms.check import FieldError
from aep_tui.forms.fields import Answer, Chosen, Form
from aep_tui.json_text import JsonLine
from aep_tui.secret import Secret
from aep_tui.text import plain
from aep_tui.tui.form_rows import Row
from aep_tui.tui.general_rows import draft_rows
from aep_tui.tui.keymap import with_keys
from aep_tui.tui.screens.base import WizardScreen
from aep_tui.tui.screens.form_page import FormPage
from aep_tui.tui.widgets.fields.text_field import TextField
from aep_tui.tui.words import NOTHING_TO_SIGN_IN, WHERE_TO_TYPE
from aep_tui.wizard.draft import AUTH, DESCRIPTION, NAME, Draft, name_error
from aep_tui.wizard.state import Answered, AuthPicked, DescriptionGiven, NameGiven, NameProposed, ReviewAsked
from aep_tui.wizard.step import Step

if TYPE_CHECKING:
    from aep_tui.wizard.existing import Existing

BODY_POINTERS = {NAME: "/name", DESCRIPTION: "/description", AUTH: "/auth/specName"}
PARAMS_POINTER = "/auth/params"
MARGIN_CELLS = 6
"""On both sides of the line that says what exists already."""


class ExistingLine(Static):
    """Says what the source has already; a click shows it."""

    def on_click(self, event: events.Click) -> None:
        """Show what is there already."""
        if self.has_class("-some") and isinstance(self.screen, CredentialsScreen) and self.screen.offers_existing:
            event.stop()
            self.screen.action_existing()


class CredentialsScreen(FormPage, WizardScreen):
    """A row for every answer; help for the focused one and the request behind it stand beside them."""

    STEP = Step.CREDENTIALS
    MAIN = "Review"
    BESIDE_TITLE = "Behind this step"
    HELP_TEXT = (
        "The service described this form itself. A star marks what the source cannot do without. Tab and shift+Tab go "
        "from field to field, Enter goes on. Space turns a yes or no; up and down, or typing, change a choice. {fold} folds "
        "what is optional away.\n\n"
        "Secrets are masked, are sent once with this request, and are kept nowhere unless you say so on Review. {reveal} "
        "shows the one you are in until you leave it. What you leave empty is not sent: the service then uses its own "
        "default.\n\n"
        "The first line says how many connections this source has in the sandbox already. One for an account is enough: "
        "{existing} shows them, and takes one in place of a new one."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "review", "Review", id="main", priority=True, tooltip="Look at what will be sent"),
        Binding("escape", "back", "Back", id="back", tooltip="Back to the sources; your answers stay"),
        Binding("f5", "request", "Request", id="beside", tooltip="Show the request so far"),
        Binding("ctrl+g", "fill_kept", "Kept secrets", id="kept", tooltip="Fill in the secrets that the keyring keeps"),
        Binding("f9", "existing", "Use existing", id="existing", tooltip="Connections that this source has here already"),
    ]

    def __init__(self) -> None:
        """Make the page; what the source has already is not known yet."""
        super().__init__()
        self._existing: Sequence[Existing] = ()
        self._is_unlisted = False
        self._words = ""
        self._kept: tuple[str, Mapping[str, Secret[str]]] = ("", {})

    def body(self) -> Iterable[Widget]:
        """One line on what is there already, above the form."""
        yield ExistingLine(id="existing-line")
        yield from super().body()

    async def on_mount(self) -> None:
        """Look for connections that the source has already, and for secrets that are kept."""
        self._look_for_existing()
        self._look_for_kept()

    @work(exclusive=True, group="kept", description="kept secrets")
    async def _look_for_kept(self) -> None:
        self._kept = await self.app.kept_params(self.draft.source.id)
        self._tell_known()

    @property
    def _has_kept(self) -> bool:
        """Whether secrets are kept for the chosen way to authenticate."""
        return bool(self._kept[1]) and self._kept[0] == self.draft.auth_name

    async def action_fill_kept(self) -> None:
        """Fill in the secrets that the keyring keeps, beside what is typed already."""
        self.take_current()
        for field_id, secret in self._kept[1].items():
            self.app.dispatch(Answered(field_id, secret))
        await self.follow()
        self.draw_beside()
        self.notify("The kept secrets are filled in.", markup=False)

    @work(exclusive=True, group="existing", description="existing connections")
    async def _look_for_existing(self, *, again: bool = False) -> None:
        """Look for what the source has already; where that was asked for, show it, or say why not."""
        sandbox = plain(self.app.session.place.sandbox, 40)
        self._is_unlisted = False
        self._tell_known(f"Looking for connections of this source in {sandbox} …")
        try:
            self._existing = await self.app.session.existing(self.draft.source.id)
        except AepTuiError as error:
            self._is_unlisted = True
            self._tell_known(self._unlisted_words(error))
            if again and self.is_current:
                self.app.tell_error(error, "The existing connections cannot be listed")
            return
        self._propose_free_name()
        count = len(self._existing)
        some = "1 connection of this source exists" if count == 1 else f"{count} connections of this source exist"
        shows = with_keys(self.app, "{existing} shows it" if count == 1 else "{existing} shows them")
        self._tell_known(f"{some} in {sandbox} already; {shows}" if count else f"No connection of this source in {sandbox} yet")
        if again and count and self.is_current:
            self.action_existing()

    def _propose_free_name(self) -> None:
        """Propose a name that none of the connections has, unless somebody is changing it right now."""
        from aep_tui.wizard.suggest import free_name

        editor = self.lines.editor if self.lines.current_id == NAME else None
        if isinstance(editor, TextField):
            is_entered = editor.has_focus and editor.selected_text != editor.value
            if is_entered or editor.value != self.draft.name:
                return
        before = self.draft
        self.app.dispatch(NameProposed(free_name(before.name, [connection.name for connection in self._existing])))
        if self.app.wizard.draft is before:
            return
        self.show_rows()
        if isinstance(editor, TextField) and editor.has_focus:
            # Typing replaces a proposed name, as before.
            editor.select_all()
        self.draw_beside()

    def _unlisted_words(self, error: AepTuiError) -> str:
        """Return which key mends it or asks again, and the reason where the line has room for all of it."""
        from aep_tui.wizard.credential import CredentialMissing

        reason = plain(error.title)
        if isinstance(error, CredentialMissing):
            return with_keys(self.app, f"Existing ones not listed: {NOTHING_TO_SIGN_IN} {WHERE_TO_TYPE}, types it")
        words = with_keys(self.app, "Existing connections not listed; {existing} tries again")
        whole = f"{words}: {reason}"
        return whole if not self._has_kept and len(whole) <= self.app.size.width - MARGIN_CELLS else words

    def _tell_known(self, words: str = "") -> None:
        """Say what there is already: connections, and kept secrets."""
        self._words = words or self._words
        kept = with_keys(self.app, "{kept} fills in kept secrets · ") if self._has_kept else ""
        line = self.query_one(ExistingLine)
        line.update(Content(f"{kept}{self._words}"))
        line.set_class(self.offers_existing or bool(kept), "-some")
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what is there already only where there is something, or may be."""
        match action:
            case "existing":
                return self.offers_existing
            case "fill_kept":
                return self.is_mounted and self.app.wizard.draft is not None and self._has_kept
        return super().check_action(action, parameters)

    @property
    def offers_existing(self) -> bool:
        """Whether the source has connections already, or could not be asked for them."""
        return bool(self._existing) or self._is_unlisted

    def action_existing(self) -> None:
        """Show what the source has already, and use one of it; look again where that failed."""
        if self._is_unlisted:
            self.app.session.has_declined = False
            self._look_for_existing(again=True)
            return
        from aep_tui.tui.screens.existing import ExistingScreen

        def taken(connection: Existing | None) -> None:
            if connection is not None:
                self.app.use_existing(connection)

        self.take_current()
        self.app.push_screen(ExistingScreen(self.draft.source.name, self._existing), taken)

    @property
    def draft(self) -> Draft:
        """The draft on this page."""
        draft = self.app.wizard.draft
        if draft is None:
            raise RuntimeError("the Credentials step has no draft")
        return draft

    def make_rows(self) -> list[Row]:
        """Return name, description and a row for every param."""
        return draft_rows(self.draft)

    def state_now(self) -> object:
        """Return the draft."""
        return self.draft

    def give(self, row: Row, answer: Answer | None) -> None:
        """Give an answer to the wizard."""
        match row.row_id:
            case pointer if pointer == NAME:
                self.app.dispatch(NameGiven(answer if isinstance(answer, str) else ""))
            case pointer if pointer == DESCRIPTION:
                self.app.dispatch(DescriptionGiven(answer if isinstance(answer, str) else ""))
            case pointer if pointer == AUTH:
                index = answer.index if isinstance(answer, Chosen) else 0
                self.app.dispatch(AuthPicked(self.draft.source.auth_options[index].name))
            case pointer:
                self.app.dispatch(Answered(pointer, answer))

    def form_now(self) -> Form | None:
        """Return the form of the chosen auth spec."""
        return self.draft.form

    def answers_now(self) -> Mapping[str, Answer]:
        """Return the answers in force."""
        return self.draft.answers()

    def touched_now(self) -> Mapping[str, Answer | None]:
        """Return what somebody ever answered for this auth spec."""
        return self.draft.touched.get(self.draft.auth_name, {})

    def errors_now(self) -> Sequence[FieldError]:
        """Return what the wizard found."""
        return self.app.wizard.errors

    def error_of_own(self, row: Row) -> FieldError | None:
        """Return what is wrong with the name."""
        return name_error(self.draft.name) if row.row_id == NAME else None

    def main_help(self) -> str:
        """Return what Review is."""
        return "Look at the request before anything is sent."

    def keys_here(self, row: Row) -> str:
        """Return the keys that only some fields have, and what becomes of a secret."""
        keys = super().keys_here(row)
        return f"Kept nowhere; sent once. {keys}" if row.secret else keys

    def preview(self, pointer: str) -> tuple[str, Sequence[JsonLine], str]:
        """Return the request so far, secrets as placeholders."""
        request = self.app.session.request(self.draft)
        wanted = BODY_POINTERS.get(pointer) or (PARAMS_POINTER + pointer if pointer else "")
        return f"{request.method} /connections", body_lines(request), wanted

    @on(Button.Pressed, "#go")
    async def action_review(self) -> None:
        """Go on, or to the first thing that has to be mended."""
        self.take_current()
        self.app.dispatch(ReviewAsked())
        if self.app.wizard.step is Step.CREDENTIALS and self.is_current:
            await self.show_errors()
        elif self.app.wizard.step is Step.REVIEW:
            self.forget_errors()

    def action_back(self) -> None:
        """Go back to the sources with every answer kept."""
        self.take_current()
        self.app.go_back()

    def action_request(self) -> None:
        """Show the request so far over the whole screen."""
        self.take_current()
        self.app.show_request(self.app.session.request(self.draft))
