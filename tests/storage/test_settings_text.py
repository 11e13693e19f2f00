"""What is saved reads back, what a hand has written stays, and what is wrong is said with its line."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aep_tui.storage.profiles import why_no_name
from aep_tui.storage.settings import Profile, Settings, SettingsFile, SettingsUnusable
from aep_tui.storage.settings_text import line_of, parse_settings

WRITTEN_BY_HAND = """\
# My settings.
profile = "acme"  # the one I need most

[keys]
quit = "ctrl+q,f10"  # tmux

# ACME, production
[profiles.acme]
org_id = "ACME@AdobeOrg"   # from the Console
client_id = 'c-1'
# What a token may do:
scopes = [
  "openid",   # always
  "AdobeID",
]

[profiles.acme.keys]
help = "f10"

# A customer of ours.
# Ask Kim before touching it.
[profiles."My customer"]
org_id = "B@AdobeOrg"
"""
ACME = Profile("acme", "ACME@AdobeOrg", "c-1", ("openid", "AdobeID"), keys={"help": "f10"})
CUSTOMER = Profile("My customer", "B@AdobeOrg")

anything = st.text(max_size=30)
texts = anything.map(str.strip)
lists = st.lists(texts.filter(bool), max_size=4).map(tuple)
names = st.one_of(
    st.from_regex(r"[A-Za-z0-9_.-]{1,12}", fullmatch=True), st.text(min_size=1, max_size=12), st.just('a "b" # c')
).filter(lambda name: not why_no_name(name))
keys = st.dictionaries(anything, texts, max_size=3)
addresses = texts.map(lambda text: text.translate(dict.fromkeys(map(ord, "@?#"))).strip())
profiles = st.builds(Profile, names, texts, texts, lists, texts, addresses, addresses, lists, keys)
generated = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config" / "settings.toml")


@pytest.fixture
def by_hand(file: SettingsFile) -> SettingsFile:
    file.path.parent.mkdir()
    file.path.write_text(WRITTEN_BY_HAND)
    return file


def refused(text: str) -> SettingsUnusable:
    with pytest.raises(SettingsUnusable) as caught:
        parse_settings(text, "settings.toml")
    error = caught.value
    assert error.title.endswith(".")
    assert error.detail.endswith((".", "?"))
    assert error.remedy.endswith(".")
    return error


class TestWhatIsSaved:
    def test_what_a_hand_wrote_is_read(self, by_hand):
        assert by_hand.read() == Settings({"acme": ACME, "My customer": CUSTOMER}, "acme", {"quit": "ctrl+q,f10"})

    def test_without_a_file_nothing_is_set_and_nothing_is_made(self, file):
        assert file.read() == Settings()
        assert not file.path.parent.exists()

    @generated
    @given(saved=st.lists(profiles, max_size=4, unique_by=lambda profile: profile.name.casefold()), again=profiles)
    def test_what_is_saved_reads_back(self, file, saved, again):
        file.path.unlink(missing_ok=True)
        for profile in saved:
            file.save(profile)
        assert file.read().profiles == {profile.name: profile for profile in saved}
        if saved:
            changed = again._replace(name=saved[0].name)
            file.save(changed)
            file.use(changed.name)
            assert file.read() == Settings({profile.name: profile for profile in [changed, *saved[1:]]}, used=changed.name)

    @generated
    @given(old=profiles, new=profiles, others=st.lists(profiles, max_size=2))
    def test_a_renamed_profile_keeps_its_place(self, file, old, new, others):
        all_names = [old.name, new.name, *(other.name for other in others)]
        if len({name.casefold() for name in all_names}) < len(all_names):
            return
        file.path.unlink(missing_ok=True)
        for profile in (old, *others):
            file.save(profile)
        file.use(old.name)
        file.save(new, replaced=old.name)
        assert list(file.read().profiles.values()) == [new, *others]
        assert file.read().used == new.name

    @generated
    @given(saved=st.lists(profiles, min_size=1, max_size=4, unique_by=lambda profile: profile.name.casefold()), data=st.data())
    def test_a_removed_profile_leaves_the_others(self, file, saved, data):
        file.path.unlink(missing_ok=True)
        for profile in saved:
            file.save(profile)
        gone = data.draw(st.sampled_from(saved))
        file.use(gone.name)
        file.remove(gone.name)
        assert file.read() == Settings({profile.name: profile for profile in saved if profile is not gone})


class TestWhatAHandWrote:
    def lines_gone(self, before: str, after: str) -> list[str]:
        left = after.splitlines()
        return [line for line in before.splitlines() if line not in left]

    def test_a_changed_value_changes_one_line(self, by_hand):
        by_hand.save(ACME._replace(org_id="NEW@AdobeOrg"))
        text = by_hand.path.read_text()
        assert self.lines_gone(WRITTEN_BY_HAND, text) == ['org_id = "ACME@AdobeOrg"   # from the Console']
        assert 'org_id = "NEW@AdobeOrg"   # from the Console' in text

    def test_a_value_in_a_list_keeps_the_comments_of_the_others(self, by_hand):
        by_hand.save(ACME._replace(scopes=("openid", "session")))
        text = by_hand.path.read_text()
        assert '"openid",   # always' in text
        assert by_hand.read().profiles["acme"].scopes == ("openid", "session")

    def test_a_list_in_another_order(self, by_hand):
        by_hand.save(ACME._replace(scopes=("AdobeID", "openid")))
        assert by_hand.read().profiles["acme"].scopes == ("AdobeID", "openid")

    def test_the_same_again_changes_nothing(self, by_hand):
        by_hand.save(ACME)
        by_hand.use("acme")
        assert by_hand.path.read_text() == WRITTEN_BY_HAND

    def test_a_new_profile_stands_at_the_end(self, by_hand):
        by_hand.save(Profile("third", sandbox="dev"))
        assert by_hand.path.read_text() == WRITTEN_BY_HAND + '\n[profiles.third]\nsandbox = "dev"\n'

    def test_a_renamed_profile_keeps_its_place_and_its_comments(self, by_hand):
        by_hand.save(ACME._replace(name="acme inc"), replaced="acme")
        wanted = WRITTEN_BY_HAND.replace("[profiles.acme", '[profiles."acme inc"').replace(
            'profile = "acme"', 'profile = "acme inc"'
        )
        assert by_hand.path.read_text() == wanted

    def test_a_removed_profile_takes_its_own_comment_and_no_other(self, by_hand):
        by_hand.remove("acme")
        text = by_hand.path.read_text()
        assert "ACME" not in text
        assert "# My settings." in text
        assert "# tmux" in text
        assert "# A customer of ours.\n# Ask Kim before touching it.\n" in text
        assert by_hand.read() == Settings({"My customer": CUSTOMER}, "", {"quit": "ctrl+q,f10"})

    @pytest.mark.parametrize(
        ("text", "name", "left"),
        [
            (
                "# HEADER\n[profiles.a]\nsandbox = 's'\n\n# Notes\n\n# of b\n[profiles.b]\n",
                "a",
                "# HEADER\n\n# Notes\n\n# of b\n[profiles.b]\n",
            ),
            ("[profiles.b]\n\n# of a\n[profiles.a]\nsandbox = 's'\n\n# The end\n", "a", "[profiles.b]\n\n# The end\n"),
            ("# HEADER\n\n# of a\n[profiles.a]\nscopes = [\n'a', # 1\n]\n\n[profiles.b]\n", "a", "# HEADER\n\n[profiles.b]\n"),
            ("[profiles.b]\n# of a\n[profiles.a]\n# a tail\n", "a", "[profiles.b]\n# a tail\n"),
            ("[profiles.b]\n\n[profiles.a]\n", "a", "[profiles.b]\n"),
            (
                "# of b\nprofiles.b.sandbox = 's'\n# of a\nprofiles.a.sandbox = 's'\n",
                "a",
                "# of b\nprofiles.b.sandbox = 's'\n# of a\n",
            ),
        ],
        ids=["header and notes", "end", "blank lines", "tail", "last", "no table at all"],
    )
    def test_comments_that_are_nobodys_stay(self, file, text, name, left):
        file.path.parent.mkdir(exist_ok=True)
        file.path.write_text(text)
        file.remove(name)
        assert file.path.read_text() == left

    def test_a_value_taken_out_of_a_table_in_pieces_leaves_the_next_ones_comment(self, file):
        text = "[profiles.a]\norg_id = 'x'\n# of b\n[profiles.b]\n# more of a\n[profiles.a.keys]\nquit = 'f9'\n"
        file.path.parent.mkdir(exist_ok=True)
        file.path.write_text(text)
        file.save(Profile("a", keys={"quit": "f9"}))
        assert "# of b\n[profiles.b]\n" in file.path.read_text()
        assert file.read().profiles == {"a": Profile("a", keys={"quit": "f9"}), "b": Profile("b")}

    def test_line_breaks_of_windows_stay(self, by_hand):
        by_hand.path.write_bytes(WRITTEN_BY_HAND.replace("\n", "\r\n").encode("utf-8-sig"))
        by_hand.save(Profile("third", sandbox="dev"))
        content = by_hand.path.read_bytes()
        assert content.count(b"\r\n") == content.count(b"\n")
        assert by_hand.read().profiles.keys() == {"acme", "My customer", "third"}

    @pytest.mark.parametrize(
        "text",
        [
            'profiles.acme.org_id = "A"\nprofiles.acme.sandbox = "dev"\nprofiles.other.org_id = "B"\n[keys]\nquit = "q"\n',
            'profiles.acme = {org_id = "A", sandbox = "dev"}\nprofiles.other = {org_id = "B"}\nkeys.quit = "q"\n',
            '[profiles]\nacme.org_id = "A"\nacme.sandbox = "dev"\n[keys]\nquit = "q"\n[profiles.other]\norg_id = "B"\n',
            '[profiles.acme]\norg_id = "A"\nsandbox = "dev"\n[keys]\nquit = "q"\n[profiles.other]\norg_id = "B"\n',
            "[profiles.acme]\norg_id = '''\nA'''\nsandbox = '''\ndev\n[no]\n'''\n[keys]\na='q'\n[profiles.other]\norg_id='B'",
            'profiles = {acme = {org_id = "A", sandbox = "dev"}, other = {org_id = "B"}}\nkeys = {quit = "q"}\n',
        ],
    )
    @pytest.mark.parametrize("change", ["add", "change", "rename", "remove", "use"])
    def test_any_way_to_write_it_is_changed_rightly_or_not_at_all(self, file, text, change):
        file.path.parent.mkdir()
        file.path.write_text(text)
        before = file.read()
        acme = before.profiles["acme"]._replace(org_id="NEW", scopes=("a",), keys={"x": "y"})
        added = Profile("third", "C")
        calls = {
            "add": (lambda: file.save(added), before._replace(profiles={**before.profiles, "third": added})),
            "change": (lambda: file.save(acme), before._replace(profiles={**before.profiles, "acme": acme})),
            "rename": (
                lambda: file.save(acme._replace(name="b"), replaced="acme"),
                before._replace(profiles={"b": acme._replace(name="b"), "other": before.profiles["other"]}),
            ),
            "remove": (lambda: file.remove("acme"), before._replace(profiles={"other": before.profiles["other"]})),
            "use": (lambda: file.use("other"), before._replace(used="other")),
        }
        call, wanted = calls[change]
        try:
            call()
        except SettingsUnusable:
            assert "{" in text, "only tables within a line may be too much"
            assert file.path.read_text() == text
        else:
            assert file.read() == wanted


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("typo", "meant"),
        [
            ("orgid", "org_id"),
            ("org-id", "org_id"),
            ("ORG_ID", "org_id"),
            ("sanbox", "sandbox"),
            ("clientid", "client_id"),
            ("api_key", "client_id"),
            ("scope", "scopes"),
            ("platfrom_url", "platform_url"),
            ("production", "production_sandboxes"),
            ("keymap", "keys"),
        ],
    )
    def test_a_typo_in_a_profile_is_said_with_line_and_nearest_key(self, typo, meant):
        error = refused(WRITTEN_BY_HAND.replace("client_id", typo))
        assert error.detail == f"settings.toml, line 10: in [profiles.acme], {typo} is no known key; did you mean {meant}?"

    def test_a_key_that_nothing_is_near(self):
        error = refused("\n\nxyzzy = 1\n")
        assert error.line == 3
        assert "known are profile, profiles, keys" in error.detail

    @pytest.mark.parametrize("key", ["client_secret", "secret", "access_token", "ACCESS-TOKEN", "password", "private_key"])
    def test_a_secret_is_refused_and_not_repeated(self, key):
        error = refused(f'[profiles.acme]\norg_id = "a"\n{key} = "p8e-hunter2"\n')
        assert error.line == 3
        assert "secret" in error.detail
        assert "keyring" in error.remedy
        assert "hunter2" not in repr((error, error.sentence(), error.__cause__, error.__context__))

    @pytest.mark.parametrize("key", ["platform_url", "ims_url"])
    @pytest.mark.parametrize(
        "text", ["https://me:hunter2@a.example", "https://a.example/?t=hunter2", "https://a.example#hunter2"]
    )
    def test_an_address_that_may_hold_a_secret_is_refused_and_not_repeated(self, key, text):
        error = refused(f'[profiles.acme]\norg_id = "a"\n{key} = "{text}"\n')
        assert error.line == 3
        assert f"{key} holds more than scheme and host" in error.detail
        assert "hunter2" not in repr((error, error.sentence(), error.__cause__, error.__context__))

    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            ("profile = 3", 1, "profile has to be a text in quotes; it is a number"),
            ("# a\nprofiles = 3", 2, "profiles has to be a table"),
            ("\n\n[profiles]\nacme = true", 4, "profiles.acme has to be a table"),
            ("[[profiles]]\nname = 'a'", 1, "it is a list"),
            ("[profiles.a]\nscopes = 'openid'", 2, "profiles.a.scopes has to be a list of texts"),
            ("[profiles.a]\nscopes = [\n 'openid',\n 3]", 2, "holds a number"),
            ("[profiles.a]\nsandbox = 1979-05-27", 2, "it is a date or a time"),
            ("[profiles.a]\n\n[profiles.a.keys]\nquit = ['q']", 4, "profiles.a.keys.quit has to be a text"),
            ("keys = 'q'", 1, "keys has to be a table"),
            ('[profiles."-x"]', 1, "does not begin with a dash"),
            ('[profiles.""]', 1, "needs a name"),
            ("[profiles.a]\n[profiles.A]", 2, "differ in upper and lower case alone"),
            ("[profiles.a]\norg_id = 'x\n", 2, "is not TOML"),
            ("profile = 'a'\nprofile = 'b'\n", 2, "is not TOML"),
            ("x = " + "[" * 100_000, 0, "nested too deeply"),
            ("x = " + "9" * 5_000, 0, "is not TOML"),
        ],
    )
    def test_a_wrong_value_is_said_with_its_line(self, text, line, words):
        error = refused(text)
        assert words in error.detail
        assert error.line == line

    def test_a_value_is_never_repeated(self):
        error = refused("[profiles.a]\nscopes = 'p8e-hunter2'\n")
        assert "hunter2" not in error.sentence()

    @generated
    @given(
        values=st.lists(st.one_of(texts, st.integers(), st.lists(texts), st.dictionaries(texts, texts))), unknown=st.integers(0)
    )
    def test_a_line_is_found_wherever_it_is(self, values, unknown):
        import tomlkit

        lines = []
        for number, value in enumerate(values):
            lines += ["# k0 = 1", *tomlkit.dumps({f"k{number}": tomlkit.item(value).unwrap()}).split("\n")]
        text = "\n".join(lines)
        if not values or isinstance(values[unknown % len(values)], dict):
            return
        number = unknown % len(values)
        parsed = tomllib.loads(text)
        if f"k{number}" in parsed:
            assert text.split("\n")[line_of(text, (f"k{number}",)) - 1].startswith(f"k{number} = ")

    @generated
    @given(text=st.text(alphabet="ab[]{}.\"=#\n '\\3,", max_size=60))
    def test_no_text_breaks_the_reading(self, text):
        with suppress(SettingsUnusable):
            parse_settings(text, "settings.toml")
