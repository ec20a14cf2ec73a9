"""Topic ``portfolio``: what students show of their work."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant, Text


class PortfolioItem(EventData, topic="portfolio", entity="portfolio_item"):
    item_id: Id


class PortfolioItemAdded(
    PortfolioItem, type="portfolio_item.added.v1", creates=True, sets={"status": "pending"}
):
    """A student added an item."""

    student_id: Id
    title: Text
    added_at: Instant


class PortfolioItemApproved(
    PortfolioItem, type="portfolio_item.approved.v1", sets={"status": "approved"}
):
    """An item was accepted."""


class PortfolioItemRejected(
    PortfolioItem, type="portfolio_item.rejected.v1", sets={"status": "rejected"}
):
    """An item was not accepted."""


class PortfolioItemRemoved(PortfolioItem, type="portfolio_item.removed.v1", sets={"removed": True}):
    """An item was taken away."""
