"""Events that services publish over HTTP, as CloudEvents."""

from homeroom.api.ingestion.endpoint import router

__all__ = ["router"]
