"""A connection as far as somebody has described it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from aep_tui.forms.check import FieldError, check
from aep_tui.forms.fields import Answer, Form
from aep_tui.forms.following import follow
from aep_tui.forms.force import in_force
from aep_tui.forms.placeholders import without_password
from aep_tui.secret import Secret
from aep_tui.wizard.result import Result
from aep_tui.wizard.source import AuthOption, Source
from aep_tui.wizard.suggest import suggested_answers

NAME: Final = "#name"
"""Where an error of the connection name belongs; no JSON Pointer begins so."""
DESCRIPTION: Final = "#description"
AUTH: Final = "#auth"
PAGE: Final = ""
"""Where an error belongs that no field has."""

Touched = Mapping[str, Answer | None]
Content = tuple[str, str, str, Touched]
"""Auth spec, name, description and answers: all that a request is made of."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What will become a connection.

    Attributes:
        source: The picked source.
        auth_name: The chosen auth spec; empty for a source without any.
        name: The connection's name, as typed.
        description: May be empty.
        touched: By auth spec and then by the id of the field, what the person set; ``None`` where they cleared a field, so that
            neither a default nor a suggestion comes back.
        uncertain: An earlier attempt to send this draft whose outcome is unknown; the main action does not send then.
        sent_as: What was sent by that attempt; ``None`` where there is none.
        recorded: Name and description that leaving does not lose: those suggested, or those that the history has.
        proposed: The name that was suggested.
    """

    source: Source
    auth_name: str = ""
    name: str = ""
    description: str = ""
    touched: Mapping[str, Touched] = field(default_factory=dict)
    uncertain: Result | None = None
    sent_as: Content | None = None
    recorded: tuple[str, str] = ("", "")
    proposed: str = ""

    @classmethod
    def begin(cls, source: Source, name: str) -> Draft:
        """Return a draft with the first auth spec chosen and a suggested name."""
        first = source.auth_options[0].name if source.auth_options else ""
        return cls(source, first, name, recorded=(name, ""), proposed=name)

    def proposing(self, name: str) -> Draft:
        """Return the draft with another suggested name; unchanged where its name is a person's, or was sent already."""
        if self.name != self.proposed or self.uncertain is not None:
            return self
        return replace(self, name=name, recorded=(name, self.recorded[1]), proposed=name)

    @property
    def option(self) -> AuthOption | None:
        """The chosen auth option, or ``None`` for a source without auth."""
        return self.source.auth(self.auth_name)

    @property
    def form(self) -> Form | None:
        """The form of the chosen auth spec, or ``None``."""
        return self.option.form if self.option else None

    @property
    def has_typed(self) -> bool:
        """Whether a person typed something that nothing but this draft has."""
        name, description = self.recorded
        is_named = bool(self.name.strip()) and self.name != name
        is_described = bool(self.description.strip()) and self.description != description
        return is_named or is_described or any(self.touched.values())

    @property
    def content(self) -> Content:
        """What would be sent now."""
        return self.auth_name, self.name.strip(), self.description, self.touched.get(self.auth_name, {})

    @property
    def is_as_sent(self) -> bool:
        """Whether the draft is still what the attempt of unknown outcome has sent."""
        return self.sent_as == self.content

    def answers(self) -> dict[str, Answer]:
        """Return the answers in force: what the person did, over suggestions, over what is prefilled."""
        option = self.option
        if option is None:
            return {}
        suggested = suggested_answers(self.source, option, self.name)
        return in_force(option.form, self.touched.get(self.auth_name, {}), suggested)

    def answered(self, field_id: str, answer: Answer | None) -> Draft:
        """Return the draft with one answer set, or cleared by ``None``."""
        mine = {**self.touched.get(self.auth_name, {}), field_id: answer}
        return replace(self, touched={**self.touched, self.auth_name: mine})

    def without_secrets(self) -> Draft:
        """Return the draft as it may stay in memory once it is sent: where a secret was there is a sign that there was one."""
        touched = {
            name: {field_id: _forgotten(answer) for field_id, answer in mine.items()} for name, mine in self.touched.items()
        }
        return replace(self, touched=touched)

    def with_source(self, source: Source) -> Draft:
        """Return the draft on a newer reading of the same connection spec, every answer kept."""
        known = source.auth(self.auth_name)
        first = source.auth_options[0].name if source.auth_options else ""
        touched = {name: _carried_over(mine, self.source.auth(name), source.auth(name)) for name, mine in self.touched.items()}
        return replace(self, source=source, auth_name=self.auth_name if known else first, touched=touched)

    def errors(self) -> list[FieldError]:
        """Return what has to be mended before this can be sent, in the order of the page."""
        wrong = name_error(self.name)
        errors = [wrong] if wrong else []
        option = self.option
        return errors if option is None else errors + check(option.form, self.answers())


def name_error(name: str) -> FieldError | None:
    """Return what is wrong with a connection's name, or ``None``."""
    if not name.strip():
        return FieldError(NAME, "Name", "required", "Name is required.")
    if len(name.strip().splitlines()) > 1:
        return FieldError(NAME, "Name", "pattern", "Name must be one line.")
    return None


def _forgotten(answer: Answer | None) -> Answer | None:
    # A zero can be read whatever the field holds, so that the request shows its placeholder still.
    if isinstance(answer, Secret):
        return Secret("0")
    return hidden if isinstance(answer, str) and isinstance(hidden := without_password(answer), str) else answer


def _carried_over(touched: Touched, before: AuthOption | None, now: AuthOption | None) -> Touched:
    """Return answers for a newer reading of their form.

    A choice is kept as a position, so it follows its value to where that stands now; it is forgotten if that is gone.
    """
    if before is None or now is None or before is now:
        return touched
    return follow(touched, before.form, now.form)
