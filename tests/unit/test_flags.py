"""Feature flags are on where the setting says, and a setting that is wrong is said to be so."""

import json
from pathlib import Path
from typing import Any

import pytest

from homeroom.api.flags import DEFAULTS, FlagName, Flags
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError


def flags(stated: Any, environment: str = "production") -> Flags:
    text = stated if isinstance(stated, str) else json.dumps(stated)
    return Flags(Settings(feature_flags=text, environment=environment))


def test_all_are_on_but_the_analytics_unless_something_is_said() -> None:
    usual = flags("")
    on = {name: usual.on(name, "T-1", "O-1") for name in DEFAULTS}
    assert on == {
        "consolidated_api": True,
        "real_time_updates": True,
        "advanced_analytics": False,
        "resources": True,
    }


def test_a_flag_is_what_is_said_and_the_others_stay() -> None:
    changed = flags({"resources": False, "advanced_analytics": True})
    assert not changed.on("resources", "T-1")
    assert changed.on("advanced_analytics", "T-1")
    assert changed.on("consolidated_api", "T-1")


def test_a_rule_chooses_by_environment() -> None:
    rule = {"advanced_analytics": [{"environments": ["staging"]}]}
    assert flags(rule, "staging").on("advanced_analytics", "T-1")
    assert not flags(rule).on("advanced_analytics", "T-1")


def test_a_rule_chooses_by_school_and_without_one_any_will_do() -> None:
    of_school = flags({"resources": [{"schools": ["O-1"]}]})
    assert of_school.on("resources", "T-1", "O-1")
    assert not of_school.on("resources", "T-1", "O-2")
    assert not of_school.on("resources", "T-1", "")
    assert of_school.on("resources", "T-1")


def share(some: Flags, name: FlagName) -> set[int]:
    return {number for number in range(2_000) if some.on(name, f"T-{number}")}


def test_a_percentage_of_teachers_keeps_those_it_had_as_it_grows() -> None:
    tenth = share(flags({"resources": [{"percentage": 10}]}), "resources")
    half = share(flags({"resources": [{"percentage": 50}]}), "resources")
    assert 140 < len(tenth) < 260
    assert 900 < len(half) < 1_100
    assert tenth < half
    assert share(flags({"resources": [{"percentage": 100}]}), "resources") == set(range(2_000))
    assert not share(flags({"resources": [{"percentage": 0}]}), "resources")
    # Another flag chooses others.
    assert share(flags({"real_time_updates": [{"percentage": 10}]}), "real_time_updates") != tenth


def test_all_of_a_rule_and_one_of_several_must_match() -> None:
    some = flags({"resources": [
        {"environments": ["staging"], "schools": ["O-1"]},
        {"schools": ["O-2"]},
    ]})  # fmt: skip
    assert not some.on("resources", "T-1", "O-1")
    assert some.on("resources", "T-1", "O-2")


def test_flags_come_from_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "flags.json"
    file.write_text('{"resources": false}')
    assert not flags(str(file)).on("resources", "T-1")


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"resource": True}, "resource is no flag: choose from consolidated_api"),
        ({"resources": "yes"}, "resources: Input should be a valid"),
        ({"resources": [{"school": ["O-1"]}]}, "resources.0.school: Extra inputs"),
        ({"resources": [{"percentage": 101}]}, "resources.0.percentage: Input should be less"),
        ("{", "the text: Invalid JSON"),
        ("/no/such/file", "/no/such/file is neither JSON in braces nor a file"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(stated: Any, said: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        flags(stated)
    assert str(refused.value).startswith("HOMEROOM_FEATURE_FLAGS: ")
    assert said in str(refused.value)
