"""A file of somebody else's that a profile is made of."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from aep_tui.errors import UsageError
from aep_tui.exchange.profile_import import read_profile_file
from aep_tui.json_text import parse_json
from aep_tui.text import plain
from aep_tui.tui.screens.load_file import LoadFileScreen

if TYPE_CHECKING:
    from aep_tui.exchange.profile_import import ImportedProfile


class ImportProfileDialog(LoadFileScreen):
    """The choice of the file; one of which no profile can be made is refused here, where another one can be chosen.

    Attributes:
        imported: What the chosen file says; ``None`` before there is one.
    """

    FRAME_TITLE = "Import a profile"

    def __init__(self, start: str) -> None:
        """Make the page.

        Args:
            start: The directory to begin in; the working directory if it is empty.
        """
        super().__init__("", base64=False, start=start)
        self.imported: ImportedProfile | None = None

    def what(self) -> str:
        """Return what becomes of the file."""
        return "A profile is made of a Developer Console JSON, an aepp config or a Postman environment."

    def read(self, path: str) -> str:
        """Return what is in a file, after a profile was made of it.

        Raises:
            UsageError: None can be made of it.
        """
        text, name = super().read(path), PurePath(path).name
        try:
            document = parse_json(text)
        except ValueError:
            raise UsageError(
                f"{plain(name, 100)} is not JSON.", remedy="Pick the file that the Developer Console gave you."
            ) from None
        self.imported = read_profile_file(document, PurePath(name).stem)
        return text
