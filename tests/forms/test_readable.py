"""Descriptions become text that reads well in a terminal."""

from __future__ import annotations

import time

import pytest

from aep_tui.forms.readable import help_of


@pytest.mark.parametrize(
    ("description", "shown"),
    [
        ("The endpoint.", "The endpoint."),
        (None, ""),
        (5, ""),
        ("http://<instance>.service-now.com", "http://<instance>.service-now.com"),
        ("Server=<host>;Port=<port>", "Server=<host>;Port=<port>"),
        ("a <b>bold</b> &amp; <code>x</code>", "a bold & x"),
        ("one<br/>two<br>three", "one\ntwo\nthree"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ('See <a href="https://example.com/docs">the docs</a>.', "See the docs (https://example.com/docs)."),
        ("See <a href='https://example.com'>https://example.com</a>.", "See https://example.com."),
        ('See <a href="javascript:alert(1)">the docs</a>.', "See the docs."),
        ("See [the docs](https://example.com/a_b).", "See the docs (https://example.com/a_b)."),
        ("[red]not markup[/red] [@click=app.quit]x[/]", "[red]not markup[/red] [@click=app.quit]x[/]"),
        ("\x1b]52;c;aGk=\x07 \u202ehidden\x9b", "]52;c;aGk= hidden"),
        ("&lt;script&gt; &#27;[31m", "<script> [31m"),
        ("two  blanks \n line", "two blanks\nline"),
        ("<a href='https://a.b'><a>x</a></a>", "x (https://a.b)"),
        ("</a></li><unknown>", "<unknown>"),
    ],
)
def test_html_and_links_are_made_readable(description, shown):
    assert help_of(description) == shown


@pytest.mark.parametrize("piece", ["<", "<a ", "<a>", "</a>", "<a href=", "[", "[x](https://", "&", "&#", "\n ", "<p", "(" * 5])
def test_a_hostile_megabyte_is_read_at_once(piece):
    began = time.process_time()
    assert len(help_of(piece * (1_000_000 // len(piece)))) <= 10_000
    assert time.process_time() - began < 1
