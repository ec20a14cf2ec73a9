"""Which store it is: a bucket where one is set, else a folder."""

from homeroom.files.folder import FolderStore
from homeroom.files.s3 import S3Store
from homeroom.files.store import Store
from homeroom.settings import Settings


def store_of(settings: Settings) -> Store:
    """The store that the settings name; nothing is connected or made yet."""
    return S3Store(settings) if settings.s3_bucket else FolderStore(settings)
