"""A credential inside another document, whatever its form: an object, an envelope around a token, or a bare token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.inputs.refused import Refused
from badges.verification.inputs.texts import read_token
from badges.verification.reading import Given
from badges.verification.report import Check, Outcome
from issuer.crypto.enveloped import CREDENTIAL_TYPE, open_envelope
from issuer.crypto.errors import CryptoError, UnsupportedFormat
from issuer.vc.opening import is_enveloped

SECTION = "W3C VC Data Model 2.0, 4.12"


def as_given(value: Any) -> Given:
    """A credential found in another document. Raises CryptoError for one that cannot be read."""
    if isinstance(value, str):
        return _token(value)
    if not isinstance(value, Mapping):
        raise UnsupportedFormat("It is neither an object nor a token.")
    if is_enveloped(value):
        return _token(open_envelope(value, kind=CREDENTIAL_TYPE).token)
    return Given(dict(value))


def _token(text: str) -> Given:
    try:
        return read_token(text.strip())
    except Refused as error:
        raise UnsupportedFormat(error.reason or error.code) from error


def read_inner(value: Any) -> tuple[Given | None, Check]:
    """The same with the check "format"; None for what cannot be read."""
    try:
        given = as_given(value)
    except CryptoError as error:
        sentence = _l("It cannot be read as a credential.")
        return None, Check("format", Outcome.FAIL, sentence, SECTION, error.code, error.detail)
    if given.fault is not None:
        return None, Check("format", Outcome.FAIL, given.fault.sentence, SECTION, given.fault.code, given.fault.reason)
    return given, Check("format", Outcome.PASS, _l("It is a credential inside another document."), SECTION)
