"""The schemas that a credential says it follows: those of 1EdTech are known; another one must be there to be read.

Open Badges 3.0, 9.1 (1EdTechJsonSchemaValidator2019). What the known schemas ask is asked by our own rules. What
another asks is not looked at, and said so; but a credential that names a schema which does not exist promises something
false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from badges.verification.open_badges_3.inside import endorsed
from badges.verification.open_badges_3.values import as_list, as_object, text_of, types_of
from badges.verification.report import Check, Outcome
from badges.verification.world import World
from issuer.crypto.errors import CryptoError, InvalidJson, KeyUnavailable, NothingPublished

SECTION = "Open Badges 3.0, 9.1"
VALIDATOR_2019 = "1EdTechJsonSchemaValidator2019"
KNOWN = re.compile(
    r"https://purl\.imsglobal\.org/spec/(ob/v3p0|clr/v2p0)/schema/json(-ld)?/(ob|clr)_v[23]p0_[a-z]+_schema\.json"
)
MOST_SCHEMAS = 2


def check_schemas(document: Mapping[str, Any], world: World) -> tuple[Check, ...]:
    """The check "schema" of a credential that names a schema, itself or in an endorsement that is signed with it;
    nothing for one that names none."""
    named = list(_named_in(document))
    others = [url for url in dict.fromkeys(named) if not KNOWN.fullmatch(url)]
    if not named:
        return ()
    if not others:
        return (Check("schema", Outcome.PASS, _l("It follows the published schema."), SECTION),)
    return (min((_check_one(url, world) for url in others[:MOST_SCHEMAS]), key=_weight),)


def _named_in(document: Mapping[str, Any]) -> Iterator[str]:
    for entry in as_list(document.get("credentialSchema")):
        if VALIDATOR_2019 in types_of(entry):
            yield text_of(as_object(entry).get("id"))
    for endorsement in endorsed(document):
        for entry in as_list(as_object(endorsement.value).get("credentialSchema")):
            if VALIDATOR_2019 in types_of(entry):
                yield text_of(as_object(entry).get("id"))


def _weight(check: Check) -> int:
    return (Outcome.FAIL, Outcome.COULD_NOT_CHECK, Outcome.WARN).index(check.outcome)


def _check_one(url: str, world: World) -> Check:
    try:
        world.fetch(url)
    except (NothingPublished, InvalidJson) as error:
        sentence = _l("It says that it follows a schema, but there is no such schema.")
        return Check("schema", Outcome.FAIL, sentence, SECTION, "schema_unavailable", f"{url[:300]}: {error.detail}")
    except KeyUnavailable as error:
        sentence = _l("A schema that it says it follows could not be read.")
        return Check("schema", Outcome.COULD_NOT_CHECK, sentence, SECTION, "schema_unavailable", error.detail)
    except CryptoError as error:
        sentence = _l("It says that it follows a schema, but there is no such schema.")
        return Check("schema", Outcome.FAIL, sentence, SECTION, error.code, error.detail)
    sentence = _l("It names a schema of its issuer's own, by which it was not checked.")
    return Check("schema", Outcome.WARN, sentence, SECTION, "schema_not_applied", url[:300])
