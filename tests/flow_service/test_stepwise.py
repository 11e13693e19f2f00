"""Reading in steps gives what reading at once gives."""

from __future__ import annotations

import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.flow_service import client
from aep_tui.flow_service.answers import document_of
from aep_tui.flow_service.stepwise import LARGE, parse_in_steps
from aep_tui.json_text import parse_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def both(body: bytes) -> tuple[object, object]:
    results = []
    for read in (parse_json, parse_in_steps):
        try:
            results.append(read(body))
        except ValueError:
            results.append(ValueError)
    return results[0], results[1]


@given(
    st.fixed_dictionaries({"items": st.lists(JSON)}, optional={"_links": JSON, "more": JSON}), st.sampled_from([None, 1, "\t"])
)
def test_a_list_is_read_as_it_is(document, indent):
    at_once, in_steps = both(json.dumps(document, indent=indent).encode())
    assert in_steps == at_once
    assert repr(in_steps) == repr(at_once), "numbers have the same types"


@given(st.text(alphabet='{}[]"items:, \n\t1.5nulNa\\x', max_size=40).map(lambda text: '{"items":[' + text))
def test_what_is_wrong_is_wrong_either_way(text):
    at_once, in_steps = both(text.encode())
    assert repr(in_steps) == repr(at_once)


@pytest.mark.parametrize(
    "text",
    [
        '{"items": [1,]}',
        '{"items": [,1]}',
        '{"items": [1 2]}',
        '{"items": [1]',
        '{"items": [',
        '{"items": []}',
        '{"items": [ ]} x',
        '{"items": [1], "items": [2]}',
        '{"items": [NaN]}',
        '{"items": [1.50, 2]} ',
        '\ufeff{"items": [1]}',
        '{"items": ["\\ud800"]}',
        '{"items": [' + "[" * 100_000,
        "[1, 2]",
        "",
    ],
)
def test_hard_cases(text):
    at_once, in_steps = both(text.encode())
    assert repr(in_steps) == repr(at_once)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1", "utf-8-sig"])
def test_other_encodings(encoding):
    at_once, in_steps = both('{"items": ["ä"]}'.encode(encoding))
    assert in_steps == at_once


@pytest.mark.parametrize(("count", "elsewhere"), [(20_000, True), (3, False)])
async def test_a_large_list_is_read_off_the_event_loop(service, respond, client_of, monkeypatch, count, elsewhere):
    documents = [{"id": str(number), "filler": "x" * 50} for number in range(count)]
    body = json.dumps({"items": documents})
    assert (len(body) > LARGE) is elsewhere
    threads = []

    def noted(*args):
        threads.append(threading.get_ident())
        return document_of(*args)

    monkeypatch.setattr(client, "document_of", noted)
    service.does(respond(200, body))
    assert await client_of(service).connection_specs() == documents
    assert [thread != threading.get_ident() for thread in threads] == [elsewhere]
