"""Teaching resources: files that teachers upload and share with their classes."""

from homeroom.api.resources import files, lists, writes
from homeroom.api.resources.surface import router

__all__ = ["files", "lists", "router", "writes"]
