"""Pages from templates: Jinja2, with texts, numbers and times as the viewer's locale has them."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from homeroom.api.pages.assets import address_of
from homeroom.api.pages.compressing import VARIES_BY, compressed
from homeroom.api.pages.explaining.paths import computed_path, explanation_path
from homeroom.api.pages.locales import (
    FILTERS,
    LOCALES,
    TIME_ZONE_COOKIE,
    Locale,
    known_time_zone,
    locale_of,
    translated,
)
from homeroom.api.pages.telling_apart import told_apart
from homeroom.api.services import services_of_app
from homeroom.terminal import one_line

# Everything comes from here, and nothing that stands in a page is run.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Vary": f"Cookie, Accept-Language, {VARIES_BY}",
}


class Renderer:
    """The templates of the pages, ready for each language."""

    def __init__(self) -> None:
        self._environments = {name: _environment(locale) for name, locale in LOCALES.items()}

    def response(self, request: Request, template: str, status: int, **context: Any) -> Response:
        """The answer: HTML that nobody keeps but its viewer."""
        headers = HEADERS | {"Content-Language": viewer_locale(request).name}
        page = self.text(request, template, **context).encode()
        if (smaller := compressed(request, page, context.get("session"))) is not None:
            return HTMLResponse(smaller, status, headers | {"Content-Encoding": "gzip"})
        return HTMLResponse(page, status, headers)

    def text(self, request: Request, template: str, **context: Any) -> str:
        """The HTML alone."""
        locale = viewer_locale(request)
        root_path = request.scope.get("root_path", "")
        values = {
            "request": request,
            "path": request.url.path.removeprefix(root_path),
            "root": root_path,
            "locale": locale,
            "now": services_of_app(request).clock(),
            "time_zone": known_time_zone(request.cookies.get(TIME_ZONE_COOKIE, "")),
        }
        page = self._environments[locale.name].get_template(template)
        return page.render(values | context)


def viewer_locale(request: Request) -> Locale:
    """How whoever sent a request reads."""
    return locale_of(request.headers.get("accept-language", ""))


def _environment(locale: Locale) -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        locale.translations, newstyle=True
    )
    environment.globals |= {
        "asset": address_of, "locale": locale,
        "explanation_path": explanation_path, "computed_path": computed_path,
    }  # fmt: skip
    environment.filters |= FILTERS | {
        "one_line": one_line, "told_apart": told_apart, "translated": translated,
    }  # fmt: skip
    return environment
