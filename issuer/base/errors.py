"""What can go wrong with a request or a state, in the words of the domain.

A room raises one of these; only ``issuer.base.http`` knows which HTTP status belongs to it.
A bad *credential* is never one of these: it is a value (a check with an outcome and a reason).
"""

from __future__ import annotations

from collections.abc import Mapping


class ServiceError(Exception):
    """A request or a state that cannot be carried out.

    ``code``    stable, snake_case, part of the public contract.
    ``detail``  one sentence a person can act on; it never holds secrets or input of others.
    ``fields``  for bad input: field name -> list of sentences.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        fields: Mapping[str, list[str]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.fields = dict(fields or {})
        self.retry_after = retry_after


class Invalid(ServiceError):
    """The input was understood and is not acceptable."""


class Malformed(ServiceError):
    """The input could not be read at all."""


class TooLarge(ServiceError):
    """The input is larger than this service reads."""


class NotSignedIn(ServiceError):
    """Nobody is signed in, or the token is not known."""


class Forbidden(ServiceError):
    """Known, and not allowed."""


class NotFound(ServiceError):
    """There is no such thing, or it is not for the caller to see: the two are not told apart."""


class Gone(ServiceError):
    """It was here, and is not any more."""


class Conflict(ServiceError):
    """The state of the thing does not allow it now."""


class TooMany(ServiceError):
    """Asked too often; ``retry_after`` says in how many seconds to come back."""


class Unavailable(ServiceError):
    """Something this needs is out of reach now; trying again later is right."""
