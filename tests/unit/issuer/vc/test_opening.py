from __future__ import annotations

from typing import Any

import pytest

from issuer.crypto.enveloped import CREDENTIAL_TYPE, PRESENTATION_TYPE
from issuer.vc.opening import is_enveloped, open_secured
from issuer.vc.report import Outcome
from issuer.vc.tokens import CREDENTIAL, Kind
from tests.factories.credentials import enveloped, make_token, make_vc, secured

VC2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"
TOKEN = make_token(make_vc())


def opens(value: Any, kind: Kind = CREDENTIAL) -> bool:
    opened, checks = open_secured(value, kind)
    assert (opened is None) == any(check.hinders for check in checks)
    return opened is not None


def test_a_document_with_proofs_inside_is_itself() -> None:
    vc = secured(make_vc())
    opened, _ = open_secured(vc, CREDENTIAL)
    assert opened is not None
    assert opened.document is vc
    assert opened.token is None


def test_an_envelope_gives_the_document_in_its_token() -> None:
    opened, _ = open_secured(enveloped(TOKEN), CREDENTIAL)
    assert opened is not None
    assert opened.document == make_vc()


@pytest.mark.parametrize("media_type", ["vc+jwt", "jwt", "vc-ld+jwt", "vc+ld+jwt"])
def test_every_media_type_in_use_is_read(media_type: str) -> None:
    assert opens(enveloped(TOKEN, id=f"data:application/{media_type},{TOKEN}"))


@pytest.mark.parametrize("over", [{"@context": [VC2]}, {"type": [CREDENTIAL_TYPE]}, {"@context": [VC2, EXAMPLES]}])
def test_an_envelope_may_have_arrays(over: dict[str, Any]) -> None:
    assert opens(enveloped(TOKEN, **over))


@pytest.mark.parametrize(
    "over",
    [
        {"@context": None},
        {"@context": []},
        {"@context": EXAMPLES},
        {"@context": [EXAMPLES, VC2]},
        {"type": None},
        {"type": "VerifiableCredential"},
        {"type": ["VerifiableCredential"]},
        {"type": PRESENTATION_TYPE},
        {"id": TOKEN},
        {"id": None},
        {"id": 7},
        {"id": "data:"},
        {"id": "data:application/vc+jwt,"},
        {"id": "data:application/vc+jwt,not-a-token"},
        {"id": f"https://example.org/{TOKEN}"},
    ],
    ids=str,
)
def test_what_is_not_quite_an_envelope_is_refused(over: dict[str, Any]) -> None:
    assert not opens(enveloped(TOKEN, **over))


def test_an_envelope_is_known_by_its_id_too() -> None:
    assert is_enveloped({"id": f"data:application/vc+jwt,{TOKEN}", "type": "VerifiableCredential"})
    assert is_enveloped({"id": f"DATA:application/vc+jwt,{TOKEN}"})
    assert not is_enveloped(make_vc())


def test_what_an_envelope_says_besides_is_not_signed_and_that_is_said() -> None:
    _, checks = open_secured({**enveloped(TOKEN), "name": "Doctor"}, CREDENTIAL)
    assert [(check.outcome, check.reason) for check in checks] == [(Outcome.WARN, "unsigned_members")]


@pytest.mark.parametrize("value", [None, "text", TOKEN, 7, True, [], [make_vc()]], ids=lambda value: str(value)[:12])
def test_what_is_no_object_is_refused(value: Any) -> None:
    assert not opens(value)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(TOKEN + "." + TOKEN, id="V14 six parts"),
        pytest.param(TOKEN.rsplit(".", 1)[0], id="V14 two parts"),
        pytest.param(TOKEN + ".a.b", id="V14 five parts"),
        pytest.param("a" * 300_000 + ".e30.e30", id="V15 a long header"),
        pytest.param("e30." + "a" * 600_000 + ".e30", id="V15 a long token"),
        pytest.param(make_token(make_vc(), alg="none"), id="V01 none"),
        pytest.param(make_token(make_vc(), alg="NoNe"), id="V01 NoNe"),
        pytest.param(make_token(make_vc(), alg="HS256"), id="V02 HS256"),
        pytest.param(make_token(make_vc(), crit=["b64"]), id="a critical extension"),
        pytest.param(make_token(make_vc(), typ="at+jwt"), id="a token for something else"),
        pytest.param(make_token({"vc": make_vc()}), id="a vc claim in vc+jwt"),
    ],
)
def test_what_is_not_quite_a_token_is_refused(token: str) -> None:
    assert not opens(enveloped(token))
