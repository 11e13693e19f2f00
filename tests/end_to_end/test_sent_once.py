"""Whatever happens to a request: one connection or none, and a history that says what the service has.

Everything here goes over real sockets to the emulator as a program of its own; nothing has a screen.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import bad_network
import pytest
import sending_once as once

from aep_tui.outcome import Outcome
from aep_tui.wizard import settle
from aep_tui.wizard.session import Session

RANDOM_POINTS, SEED = 20, 5


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    """Serve the emulator as a program, and return its origin."""
    command = [sys.executable, "-m", "aep_tui", "emulator", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.communicate(timeout=30)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask again soon: a service on this machine needs no half minute."""
    monkeypatch.setattr(settle, "PAUSES", (0.1,) * 10)


@pytest.fixture
def proxy(emulator: str) -> Iterator[bad_network.Proxy]:
    made = bad_network.Proxy(emulator)
    yield made
    made.stop()


def fault(origin: str, **values: Any) -> None:
    body = json.dumps({"method": "POST", "path": "/connections", **values}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{origin}/_emulator/faults", body), timeout=10).close()


async def ids_of(origin: str, name: str, root: Path) -> list[str]:
    """Return what the service has of a name, asked past any proxy."""
    session = once.new_session(root, origin)
    try:
        return [one.id for one in await (await session.client()).connections(name, once.SPEC_ID)]
    finally:
        await session.close()


def kept(session: Session, name: str) -> list[tuple[str, str]]:
    return [(row.outcome, row.connection_id) for row in session.history.rows() if row.name == name]


async def assert_agrees(session: Session, emulator: str, name: str, root: Path) -> list[str]:
    """Assert that there is one connection or none, and that the history says the same."""
    there = await ids_of(emulator, name, root)
    assert len(there) <= 1, "it was made twice"
    created = [connection_id for outcome, connection_id in kept(session, name) if outcome == "created"]
    assert created == there
    return there


FAULTS = {
    bad_network.before_the_request: 0,
    bad_network.within_the_request: 0,
    bad_network.within_the_body: 0,
    bad_network.after_the_request: 1,
    bad_network.before_the_answer: 1,
    bad_network.late: 1,
    bad_network.within_the_answer: 1,
    bad_network.within_the_answers_head: 1,
    bad_network.after_the_answer: 1,
    bad_network.silence: 1,
}


@pytest.mark.parametrize("cut", FAULTS, ids=lambda cut: cut.__name__)
async def test_a_network_that_cuts(cut: Any, emulator: str, proxy: bad_network.Proxy, tmp_path: Path) -> None:
    name = f"cut {cut.__name__}"
    proxy.fault = cut
    session = once.new_session(tmp_path, proxy.origin, timeout=1.5)
    result = await session.send(once.new_draft(name))
    expected = (Outcome.CREATED,) if cut is bad_network.after_the_answer else (Outcome.UNKNOWN,)
    assert result.outcome in expected
    proxy.fault = None
    await once.settled_all(session)
    await session.close()
    again = once.new_session(tmp_path, proxy.origin)
    assert len(await assert_agrees(again, emulator, name, tmp_path)) == FAULTS[cut]
    assert proxy.posts == 1
    assert [row.settled for row in again.history.rows()] in (["found"], ["none"], [""])
    assert await again.unsettled() == []


async def test_a_network_that_goes_after_the_look_up_sends_nothing(
    emulator: str, proxy: bad_network.Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = once.new_session(tmp_path, proxy.origin)
    begin = session.history.begin

    def begin_and_go(attempt: Any) -> int:
        proxy.stop_listening()
        return begin(attempt)

    monkeypatch.setattr(session.history, "begin", begin_and_go)
    assert (await session.send(once.new_draft("gone"))).outcome is Outcome.NOT_SENT
    proxy.listen_again()
    assert await assert_agrees(session, emulator, "gone", tmp_path) == []
    monkeypatch.undo()
    assert (await session.send(once.new_draft("gone"))).outcome is Outcome.CREATED
    await session.close()
    assert len(await assert_agrees(session, emulator, "gone", tmp_path)) == 1


OF_THE_EMULATOR = {
    "drop-before": (Outcome.UNKNOWN, 0),
    "drop-after": (Outcome.UNKNOWN, 1),
    "cut-answer": (Outcome.UNKNOWN, 1),
    "slow": (Outcome.UNKNOWN, 1),
    "empty-503": (Outcome.UNKNOWN, 0),
    "html-503": (Outcome.UNKNOWN, 0),
    "504-after": (Outcome.UNKNOWN, 1),
    "429": (Outcome.REFUSED, 0),
    "not-json": (Outcome.UNKNOWN, 1),
    "wrong-charset": (Outcome.UNKNOWN, 1),
}


@pytest.mark.parametrize("name", OF_THE_EMULATOR)
async def test_a_fault_of_the_emulator(name: str, emulator: str, tmp_path: Path) -> None:
    outcome, count = OF_THE_EMULATOR[name]
    session = once.new_session(tmp_path, emulator, timeout=0.5)
    fault(emulator, name=name, **({"seconds": 1.0} if name == "slow" else {}))
    result = await session.send(once.new_draft(f"fault {name}"))
    assert result.outcome is outcome
    await session.close()
    again = once.new_session(tmp_path, emulator)
    await once.settled_all(again)
    await again.close()
    assert len(await assert_agrees(again, emulator, f"fault {name}", tmp_path)) == count


async def test_what_the_service_makes_late_is_found_instead_of_sending_it_again(
    emulator: str, proxy: bad_network.Proxy, tmp_path: Path
) -> None:
    held = proxy.fault = bad_network.Held()
    session, draft = once.new_session(tmp_path, proxy.origin), once.new_draft("late")
    first = await session.send(draft)
    assert first.outcome is Outcome.UNKNOWN
    await once.settled_all(session)
    assert [row.settled for row in session.history.rows()] == ["none"]
    held.let_go.set()
    assert await asyncio.to_thread(held.arrived.wait, 30)
    proxy.fault = None
    again = await session.send(replace(draft, uncertain=first, sent_as=draft.content))
    assert (again.outcome, again.row_id, again.settled) == (Outcome.CREATED, first.row_id, "found")
    assert proxy.posts == 1
    await session.close()
    assert await assert_agrees(session, emulator, "late", tmp_path) == [again.connection_id]


async def test_a_colleagues_of_the_same_name_is_never_taken(emulator: str, tmp_path: Path) -> None:
    name = "shared name"
    colleague = once.new_session(tmp_path / "theirs", emulator, client="a-colleagues-client")
    session = once.new_session(tmp_path / "mine", emulator)
    assert (await colleague.send(once.new_draft(name))).outcome is Outcome.CREATED
    fault(emulator, name="empty-503")
    assert (await session.send(once.new_draft(name))).outcome is Outcome.UNKNOWN
    # Another one comes while the outcome is open.
    assert (await colleague.send(once.new_draft(name))).outcome is Outcome.CREATED
    await once.settled_all(session)
    assert kept(session, name) == [("unknown", "")]
    fault(emulator, name="504-after")
    assert (await session.send(once.new_draft(name))).outcome is Outcome.UNKNOWN
    await once.settled_all(session)
    (mine,) = [connection_id for outcome, connection_id in kept(session, name) if outcome == "created"]
    assert mine not in [connection_id for _, connection_id in kept(colleague, name)]
    await session.close()
    await colleague.close()


async def test_programs_with_one_history_at_once_agree_on_whose_is_what(emulator: str, tmp_path: Path) -> None:
    name, sessions = "at once", [once.new_session(tmp_path, emulator) for _ in range(4)]
    for _ in range(2):
        fault(emulator, name="504-after")
    results = await asyncio.gather(*(session.send(once.new_draft(name)) for session in sessions))
    assert sorted(result.outcome for result in results) == ["created", "created", "unknown", "unknown"]
    await asyncio.gather(*(once.settled_all(session) for session in sessions[:2]))
    there = set(await ids_of(emulator, name, tmp_path))
    claimed = [connection_id for outcome, connection_id in kept(sessions[0], name) if outcome == "created"]
    assert len(there) == 4
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= there
    # Two that are new, of one name and one client: which is whose, a person has to say.
    assert {row.settled for row in sessions[0].history.rows("unknown")} <= {"several"}
    for session in sessions:
        await session.close()


# Kill -9


def run_jobs(jobs: list[dict[str, Any]]) -> list[int]:
    command = [sys.executable, once.__file__]
    ended = subprocess.run(command, input=json.dumps(jobs), capture_output=True, text=True, timeout=120, check=False)
    assert ended.stderr == ""
    codes = json.loads(ended.stdout)
    assert isinstance(codes, list)
    return codes


async def after_a_restart(emulator: str, jobs: list[dict[str, Any]]) -> list[list[str]]:
    """Do what the next start does for every job, and return what the service has."""

    async def restart(job: dict[str, Any]) -> list[str]:
        session = once.new_session(Path(job["root"]), emulator)
        await once.settled_all(session)
        there = await assert_agrees(session, emulator, job["name"], Path(job["root"]))
        assert await session.unsettled() == []
        if not there:
            # A person is asked whether to send it again, and does.
            assert (await session.send(once.new_draft(job["name"]))).outcome is Outcome.CREATED
            assert len(await assert_agrees(session, emulator, job["name"], Path(job["root"]))) == 1
        await session.close()
        return there

    return list(await asyncio.gather(*map(restart, jobs)))


async def test_killed_at_each_named_point(emulator: str, tmp_path: Path) -> None:
    jobs = [
        {"name": f"killed {point}", "point": point, "root": str(tmp_path / str(number)), "origin": emulator}
        for number, point in enumerate(once.POINTS)
    ]
    assert run_jobs(jobs) == [-9] * len(jobs), "a point was not reached"
    found = dict(zip(once.POINTS, await after_a_restart(emulator, jobs), strict=True))
    names = list(once.POINTS)
    before, since = names[: names.index("connected")], names[names.index(once.MADE_FROM) :]
    assert {point for point in before if found[point]} == set()
    assert {point for point in since if not found[point]} == set()


async def test_killed_at_random_points(emulator: str, tmp_path: Path, free_run: Callable[[], int]) -> None:
    calls, dice = free_run(), random.Random(SEED)
    assert calls > 1_000
    jobs = [
        {"name": f"dice {number}", "calls": dice.randint(1, calls), "root": str(tmp_path / str(number)), "origin": emulator}
        for number in range(RANDOM_POINTS)
    ]
    codes = run_jobs(jobs)
    assert set(codes) <= {-9, 0}
    assert codes.count(-9) >= RANDOM_POINTS // 2
    found = await after_a_restart(emulator, jobs)
    assert 0 < sum(map(bool, found)) < RANDOM_POINTS, "the points fell on one side of the request"


@pytest.fixture
def free_run(emulator: str, tmp_path: Path) -> Callable[[], int]:
    """Return a function that counts the calls of a run that nobody kills."""

    def run() -> int:
        job = {"name": "free", "root": str(tmp_path / "free"), "origin": emulator, "share": str(tmp_path / "count")}
        assert run_jobs([job]) == [0]
        return int((tmp_path / "count").read_text())

    return run


async def test_killed_while_the_service_works_on_it(emulator: str, tmp_path: Path) -> None:
    """The request is in the service's hands, which makes the connection after the program is gone."""
    fault(emulator, name="slow", seconds=0.4)
    job = {"name": "slowly", "point": "waiting for the answer", "root": str(tmp_path), "origin": emulator}
    assert run_jobs([job]) == [-9]
    started = time.monotonic()
    (there,) = await after_a_restart(emulator, [job])
    assert len(there) == 1
    assert time.monotonic() - started < 10
