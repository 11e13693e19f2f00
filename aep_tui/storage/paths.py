"""Where the program keeps its files. Asking for a path makes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

from aep_tui.errors import UsageError
from aep_tui.text import plain

CONFIG_VARIABLE: Final = "AEP_TUI_CONFIG_DIR"


class Directories(NamedTuple):
    """The files below the config directory; the demo's lie apart from the real ones.

    Attributes:
        root: The config directory.
    """

    root: Path

    def history(self, *, demo: bool) -> Path:
        """Return the file of the history."""
        return self._home(demo=demo) / "history.sqlite3"

    def cache(self, *, demo: bool) -> Path:
        """Return the directory of the cached connection specs."""
        return self._home(demo=demo) / "cache"

    @property
    def demo_service(self) -> Path:
        """The file in which the demo's service keeps its connections."""
        return self._home(demo=True) / "service.sqlite3"

    @property
    def settings(self) -> Path:
        """The file of settings and profiles."""
        return self.root / "settings.toml"

    @property
    def reports(self) -> Path:
        """The directory of crash reports."""
        return self.root / "reports"

    def _home(self, *, demo: bool) -> Path:
        return self.root / "demo" if demo else self.root


def config_directory(override: str | None) -> Path:
    """Return the absolute path of the config directory.

    Args:
        override: The value of ``AEP_TUI_CONFIG_DIR``, perhaps with ``~``; without one it is the system's place for an
            application's configuration.

    Raises:
        UsageError: The override cannot be a path.
    """
    if override is None or not override.strip():
        from platformdirs import user_config_path

        return user_config_path("aep-tui", appauthor=False).absolute()
    try:
        if "\0" in override:
            raise ValueError
        return Path(override).expanduser().absolute()
    except (RuntimeError, ValueError, OSError):
        raise UsageError(
            f"{CONFIG_VARIABLE} cannot be used.",
            f"{plain(override, 100)} is not a directory that can be found.",
            f"Set {CONFIG_VARIABLE} to the full path of a directory.",
        ) from None
