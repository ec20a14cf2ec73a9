"""Pages speak the viewer's language, and write numbers and times as there, in the viewer's zone."""

import re

import pytest
import pytest_asyncio

from tests.integration.pages.conftest import PagesClient
from tests.support.applications import LOOP
from tests.support.readmodel import NOON, Tables

HEADINGS = {"en": "Dashboard", "pt": "Painel", "sv": "Översikt"}
NOTES = {"en": "Times are in UTC.", "pt": "Os horários estão em UTC.", "sv": "Tider anges i UTC."}


@pytest_asyncio.fixture(loop_scope=LOOP)
async def teacher(pages: PagesClient, tables: Tables) -> PagesClient:
    """A teacher with many students and one exam, who is signed in."""
    tables.insert("teachers")
    tables.insert("teacher_stats", {"students": 1234})
    tables.insert(
        "teacher_exams", {"exam_id": "E-1", "status": "scheduled",
                          "scheduled_at": "2100-03-02T19:30:00Z"},
    )  # fmt: skip
    tables.reach("classes", 0, 1, NOON)
    pages.sign_in()
    return pages


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("sv", "sv"), ("pt-BR,pt;q=0.9,en;q=0.8", "pt"), ("de, en;q=0.1, sv;q=0.2", "sv"),
        ("SV-fi", "sv"), ("EN-us", "en"), ("de", "en"), ("sv;q=0", "en"), (";;q=,=\t,,", "en"),
    ],
)  # fmt: skip
async def test_a_page_is_in_the_most_wanted_language(
    teacher: PagesClient, accepted: str, language: str
) -> None:
    answer = await teacher.get("/teacher", Accept_Language=accepted)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert f"<h1>{HEADINGS[language]}</h1>" in answer.text
    assert answer.headers["content-language"] == language
    assert "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize(
    ("accepted", "students", "at"),
    [
        ("en-GB", "1,234", "02/03/2100, 20:30"), ("pt", "1.234", "02/03/2100 20:30"),
        ("sv", "1\xa0234", "2100-03-02 20:30"), ("en", "1,234", "3/2/00, 8:30\u202fPM"),
    ],
)  # fmt: skip
async def test_numbers_and_times_are_written_as_there_in_the_browsers_zone(
    teacher: PagesClient, accepted: str, students: str, at: str
) -> None:
    # As the pages' script writes it.
    teacher.client.cookies.set("homeroom_time_zone", "Europe%2FStockholm")
    html = (await teacher.get("/teacher", Accept_Language=accepted)).text
    assert f">{students}</a>" in html
    assert f">{at}</time>" in html


@pytest.mark.parametrize("language", HEADINGS)
async def test_a_page_says_that_its_times_are_in_utc_until_the_browser_tells_its_zone(
    teacher: PagesClient, language: str
) -> None:
    html = (await teacher.get("/teacher", Accept_Language=language)).text
    assert NOTES[language] in html
    teacher.client.cookies.set("homeroom_time_zone", "Europe%2FStockholm")
    html = (await teacher.get("/teacher", Accept_Language=language)).text
    assert "UTC" not in html


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "Your role may not see this page."), ("pt", "Seu papel não pode ver esta página."),
        ("sv", "Din roll får inte se den här sidan."),
    ],
)  # fmt: skip
async def test_a_refusal_is_in_the_language_too(
    teacher: PagesClient, language: str, why: str
) -> None:
    answer = await teacher.get("/student", Accept_Language=language)
    assert answer.status_code == 403
    assert answer.headers["content-language"] == language
    assert f"<p>{why}</p>" in answer.text


async def test_a_form_that_is_refused_says_why_in_the_language(teacher: PagesClient) -> None:
    answer = await teacher.client.post(
        "/sign-out", data={"csrf_token": "x"}, headers={"Accept-Language": "sv"}
    )
    assert answer.status_code == 403
    assert "<p>Formuläret är för gammalt" in answer.text


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/reports/students/%3Cb%3E100%25(x)s", 400, "Det som skickades går inte att använda;"),
        ("/reports/students/S-404", 403, "Det här får du varken se eller göra."),
        ("/teacher/nowhere", 404, "Det finns inget på den här adressen, eller inget för dig."),
        ("/teacher/schools/O-404", 403, "Det här får du varken se eller göra."),
    ],
)
async def test_a_refusal_of_the_api_is_a_sentence_of_the_page_s_own(
    teacher: PagesClient, path: str, status: int, why: str
) -> None:
    answer = await teacher.get(path, Accept_Language="sv")
    assert answer.status_code == status
    (said,) = re.findall(r"<h1>[^<]+</h1>\s*<p>([^<]+)</p>", answer.text)
    assert said.startswith(why)
    assert "<b>" not in answer.text
