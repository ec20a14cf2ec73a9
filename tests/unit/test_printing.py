"""How lists look on terminals of different widths."""

import io

from rich.console import Console
from rich.text import Text

from homeroom.cli.printing import NO_WIDTH, Listing


def lines(listing: Listing, width: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    with console.capture() as capture:
        console.print(listing, soft_wrap=True)
    return capture.get().splitlines()


def letters(detail: str) -> Listing:
    listing = Listing("id", "subject", "waiting", "detail", right=("waiting",))
    listing.add("exams:2:1258", "exam_result E-9/S-1", "1", detail)
    listing.add("exams:0:7", "", "12", "")
    return listing


def test_rows_that_fit_are_a_table() -> None:
    assert lines(letters("too low"), 60) == [
        "id            subject              waiting  detail",
        "exams:2:1258  exam_result E-9/S-1        1  too low",
        "exams:0:7                               12  ",
    ]


def test_what_does_not_fit_stands_whole_below_its_row() -> None:
    detail = "too low " * 10
    assert lines(letters(detail), 60) == [
        "id            subject              waiting",
        "exams:2:1258  exam_result E-9/S-1        1",
        f"  detail  {detail}",
        "exams:0:7                               12",
    ]
    assert lines(letters(detail), 40)[:2] == ["id            waiting", "exams:2:1258        1"]
    assert lines(letters(detail), NO_WIDTH)[1].endswith(f"1  {detail}")


def test_fifty_letters_are_at_most_150_lines_of_a_small_terminal() -> None:
    listing = Listing("id", "reason", "subject", "sequence", "since", "waiting", "detail")
    for number in range(50):
        listing.add(
            f"exams:2:{number}", "invalid_data", f"exam_result exam-{number}/student-{number}", "1",
            "2026-03-01 02:10:00", "1", "data.score: Input should be a valid number",
        )  # fmt: skip
    shown = lines(listing, 80)
    assert len(shown) <= 151
    assert max(map(len, shown)) <= 80


def test_one_long_value_does_not_move_the_columns_of_other_rows() -> None:
    listing = Listing("key", "verdict")
    listing.add("x" * 1_000, Text("differs", "red"))
    listing.add("y", "equal")
    shown = lines(listing, NO_WIDTH)
    assert shown[1] == "x" * 1_000 + "  differs"
    assert len(shown[2]) < 100
