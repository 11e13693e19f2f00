"""Foreign titles and descriptions as text that reads well in a terminal."""

from __future__ import annotations

import re
from typing import Final

from aep_tui.text import in_words, plain, plain_lines

MAX_LABEL: Final = 120
MAX_HELP: Final = 10_000

_TAG = re.compile(
    r"<(/?)(a|b|i|u|s|em|strong|code|pre|p|br|hr|ul|ol|li|div|span|h[1-6]|blockquote|font|sub|sup|small|table|tr|td|th|tbody|thead)"
    r"(?=[\s/>])([^<>]{0,2000})>",
    re.IGNORECASE,
)
_HREF = re.compile(r"""href\s{0,9}=\s{0,9}["']?(https?://[^\s"'<>]{1,1900})""", re.IGNORECASE)
_MARKDOWN_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\((https?://[^\s()]{1,1900})\)")
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_BLOCKS: Final = frozenset({"p", "br", "hr", "ul", "ol", "div", "blockquote", "pre", "table", "tr", *_HEADINGS})
_MANY_BLANKS = re.compile(r"[ \t]{2,}")
_BLANKS_AT_LINE_END = re.compile(r" ?\n ?")
_MANY_LINES = re.compile(r"\n{3,}")


def label_of(title: object, key: str) -> str:
    """Return the name of a param: its title, else its key in words."""
    shown = plain(title, MAX_LABEL) if isinstance(title, str) else ""
    return shown or plain(in_words(key[:1000]), MAX_LABEL) or "Param without a name"


def help_of(description: object) -> str:
    """Return a description as plain text: HTML tags gone, lists and paragraphs as lines, links with their address.

    Only tags that HTML knows are taken for tags, since descriptions also say ``http://<instance>.example.com``.
    """
    if not isinstance(description, str):
        return ""
    text = description[: MAX_HELP * 2].replace("\r\n", "\n").replace("\r", "\n")
    text = _without_tags(text) if "<" in text else text
    text = _unescaped(text) if "&" in text else text
    text = _MARKDOWN_LINK.sub(lambda link: _linked(link[1], link[2]), text)
    text = _BLANKS_AT_LINE_END.sub("\n", _MANY_BLANKS.sub(" ", text))
    return plain_lines(_MANY_LINES.sub("\n\n", text).strip(), MAX_HELP)


def _unescaped(text: str) -> str:
    from html import unescape  # its table of names is only loaded where an entity may stand

    return unescape(text)


def _without_tags(text: str) -> str:
    parts: list[str] = []
    links: list[tuple[int, str]] = []
    end = 0
    for tag in _TAG.finditer(text):
        parts.append(text[end : tag.start()])
        end = tag.end()
        closing, name = bool(tag[1]), tag[2].lower()
        if name == "a":
            _take_link(closing, tag[3], parts, links)
        elif name == "li":
            parts.append("" if closing else "\n- ")
        elif name in _BLOCKS:
            parts.append("\n")
    parts.append(text[end:])
    return "".join(parts)


def _take_link(closing: bool, attributes: str, parts: list[str], links: list[tuple[int, str]]) -> None:
    if not closing:
        found = _HREF.search(attributes)
        links.append((len(parts), found[1] if found else ""))
    elif links:
        start, address = links.pop()
        if address and not links:
            parts[start:] = [_linked("".join(parts[start:]), address)]


def _linked(words: str, address: str) -> str:
    return address if words.strip() in {"", address} else f"{words} ({address})"
