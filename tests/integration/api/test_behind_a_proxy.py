"""Behind a proxy that offers the service under a prefix."""

import re

import pytest

from homeroom.api.proxies import PATHS, trusted_proxies
from homeroom_kit.errors import ConfigurationError
from tests.support.readmodel import TEACHER
from tests.support.strength import at_full_strength

DASHBOARD = f"/api/teachers/{TEACHER}/dashboard/stats"


@at_full_strength
@pytest.mark.parametrize("root", ["/homeroom", "/api", "/a/b-c"])
@pytest.mark.parametrize("strips", [True, False])
async def test_paths_are_found_whether_or_not_the_proxy_takes_the_prefix_away(
    serve, settings, tables, root, strips
):
    tables.insert("teachers")
    prefix = "" if strips else root
    async with serve(settings.model_copy(update={"root_path": root})) as api:
        for path in ("/healthz", DASHBOARD, "/docs", "/openapi.json", "/docs/swagger-ui.css"):
            assert (await api.get(prefix + path)).status_code == 200, path
        assert (await api.get(f"{prefix}/nowhere")).status_code == 404
        document = (await api.get(f"{prefix}/openapi.json")).json()
        assert document["servers"] == [{"url": root}]
        page = (await api.get(f"{prefix}/docs")).text
        assert f"url: '{root}/openapi.json'" in page
        # The surface's own envelope of errors.
        assert (await api.get(f"{prefix}/api/v1/student/nowhere")).json() == {"error": "Not found"}


async def test_links_to_further_pages_have_the_prefix(serve_students, students):
    rows = [("student", {"student_id": "S-1"})]
    for mission in ({"mission_id": "M-1"}, {"mission_id": "M-2"}):
        rows += [("mission", mission), ("mission_progress", mission | {"student_id": "S-1"})]
    students.hold(*rows)
    async with serve_students(root_path="/homeroom") as api:
        answer = await api.get("/missions?limit=1&status=in_progress")
        link = re.fullmatch(r'<(/homeroom(/api/v1/student)(/missions\?.*))>; rel="next"',
                            answer.headers["link"])  # fmt: skip
        assert link is not None, answer.headers["link"]
        assert "status=in_progress" in link[1]
        assert (await api.client.get(link[1], headers={"Authorization": api.token()})).json() != []


async def test_without_a_prefix_the_document_names_no_server(api):
    assert "servers" not in (await api.get("/openapi.json")).json()


async def test_the_page_of_the_documentation_needs_no_other_host(api):
    page = await api.get("/docs")
    linked = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(linked) == 3
    for path in linked:
        assert path == "data:," or (await api.get(path)).status_code == 200
    assert not re.findall(r"https?://", page.text)
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert (await api.get("/docs/redoc.standalone.js")).status_code == 404


async def test_every_path_is_known_to_begin_as_ours_do(api):
    for path in (await api.get("/openapi.json")).json()["paths"]:
        assert path.startswith(PATHS)


def test_proxies_are_addresses_and_networks(settings):
    given = settings.model_copy(update={"trusted_proxies": "10.0.0.1, 10.1.0.0/16,, ::1"})
    assert trusted_proxies(given) == ["10.0.0.1", "10.1.0.0/16", "::1"]
    for wrong in ("proxy.example", "*", "10.0.0.1/8", "10.0.0"):
        with pytest.raises(ConfigurationError, match="HOMEROOM_TRUSTED_PROXIES"):
            trusted_proxies(settings.model_copy(update={"trusted_proxies": wrong}))
