"""Canonical JSON (RFC 8785)."""

from typing import Any

import rfc8785

from issuer.crypto.strict_json import check_json


def canonicalize(value: Any) -> bytes:
    """JSON value -> its one UTF-8 spelling.

    NaN, integers beyond +/-(2**53 - 1), lone surrogates and values that are not JSON raise Malformed; more than 64
    levels raise TooDeep.
    """
    check_json(value)
    return rfc8785.dumps(value)
