"""What people read: templates (Jinja2) in the language of whoever reads."""

from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from homeroom.languages import NAMES, translations_of
from homeroom.notifying.deliveries import Delivery
from homeroom.settings import Settings

SUBJECT_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """A message as it is shown. ``html``: empty where it is shown as text alone."""

    language: str
    subject: str
    text: str
    html: str = ""


class MessageTemplates:
    """The templates, ready for each language."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environments = {name: _environment(name) for name in NAMES}

    def language(self, delivery: Delivery) -> str:
        """The person's language, else the one that the settings name."""
        known = delivery.language
        return known if known in self._environments else self._settings.notify_language

    def link(self, delivery: Delivery) -> str | None:
        """Where a message leads: its address, or its path below HOMEROOM_NOTIFY_LINKS."""
        url = delivery.url
        if url is None or url.startswith(("https://", "http://")):
            return url
        base = self._settings.notify_links.rstrip("/")
        is_path = url.startswith("/") and not url.startswith("//")
        return base + url if base and is_path else None

    def email(self, delivery: Delivery) -> RenderedMessage:
        """As an e-mail."""
        language, values = self._of(delivery)
        environment = self._environments[language]
        return RenderedMessage(
            language,
            one_line(delivery.title),
            environment.get_template("email.txt").render(values),
            environment.get_template("email.html").render(values),
        )

    def short(self, delivery: Delivery) -> RenderedMessage:
        """As the few words that fit on a screen."""
        language, values = self._of(delivery)
        text = self._environments[language].get_template("short.txt").render(values)
        return RenderedMessage(language, one_line(delivery.title), text.strip())

    def _of(self, delivery: Delivery) -> tuple[str, dict[str, Any]]:
        language = self.language(delivery)
        return language, {
            "language": language,
            "message": delivery,
            "link": self.link(delivery),
        }


def one_line(title: str) -> str:
    """A title or name, which people write, as the beginning of one line."""
    return " ".join(title.split())[:SUBJECT_CHARACTERS_MAX]


def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__),
        autoescape=lambda name: name is not None and name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        translations_of(__package__, language), newstyle=True
    )
    return environment
