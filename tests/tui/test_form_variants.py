"""What a form asks depends on the answers: variants, conditions, cycles, order, and what has no form of its own."""

from __future__ import annotations

from typing import Any

from form_walk import filling, properties

TEXT = {"type": "string"}
SECRET = {"type": "string", "airbyte_secret": True}
WAYS = [
    properties("mode", "user", mode={"const": "password"}, user=TEXT, word=SECRET) | {"title": "Password"},
    properties("mode", "key", mode={"enum": ["key"], "type": "string"}, key=TEXT, user={**TEXT, "default": "root"})
    | {"title": "Key"},
    properties(mode={"const": "none"}) | {"title": "Nothing"},
]


async def test_each_variant_keeps_its_answers_and_only_the_chosen_one_is_sent_and_wrong() -> None:
    async with filling(properties("auth", auth={"oneOf": WAYS, "title": "Auth"}, after=TEXT)) as it:
        assert await it.done() is None
        assert it.errors == {"Auth": "Auth is required."}
        assert it.labels == ["Auth", "After"]
        await it.press("<down>")
        assert it.labels == ["Auth", "User", "Word", "After"], "the word that says which variant it is asks nobody"
        assert it.errors == {}
        await it.press("<tab>", "<tab>", "pw", "<tab>")
        assert list(it.errors) == ["User"]
        await it.fill("Auth", "<down>")
        assert it.labels == ["Auth", "Key", "User", "After"]
        assert it.errors == {}, "what another variant lacks is not wrong"
        assert it.count.startswith("1 of 2 required fields filled")
        await it.press("<tab>", "k")
        assert it.shown("User") == "default: root"
        await it.fill("Auth", "<up>")
        assert it.shown("Word") == "••"
        await it.fill("User", "me")
        await it.fill("Auth", "<down>")
        assert it.shown("Key") == "k"
        assert await it.done() == {"auth": {"mode": "key", "key": "k"}}


async def test_a_choice_of_text_or_number_or_null_or_object() -> None:
    mixed = {
        "anyOf": [TEXT | {"title": "Text"}, {"type": "integer", "title": "Number"}, properties(a=TEXT) | {"title": "Object"}]
    }
    schema = properties(
        "mixed",
        mixed=mixed,
        maybe={"anyOf": [TEXT, {"type": "null"}], "title": "Maybe"},
        count={"type": ["integer", "null"]},
        either={"type": ["string", "integer"]},
        untyped={"title": "Untyped"},
    )
    async with filling(schema) as it:
        await it.press("<down>")
        assert len(it.labels) == 6, it.labels
        await it.press("<tab>", "text")
        await it.fill("Mixed", "<down>", "<tab>", "42")
        await it.fill("Maybe", "x", "<backspace>")
        await it.fill("Count", "7")
        await it.fill("Untyped", "1")
        assert await it.done() == {"mixed": 42, "count": 7, "untyped": "1"}


async def test_fields_follow_the_answers_at_once_and_defaults_of_their_branch_count() -> None:
    schema = {
        "properties": {"kind": {"enum": ["file", "db"]}, "last": TEXT},
        "required": ["kind"],
        "allOf": [
            {"properties": {"common": TEXT}},
            {
                "if": {"properties": {"kind": {"const": "db"}}, "required": ["kind"]},
                "then": properties("host", "port", host=TEXT, port={"type": "integer", "default": 5432}),
                "else": {"properties": {"path": TEXT}},
            },
        ],
        "dependencies": {
            "last": ["first"],
            "first": {"oneOf": [properties(first={"enum": ["a"]}, extra=TEXT), properties(first={"enum": ["b"]})]},
        },
        "dependentRequired": {"path": ["common"]},
    }
    schema["properties"]["first"] = TEXT  # type: ignore[index]
    async with filling(schema) as it:
        assert it.labels[0] == "Kind"
        assert "Path" in it.labels
        await it.press("db")
        assert it.shown("Port") == "5432"
        assert "Path" not in it.labels, "a choice counts at once"
        assert await it.done() is None
        assert it.at == "Host"
        await it.press("h")
        await it.fill("Kind", "<up>")
        assert {"Host", "Port"}.isdisjoint(it.labels)
        await it.fill("Last", "l", "<tab>")
        assert await it.done() is None
        assert "First" in it.errors, it.errors
        await it.fill("First", "b", "<tab>")
        assert "Extra" not in it.labels
        await it.fill("First", "<ctrl+u>", "a", "<tab>")
        assert "Extra" in it.labels
        await it.fill("Path", "p", "<tab>")
        assert await it.done() is None
        assert list(it.errors) == ["Common"]
        await it.fill("Common", "c")
        assert await it.done() == {"kind": "file", "path": "p", "common": "c", "last": "l", "first": "a"}


async def test_a_cycle_is_an_add_button_and_stays_open_as_far_as_one_wants() -> None:
    node = properties(
        "name", name=TEXT, child={"$ref": "#/definitions/node"}, more={"type": "array", "items": {"$ref": "#/definitions/node"}}
    )
    async with filling({**properties("root", root={"$ref": "#/definitions/node"}), "definitions": {"node": node}}) as it:
        assert it.labels == ["ROOT", "Name", "Child", "More"]
        await it.press("a", "<tab>", "<space>")
        assert it.labels.count("Name") == 2
        await it.press("<tab>", "b", "<tab>", "<tab>", "<space>")
        await it.press("c")
        child = {"name": "b", "more": [{"name": "c"}]}
        assert await it.done() == {"root": {"name": "a", "child": child}}


async def test_order_groups_and_hidden_fields() -> None:
    schema = {
        **properties(
            "z",
            c={**TEXT, "order": 2, "group": "net"},
            b={**TEXT, "order": 1, "group": "net"},
            a={**TEXT, "order": 0},
            z={**TEXT, "airbyte_hidden": True, "default": "sent"},
            y={**TEXT, "uiAttributes": {"hidden": True}},
            w={**TEXT, "order": 3, "always_show": True},
        ),
        "groups": [{"id": "net", "title": "Network"}],
    }
    async with filling(schema) as it:
        assert it.labels == ["NETWORK", "B", "C", "A", "W"]
        assert [it.drawn_label(label) for label in ("B", "C", "A")] == ["  B", "  C", "A"], "what is in no group stands apart"
        await it.press("2", "<tab>", "<tab>", "1", "<tab>", "<ctrl+o>")
        assert it.labels == ["NETWORK", "B", "A", "W"]
        assert await it.done() == {"b": "2", "a": "1", "z": "sent"}


async def test_what_has_no_form_is_json_with_the_reason_and_is_checked() -> None:
    remote: dict[str, Any] = {"$ref": "https://example.com/schema.json", "title": "Remote"}
    async with filling(properties("remote", remote=remote, after=TEXT)) as it:
        assert "a reference to another document, and none is ever fetched. It is typed as JSON, and masked" in it.help
        assert await it.done() is None
        assert list(it.errors) == ["Remote"]
        await it.press('{"a": [1.50,', "<tab>")
        assert "JSON" in it.errors["Remote"]
        await it.press("<shift+tab>")
        await it.paste(' ""]}')
        assert await it.done() == {"remote": {"a": [1.50, ""]}}
