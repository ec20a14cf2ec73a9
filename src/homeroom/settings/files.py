"""Teachers' files: where they are kept, and what may be uploaded."""

from functools import cached_property

from pydantic import Field, SecretStr

from homeroom.settings.section import SettingsSection

MEDIA_TYPES = (
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/zip",
    "audio/mpeg",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/csv",
    "text/markdown",
    "text/plain",
    "video/mp4",
)


class FileSettings(SettingsSection):
    """Teachers' files: where they are kept, and what may be uploaded."""

    s3_bucket: str = Field(
        "", description="The bucket of teachers' files, S3-compatible; empty: a folder."
    )
    s3_prefix: str = Field(
        "",
        pattern=r"^([A-Za-z0-9._-]+/)*$",
        description="What the keys of files begin with, such as a name and a slash.",
    )
    s3_endpoint_url: str = Field(
        "", repr=False, description="Where the store is; empty: Amazon's own."
    )
    s3_region: str = Field("", description="The region; empty: as AWS's tools find it.")
    s3_access_key_id: str = Field("", description="The key's id; empty: as AWS's tools find it.")
    s3_secret_access_key: SecretStr = Field(SecretStr(""), description="The key, with its id.")
    resource_folder: str = Field(
        "",
        description="The folder of teachers' files where no bucket is set, for local development; "
        "empty: `~/.cache/homeroom/resources`.",
    )
    resource_bytes_max: int = Field(
        100 * 1024 * 1024, ge=1, le=2**31 - 1, description="The largest file of a teacher."
    )
    resource_media_types: str = Field(
        ",".join(MEDIA_TYPES), description="The types of files that teachers may upload, by comma."
    )
    upload_address_seconds: int = Field(
        900, ge=1, le=86_400, description="How long an address to upload to is valid."
    )
    download_address_seconds: int = Field(
        300, ge=1, le=86_400, description="How long an address to download from is valid."
    )
    uploader_address_retention_days: int = Field(
        30,
        ge=0,
        le=3_650,
        description="How long the network address of whoever uploads a file is kept.",
    )
    clamd_address: str = Field(
        "",
        description="ClamAV's daemon, as `host:port` or the path of a socket; empty: only type and "
        "size of files are looked at.",
    )
    unscanned_seconds_max: int = Field(
        900, ge=1, description="`status` tells of files that nobody has scanned for so long."
    )

    @cached_property
    def resource_media_type_set(self) -> frozenset[str]:
        """The types of files that teachers may upload."""
        names = self.resource_media_types.lower().split(",")
        return frozenset(name.strip() for name in names if name.strip())
