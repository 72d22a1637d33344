"""Whether a badge of this service stands in the issuance log, and since when: an age that no key can forge."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from badges.sharing.models import SignedForm
from badges.verification.report import Check, Outcome
from issuer.crypto.merkle import leaf_hash, verify_inclusion
from issuer.log import entries
from issuer.log.proofs import Inclusion

SECTION = "RFC 9162, 2.1.3; Rosette: issuance log"


def check_log(edition: SignedForm, inclusions: Mapping[bytes, Inclusion | None]) -> Check:
    """The check "log": the proof is verified here as anybody could do it from the public addresses.

    ``inclusions``: SHA-256 of a signed document that has its entry -> its proof, or None while that is missing.
    """
    digest = hashlib.sha256(edition.document).digest()
    found = inclusions.get(digest)
    if found is None and digest in inclusions:
        sentence = _l("It is noted for the issuance log; the next checkpoint, within minutes, will have it.")
        return Check("log", Outcome.NOT_APPLICABLE, sentence, SECTION, code="log_waiting")
    if found is None:
        sentence = _l("It is not in the issuance log, so its age is not proved by it.")
        return Check("log", Outcome.NOT_APPLICABLE, sentence, SECTION, code="not_in_the_log")
    leaf = leaf_hash(entries.leaf_data(found.blinding, digest))
    size, root = found.checkpoint.size, found.checkpoint.root
    if not verify_inclusion(leaf=leaf, index=found.number, size=size, proof=found.path, root_hash=root):
        sentence = _l("Its place in the issuance log does not hold.")
        return Check("log", Outcome.WARN, sentence, SECTION, code="log_broken")
    sentence = _l(
        "It is number %(number)s in the issuance log, where nothing can be changed since %(day)s.",
        number=found.number + 1,
        day=format_date(found.since, "long"),
    )
    return Check("log", Outcome.PASS, sentence, SECTION)
