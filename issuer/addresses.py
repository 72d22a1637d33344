"""E-mail addresses: what is accepted, and how two spellings of one address are known to be the same."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _

from issuer.plain_text import refuse

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def clean_address(text: str, *, field: str = "email") -> str:
    """A dot-atom address of RFC 5321 (section 4.1.2) in NFKC, as typed otherwise. Raises Invalid "bad_email".

    What is stored is what is looked up, but for case; so a mail can never go to an address that merely
    looks like the one on file.
    """
    address = unicodedata.normalize("NFKC", text).strip(" ")
    local_part, at, domain = address.rpartition("@")
    well_formed = (
        at
        and len(address) <= LONGEST_ADDRESS
        and len(local_part) <= LONGEST_LOCAL_PART
        and _LOCAL_PART.fullmatch(local_part)
        and _DOMAIN.fullmatch(domain)
    )
    if not well_formed:
        raise refuse(field, _("This does not look like an e-mail address. Example: name@example.org"), "bad_email")
    return address


def lookup_of(address: str) -> str:
    """The form under which an address is unique: NFKC, case folded."""
    return unicodedata.normalize("NFKC", address).casefold()
