"""Teachers upload files and share them; nobody gets one that was not scanned, or not shared."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from homeroom.files.folder import FolderStore
from tests.support.sharing import EICAR, NEW, PATH, TEXT, Sharing
from tests.support.strength import at_full_strength, thinned


async def test_a_file_is_uploaded_scanned_shared_and_fetched(sharing: Sharing) -> None:
    reserved = await sharing.reserve()
    resource = reserved["resource"]
    assert resource == {
        "id": resource["id"], "title": "Chapter three", "description": "For Monday",
        "file": "chapter.txt", "file_type": "text/plain", "file_size": len(TEXT),
        "is_shared_with_students": False, "shared_with_courses": [],
        "virus_scan_status": "pending", "created_at": resource["created_at"],
        "updated_at": resource["created_at"],
    }  # fmt: skip
    upload = reserved["upload"]
    assert [*upload] == ["method", "url", "headers", "expires_at"]
    # Nobody hears of it before the file is there.
    early = await sharing.teacher.ask("POST", f"{PATH}/{resource['id']}/uploaded")
    assert (early.status_code, early.json()) == (409, {"error": "The file was not uploaded yet"})
    assert sharing.types() == []
    assert (await sharing.put(upload, TEXT)).status_code == 200

    there = await sharing.teacher.ask("POST", f"{PATH}/{resource['id']}/uploaded")
    assert there.status_code == 200
    assert there.json()["resource"]["id"] == resource["id"]
    again = await sharing.teacher.ask("POST", f"{PATH}/{resource['id']}/uploaded")
    assert again.headers["Homeroom-Position"] == there.headers["Homeroom-Position"]
    assert sharing.types() == ["resource.uploaded.v1"]
    sharing.apply()

    waiting = await sharing.download(resource["id"], sharing.teacher)
    assert waiting.status_code == 409
    assert "not scanned" in waiting.json()["error"]
    assert await sharing.scan() == 1
    (listed,) = await sharing.results(school_id="O-1")
    assert (listed["id"], listed["virus_scan_status"]) == (resource["id"], "clean")
    fetched = await sharing.fetch(await sharing.download(resource["id"], sharing.teacher))
    assert (fetched.status_code, fetched.content) == (200, TEXT)
    assert fetched.headers["content-type"].startswith("text/plain")
    assert "chapter.txt" in fetched.headers["content-disposition"]
    assert fetched.headers["content-disposition"].startswith("attachment")

    body = {"is_shared_with_students": True, "shared_with_courses": ["C-1"]}
    await sharing.teacher.ask("PATCH", f"{PATH}/{resource['id']}", body)
    sharing.apply()
    student = await sharing.download(resource["id"], sharing.asking("S-1", "student"))
    assert (await sharing.fetch(student)).content == TEXT


async def test_of_the_uploader_no_event_has_the_address(sharing: Sharing) -> None:
    resource_id = await sharing.upload()
    assert sharing.kept(resource_id, "uploader_address") == "127.0.0.1"
    assert "127.0.0.1" not in str(sharing.school.events())
    (uploaded,) = sharing.school.events()
    assert uploaded[:3] == ("resource.uploaded.v1", resource_id, 1)
    assert set(uploaded[3]) == {
        "resource_id", "teacher_id", "school_id", "title", "description", "file_name",
        "media_type", "size_bytes", "storage_url", "uploaded_at",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("who", "role", "status"),
    thinned(
        [
            ("T-2", "teacher", 404), ("S-1", "student", 200), ("S-2", "student", 404),
            ("S-3", "student", 404), ("A-1", "admin", 403), ("T-1", "teacher", 200),
        ],
        lambda one: one[0] in {"S-1", "S-2", "A-1"},
    ),
)  # fmt: skip
async def test_a_file_is_for_its_teacher_and_students_of_its_classes(
    sharing: Sharing, who: str, role: str, status: int
) -> None:
    resource_id = await sharing.shared(TEXT, "C-1")
    answer = await sharing.download(resource_id, sharing.asking(who, role))
    assert answer.status_code == status
    if status != 200:
        assert [*answer.json()] == ["error"]


@at_full_strength
async def test_a_file_that_is_not_shared_any_more_is_not_there_for_students(
    sharing: Sharing,
) -> None:
    resource_id = await sharing.shared(TEXT, "C-1")
    for body in ({"is_shared_with_students": False}, {"shared_with_courses": ["C-3"]}):
        await sharing.teacher.ask("PATCH", f"{PATH}/{resource_id}", body)
        sharing.apply()
        answer = await sharing.download(resource_id, sharing.asking("S-1", "student"))
        assert (answer.status_code, answer.json()) == (404, {"error": "Resource not found"})


async def test_whose_membership_ended_gets_nothing(sharing: Sharing) -> None:
    resource_id = await sharing.shared(TEXT, "C-1")
    sharing.school.change("membership", "O-1/T-1", revoked_at="2026-03-01T12:00:00Z")
    denied = (403, {"error": "Access denied to this school"})
    teacher = sharing.teacher
    for method, path, body in (
        ("GET", f"/{resource_id}/download", None),
        ("PATCH", f"/{resource_id}", {"title": "Mine"}),
        ("DELETE", f"/{resource_id}", None),
        ("POST", f"/{resource_id}/uploaded", None),
        ("POST", "", NEW),
        ("GET", "?school_id=O-1", None),
    ):
        answer = await teacher.ask(method, f"{PATH}{path}", body)
        assert (answer.status_code, answer.json()) == denied, (method, path)
    # The students of the class still have it.
    student = await sharing.download(resource_id, sharing.asking("S-1", "student"))
    assert student.status_code == 200


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"%PDF-1.7\n%%EOF\n", "application/pdf", "clean"),
        (b"MZ\x90\x00" + bytes(100), "application/pdf", "failed"),
        (b"no text\x00", "text/plain", "failed"),
    ],
)
async def test_a_file_that_is_not_what_it_is_said_to_be_is_not_handed_out(
    sharing: Sharing, content: bytes, media_type: str, status: str
) -> None:
    resource_id = await sharing.upload(content, media_type=media_type)
    assert await sharing.scan() == 1
    (listed,) = await sharing.results(school_id="O-1")
    assert listed["virus_scan_status"] == status
    answer = await sharing.download(resource_id, sharing.teacher)
    assert answer.status_code == (200 if status == "clean" else 409)


@at_full_strength
async def test_lists_are_of_one_school_and_one_teacher_the_newest_first(sharing: Sharing) -> None:
    first, second = await sharing.upload(), await sharing.upload()
    await sharing.upload(school_id="O-2")
    assert [one["id"] for one in await sharing.results(school_id="O-1")] == [second, first]
    # Elm comes before Oak.
    assert len(await sharing.results()) == 1
    page = await sharing.teacher.ask("GET", PATH, params={"school_id": "O-1", "limit": "1"})
    (link,) = re.findall("<(.*)>", page.headers["Link"])
    further = await sharing.teacher.ask("GET", link)
    assert [one["id"] for one in further.json()["results"]] == [first]
    assert "Link" not in further.headers
    foreign = await sharing.asking("T-2").ask("GET", PATH, params={"school_id": "O-1"})
    assert foreign.json() == {"results": []}
    nowhere = await sharing.asking("T-9").ask("GET", PATH)
    assert nowhere.json() == {"results": []}


@at_full_strength
async def test_changes_show_and_what_is_not_said_stays(sharing: Sharing) -> None:
    resource_id = await sharing.upload()
    patch = f"{PATH}/{resource_id}"
    answer = await sharing.teacher.ask("PATCH", patch, {"title": " Four ", "description": None})
    assert answer.json()["resource"]["title"] == "Four"
    # At once, before the read model has it: the second change rests on the first.
    answer = await sharing.teacher.ask("PATCH", patch, {"shared_with_courses": ["C-1", "C-3"]})
    resource = answer.json()["resource"]
    assert (resource["title"], resource["shared_with_courses"]) == ("Four", ["C-1", "C-3"])
    position = answer.headers["Homeroom-Position"]
    same = await sharing.teacher.ask("PATCH", patch, {"title": "Four"})
    assert same.headers["Homeroom-Position"] == position
    sharing.apply()
    (listed,) = await sharing.results(school_id="O-1")
    assert listed == resource
    numbers = [sequence for _, _, sequence, _ in sharing.school.events()]
    assert numbers == [1, 2, 3]


async def test_a_file_is_shared_with_own_classes_alone(sharing: Sharing) -> None:
    resource_id = await sharing.upload()
    body = {"shared_with_courses": ["C-1", "C-2"]}
    answer = await sharing.teacher.ask("PATCH", f"{PATH}/{resource_id}", body)
    assert answer.status_code == 400
    assert answer.json() == {"error": "No class of yours at this school: C-2"}


async def test_a_removed_file_is_gone_from_lists_and_from_the_store(
    sharing: Sharing, folder: Path
) -> None:
    resource_id = await sharing.shared(TEXT, "C-1")
    file = sharing.file_of(resource_id, folder)
    assert file.is_file()
    gone = await sharing.teacher.ask("DELETE", f"{PATH}/{resource_id}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert gone.headers["Homeroom-Position"].startswith("command-")
    # At once for its teacher, whatever the read model holds.
    assert (await sharing.teacher.ask("DELETE", f"{PATH}/{resource_id}")).status_code == 404
    sharing.apply()
    assert await sharing.results(school_id="O-1") == []
    student = await sharing.download(resource_id, sharing.asking("S-1", "student"))
    assert student.status_code == 404
    await sharing.clean_up()
    assert not file.exists()


async def test_a_file_that_cannot_be_deleted_keeps_no_other_and_no_scan(
    sharing: Sharing, folder: Path
) -> None:
    ids = [await sharing.shared(TEXT, "C-1") for _ in range(3)]
    files = [sharing.file_of(resource_id, folder) for resource_id in ids]
    files[0].unlink()
    # No file any more, so it cannot be deleted as one.
    files[0].mkdir()
    for resource_id in ids:
        await sharing.teacher.ask("DELETE", f"{PATH}/{resource_id}")
    await sharing.clean_up()
    assert [file.exists() for file in files] == [True, False, False]
    left = sharing.run(
        "SELECT resource_id FROM homeroom.resource WHERE removed AND NOT file_deleted"
    )
    assert left == [(ids[0],)]
    files[0].rmdir()
    await sharing.clean_up()
    assert not sharing.run("SELECT FROM homeroom.resource WHERE removed AND NOT file_deleted")


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"size_bytes": 200 * 1024 * 1024}, 413, "at most 104857600 bytes"),
        ({"size_bytes": 0}, 400, "size_bytes must be a whole number from 1"),
        ({"size_bytes": "9"}, 400, "size_bytes must be a whole number from 1"),
        ({"media_type": "application/x-msdownload"}, 400, "media_type must be one of"),
        ({"title": " "}, 400, "title must be a text of 1 to 200 characters"),
        ({"title": None}, 400, "title is required"),
        ({"title": "a\x00b"}, 400, "title must be a text"),
        ({"description": 7}, 400, "description must be a text"),
        ({"school_id": "O 1"}, 400, "school_id must be an id"),
        ({"school_id": "O-9"}, 403, "Access denied to this school"),
    ],
)
async def test_what_cannot_be_uploaded_is_refused_with_the_reason(
    sharing: Sharing, changed: dict[str, Any], status: int, said: str
) -> None:
    answer = await sharing.teacher.ask("POST", PATH, NEW | changed)
    assert answer.status_code == status
    assert said in answer.json()["error"]
    assert sharing.run("SELECT FROM homeroom.resource") == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ada\\plan.txt", "plan.txt"),
        ("plan.exe", "plan.exe.txt"),
        ('a"b\r\n.txt', "a_b.txt"),
        ("cod\u202etxt.bat", "codtxt.bat.txt"),
        ("…", "….txt"),
        (" .. ", "file.txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
    ],
)
async def test_names_are_cleaned(sharing: Sharing, given: str, kept: str) -> None:
    reserved = await sharing.reserve(file_name=given)
    assert reserved["resource"]["file"] == kept


async def test_of_another_size_than_announced_nothing_is_taken(sharing: Sharing) -> None:
    reserved = await sharing.reserve()
    for content in (TEXT + b"!", TEXT[:-1]):
        refused = await sharing.put(reserved["upload"], content)
        assert refused.status_code == 400
        assert "20 bytes" in refused.json()["error"]
    path = f"{PATH}/{reserved['resource']['id']}/uploaded"
    assert (await sharing.teacher.ask("POST", path)).status_code == 409


async def test_nobody_changes_a_file_that_was_taken_in(sharing: Sharing, folder: Path) -> None:
    reserved = await sharing.reserve()
    resource_id = reserved["resource"]["id"]
    await sharing.put(reserved["upload"], TEXT)
    await sharing.teacher.ask("POST", f"{PATH}/{resource_id}/uploaded")
    sharing.apply()
    await sharing.scan()
    # The address is still good, and leads nowhere that anybody fetches from.
    late = await sharing.put(reserved["upload"], EICAR[: len(TEXT)])
    assert late.status_code == 200
    fetched = await sharing.fetch(await sharing.download(resource_id, sharing.teacher))
    assert fetched.content == TEXT
    sharing.run("UPDATE homeroom.resource SET upload_expires_at = now() - interval '2 hours'")
    await sharing.clean_up()
    assert [*(folder / "uploads").iterdir()] == []
    assert sharing.file_of(resource_id, folder).read_bytes() == TEXT


class Frozen:
    """A request that says a file is uploaded, held behind its first look into the store."""

    def __init__(self, sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
        self._sharing = sharing
        self._reached, self._go_on = asyncio.Event(), asyncio.Event()
        asked = FolderStore.size_bytes

        async def size_bytes(store: FolderStore, key: str) -> int | None:
            size_bytes = await asked(store, key)
            if not self._reached.is_set():
                self._reached.set()
                await self._go_on.wait()
            return size_bytes

        monkeypatch.setattr(FolderStore, "size_bytes", size_bytes)

    async def begin(self, path: str) -> None:
        self._answer = asyncio.create_task(self._sharing.teacher.ask("POST", path))
        await self._reached.wait()

    async def go_on(self) -> httpx.Response:
        self._go_on.set()
        return await self._answer


@pytest.fixture
def frozen(sharing: Sharing, monkeypatch: pytest.MonkeyPatch) -> Frozen:
    return Frozen(sharing, monkeypatch)


@pytest.mark.parametrize("late", [EICAR[: len(TEXT)], TEXT + b"!"])
async def test_a_request_from_before_the_scan_changes_nothing_of_the_file(
    sharing: Sharing, folder: Path, frozen: Frozen, late: bytes
) -> None:
    reserved = await sharing.reserve()
    resource_id = reserved["resource"]["id"]
    path = f"{PATH}/{resource_id}/uploaded"
    await sharing.put(reserved["upload"], TEXT)
    await frozen.begin(path)
    # Whoever says it next has it published.
    assert (await sharing.teacher.ask("POST", path)).status_code == 200
    sharing.apply()
    assert await sharing.scan() == 1
    (folder / "uploads" / resource_id).write_bytes(late)
    assert (await frozen.go_on()).status_code == (200 if len(late) == len(TEXT) else 409)
    fetched = await sharing.fetch(await sharing.download(resource_id, sharing.teacher))
    assert fetched.content == TEXT
    assert [*(folder / "resources").iterdir()] == [sharing.file_of(resource_id, folder)]
    assert sharing.types() == ["resource.uploaded.v1", "resource.scanned.v1"]


async def test_a_request_from_before_the_removal_leaves_no_file(
    sharing: Sharing, folder: Path, frozen: Frozen
) -> None:
    reserved = await sharing.reserve()
    resource_id = reserved["resource"]["id"]
    await sharing.put(reserved["upload"], TEXT)
    await frozen.begin(f"{PATH}/{resource_id}/uploaded")
    gone = await sharing.teacher.ask("DELETE", f"{PATH}/{resource_id}")
    assert gone.status_code == 204
    await sharing.clean_up()
    assert (await frozen.go_on()).status_code == 404
    assert [*(folder / "resources").iterdir()] == []


async def test_of_two_who_say_it_at_once_the_second_publishes(
    sharing: Sharing, folder: Path, frozen: Frozen
) -> None:
    reserved = await sharing.reserve()
    resource_id = reserved["resource"]["id"]
    path = f"{PATH}/{resource_id}/uploaded"
    await sharing.put(reserved["upload"], TEXT)
    await frozen.begin(path)
    # The second is ended between the store and the database.
    sharing.run("ALTER TABLE homeroom.outbox RENAME TO away")
    try:
        assert (await sharing.teacher.ask("POST", path)).status_code == 503
    finally:
        sharing.run("ALTER TABLE homeroom.away RENAME TO outbox")
    first = await frozen.go_on()
    assert (first.status_code, "try again" in first.text) == (409, True)
    assert (await sharing.teacher.ask("POST", path)).status_code == 200
    assert [*(folder / "resources").iterdir()] == [sharing.file_of(resource_id, folder)]
    assert sharing.file_of(resource_id, folder).read_bytes() == TEXT
    assert [*(folder / "uploads").iterdir()] == []


async def test_an_upload_that_was_never_finished_is_cleaned_up(
    sharing: Sharing, folder: Path
) -> None:
    reserved = await sharing.reserve()
    resource_id = reserved["resource"]["id"]
    await sharing.put(reserved["upload"], TEXT)
    await sharing.clean_up()
    assert sharing.kept(resource_id, "status") == "pending"
    sharing.run("UPDATE homeroom.resource SET upload_expires_at = now() - interval '45 minutes'")
    late = await sharing.teacher.ask("POST", f"{PATH}/{resource_id}/uploaded")
    assert (late.status_code, "time to upload is over" in late.text) == (409, True)
    sharing.run("UPDATE homeroom.resource SET upload_expires_at = now() - interval '2 hours'")
    await sharing.clean_up()
    assert sharing.kept(resource_id, "status") is None
    assert [*(folder / "uploads").iterdir()] == []


@at_full_strength
async def test_an_uploaders_address_is_kept_as_long_as_the_setting_says(sharing: Sharing) -> None:
    old, new = await sharing.upload(), await sharing.upload()
    sharing.run(
        "UPDATE homeroom.resource SET reserved_at = now() - interval '31 days' "
        "WHERE resource_id = %s", old,
    )  # fmt: skip
    await sharing.clean_up()
    assert sharing.kept(old, "uploader_address") is None
    assert sharing.kept(new, "uploader_address") == "127.0.0.1"


async def test_an_address_is_good_for_what_it_says_and_until_it_expires(sharing: Sharing) -> None:
    resource_id = await sharing.shared(TEXT, "C-1")
    good = (await sharing.download(resource_id, sharing.teacher)).json()["download"]["url"]
    assert (await sharing.client.get(good)).status_code == 200
    other = await sharing.upload()
    for wrong in (
        good.replace(resource_id, other), good.replace("name=", "name=x"),
        re.sub("expires=[0-9]+", "expires=9999999999", good), good.partition("&signature")[0],
        re.sub("expires=[0-9]+", "expires=%C2%B2", good), good + "0",
    ):  # fmt: skip
        answer = await sharing.client.get(wrong)
        assert (answer.status_code, [*answer.json()]) == (403, ["error"]), wrong


async def test_a_published_file_of_another_service_can_be_changed_and_removed(
    sharing: Sharing,
) -> None:
    sharing.school.students.hold_further(
        ("resource", {"resource_id": "77", "teacher_id": "T-1", "school_id": "O-1",
                      "storage_url": "s3://elsewhere/file", "status": "clean"}),
    )  # fmt: skip
    (listed,) = await sharing.results(school_id="O-1")
    assert listed["id"] == 77
    elsewhere = await sharing.download("77", sharing.teacher)
    assert (elsewhere.status_code, elsewhere.json()) == (
        409,
        {"error": "The file is in another store"},
    )
    await sharing.teacher.ask("PATCH", f"{PATH}/77", {"title": "Ours"})
    await sharing.teacher.ask("DELETE", f"{PATH}/77")
    assert [(t, n) for t, _, n, _ in sharing.school.events()] == [
        ("resource.updated.v1", 2), ("resource.removed.v1", 3),
    ]  # fmt: skip


async def test_a_large_file_goes_through_the_folder(sharing: Sharing) -> None:
    content = b"0123456789abcde\n" * 131_072
    resource_id = await sharing.upload(content)
    assert await sharing.scan() == 1
    fetched = await sharing.fetch(await sharing.download(resource_id, sharing.teacher))
    assert fetched.content == content


class TestWhereTheyAreOff:
    """The feature flag `resources` is on at Elm alone."""

    @pytest.fixture
    def changed(self) -> dict[str, Any]:
        return {"feature_flags": '{"resources": [{"schools": ["O-2"]}]}'}

    async def test_every_endpoint_is_unknown(self, sharing: Sharing) -> None:
        sharing.school.students.hold_further(
            ("resource", {"resource_id": "7", "teacher_id": "T-1", "school_id": "O-1"}),
        )  # fmt: skip
        for method, path, body in (
            ("GET", "?school_id=O-1", None), ("POST", "", NEW), ("POST", "/7/uploaded", None),
            ("GET", "/7/download", None), ("PATCH", "/7", {"title": "A"}), ("DELETE", "/7", None),
        ):  # fmt: skip
            answer = await sharing.teacher.ask(method, f"{PATH}{path}", body)
            assert (answer.status_code, answer.json()) == (404, {"error": "Not found"}), path
        assert sharing.types() == []
        assert len(await sharing.results(school_id="O-2")) == 0
        await sharing.upload(school_id="O-2")
