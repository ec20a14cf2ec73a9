"""Random changes of the real contract are told apart: breaking or compatible, and where."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import event, given
from hypothesis import strategies as st

from homeroom.contracts.compatibility import events, http, topics
from homeroom.contracts.compatibility.check import latest_release, of_folder
from homeroom.contracts.compatibility.findings import ChangeKind as Kind
from homeroom.contracts.compatibility.findings import Finding
from tests.support.strength import examples

RELEASE = of_folder(latest_release(Path(__file__).parents[2] / "schemas" / "released"))
Json = dict[str, Any]


class Expected(NamedTuple):
    """What a change is found to be, whether it breaks, and the same of the way back."""

    kind: Kind
    breaking: bool
    back: Kind
    back_breaking: bool
    where: str


def told(found: list[Finding]) -> list[tuple[Kind, bool]]:
    return [(one.kind, one.breaking) for one in found]


def check(compare: Callable[[Json, Json], Any], old: Json, new: Json, expected: Expected) -> None:
    event(expected.kind)
    found = list(compare(old, new))
    assert told(found) == [(expected.kind, expected.breaking)]
    assert expected.where in found[0].where
    assert bool(found[0].instead) is expected.breaking
    assert told(list(compare(new, old))) == [(expected.back, expected.back_breaking)]
    assert list(compare(new, new)) == []


def fields_of(schema: Json, fits: Callable[[Json], bool]) -> list[str]:
    return [name for name, field in schema["properties"].items() if fits(field)]


def types_with(fits: Callable[[Json], bool]) -> list[str]:
    return [name for name, schema in RELEASE.events.items() if fields_of(schema, fits)]


def _remove(schema: Json, name: str) -> None:
    del schema["properties"][name]
    schema["required"].remove(name)


def _rename(schema: Json, name: str) -> None:
    schema["properties"][f"{name}_x"] = schema["properties"].pop(name)
    schema["required"] = [f"{n}_x" if n == name else n for n in schema["required"]]


def _make_optional(schema: Json, name: str) -> None:
    schema["required"].remove(name)


def _add_optional(schema: Json, name: str) -> None:
    schema["properties"][f"more_{name}"] = {"type": "boolean"}


def _add_required(schema: Json, name: str) -> None:
    _add_optional(schema, name)
    schema["required"].append(f"more_{name}")


def _make_nullable(schema: Json, name: str) -> None:
    schema["properties"][name] = {"anyOf": [schema["properties"][name], {"type": "null"}]}


def _add_value(schema: Json, name: str) -> None:
    schema["properties"][name]["enum"].append("something_new")


def _shorten(schema: Json, name: str) -> None:
    schema["properties"][name]["maxLength"] -= 1


def _lower(schema: Json, name: str) -> None:
    schema["properties"][name]["maximum"] -= 1


def _new_form(schema: Json, name: str) -> None:
    schema["properties"][name]["pattern"] += "x?"


def _another_type(schema: Json, name: str) -> None:
    schema["properties"][name] = {"type": "object"}


# Of each change of a field: which fields it fits, and what it is found to be.
ANY: Callable[[Json], bool] = lambda field: "type" in field  # noqa: E731
OF_FIELDS: dict[Callable[[Json, str], None], tuple[Callable[[Json], bool], Kind, bool, Kind, bool]]
OF_FIELDS = {
    _remove: (ANY, Kind.FIELD_REMOVED, True, Kind.REQUIRED_FIELD_ADDED, True),
    _rename: (ANY, Kind.FIELD_RENAMED, True, Kind.FIELD_RENAMED, True),
    _make_optional: (ANY, Kind.MADE_OPTIONAL, True, Kind.MADE_REQUIRED, True),
    _add_optional: (ANY, Kind.FIELD_ADDED, False, Kind.FIELD_REMOVED, True),
    _add_required: (ANY, Kind.REQUIRED_FIELD_ADDED, True, Kind.FIELD_REMOVED, True),
    _make_nullable: (ANY, Kind.TYPE_WIDENED, True, Kind.TYPE_NARROWED, True),
    _add_value: (lambda f: "enum" in f, Kind.VALUE_ADDED, True, Kind.VALUE_REMOVED, True),
    _shorten: (
        lambda f: "maxLength" in f, Kind.LIMIT_NARROWED, True, Kind.LIMIT_WIDENED, False,
    ),
    _lower: (lambda f: "maximum" in f, Kind.LIMIT_NARROWED, True, Kind.LIMIT_WIDENED, False),
    _new_form: (lambda f: "pattern" in f, Kind.FORM_CHANGED, True, Kind.FORM_CHANGED, True),
    _another_type: (
        lambda f: f.get("type") == "string", Kind.FORM_CHANGED, True, Kind.FORM_CHANGED, True,
    ),
}  # fmt: skip


@examples(10)
@given(st.data())
def test_a_change_of_an_events_data_is_found_as_what_it_is(data: st.DataObject) -> None:
    change = data.draw(st.sampled_from(list(OF_FIELDS)))
    fits, *expected = OF_FIELDS[change]
    name = data.draw(st.sampled_from(types_with(fits)))
    old = RELEASE.events[name]
    field = data.draw(st.sampled_from(fields_of(old, fits)))
    new = deepcopy(old)
    change(new, field)
    place = f"events/{name}.json#/properties/"
    check(lambda a, b: events.compared({name: a}, {name: b}), old, new, Expected(*expected, place))


ABOUT = {
    "topic": Kind.TOPIC_CHANGED, "subject": Kind.SUBJECT_CHANGED, "creates": Kind.MEANING_CHANGED,
    "sets": Kind.MEANING_CHANGED,
}  # fmt: skip


@examples(4)
@given(st.sampled_from(sorted(RELEASE.events)), st.sampled_from(sorted(ABOUT)))
def test_what_an_event_is_about_cannot_change(name: str, about: str) -> None:
    old = RELEASE.events[name]
    new = deepcopy(old)
    new["x-homeroom"][about] = {"other": "x"} if about == "sets" else f"other-{old['title']}"
    kind = ABOUT[about]
    expected = Expected(kind, True, kind, True, f"events/{name}.json#/x-homeroom/{about}")
    check(lambda a, b: events.compared({name: a}, {name: b}), old, new, expected)


@examples(4)
@given(st.lists(st.sampled_from(sorted(RELEASE.events)), min_size=2, max_size=4, unique=True))
def test_a_type_that_is_gone_breaks_and_one_that_came_does_not(names: list[str]) -> None:
    old = {name: RELEASE.events[name] for name in names}
    new = {name: old[name] for name in names[1:]}
    expected = Expected(Kind.EVENT_TYPE_REMOVED, True, Kind.EVENT_TYPE_ADDED, False, names[0])
    check(events.compared, old, new, expected)
    renamed = {**new, "other.happened.v1": old[names[0]]}
    expected = Expected(Kind.EVENT_TYPE_RENAMED, True, Kind.EVENT_TYPE_RENAMED, True, "events/")
    check(events.compared, old, renamed, expected)


@examples(4)
@given(st.data())
def test_topics_headers_and_keys_cannot_change(data: st.DataObject) -> None:
    old = RELEASE.asyncapi
    new = deepcopy(old)
    what = data.draw(st.sampled_from(["topic", "address", "header", "key", "sent"]))
    message = data.draw(st.sampled_from(sorted(old["components"]["messages"])))
    if what in ("topic", "address"):
        topic = data.draw(st.sampled_from(sorted(old["channels"])))
        if what == "topic":
            del new["channels"][topic]
            expected = Expected(Kind.TOPIC_REMOVED, True, Kind.TOPIC_ADDED, False, topic)
        else:
            new["channels"][topic]["address"] += "-2"
            expected = Expected(Kind.TOPIC_REMOVED, True, Kind.TOPIC_REMOVED, True, topic)
    elif what == "header":
        headers = new["components"]["messages"][message]["headers"]
        name = data.draw(st.sampled_from(headers["required"]))
        _remove(headers, name)
        expected = Expected(
            Kind.FIELD_REMOVED, True, Kind.REQUIRED_FIELD_ADDED, True, f"{message}/headers"
        )
    elif what == "key":
        new["components"]["messages"][message]["bindings"]["kafka"]["key"] = {"type": "integer"}
        expected = Expected(Kind.KEY_CHANGED, True, Kind.KEY_CHANGED, True, message)
    else:
        del new["operations"]["send-nudges"]
        found = list(topics.compared(old, new))
        assert told(found) == [(Kind.NO_LONGER_SENT, True)]
        assert list(topics.compared(new, old)) == []
        return
    check(topics.compared, old, new, expected)


def part(path: str) -> Json:
    """The document of one path alone, with components of its own."""
    return deepcopy({"paths": {path: PATHS[path]}, "components": RELEASE.openapi["components"]})


PATHS: Json = RELEASE.openapi["paths"]
READS = [path for path, item in PATHS.items() if "get" in item]
OF_OPERATIONS = (
    "path", "method", "status", "header", "media type", "parameter", "required parameter",
    "limit of a parameter", "token", "new status", "field of the answer", "value of the answer",
)  # fmt: skip


@examples(8)
@given(st.sampled_from(READS), st.sampled_from(OF_OPERATIONS))
def test_a_change_of_an_operation_is_found_as_what_it_is(path: str, what: str) -> None:
    old, new = part(path), part(path)
    for document in (old, new):
        operation = document["paths"][path]["get"]
        operation["parameters"] = [
            {"name": "page", "in": "query", "schema": {"type": "integer", "maximum": 50}}
        ]
        operation["security"] = []
        operation["responses"]["200"] = {
            "description": "",
            "headers": {"ETag": {"schema": {"type": "string"}}},
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Drawn"}}},
        }
        document["components"]["schemas"]["Drawn"] = {
            "type": "object",
            "properties": {"kind": {"type": "string", "enum": ["a", "b"]}, "id": {"const": 1}},
            "required": ["kind", "id"],
        }
    operation = new["paths"][path]["get"]
    answer = operation["responses"]["200"]
    drawn = new["components"]["schemas"]["Drawn"]
    match what:
        case "path":
            new["paths"] = {}
            expected = Expected(Kind.PATH_REMOVED, True, Kind.OPERATION_ADDED, False, path)
            found = list(http.compared(new, old))
            assert {(one.kind, one.breaking) for one in found} == {(expected.back, False)}
            assert told(list(http.compared(old, new))) == [(expected.kind, True)]
            return
        case "method":
            del new["paths"][path]["get"]
            expected = Expected(Kind.METHOD_REMOVED, True, Kind.OPERATION_ADDED, False, path)
        case "status":
            del operation["responses"]["400"]
            expected = Expected(Kind.STATUS_REMOVED, True, Kind.STATUS_ADDED, False, "answer 400")
        case "new status":
            operation["responses"]["418"] = {"description": ""}
            expected = Expected(Kind.STATUS_ADDED, False, Kind.STATUS_REMOVED, True, "answer 418")
        case "header":
            del answer["headers"]["ETag"]
            expected = Expected(Kind.HEADER_REMOVED, True, Kind.HEADER_ADDED, False, "header ETag")
        case "media type":
            del answer["content"]["application/json"]
            expected = Expected(
                Kind.MEDIA_TYPE_REMOVED, True, Kind.MEDIA_TYPE_ADDED, False, "application/json"
            )
        case "parameter":
            operation["parameters"] = []
            expected = Expected(
                Kind.PARAMETER_REMOVED, True, Kind.PARAMETER_ADDED, False, "parameter page"
            )
        case "required parameter":
            operation["parameters"][0]["required"] = True
            expected = Expected(
                Kind.MADE_REQUIRED, True, Kind.MADE_OPTIONAL, False, "parameter page"
            )
        case "limit of a parameter":
            operation["parameters"][0]["schema"]["maximum"] = 40
            expected = Expected(
                Kind.LIMIT_NARROWED, True, Kind.LIMIT_WIDENED, False, "parameter page"
            )
        case "token":
            operation["security"] = [{"HTTPBearer": []}]
            expected = Expected(Kind.TOKEN_NEEDED, True, Kind.TOKEN_NO_LONGER_NEEDED, False, path)
        case "field of the answer":
            _remove(drawn, "id")
            expected = Expected(
                Kind.FIELD_REMOVED, True, Kind.REQUIRED_FIELD_ADDED, False, "#/properties/id"
            )
        case _:
            drawn["properties"]["kind"]["enum"].append("c")
            expected = Expected(
                Kind.VALUE_ADDED, True, Kind.VALUE_REMOVED, False, "#/properties/kind"
            )
    check(http.compared, old, new, expected)


def test_the_name_of_a_paths_parameter_is_nobodys_business() -> None:
    path = next(path for path in READS if "{" in path)
    old = {"paths": {path: PATHS[path]}, "components": RELEASE.openapi["components"]}
    text = json.dumps(old).replace(path, path.replace("{", "{other_"))
    assert list(http.compared(old, json.loads(text))) == []


def test_a_contract_equals_itself() -> None:
    again = deepcopy(RELEASE)
    assert list(events.compared(RELEASE.events, again.events)) == []
    assert list(topics.compared(RELEASE.asyncapi, again.asyncapi)) == []
    assert list(http.compared(RELEASE.openapi, again.openapi)) == []
