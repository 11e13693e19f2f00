"""Which keys every page has from the start, by the id that the settings name; nothing of a page is loaded to know it.

Plain movement (arrows, Tab, Enter, Home, End) has no id. A test holds this table to the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

APP: Final[Mapping[str, str]] = {"help": "f1", "quit": "ctrl+q", "palette": "ctrl+p", "suspend": "ctrl+z"}
"""Of every program."""
WIZARD: Final[Mapping[str, str]] = {"history": "f2", "profiles": "f3", "support": "f12"}
"""Of every page of the wizard."""
FIELDS: Final[Mapping[str, str]] = {
    "field-turn": "space",
    "field-tick": "space",
    "field-search": "space",
    "field-clear": "backspace,delete,ctrl+u",
    "field-empty": "ctrl+u",
    "entry-add": "space,plus",
    "entry-remove": "delete,backspace,minus",
    "entry-up": "alt+up,ctrl+up",
    "entry-down": "alt+down,ctrl+down",
}
"""Of the fields of a form."""
_FORM: Final = {
    "main": "ctrl+n",
    "back": "escape",
    "load": "f4",
    "errors": "f6",
    "parts": "f7",
    "reveal": "f8",
    "fold": "ctrl+o",
}
PAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "Source": {"main": "ctrl+n", "back": "escape", "beside": "f5", "reload": "ctrl+r"},
    "Credentials": {**_FORM, "beside": "f5", "existing": "f9", "kept": "ctrl+g"},
    "LoneForm": _FORM,
    "Review": {
        "main": "ctrl+n",
        "again": "a",
        "choose": "w",
        "ask": "r",
        "keep": "k",
        "stop": "escape",
        "back": "escape",
        "switch": "t",
        "copy": "c",
    },
    "Done": {
        "main": "ctrl+n",
        "back": "escape",
        "copy": "c",
        "copy-etag": "e",
        "copy-inlet": "i",
        "copy-curl": "r",
    },
    "History": {"main": "ctrl+n", "back": "escape", "beside": "f5", "copy-curl": "f6", "ask": "f7"},
    "Welcome": {"main": "ctrl+n", "profile-new": "n", "profile-import": "i"},
    "Profiles": {
        "main": "ctrl+n",
        "back": "escape",
        "profile-new": "n",
        "profile-import": "i",
        "profile-edit": "e",
        "profile-check": "c",
        "profile-sandbox": "s",
        "profile-secret": "k",
        "profile-default": "d",
        "profile-keep": "w",
        "profile-remove": "delete",
        "profile-private": "p",
    },
    "ProfileSetup": _FORM,
    "LiveCheck": {"main": "ctrl+n", "back": "escape", "reload": "ctrl+r", "sandbox": "s", "save-anyway": "a"},
    "AskSecret": {"ask-take": "ctrl+n", "ask-leave": "escape", "ask-kind": "ctrl+t"},
    "TypeName": {"type-name-take": "ctrl+n", "type-name-leave": "escape"},
    "Existing": {"existing-leave": "escape", "existing-copy": "c"},
    "Found": {"found-leave": "escape,q"},
    "Confirm": {"confirm-no": "escape"},
    "ConnectionString": {"parts-write": "ctrl+n", "parts-leave": "escape", "parts-reveal": "f8"},
    "ErrorList": {"errors-leave": "escape,q"},
    "Help": {"help-close": "escape,f1,enter,q"},
    "LoadFile": {"load-leave": "escape", "load-complete": "tab", "load-up": "shift+tab"},
    "Pick": {"pick-leave": "escape", "pick-unset": "delete"},
    "Request": {"request-close": "escape,f5,q", "request-switch": "t", "request-copy": "c"},
}
"""Of each screen, by the name of its class without ``Screen``."""
DIALOGS: Final = frozenset(
    {
        *("AskSecret", "Confirm", "ConnectionString", "ErrorList", "Existing", "Found", "Help", "LoadFile", "Pick"),
        *("Request", "TypeName"),
    }
)
"""Over these only the app's own keys that come first work: quit and the palette."""
WITH_FIELDS: Final = frozenset({"Credentials", "LoneForm", "ProfileSetup", "ConnectionString"})
FIRST: Final = frozenset({"quit", "palette"})
"""What no other key may take away, on any page."""
