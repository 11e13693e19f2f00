"""The keyring: what is kept, what is no place for a secret, and one that is locked, fails or hangs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import keyring
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keyring import errors
from keyring.backend import KeyringBackend
from keyring.backends import chainer, fail, null

from aep_tui.secret import Secret
from aep_tui.storage.keyring_access import LONGEST_PART, Trouble
from aep_tui.storage.secret_store import SecretKind, SecretStore, SecretStoreUnusable, StoreStatus

SECRET = "p8e-hunter2"
CLIENT, TOKEN, PARAMS = SecretKind


class Memory(KeyringBackend):
    """A keyring that keeps what it is given, as Windows does: only so much in one entry."""

    priority = 5  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.pause_seconds = 0.0
        self.error: BaseException | None = None
        self.hangs = threading.Event()
        self.hangs.set()

    def _meet(self) -> None:
        time.sleep(self.pause_seconds)
        self.hangs.wait(30)
        if self.error is not None:
            raise self.error

    def get_password(self, service: str, username: str) -> str | None:
        self._meet()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._meet()
        assert len(password.encode("utf-16-le")) <= 2560, "Windows takes no more"
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._meet()
        if (service, username) not in self.kept:
            raise errors.PasswordDeleteError("not there")
        del self.kept[service, username]


class ReadOnly(Memory):
    """As the ones that fetch tokens of package registries are."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


class PlaintextKeyring(Memory):
    """It keeps a file."""


class OfKeyringsAlt(Memory):
    """So does this one."""


OfKeyringsAlt.__module__ = "keyrings.alt.Gnome"


@pytest.fixture
def backend() -> Iterator[Memory]:
    with using(Memory()) as memory:
        yield memory


class using:  # noqa: N801
    """Make a backend the system's keyring."""

    def __init__(self, backend: KeyringBackend) -> None:
        self.backend = backend

    def __enter__(self) -> KeyringBackend:
        keyring.set_keyring(self.backend)
        return self.backend

    def __exit__(self, *_: object) -> None:
        if isinstance(self.backend, Memory):
            self.backend.hangs.set()
        keyring.set_keyring(fail.Keyring())


@pytest.fixture
def store() -> SecretStore:
    return SecretStore(limit_seconds=0.3)


def refused(work) -> SecretStoreUnusable:
    with pytest.raises(SecretStoreUnusable) as caught:
        work()
    error = caught.value
    assert error.title.endswith(".")
    assert error.detail.endswith(".")
    assert error.remedy.endswith(".")
    assert SECRET not in repr((error, error.sentence(), error.__cause__, error.__context__))
    return error


def all_calls(store: SecretStore) -> list:
    return [
        lambda: store.get("acme", CLIENT),
        lambda: store.set("acme", CLIENT, Secret(SECRET)),
        lambda: store.set("acme", PARAMS, Secret(SECRET), "c-1"),
        lambda: store.remove_all("acme"),
        lambda: store.rename("acme", "other"),
    ]


