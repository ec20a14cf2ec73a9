"""What goes wrong when a service asks; here, since other programs take the client alone."""


class BatchRequestError(Exception):
    """A request for batches did not succeed.

    ``status``: of the answer, 0 where there was none. ``request_id``: as homeroom's log has it.
    """

    def __init__(self, message: str, status: int = 0, request_id: str = "") -> None:
        super().__init__(f"{message} (request {request_id})" if request_id else message)
        self.status = status
        self.request_id = request_id


class BatchesUnavailable(BatchRequestError):
    """homeroom did not answer, or not now, at any of the attempts: try again later."""


class KeyRefused(BatchRequestError):
    """401: the service has no such key."""


class RequestRefused(BatchRequestError):
    """400 or the like: what was asked is not of its form."""


class BatchNotFound(BatchRequestError):
    """404: there is no such batch, or none any more."""


class UnexpectedAnswer(BatchRequestError):
    """The answer is none of those that are documented."""
