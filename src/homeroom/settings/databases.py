"""Where PostgreSQL is, and with which login each process goes there."""

from typing import Literal, get_args

from pydantic import Field

from homeroom.settings.section import SettingsSection
from homeroom_kit.errors import ConfigurationError
from homeroom_kit.settings import PREFIX

# Who connects to the database with a login of its own.
Process = Literal["serve", "explain", "worker", "relay", "notify", "operator"]
PROCESSES: tuple[Process, ...] = get_args(Process)


class DatabaseSettings(SettingsSection):
    """Where PostgreSQL is, and with which login each process goes there."""

    database_url: str = Field(
        "",
        repr=False,
        description="PostgreSQL 18, as a libpq URL or key=value string, for its owner: `migrate`; "
        "and for each process that has no address of its own.",
    )
    serve_database_url: str = Field(
        "",
        repr=False,
        description="The same for the login of `homeroom serve` ([logins](#logins)).",
    )
    explain_database_url: str = Field(
        "",
        repr=False,
        description="For the login with which `homeroom serve` explains numbers to services: it "
        "reads everything, and writes nothing.",
    )
    worker_database_url: str = Field(
        "", repr=False, description="For the login of `homeroom worker`."
    )
    relay_database_url: str = Field(
        "", repr=False, description="For the login of the relay, which every worker has."
    )
    notify_database_url: str = Field(
        "", repr=False, description="For the login of `homeroom notify`."
    )
    operator_database_url: str = Field(
        "",
        repr=False,
        description="For the login of operators' commands, of `worker --rebuild`, and of the "
        "operators' console of `homeroom serve`.",
    )
    read_database_url: str = Field(
        "",
        repr=False,
        description="Standbys that `homeroom serve` reads from, as a libpq URL, which may name "
        "several hosts; unless set, it reads from the database itself.",
    )
    read_lag_seconds_max: float = Field(
        30.0,
        gt=0,
        description="A query service whose standby is further behind the database is not ready.",
    )

    def require_database(self, process: Process | None = None) -> str:
        """The database's URL for a process, else its owner's; or ConfigurationError."""
        own = self.own_database(process) if process else ""
        if not own and not self.database_url:
            named = f"Neither {PREFIX}{process.upper()}_DATABASE_URL nor " if process else ""
            are = "is" if process else "is not"
            raise ConfigurationError(
                f"{named}HOMEROOM_DATABASE_URL {are} set: give the URL of a PostgreSQL 18, for "
                "example postgresql://homeroom:secret@localhost:5432/homeroom."
            )
        return own or self.database_url

    def own_database(self, process: Process) -> str:
        """The database's URL for the login of a process; empty where it has none of its own."""
        url: str = getattr(self, f"{process}_database_url")
        return url
