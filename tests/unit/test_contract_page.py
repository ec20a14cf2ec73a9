"""docs/contract.md says what the code does: types, kinds, reasons, roles and headers."""

import re

from homeroom.api.app import ALLOWED_HEADERS, EXPOSED_HEADERS
from homeroom.api.auth import ROLES
from homeroom.engine.log.records import Reason
from homeroom_kit.kafka import TOPIC_CONFIGURATION
from tests.support.contract_tables import KINDS, PAGE, with_tables

TEXT = PAGE.read_text()


def part(heading: str) -> str:
    """What stands below a heading, up to the next one of any level."""
    return re.split(r"^#+ ", TEXT.split(f" {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def first_column(heading: str) -> list[str]:
    """The first cell of each row below a heading, without the table's head."""
    cells = re.findall(r"^\| ([^|]+?) \|", part(heading), re.MULTILINE)
    return [cell.strip("`") for cell in cells][1:]


def test_the_tables_of_event_types_are_those_of_the_code() -> None:
    assert with_tables(TEXT) == TEXT, "run `make contracts`"


def test_a_type_that_is_missing_is_noticed() -> None:
    without = "".join(line for line in TEXT.splitlines(True) if "`exam.started.v1`" not in line)
    assert with_tables(without) == TEXT


def test_every_kind_of_field_is_described() -> None:
    assert sorted(first_column("Fields")) == sorted(KINDS)


def test_every_reason_of_a_dead_letter_is_described() -> None:
    assert first_column("Dead letters") == [reason.value for reason in Reason]


def test_the_roles_of_tokens_are_listed() -> None:
    (line,) = [line for line in part("Tokens").splitlines() if line.startswith("| `role`")]
    assert re.findall("`([a-z]+)`", line)[1:] == list(ROLES)


def test_every_header_of_requests_and_answers_is_described() -> None:
    described = set(re.findall(r"^\| `([\w-]+)` \|", part("Headers"), re.MULTILINE))
    assert described == {*EXPOSED_HEADERS, *ALLOWED_HEADERS} - {"Authorization", "Content-Type"}


def test_the_configuration_of_topics_is_named() -> None:
    for name, value in TOPIC_CONFIGURATION.items():
        shown = name if name == "max.message.bytes" else f"{name}={value}"
        assert f"`{shown}`" in part("The log")
