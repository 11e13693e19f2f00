"""Connection spec documents are read whatever they hold, and named as people know them."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.flow_service import naming
from aep_tui.flow_service.models import SpecUnreadable, read_connection, read_connection_spec
from aep_tui.secret import Secret

SAMPLES = Path(__file__).parents[2].parent / "shared" / "reference" / "connection-specs"
PASSWORD_SCHEMA = {"type": "object", "properties": {"password": {"type": "string", "format": "password"}}}


def spec(**members: object):
    return read_connection_spec({"id": "s-1", **members})


def ui(**members: object):
    return spec(name="my-slug", sourceSpec={"attributes": {"uiAttributes": members}})


def test_a_whole_document():
    read = spec(
        name="amazon-s3",
        providerId="p",
        version="2.0",
        authSpec=[{"name": "Access Key", "type": "KeyBased", "settings": {}, "spec": PASSWORD_SCHEMA}],
        attributes={"isSource": True, "connectorName": "Amazon S3"},
        permissionsInfo={"manage": []},
        createdAt=1,
    )
    assert (read.id, read.name, read.provider_id, read.version, read.remarks) == ("s-1", "amazon-s3", "p", "2.0", ())
    (auth,) = read.auth_spec
    assert (auth.name, auth.type, auth.spec) == ("Access Key", "KeyBased", PASSWORD_SCHEMA)
    assert read.attributes == {"isSource": True, "connectorName": "Amazon S3"}


def test_nothing_but_an_id():
    read = spec()
    assert (read.id, read.name, read.provider_id, read.version, read.auth_spec, read.attributes) == (
        "s-1",
        "",
        "",
        "1.0",
        (),
        {},
    )


@pytest.mark.parametrize("wrong", [None, 7, True, "text", [], [1], {}, {"a": 1}, Decimal("1.5")])
@pytest.mark.parametrize("member", ["name", "providerId", "version", "authSpec", "attributes", "sourceSpec", "exploreSpec"])
def test_a_member_of_another_type_never_kills_the_spec(member, wrong):
    read = spec(**{"name": "n", member: wrong})
    assert read.id == "s-1"
    assert isinstance(read.name + read.provider_id + read.version, str)
    assert naming.shown_name(read)


@pytest.mark.parametrize(
    ("given", "version"),
    [(None, "1.0"), ("", "1.0"), (" ", "1.0"), ("1.5", "1.5"), (Decimal("2.0"), "2.0"), (2, "2"), (True, "1.0"), ([], "1.0")],
)
def test_the_version(given, version):
    assert spec(version=given).version == version


@pytest.mark.parametrize("none", [None, [], {}, "x", 3, False, [None], [[]]])
def test_no_auth_spec(none):
    assert spec(authSpec=none).auth_spec == ()


def test_an_auth_spec_that_is_no_list():
    assert [auth.name for auth in spec(authSpec={"name": "Basic", "spec": {}}).auth_spec] == ["Basic"]


def test_an_auth_spec_without_a_name_is_left_out_and_reported():
    read = spec(
        authSpec=[
            {"name": "Basic"},
            {"spec": {}},
            None,
            {"name": ""},
            {"name": "  "},
            {"name": 7},
            "text",
            {"name": "Key", "spec": 3},
        ]
    )
    assert [(auth.name, auth.spec) for auth in read.auth_spec] == [("Basic", None), ("Key", 3)]
    assert [remark.split()[2] for remark in read.remarks] == ["2", "4", "5", "6", "7"]
    assert spec(authSpec="x").remarks


def test_names_stay_as_they_came():
    hostile = "[@click=app.bell]x[/] \x1b]0;t\x07 \u202e\ud800 "
    read = spec(
        name=hostile, version="1.0", authSpec=[{"name": hostile, "type": hostile, "spec": {"properties": {hostile: None}}}]
    )
    assert read.name == hostile
    assert read.auth_spec[0].name == hostile
    assert read.auth_spec[0].spec == {"properties": {hostile: None}}
    assert read_connection_spec({"id": hostile}).id == hostile


@pytest.mark.parametrize(
    "document", [None, 1, "x", [], True, {}, {"id": None}, {"id": ""}, {"id": "  "}, {"id": {}}, {"id": ["s"]}]
)
def test_what_is_no_spec_is_refused(document):
    with pytest.raises(SpecUnreadable) as caught:
        read_connection_spec(document)
    assert caught.value.spec_id.strip() == ""


def test_an_id_that_is_no_text_is_named():
    with pytest.raises(SpecUnreadable) as caught:
        read_connection_spec({"id": 12})
    assert caught.value.spec_id == "12"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
UI = st.dictionaries(
    st.sampled_from(
        ["label", "description", "category", "isSource", "isBeta", "documentationLink", "connectorName", "aliases"]
    ),
    JSON,
)
DOCUMENT = st.fixed_dictionaries(
    {"id": st.text(min_size=1).filter(str.strip)},
    optional={
        "name": JSON,
        "version": JSON,
        "providerId": JSON,
        "authSpec": JSON | st.lists(st.dictionaries(st.sampled_from(["name", "type", "spec"]), JSON)),
        "attributes": JSON | UI,
        "sourceSpec": JSON | st.fixed_dictionaries({"attributes": st.fixed_dictionaries({"uiAttributes": JSON | UI})}),
    },
)


@given(DOCUMENT)
def test_whatever_a_document_holds_it_is_read_and_named(document):
    read = read_connection_spec(document)
    texts = [naming.shown_name(read), naming.category(read), naming.documentation_link(read), *naming.aliases(read)]
    assert all(not any(ord(char) < 32 for char in text) for text in texts)
    assert isinstance(naming.description(read), str)
    assert naming.is_beta(read) in (True, False)
    assert naming.is_hidden(read) in (True, False)


@given(JSON)
def test_whatever_comes_it_is_read_or_refused(document):
    with suppress(SpecUnreadable):
        assert read_connection_spec(document).id
    connection = read_connection(document)
    assert connection is None or connection.id


def test_the_params_of_a_connection_are_all_secret():
    connection = read_connection({"id": "c", "auth": {"params": {"password": "canary", "inletUrl": ["canary"], "n": None}}})
    assert connection is not None
    assert all(isinstance(value, Secret) for value in connection.params.values())
    assert "canary" not in repr(connection)
    assert "canary" not in connection.model_dump_json(fallback=str)
    assert connection.inlet_url == ""


class TestNames:
    @pytest.mark.parametrize(
        ("read", "name"),
        [
            (spec(name="amazon-s3", attributes={"connectorName": "Amazon [b]S3"}), "Amazon [b]S3"),
            (ui(label={"text": "Generic\x1b[31m"}), "Generic[31m"),
            (ui(label="Dataset base connection"), "Dataset base connection"),
            (ui(label="eBay"), "eBay"),
            (ui(label={"key": "azureFileStorageLabel"}), "My Slug"),
            (ui(label="azureFileStorageLabel"), "My Slug"),
            (ui(label="sources.azure.label"), "My Slug"),
            (ui(label={"text": "azureFileStorageLabel"}), "My Slug"),
            (ui(label={"text": None}), "My Slug"),
            (ui(label={"text": "\u202e\x1b"}), "My Slug"),
            (ui(label=["x"]), "My Slug"),
            (spec(name="n", attributes={"uiAttributes": {"label": {"text": "From attributes"}}}), "From attributes"),
            (spec(name="google-big-query", attributes={"connectorName": None}), "Google Big Query"),
            (spec(name="google-big-query", attributes={"connectorName": "\x00 "}), "Google Big Query"),
            (spec(name=" "), "s-1"),
            (spec(), "s-1"),
        ],
    )
    def test_the_shown_name(self, read, name):
        assert naming.shown_name(read) == name

    def test_the_name_has_a_limit(self):
        assert len(naming.shown_name(spec(name="x" * 5_000))) == naming.MAX_NAME

    @pytest.mark.parametrize(
        ("read", "category"),
        [
            (spec(attributes={"category": "Cloud Storage"}), "Cloud Storage"),
            (spec(attributes={"category": "cloudStorage"}), "Cloud storage"),
            (ui(category={"key": "cloudStorage"}), "Cloud storage"),
            (ui(category={"text": "CRM", "key": "crm"}), "CRM"),
            (ui(category="streaming"), "Streaming"),
            (ui(category=3), ""),
            (spec(), ""),
        ],
    )
    def test_the_category(self, read, category):
        assert naming.category(read) == category

    @pytest.mark.parametrize(
        ("read", "text"),
        [
            (ui(description={"text": "One.\nTwo.\x07"}), "One.\nTwo."),
            (ui(description={"key": "azureFileStorageDescription"}), ""),
            (ui(description="azureFileStorageDescription"), ""),
            (spec(attributes={"description": " Files. "}), "Files."),
            (spec(attributes={"description": 3}), ""),
        ],
    )
    def test_the_description(self, read, text):
        assert naming.description(read) == text

    def test_the_description_has_a_limit(self):
        assert len(naming.description(spec(attributes={"description": "x" * 50_000}))) == naming.MAX_DESCRIPTION

    @pytest.mark.parametrize(
        "link",
        [
            "https://experienceleague.adobe.com/docs/x.html?lang=en#a",
            "http://www.adobe.com/go/sources-en",
            "HTTPS://example.com",
            "https://x",
        ],
    )
    def test_a_documentation_link(self, link):
        assert naming.documentation_link(spec(attributes={"documentationLink": link})) == link
        assert naming.documentation_link(ui(documentationLink=link)) == link

    @pytest.mark.parametrize(
        "link",
        [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "ftp://x",
            "//x",
            "x",
            "",
            "https://",
            "https://a b",
            "https://x/\x1b[31m",
            "https://x/\u202e",
            "https://x/\n",
            "https://good.example\\@evil.example",
            "https://user:pw@evil.example",
            'https://x/"onclick',
            "https://" + "x" * 3_000,
            None,
            7,
            ["https://x"],
        ],
    )
    def test_a_link_that_is_none(self, link):
        assert naming.documentation_link(spec(attributes={"documentationLink": link})) == ""

    def test_beta(self):
        assert naming.is_beta(ui(isBeta=True))
        assert naming.is_beta(spec(attributes={"isBeta": True}))
        assert not naming.is_beta(ui(isBeta="yes"))
        assert not naming.is_beta(spec())

    @pytest.mark.parametrize(
        ("read", "hidden"),
        [
            (spec(attributes={"isSource": False}), True),
            (ui(isSource=False), True),
            (spec(providerId="14e34fac-d307-11e9-bb65-2a2ae2dbcce4"), True),
            (spec(attributes={"isSource": True}), False),
            (spec(attributes={"isSource": None}), False),
            (spec(attributes={"isSource": "false"}), False),
            (spec(attributes={"isSource": 0}), False),
            (spec(targetSpec={"name": "x"}), False),
            (spec(), False),
        ],
    )
    def test_only_what_is_marked_is_hidden(self, read, hidden):
        assert naming.is_hidden(read) is hidden

    def test_aliases(self):
        assert naming.aliases(spec(attributes={"aliases": ["Marketo\x1b", None, 3, "", "Marketo", "B"]})) == ("Marketo", "B")
        assert naming.aliases(spec(attributes={"aliases": "x"})) == ()


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published samples are not beside this repository")
class TestPublishedSamples:
    def documents(self) -> list[tuple[str, dict]]:
        found = []
        for path in sorted(SAMPLES.glob("*.json")):
            content = json.loads(path.read_text())
            items = content.get("items") if isinstance(content, dict) else content
            found += [(path.name, item) for item in items or [] if isinstance(item, dict) and "id" in item]
        return found

    def test_each_is_read_whole(self):
        documents = self.documents()
        assert len(documents) >= 15
        for name, document in documents:
            read = read_connection_spec(document)
            assert read.id == document["id"], name
            assert [auth.name for auth in read.auth_spec] == [auth["name"] for auth in document.get("authSpec", [])], name
            assert naming.is_hidden(read) is name.startswith("dest-"), name
            assert read.remarks == (), name

    def test_they_are_called_as_people_know_them(self):
        names = {name: naming.shown_name(read_connection_spec(document)) for name, document in self.documents()}
        assert names["source-azure-file-storage-FULL.json"] == "Azure File Storage"
        assert names["sdk-generic-streaming.json"] == "Generic"
        assert names["source-google-big-query.json"] == "Google Big Query"
        assert names["dest-data-landing-zone.json"] == "Data Landing Zone"


def test_reading_costs_little_beside_parsing():
    """Ten thousand documents are read one by one behind the source list; parsing them as JSON is the yardstick."""
    document = {
        "name": "azure-file-storage",
        "authSpec": [
            {"name": f"A{n}", "spec": {"properties": {f"p{k}": {"type": "string", "description": "d" * 60} for k in range(9)}}}
            for n in range(3)
        ],
        "attributes": {"category": "Cloud Storage", "connectorName": "x"},
        "sourceSpec": {"attributes": {"uiAttributes": {"label": {"key": "k"}}}},
    }
    texts = [json.dumps({"id": str(number), **document}) for number in range(1_000)]
    parsing = reading = float("inf")
    for _ in range(3):
        start = time.process_time()
        documents = [json.loads(text) for text in texts]
        parsed = time.process_time()
        read = [read_connection_spec(item) for item in documents]
        reading = min(reading, time.process_time() - parsed)
        parsing = min(parsing, parsed - start)
        assert len(read) == 1_000
    assert reading < 4 * parsing
