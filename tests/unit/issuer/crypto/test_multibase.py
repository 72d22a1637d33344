"""Both multibase alphabets, and that a value has one spelling only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.crypto.errors import Malformed
from issuer.crypto.multibase import (
    decode_base58btc,
    decode_base64url,
    decode_multibase,
    encode_base58btc,
    encode_base64url,
    encode_multibase,
)


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
        (
            b"The quick brown fox jumps over the lazy dog.",
            "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
        ),
        (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        (b"", ""),
    ],
)
def test_base58_matches_the_published_examples(text: bytes, encoded: str) -> None:
    assert encode_base58btc(text) == encoded
    assert decode_base58btc(encoded) == text


@given(st.binary(max_size=80))
def test_every_value_survives_both_alphabets(data: bytes) -> None:
    assert decode_base58btc(encode_base58btc(data)) == data
    assert decode_base64url(encode_base64url(data)) == data
    assert decode_multibase(encode_multibase(data)) == data
    assert decode_multibase("u" + encode_base64url(data)) == data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "a b", "é", "1\n", "z" * 2049])
def test_base58_outside_its_alphabet_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        decode_base58btc(text)


@pytest.mark.parametrize("text", ["YQ==", "Y Q", "YQ\n", "a+b/", "Y", "YR", "é"])
def test_v34_base64_that_is_padded_spaced_or_has_stray_bits_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        decode_base64url(text)


@pytest.mark.parametrize("text", ["", "Zabc", "f00", "mYQ", "abc"])
def test_v34_other_multibase_letters_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        decode_multibase(text)
