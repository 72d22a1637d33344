"""Tokens that standards publish with their keys: each holds as it stands, and no longer when a bit of it is changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from issuer.crypto import sd_jwt, vc_jose
from issuer.crypto.errors import CryptoError
from issuer.crypto.multikey import from_jwk
from issuer.crypto.signatures import verify_signature
from issuer.crypto.vc_jwt import split_token
from issuer.vc.key_bindings import Presented, check_key_binding
from issuer.vc.report import Outcome

CLAIMS = b'{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}'


@dataclass(frozen=True, slots=True)
class Published:
    """A token of a standard, its key, and what the standard says is in it."""

    section: str
    alg: str
    jwk: dict[str, str]
    token: str
    payload: bytes


TOKENS = [
    Published(
        "RFC 7515, A.2",
        "RS256",
        {
            "kty": "RSA",
            "e": "AQAB",
            "n": (
                "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-"
                "SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS"
                "-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2"
                "ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
            ),
        },
        (
            "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290I"
            "jp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujG"
            "bds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_e"
            "SN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIh"
            "WkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        ),
        CLAIMS,
    ),
    Published(
        "RFC 7515, A.3",
        "ES256",
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        },
        (
            "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290I"
            "jp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
        ),
        CLAIMS,
    ),
    Published(
        "RFC 7515, A.4",
        "ES512",
        {
            "kty": "EC",
            "crv": "P-521",
            "x": "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
            "y": "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
        },
        (
            "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGD"
            "KB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"
        ),
        b"Payload",
    ),
    Published(
        "RFC 8037, A.4",
        "EdDSA",
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        },
        (
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhij"
            "cNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        ),
        b"Example of Ed25519 signing",
    ),
]


@pytest.mark.parametrize("published", TOKENS, ids=lambda each: each.section)
def test_a_published_token_holds_and_a_changed_one_does_not(published: Published) -> None:
    key = from_jwk(published.jwk)
    _, payload, signature, signing_input = split_token(published.token)
    assert payload == published.payload
    assert verify_signature(key, signature, signing_input, alg=published.alg)
    assert not verify_signature(key, signature, signing_input.replace(b".", b".Z", 1), alg=published.alg)
    for place in (0, len(signature) // 2, len(signature) - 1):
        changed = bytearray(signature)
        changed[place] ^= 1
        assert not verify_signature(key, bytes(changed), signing_input, alg=published.alg)


# RFC 9901, sections 5.1 and 5.2: who somebody is, of which is shown the name, the address and one nationality.
ISSUER_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "b28d4MwZMjw8-00CG4xfnn9SLMVMM19SlqZpVb_uNtQ",
    "y": "Xv5zWwuoaTgdS6hV43yI6gBwTnjukmFQQnJ_kCxzqk8",
}
HOLDER_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc",
    "y": "ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ",
}
SIGNED = (
    "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogImV4YW1wbGUrc2Qtand0In0.eyJfc2QiOiBbIkNyUWU3UzVrcUJBSHQtbk1ZWGdjNmJkdDJTSDVhVFkxc1"
    "VfTS1QZ2tqUEkiLCAiSnpZakg0c3ZsaUgwUjNQeUVNZmVadTZKdDY5dTVxZWhabzdGN0VQWWxTRSIsICJQb3JGYnBLdVZ1Nnh5bUphZ3ZrRnNGWEFi"
    "Um9jMkpHbEFVQTJCQTRvN2NJIiwgIlRHZjRvTGJnd2Q1SlFhSHlLVlFaVTlVZEdFMHc1cnREc3JaemZVYW9tTG8iLCAiWFFfM2tQS3QxWHlYN0tBTm"
    "txVlI2eVoyVmE1TnJQSXZQWWJ5TXZSS0JNTSIsICJYekZyendzY002R242Q0pEYzZ2Vks4QmtNbmZHOHZPU0tmcFBJWmRBZmRFIiwgImdiT3NJNEVk"
    "cTJ4Mkt3LXc1d1BFemFrb2I5aFYxY1JEMEFUTjNvUUw5Sk0iLCAianN1OXlWdWx3UVFsaEZsTV8zSmx6TWFTRnpnbGhRRzBEcGZheVF3TFVLNCJdLC"
    "AiaXNzIjogImh0dHBzOi8vaXNzdWVyLmV4YW1wbGUuY29tIiwgImlhdCI6IDE2ODMwMDAwMDAsICJleHAiOiAxODgzMDAwMDAwLCAic3ViIjogInVz"
    "ZXJfNDIiLCAibmF0aW9uYWxpdGllcyI6IFt7Ii4uLiI6ICJwRm5kamtaX1ZDem15VGE2VWpsWm8zZGgta284YUlLUWM5RGxHemhhVllvIn0sIHsiLi"
    "4uIjogIjdDZjZKa1B1ZHJ5M2xjYndIZ2VaOGtoQXYxVTFPU2xlclAwVmtCSnJXWjAifV0sICJfc2RfYWxnIjogInNoYS0yNTYiLCAiY25mIjogeyJq"
    "d2siOiB7Imt0eSI6ICJFQyIsICJjcnYiOiAiUC0yNTYiLCAieCI6ICJUQ0FFUjE5WnZ1M09IRjRqNFc0dmZTVm9ISVAxSUxpbERsczd2Q2VHZW1jIi"
    "wgInkiOiAiWnhqaVdXYlpNUUdIVldLVlE0aGJTSWlyc1ZmdWVjQ0U2dDRqVDlGMkhaUSJ9fX0.MczwjBFGtzf-6WMT-hIvYbkb11NrV1WMO-jTijpM"
    "PNbswNzZ87wY2uHz-CXo6R04b7jYrpj9mNRAvVssXou1iw"
)
DISCLOSURES = (
    "WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd",
    (
        "WyJBSngtMDk1VlBycFR0TjRRTU9xUk9BIiwgImFkZHJlc3MiLCB7InN0cmVldF9hZGRyZXNzIjogIjEyMyBNYWluIFN0IiwgImxvY2FsaXR5Ij"
        "ogIkFueXRvd24iLCAicmVnaW9uIjogIkFueXN0YXRlIiwgImNvdW50cnkiOiAiVVMifV0"
    ),
    "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd",
    "WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIlVTIl0",
)
HOLDERS_OWN = (
    "eyJhbGciOiAiRVMyNTYiLCAidHlwIjogImtiK2p3dCJ9.eyJub25jZSI6ICIxMjM0NTY3ODkwIiwgImF1ZCI6ICJodHRwczovL3ZlcmlmaWVyLmV4Y"
    "W1wbGUub3JnIiwgImlhdCI6IDE3NDg1MzcyNDQsICJzZF9oYXNoIjogIjBfQWYtMkItRWhMV1g1eWRoX3cyeHp3bU82aU02NkJfMlFDRWFuSTRmVVk"
    "ifQ.T3SIus2OidNl41nmVkTZVCKKhOAX97aOldMyHFiYjHm261eLiJ1YiuONFiMN8QlCmYzDlBLAdPvrXh52KaLgUQ"
)
SHOWN = "~".join((SIGNED, *DISCLOSURES, HOLDERS_OWN))
MOMENT = datetime(2026, 3, 1, tzinfo=UTC)


def read(text: str) -> dict[str, Any]:
    first, *disclosures, _ = text.split("~")
    token = vc_jose.parse(first, typ="example+sd-jwt")
    vc_jose.check_signature(token, from_jwk(ISSUER_KEY))
    return sd_jwt.disclosed(token.payload, disclosures)


def test_the_published_sd_jwt_says_what_is_shown_of_it() -> None:
    assert read(SHOWN) == {
        "iss": "https://issuer.example.com",
        "iat": 1683000000,
        "exp": 1883000000,
        "sub": "user_42",
        "cnf": {"jwk": HOLDER_KEY},
        "family_name": "Doe",
        "given_name": "John",
        "address": {"street_address": "123 Main St", "locality": "Anytown", "region": "Anystate", "country": "US"},
        "nationalities": ["US"],
    }


def test_nothing_of_the_published_sd_jwt_need_be_shown() -> None:
    hidden = read(f"{SIGNED}~")
    assert hidden.keys() == {"iss", "iat", "exp", "sub", "cnf", "nationalities"}
    assert hidden["nationalities"] == []


@pytest.mark.parametrize("place", [10, 100, len(SIGNED) - 20, len(SIGNED) + 20, len(SIGNED) + 200])
def test_a_changed_letter_breaks_the_published_sd_jwt(place: int) -> None:
    other = "A" if SHOWN[place] != "A" else "B"
    with pytest.raises(CryptoError):
        read(SHOWN[:place] + other + SHOWN[place + 1 :])


def binding(presented: str, own: str = HOLDERS_OWN, moment: datetime = MOMENT) -> Outcome:
    confirmation = read(presented)["cnf"]
    (check,), _ = check_key_binding(Presented(presented, own, confirmation), now=moment)
    return check.outcome


def test_the_published_key_binding_is_to_exactly_what_is_shown() -> None:
    whole = "~".join((SIGNED, *DISCLOSURES, ""))
    assert binding(whole) is Outcome.PASS
    assert binding("~".join((SIGNED, *DISCLOSURES[:-1], ""))) is Outcome.FAIL
    assert binding(f"{SIGNED}~") is Outcome.FAIL
    assert binding(whole, HOLDERS_OWN[:-4] + "AAAA") is Outcome.FAIL
    assert binding(whole, moment=datetime(2025, 5, 1, tzinfo=UTC)) is Outcome.FAIL
