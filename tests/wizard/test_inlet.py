"""The inlet URL of a streaming connection: looked for with growing pauses, given up at last, never built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from made_up import basic_source, http_api

from aep_tui.errors import AepTuiError
from aep_tui.flow_service.models import Connection, read_connection
from aep_tui.wizard.inlet import GIVE_UP_SECONDS, LONGEST_PAUSE_SECONDS, InletNews, has_inlet, wait_for_inlet

URL = "https://dcs.adobedc.net/collection/2301a1f761f6d7bf62c5312c535e1076bbc7f14d728e63cdfd37ecbb4344425b"


def connection(state: str = "initializing", url: str = "") -> Connection:
    params = {"sourceId": "web", **({"inletUrl": url} if url else {})}
    read = read_connection({"id": "an-id", "state": state, "auth": {"specName": "Streaming Connection", "params": params}})
    assert read is not None
    return read


class Service:
    """Stands in for the API client: answers look after look, the last answer for ever."""

    def __init__(self, *answers: Connection | AepTuiError) -> None:
        self.answers = list(answers)
        self.looks: list[str] = []

    async def connection(self, connection_id: str) -> Connection:
        self.looks.append(connection_id)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, AepTuiError):
            raise answer
        return answer


async def waited(*answers: Connection | AepTuiError) -> tuple[Service, Sequence[InletNews], Sequence[float], InletNews]:
    service, told, pauses = Service(*answers), [], []

    async def pass_by(seconds: float) -> None:
        pauses.append(seconds)

    last = await wait_for_inlet(service, "an-id", told.append, pass_by)
    return service, told, pauses, last


async def test_a_url_that_is_there_is_told_without_a_pause() -> None:
    service, told, pauses, last = await waited(connection("enabled", URL))
    assert told == [InletNews(URL, "enabled")]
    assert last == told[0]
    assert (service.looks, pauses) == (["an-id"], [])


async def test_it_looks_again_until_the_service_has_made_it_and_tells_every_look() -> None:
    service, told, pauses, last = await waited(connection(), connection(), connection("enabled", URL))
    assert told == [InletNews("", "initializing"), InletNews("", "initializing"), InletNews(URL, "enabled")]
    assert last.url == URL
    assert not last.gave_up
    assert (len(service.looks), len(pauses)) == (3, 2)


async def test_a_ready_connection_without_a_url_has_none_which_a_second_look_makes_sure() -> None:
    service, told, _, last = await waited(connection(), connection("enabled"))
    assert last == told[-1] == InletNews("", "enabled", gave_up=True, has_none=True)
    assert not any(news.has_none for news in told[:-1])
    assert len(service.looks) == 3


async def test_a_url_that_comes_a_moment_after_the_connection_is_ready_is_told() -> None:
    assert (await waited(connection("enabled"), connection("enabled", URL)))[3] == InletNews(URL, "enabled")


async def test_the_pauses_grow_up_to_a_limit_and_it_gives_up_at_last() -> None:
    service, told, pauses, last = await waited(connection("initializing"))
    assert last == InletNews("", "initializing", gave_up=True)
    assert [news.gave_up for news in told] == [False] * (len(told) - 1) + [True]
    assert all(earlier <= later for earlier, later in pairwise(pauses))
    assert pauses[0] < 1
    assert max(pauses) == LONGEST_PAUSE_SECONDS
    assert GIVE_UP_SECONDS <= sum(pauses) < GIVE_UP_SECONDS + LONGEST_PAUSE_SECONDS
    assert len(service.looks) == len(pauses) + 1


async def test_a_look_that_fails_is_told_and_does_not_end_the_looking() -> None:
    trouble = AepTuiError("The service is not there.", "It took too long.", "Try again.")
    _, told, _, last = await waited(trouble, connection("enabled", URL))
    assert told[0] == InletNews(trouble="The service is not there. It took too long. Try again.")
    assert last == InletNews(URL, "enabled")


async def test_trouble_to_the_end_is_the_last_word() -> None:
    _, _, _, last = await waited(AepTuiError("Not permitted."))
    assert last == InletNews(trouble="Not permitted.", gave_up=True)


async def test_the_url_is_told_as_it_came() -> None:
    odd = "https://dcs.example.com/collection/[@click=app.quit]x[/]"
    assert (await waited(connection("enabled", odd)))[3].url == odd


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (http_api(), True),
        (basic_source(), False),
        (replace(http_api(), provider_id="p"), False),
        (replace(http_api(), auth_options=()), False),
    ],
    ids=["streaming", "another provider", "streaming form of another provider", "streaming without auth"],
)
def test_only_streaming_connections_have_an_inlet(source: object, expected: bool) -> None:
    assert has_inlet(source) is expected  # type: ignore[arg-type]
