"""Hashed recipient identity against the published values."""

import pytest

from issuer.crypto.errors import AlgorithmRefused, Malformed
from issuer.crypto.identity_hash import identity_hash, matches_identity
from tests.oracles import needs_shared, shared_json


@needs_shared
def test_published_hashes_match_their_identity_and_no_other() -> None:
    for vector in shared_json("standards/vectors/identity-hash.json")["vectors"]:
        identity, salt, hashed = vector["identity"], vector["salt"] or "", vector["identityHash"]
        assert matches_identity(hashed, identity, salt=salt)
        assert matches_identity(hashed.split("$")[0] + "$" + hashed.split("$")[1].upper(), identity, salt=salt)
        assert not matches_identity(hashed, identity, salt=salt + "x")
        assert not matches_identity(hashed, "other@example.com", salt=salt)
        if hashed.startswith("sha256"):
            assert identity_hash(identity, salt=salt) == hashed


@pytest.mark.parametrize(
    "hashed", ["", "sha256", "sha256$", "$abc", "sha256$xyz", "sha256$ab$cd", " sha256$ab", "a@example.com"]
)
def test_text_that_is_no_identity_hash_is_malformed(hashed: str) -> None:
    with pytest.raises(Malformed):
        matches_identity(hashed, "a@example.com")


@pytest.mark.parametrize("hashed", ["sha1$ab", "crc32$ab"])
def test_other_algorithms_are_refused(hashed: str) -> None:
    with pytest.raises(AlgorithmRefused):
        matches_identity(hashed, "a@example.com")