class TestKept:
    def test_a_secret_comes_back_by_profile_kind_and_detail(self, store, backend):
        assert store.get("acme", CLIENT) is None
        store.set("acme", CLIENT, Secret("one"))
        store.set("acme", PARAMS, Secret("two"), "c-1")
        store.set("other", CLIENT, Secret("three"))
        found = [store.get("acme", CLIENT), store.get("acme", PARAMS, "c-1"), store.get("other", CLIENT)]
        assert found == [Secret("one"), Secret("two"), Secret("three")]
        assert store.get("acme", PARAMS) is None
        assert ("aep-tui: acme", "client-secret") in backend.kept, "a person finds it in the keyring by the profile's name"

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        texts=st.lists(
            st.text(st.characters(codec="utf-8"), max_size=40)
            | st.builds(lambda part, count: part * count, st.sampled_from(["x", "ü", "𝒳"]), st.integers(0, 3 * LONGEST_PART))
            | st.sampled_from(["aep-tui-parts:", 'aep-tui-parts:["ab", 3]']),
            min_size=1,
            max_size=4,
        )
    )
    def test_whatever_is_kept_comes_back_and_leaves_nothing_behind(self, store, backend, texts):
        for text in texts:
            store.set("acme", TOKEN, Secret(text))
            assert (store.get("acme", TOKEN) or Secret("")).reveal() == text
        store.set("acme", TOKEN, Secret("short"))
        assert backend.kept == {("aep-tui: acme", "access-token"): "short"}
        store.set("acme", TOKEN, Secret(""))
        assert backend.kept == {}

    def test_all_of_a_profile_are_taken_out(self, store, backend):
        store.set("acme", CLIENT, Secret("one"))
        store.set("acme", TOKEN, Secret("x" * 5_000))
        for number in range(3):
            store.set("acme", PARAMS, Secret(str(number)), f"c-{number}")
        store.set("other", CLIENT, Secret("left"))
        assert (store.count("acme"), store.count("nobody")) == (5, 0)
        assert SecretStore().remove_all("acme") == 5
        assert backend.kept == {("aep-tui: other", "client-secret"): "left"}
        assert (store.count("acme"), store.remove_all("acme")) == (0, 0)

    def test_all_of_a_profile_get_its_new_name(self, store, backend):
        store.set("acme", TOKEN, Secret("x" * 5_000))
        store.set("acme", PARAMS, Secret("two"), "c-1")
        assert store.rename("acme", "new") == 2
        assert store.rename("new", "new") == 0
        assert (store.get("new", TOKEN), store.get("new", PARAMS, "c-1")) == (Secret("x" * 5_000), Secret("two"))
        assert not [key for key in backend.kept if key[0] == "aep-tui: acme"]
        assert store.remove_all("new") == 2
        assert backend.kept == {}

    def test_an_index_that_is_damaged_does_no_harm(self, store, backend):
        for damaged in ("{", "3", '{"a": 1}', "[1, null]"):
            backend.kept["aep-tui: acme", "index"] = damaged
            store.set("acme", CLIENT, Secret("one"))
            assert store.remove_all("acme") == 1
            assert backend.kept == {}

    def test_parts_that_are_missing_are_no_secret(self, store, backend):
        store.set("acme", TOKEN, Secret("x" * 2_000))
        del backend.kept[next(key for key in backend.kept if key[1].endswith(" 2"))]
        assert store.get("acme", TOKEN) is None
        store.set("acme", TOKEN, Secret("new"))
        assert backend.kept == {("aep-tui: acme", "access-token"): "new"}

    @pytest.mark.usefixtures("backend")
    def test_two_writers_of_a_long_one_do_not_mix(self):
        stores = [SecretStore(), SecretStore()]
        texts = ["a" * 5_000, "b" * 5_000]
        threads = [
            threading.Thread(target=stores[at].set, args=("acme", TOKEN, Secret(texts[at])))
            for at in range(2)
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        kept = SecretStore().get("acme", TOKEN)
        assert kept is None or kept.reveal() in texts


class TestNoPlace:
    @pytest.mark.parametrize("backend_class", [fail.Keyring, null.Keyring])
    def test_a_system_without_a_keyring(self, store, backend_class):
        with using(backend_class()):
            for call in all_calls(store):
                error = refused(call)
                assert error.is_missing
            assert store.status() == StoreStatus(usable=False, name="", reason="This system has no keyring.")

    @pytest.mark.parametrize("backend_class", [PlaintextKeyring, OfKeyringsAlt])
    def test_a_keyring_that_is_a_file(self, store, backend_class):
        with using(backend_class()) as backend:
            for call in all_calls(store):
                assert refused(call).trouble is Trouble.PLAIN_FILE
            assert not store.status().usable
            assert backend.kept == {}

    def test_of_a_chain_only_what_is_a_place(self, store, monkeypatch):
        chain = [ReadOnly(), PlaintextKeyring(), Memory()]
        chain[0].kept["aep-tui: acme", "client-secret"] = "of the first"
        monkeypatch.setattr(chainer.ChainerBackend, "backends", chain)
        with using(chainer.ChainerBackend()):
            store.set("acme", TOKEN, Secret(SECRET))
            assert store.get("acme", TOKEN) == Secret(SECRET)
            assert store.get("acme", CLIENT) == Secret("of the first")
        assert (chain[1].kept, chain[2].kept) == ({}, {("aep-tui: acme", "access-token"): SECRET})

    def test_a_backend_that_cannot_be_loaded(self, store, monkeypatch):
        monkeypatch.setattr(keyring.core, "_keyring_backend", None)
        monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Backend")
        assert refused(lambda: store.get("acme", CLIENT)).trouble is Trouble.FAILED
        assert not store.status().usable


class TestTrouble:
    @pytest.mark.parametrize(
        ("error", "trouble"),
        [
            (errors.KeyringLocked(f"no: {SECRET}"), Trouble.LOCKED),
            (errors.NoKeyringError(f"no: {SECRET}"), Trouble.MISSING),
            (errors.InitError(f"no: {SECRET}"), Trouble.FAILED),
            (errors.PasswordSetError(f"no: {SECRET}"), Trouble.FAILED),
            (RuntimeError(f"no: {SECRET}"), Trouble.FAILED),
            (OSError(5, SECRET), Trouble.FAILED),
            (SystemExit(SECRET), Trouble.FAILED),
            (KeyboardInterrupt(SECRET), Trouble.FAILED),
        ],
    )
    def test_each_is_told_apart_without_its_text(self, store, backend, error, trouble, capfd):
        backend.error = error
        for call in all_calls(store):
            assert refused(call).trouble is trouble
        status = store.status()
        assert not status.usable
        assert status.reason
        backend.error = None
        assert store.status() == StoreStatus(usable=True, name=store.status().name, reason="")
        assert capfd.readouterr() == ("", "")

    @pytest.mark.usefixtures("backend")
    def test_one_that_deletes_nothing(self, store, monkeypatch):
        store.set("acme", CLIENT, Secret(SECRET))
        monkeypatch.setattr(Memory, "delete_password", lambda *_: None)
        assert refused(lambda: store.remove_all("acme")).trouble is Trouble.FAILED

    def test_one_that_answers_with_something_else(self, store, backend):
        backend.kept["aep-tui: acme", "client-secret"] = b"bytes"
        assert refused(lambda: store.get("acme", CLIENT)).trouble is Trouble.FAILED


class TestHanging:
    def test_it_is_waited_for_so_long_and_no_longer_and_the_next_not_at_all(self, store, backend):
        store.set("acme", CLIENT, Secret(SECRET))
        backend.hangs.clear()
        began = time.monotonic()
        error = refused(lambda: store.get("acme", CLIENT))
        assert error.trouble is Trouble.HANGS
        assert "0.3 seconds" in error.detail
        assert 0.25 < time.monotonic() - began < 2
        began = time.monotonic()
        for call in all_calls(store):
            assert refused(call).trouble is Trouble.HANGS
        assert time.monotonic() - began < 0.25
        assert not store.status().usable
        backend.hangs.set()
        for _ in range(100):
            if store.status().usable:
                break
            time.sleep(0.02)
        assert store.get("acme", CLIENT) == Secret(SECRET), "once it is unlocked it works again"

    def test_one_that_is_slow_but_answers_is_waited_for(self, backend):
        backend.pause_seconds = 0.1
        store = SecretStore(limit_seconds=0.3)
        store.set("acme", TOKEN, Secret("x" * 3_000))
        assert store.get("acme", TOKEN) == Secret("x" * 3_000)

    def test_one_that_answers_somebody_else_is_waited_for(self, store, backend):
        store.set("acme", CLIENT, Secret(SECRET))
        backend.pause_seconds = 0.1
        keeps = threading.Thread(target=lambda: store.set("shop", TOKEN, Secret("x" * 3_000)))
        keeps.start()
        while keeps.is_alive() and not any(service == "aep-tui: shop" for service, _ in list(backend.kept)):
            time.sleep(0.01)
        assert keeps.is_alive()
        assert store.get("acme", CLIENT) == Secret(SECRET)
        keeps.join()
        assert store.get("shop", TOKEN) == Secret("x" * 3_000)

    def test_a_turn_is_not_waited_for_while_it_hangs(self, store, backend):
        backend.hangs.clear()
        first = threading.Thread(target=lambda: refused(lambda: store.get("acme", CLIENT)))
        first.start()
        began = time.monotonic()
        assert refused(lambda: store.get("acme", CLIENT)).trouble is Trouble.HANGS
        assert time.monotonic() - began < 2
        first.join()
        backend.hangs.set()

    @pytest.mark.parametrize("hangs_in", ["get_password", "__init__", "import"])
    def test_it_does_not_hold_up_the_end_of_the_program(self, tmp_path, hangs_in):
        body = {"get_password": "", "__init__": "", "import": "time.sleep(60)"}[hangs_in]
        (tmp_path / "hanging.py").write_text(
            "import time\nfrom keyring.backend import KeyringBackend\n"
            f"{body}\n"
            "class Hanging(KeyringBackend):\n    priority = 9\n"
            "    def get_password(self, service, username): return None\n"
            "    def set_password(self, service, username, password): pass\n"
            f"    def {'get_password' if hangs_in == 'import' else hangs_in}(self, *arguments): time.sleep(60)\n"
        )
        script = (
            "from aep_tui.storage.secret_store import *\nstore = SecretStore(0.5)\n"
            "try:\n    store.get('acme', SecretKind.CLIENT_SECRET)\n"
            "except SecretStoreUnusable as error:\n    print(error.trouble)\n"
        )
        began = time.monotonic()
        ended = subprocess.run(
            [sys.executable, "-c", script],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "PYTHON_KEYRING_BACKEND": "hanging.Hanging", "PYTHONPATH": f"{tmp_path}:."},
        )
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "Trouble.HANGS\n", "")
        assert time.monotonic() - began < 10
