"""TLS to the brokers: whom the client trusts, and who it is."""

import ssl
from pathlib import Path
from typing import Any

import structlog

from homeroom_kit.errors import ConfigurationError
from homeroom_kit.settings import KafkaSettings

log = structlog.get_logger(__name__)


def trusting(ca_file: str, setting: str) -> ssl.SSLContext:
    """A client's context; raises ConfigurationError where the file of its setting is not usable."""
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise ConfigurationError(
            f"{setting} names {ca_file}, which cannot be used: {error}. Give a PEM file with the "
            "certificate of the authority."
        ) from None


class BrokersContext(ssl.SSLContext):
    """Reads its files again before a connection where they have changed.

    Certificates live for weeks, and workers for months: whoever renews one writes it to the file.
    """

    _settings: KafkaSettings
    _loaded: tuple[object, ...]

    @classmethod
    def of(cls, settings: KafkaSettings) -> "BrokersContext":
        """Raises ConfigurationError where files are missing, wrong or out of date."""
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        context._settings = settings
        context._loaded = context._state()
        context._load()
        return context

    def wrap_bio(self, *arguments: Any, **options: Any) -> ssl.SSLObject:
        """asyncio calls it for each connection."""
        state = self._state()
        if state != self._loaded:
            try:
                self._load()
                self._loaded = state
            except ConfigurationError as error:
                log.warning("changed certificate not taken", error=str(error))
        return super().wrap_bio(*arguments, **options)

    def _state(self) -> tuple[object, ...]:
        return tuple(map(_state, self._files()))

    def _files(self) -> list[str]:
        of = self._settings
        return [name for name in (of.kafka_ca_file, of.kafka_certificate_file, of.kafka_key_file)
                if name]  # fmt: skip

    def _load(self) -> None:
        of = self._settings
        # As strict as Python's own, which differs with its version.
        self.verify_flags = trusting(of.kafka_ca_file, "HOMEROOM_KAFKA_CA_FILE").verify_flags
        if of.kafka_ca_file:
            self.load_verify_locations(of.kafka_ca_file)
        else:
            self.load_default_certs()
        if of.kafka_certificate_file:
            self._load_own()
        elif of.kafka_key_file:
            raise ConfigurationError(
                "HOMEROOM_KAFKA_KEY_FILE is set, and HOMEROOM_KAFKA_CERTIFICATE_FILE is not: give "
                "the certificate as well."
            )

    def _load_own(self) -> None:
        # Imported here, since few clients have a certificate.
        from homeroom_kit.kafka_login.certificate import check

        of = self._settings
        certificate_file, key_file = of.kafka_certificate_file, of.kafka_key_file
        password = of.kafka_key_password.get_secret_value()
        key_setting = f"HOMEROOM_KAFKA_{'KEY' if key_file else 'CERTIFICATE'}_FILE"
        certificate = _read(certificate_file, "HOMEROOM_KAFKA_CERTIFICATE_FILE")
        key = _read(key_file or certificate_file, key_setting)
        check(certificate, key, key_setting, password)
        try:
            # Without a function OpenSSL would ask for a password on the terminal.
            self.load_cert_chain(certificate_file, key_file or None, lambda: password)
        except OSError as error:
            raise ConfigurationError(
                f"The certificate in {certificate_file} and its key cannot be used: {error}."
            ) from None


def _read(file: str, setting: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"{setting} names {file}, which cannot be read: {error.strerror}."
        ) from None


def _state(file: str) -> tuple[int, int, int] | None:
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
