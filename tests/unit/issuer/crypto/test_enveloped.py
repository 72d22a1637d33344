"""Envelopes: what is read out of them, and what is not quite one."""

import base64
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.crypto.contexts import EXAMPLES_CONTEXT, VC1_CONTEXT, VC2_CONTEXT
from issuer.crypto.enveloped import CREDENTIAL_TYPE, PRESENTATION_TYPE, Enveloped, envelope, open_envelope
from issuer.crypto.errors import CryptoError, Malformed, TooLarge, UnsupportedFormat

TOKEN = "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl"
PARTIAL = f"{TOKEN}~WyJhIiwgMV0~"


def make(**over: Any) -> dict[str, Any]:
    return {**envelope(TOKEN), **over}


def opened(url: str) -> Enveloped:
    return open_envelope(make(id=url))


@pytest.mark.parametrize(
    ("media_type", "kind"),
    [
        ("application/vc+jwt", CREDENTIAL_TYPE),
        ("application/vc+sd-jwt", CREDENTIAL_TYPE),
        ("application/vp+jwt", PRESENTATION_TYPE),
        ("application/vp+sd-jwt", PRESENTATION_TYPE),
    ],
)
def test_what_is_put_into_an_envelope_comes_out_of_it(media_type: str, kind: str) -> None:
    made = envelope(PARTIAL, media_type=media_type)
    assert (made["@context"], made["type"]) == (VC2_CONTEXT, kind)
    assert made["id"].count(",") == 1
    assert open_envelope(made, kind=kind) == Enveloped(media_type, PARTIAL)


@pytest.mark.parametrize(
    "url",
    [
        f"data:application/jwt,{TOKEN}",
        f"data:application/vc-ld+jwt,{TOKEN}",
        f"data:application/vc+ld+jwt,{TOKEN}",
        f"data:Application/VC+JWT,{TOKEN}",
        f"DATA:application/vc+jwt,{TOKEN}",
        f"data:application/vc+jwt;charset=utf-8,{TOKEN}",
        f"data:application/vc+jwt;base64url,{TOKEN}",
        f"data:application/vc+jwt,{TOKEN.replace('.', '%2E')}",
        f"data:application/vc+jwt;base64,{base64.b64encode(TOKEN.encode()).decode()}",
        f"data:application/vc+jwt;BASE64,{quote(base64.b64encode(TOKEN.encode()).decode(), safe='')}",
    ],
)
def test_every_way_to_write_the_same_data_is_read(url: str) -> None:
    assert opened(url).token == TOKEN


@pytest.mark.parametrize(
    "over",
    [
        {"@context": None},
        {"@context": []},
        {"@context": EXAMPLES_CONTEXT},
        {"@context": [EXAMPLES_CONTEXT, VC2_CONTEXT]},
        {"@context": [VC1_CONTEXT]},
        {"@context": {"@vocab": VC2_CONTEXT}},
        {"type": None},
        {"type": "VerifiableCredential"},
        {"type": PRESENTATION_TYPE},
        {"type": [[CREDENTIAL_TYPE]]},
        {"id": None},
        {"id": [f"data:application/vc+jwt,{TOKEN}"]},
        {"id": TOKEN},
        {"id": f"https://issuer.example/{TOKEN}"},
        {"id": "data:"},
        {"id": "data:application/vc+jwt"},
        {"id": "data:application/vc+jwt,"},
        {"id": "data:application/vc+jwt;base64,"},
        {"id": f"data:application/vc+jwt,{TOKEN},{TOKEN}"},
        {"id": f"data:application/vc+jwt,{TOKEN}%2"},
        {"id": f"data:application/vc+jwt,{TOKEN}%zz"},
        {"id": f"data:application/vc+jwt;base64,{TOKEN}"},
        {"id": "data:application/vc+jwt;base64,w6k="},
        {"id": "data:application/vc+jwt;base64,é"},
    ],
    ids=str,
)
def test_what_is_not_quite_an_envelope_is_refused(over: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        open_envelope(make(**over))


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/vp+jwt", "application/vc+cose", "application/at+jwt"]
)
def test_other_content_is_refused(media_type: str) -> None:
    with pytest.raises(UnsupportedFormat):
        opened(f"data:{media_type},{TOKEN}")


def test_a_credential_in_the_envelope_of_a_presentation_is_refused() -> None:
    with pytest.raises(UnsupportedFormat):
        open_envelope(make(type=PRESENTATION_TYPE), kind=PRESENTATION_TYPE)


def test_v15_an_envelope_over_the_limit_is_not_read() -> None:
    with pytest.raises(TooLarge):
        opened("data:application/vc+jwt," + "a" * 1_100_000)


@settings(max_examples=300, deadline=None, database=None)
@given(
    media_type=st.sampled_from(["application/vc+jwt", "application/jwt", "text/plain"]) | st.text(max_size=20),
    parameters=st.sampled_from(["", ";base64", ";a=b;base64"]) | st.text(max_size=10),
    data=st.text(max_size=40) | st.binary(max_size=40).map(lambda data: base64.b64encode(data).decode()),
)
def test_hostile_envelopes_raise_only_our_errors(media_type: str, parameters: str, data: str) -> None:
    try:
        found = opened(f"data:{media_type}{parameters},{data}")
    except CryptoError:
        return
    assert found.media_type in ("application/vc+jwt", "application/jwt")
