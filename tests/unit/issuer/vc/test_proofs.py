"""What the contract asks of embedded proofs, each with its tampered twin."""

from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from issuer.crypto.contexts import DATA_INTEGRITY_V2_CONTEXT, VC1_CONTEXT, open_contexts
from issuer.crypto.did import did_document, multikey_method
from issuer.crypto.selective_disclosure import add_base_proof, derive
from issuer.crypto.signatures import local_signer
from issuer.vc.proofs import Demand, check_embedded_proofs
from issuer.vc.report import Check, Outcome
from issuer.vc.verifying import verify_credential
from issuer.vc.world import UNLISTED_EXAMPLE_ISSUERS
from tests.factories.credentials import (
    CREATED,
    ISSUER,
    STRANGER,
    make_ec_party,
    make_vc,
    make_vc_1,
    make_world,
    secured,
    secured_twice,
)
from tests.oracles import needs_shared, shared_json

P256, P384 = make_ec_party(), make_ec_party(9, ec.SECP384R1())


def check(document: Any, signer: str = ISSUER.did, world: Any = None, **demand: Any) -> dict[str, Check]:
    """The last check of each name."""
    checks = check_embedded_proofs(document, Demand(signer, **demand), world or make_world())
    return {each.name: each for each in checks}


def verified(document: Any, **over: Any) -> bool:
    return verify_credential(document, make_world(**over)).verified


@pytest.mark.parametrize("make", [make_vc, make_vc_1], ids=["version 2.0", "version 1.1"])
@pytest.mark.parametrize(
    ("party", "over"),
    [
        (ISSUER, {"cryptosuite": "eddsa-rdfc-2022"}),
        (ISSUER, {"cryptosuite": "eddsa-jcs-2022"}),
        (P256, {"cryptosuite": "ecdsa-rdfc-2019", "algorithm": "ES256"}),
        (P384, {"cryptosuite": "ecdsa-rdfc-2019", "algorithm": "ES384"}),
        (P256, {"cryptosuite": "ecdsa-jcs-2019", "algorithm": "ES256"}),
        (P384, {"cryptosuite": "ecdsa-jcs-2019", "algorithm": "ES384"}),
    ],
    ids=lambda value: value.get("cryptosuite") if isinstance(value, dict) else "",
)
def test_a_proof_of_each_suite_holds_until_something_changes(make: Any, party: Any, over: dict[str, Any]) -> None:
    vc = secured(make(issuer=party.did), party, **over)
    assert verified(vc)
    assert not verified({**vc, "credentialSubject": {"id": "did:example:mallory"}})
    assert not verified({**vc, "issuer": STRANGER.did})
    assert not verified({**vc, "honours": "first class"})


GOOD = secured(make_vc())


@pytest.mark.parametrize("missing", ["type", "verificationMethod", "proofPurpose", "cryptosuite", "proofValue"])
def test_a_proof_with_a_member_missing_does_not_hold(missing: str) -> None:
    proof = {name: value for name, value in GOOD["proof"].items() if name != missing}
    assert not verified({**GOOD, "proof": proof})


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "UnknownProofType"},
        {"type": ""},
        {"cryptosuite": "UnknownCryptosuite"},
        {"cryptosuite": ""},
        {"cryptosuite": ["eddsa-rdfc-2022"]},
        {"cryptosuite": "ecdsa-rdfc-2019"},
        {"proofPurpose": "authentication"},
        {"proofPurpose": "unknownPurpose"},
        {"verificationMethod": "did:key:invalidVm"},
        {"verificationMethod": STRANGER.method_id},
        {"verificationMethod": 7},
        {"proofValue": None},
        {"proofValue": GOOD["proof"]["proofValue"][1:]},
        {"proofValue": GOOD["proof"]["proofValue"][:-4]},
        {"proofValue": "u" + GOOD["proof"]["proofValue"][1:]},
        {"proofValue": "z0OIl"},
        {"proofValue": ""},
        {"proofValue": 7},
        {"created": "2026-02-02T09:30:00Z"},
        {"id": "456321"},
    ],
    ids=str,
)
def test_a_changed_proof_does_not_hold(changed: dict[str, Any]) -> None:
    assert not verified({**GOOD, "proof": {**GOOD["proof"], **changed}})


@pytest.mark.parametrize("proof", [None, [], {}, "proof", 7, [None], [[]], [GOOD["proof"], "more"]])
def test_what_is_no_proof_is_none(proof: Any) -> None:
    assert not verified({**GOOD, "proof": proof})


def test_an_unsigned_credential_is_not_verified() -> None:
    found = check(make_vc())["proof"]
    assert (found.outcome, found.code, found.reason) == (Outcome.FAIL, "PROOF_VERIFICATION_ERROR", "no_proof")


def test_a_proof_made_for_authentication_is_none_for_a_credential() -> None:
    found = check(secured(make_vc(), proof_purpose="authentication"))["proof"]
    assert (found.outcome, found.reason) == (Outcome.FAIL, "purpose")


def test_the_purpose_that_the_caller_expects_counts() -> None:
    assert not verify_credential(GOOD, make_world(), purpose="authentication").verified


def test_a_proof_without_a_date_holds() -> None:
    undated = secured(make_vc())
    assert verified(undated)
    assert not verified({**undated, "proof": {name: v for name, v in undated["proof"].items() if name != "created"}})


@pytest.mark.parametrize(
    "options", [{"created": "tomorrow"}, {"created": "2027-01-01T00:00:00Z"}, {"expires": "2026-02-02T00:00:00Z"}]
)
def test_v31_a_proof_out_of_its_time_is_refused(options: dict[str, str]) -> None:
    assert check(secured(make_vc(), options=options))["proof"].outcome is Outcome.FAIL


@pytest.mark.parametrize("chained", [False, True], ids=["proof set", "proof chain"])
def test_v29_every_proof_of_a_set_or_a_chain_holds(chained: bool) -> None:
    twice = secured_twice(make_vc(), ISSUER, ISSUER, chained=chained)
    assert verified(twice)
    for place in (0, 1):
        forged = json.loads(json.dumps(twice))
        forged["proof"][place]["proofValue"] = secured(make_vc(), STRANGER)["proof"]["proofValue"]
        report = verify_credential(forged, make_world())
        assert not report.verified
        assert [c.outcome for c in report.checks if c.name == "proof"].count(Outcome.FAIL) >= 1


def test_of_a_chain_only_one_signer_must_be_the_issuer_and_that_is_said() -> None:
    chain = secured_twice(make_vc(issuer=ISSUER.did), STRANGER, ISSUER, chained=True)
    found = check(chain)
    assert found["key_binding"].outcome is Outcome.WARN
    assert found["key_binding"].reason == "signed_by_others_too"
    assert verified(chain)


def test_a_chain_without_any_proof_of_the_issuer_is_refused() -> None:
    chain = secured_twice(make_vc(), STRANGER, STRANGER, chained=True)
    assert check(chain)["key_binding"].reason == "key_not_bound"
    assert not verified(chain)


@pytest.mark.parametrize(
    "previous", ["urn:uuid:not-there", ["urn:uuid:not-there"], 456321, {"id": "x"}, [None], ""], ids=str
)
def test_a_chain_names_proofs_that_are_there(previous: Any) -> None:
    chain = secured_twice(make_vc(), ISSUER, ISSUER, chained=True)
    chain["proof"][1]["previousProof"] = previous
    assert not verified(chain)


def test_a_chain_breaks_without_its_first_proof_or_with_another() -> None:
    chain = secured_twice(make_vc(), ISSUER, ISSUER, chained=True)
    assert not verified({**chain, "proof": chain["proof"][1:]})
    renamed = [{**chain["proof"][0], "id": "urn:uuid:00000000-0000-4000-8000-000000000000"}, chain["proof"][1]]
    assert not verified({**chain, "proof": renamed})


def test_the_key_of_somebody_else_is_never_the_issuers() -> None:
    found = check(secured(make_vc(), STRANGER))
    assert found["proof"].outcome is Outcome.PASS
    assert (found["key_binding"].outcome, found["key_binding"].code) == (Outcome.FAIL, "INVALID_VERIFICATION_METHOD")


ELSEWHERE = "https://issuer.example.org/1"
BY_STRANGER = secured(make_vc(issuer=ELSEWHERE), STRANGER)


def test_a_published_example_is_accepted_by_its_policy_only_and_with_a_warning() -> None:
    assert not verified(BY_STRANGER)
    report = verify_credential(BY_STRANGER, make_world(policy=UNLISTED_EXAMPLE_ISSUERS))
    assert report.verified
    assert any("not bound to the issuer" in warning for warning in report.warnings)


def test_the_policy_for_examples_accepts_neither_real_issuers_nor_changes() -> None:
    world = make_world(policy=UNLISTED_EXAMPLE_ISSUERS)
    real = secured(make_vc(issuer="https://university.edu/issuers/1"), STRANGER)
    assert not verify_credential(real, world).verified
    assert not verify_credential(secured(make_vc(issuer=ISSUER.did), STRANGER), world).verified
    changed = {**BY_STRANGER, "credentialSubject": {"id": "did:example:mallory"}}
    assert not verify_credential(changed, world).verified


def web_issuer(**over: Any) -> dict[str, Any]:
    """did:web issuer with ISSUER's key, as its document is fetched."""
    did = "did:web:issuer.example.org"
    method = multikey_method(f"{did}#key", controller=did, key=ISSUER.key.public_key())
    document = did_document(did, verification_methods=[method], assertion_methods=[f"{did}#key"])
    return {"https://issuer.example.org/.well-known/did.json": {**document, **over}}


BY_WEB = secured(make_vc(issuer="did:web:issuer.example.org"))
BY_WEB["proof"] = secured(
    make_vc(issuer="did:web:issuer.example.org"), options={"verificationMethod": "did:web:issuer.example.org#key"}
)["proof"]


def test_a_key_that_the_issuers_document_lists_is_its_own() -> None:
    assert verify_credential(BY_WEB, make_world(web_issuer())).verified


@pytest.mark.parametrize(
    ("over", "reason"),
    [({"assertionMethod": []}, "purpose"), ({"verificationMethod": [], "assertionMethod": []}, "key_not_found")],
)
def test_v09_a_key_that_is_not_listed_for_it_does_not_count(over: dict[str, Any], reason: str) -> None:
    report = verify_credential(BY_WEB, make_world(web_issuer(**over)))
    assert reason in {each.reason for each in report.hindrances}


def test_trouble_on_the_way_to_a_key_is_no_verdict() -> None:
    report = verify_credential(BY_WEB, make_world())
    assert not report.verified
    assert {each.outcome for each in report.hindrances} == {Outcome.COULD_NOT_CHECK}


def test_v05_a_key_on_another_host_is_not_even_asked_for() -> None:
    def forbidden(url: str) -> dict[str, Any]:
        raise AssertionError(url)

    vc = secured(make_vc(issuer=ELSEWHERE), options={"verificationMethod": "https://attacker.example.com/key"})
    assert check(vc, ELSEWHERE, make_world(fetch=forbidden))["proof"].reason == "key_not_bound"


def test_a_key_in_the_fragment_of_the_issuers_url_is_no_authority() -> None:
    multikey = STRANGER.did.removeprefix("did:key:")
    vc = secured(make_vc(issuer=ELSEWHERE), STRANGER, options={"verificationMethod": f"{ELSEWHERE}#{multikey}"})
    world = make_world({ELSEWHERE: {"id": ELSEWHERE, "name": "A page without keys"}})
    found = check(vc, ELSEWHERE, world)["proof"]
    assert (found.outcome, found.reason) == (Outcome.FAIL, "key_not_bound")
    lax = make_world({ELSEWHERE: {"id": ELSEWHERE}}, policy=UNLISTED_EXAMPLE_ISSUERS)
    assert not verify_credential(vc, lax).verified


SECP256K1 = "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme"


@pytest.mark.parametrize(
    ("issuer", "method_id", "reason"),
    [
        ("did:foo:1", "did:foo:1#a", "unsupported_did_method"),
        (SECP256K1, f"{SECP256K1}#{SECP256K1.removeprefix('did:key:')}", "unsupported_key"),
    ],
)
def test_v36_a_key_of_a_kind_that_is_not_supported_gives_no_verdict(issuer: str, method_id: str, reason: str) -> None:
    found = check(secured(make_vc(issuer=issuer), options={"verificationMethod": method_id}), issuer)["proof"]
    assert (found.outcome, found.reason) == (Outcome.COULD_NOT_CHECK, reason)


def test_challenge_and_domain_are_those_that_were_asked_for() -> None:
    vc = secured(make_vc(), options={"challenge": "abc", "domain": "shop.example"})
    assert not [c for c in check(vc, challenge="abc", domain="shop.example").values() if c.hinders]
    assert check(vc, challenge="other")["challenge"].code == "INVALID_CHALLENGE_ERROR"
    assert check(vc, challenge="abc", domain="evil.example")["domain"].code == "INVALID_DOMAIN_ERROR"
    assert check(vc)["challenge"].outcome is Outcome.WARN
    assert check(secured(make_vc()), challenge="abc")["challenge"].outcome is Outcome.FAIL


def test_a_proof_for_several_domains_is_for_each() -> None:
    vc = secured(make_vc(), options={"domain": ["a.example", "b.example"]})
    assert check(vc, domain="b.example")["domain"].outcome is Outcome.PASS
    assert check(vc, domain="c.example")["domain"].outcome is Outcome.FAIL


def based(vc: dict[str, Any]) -> dict[str, Any]:
    """A credential that P256 signed statement by statement, for its holder."""
    return add_base_proof(
        vc,
        signer=local_signer(P256.key),
        public_key=P256.key.public_key(),
        verification_method=P256.method_id,
        created=CREATED,
        hmac_key=bytes(range(32)),
        proof_key=ec.derive_private_key(99, ec.SECP256R1()),
        mandatory_pointers=["/issuer"],
    )


def disclosed(vc: dict[str, Any], *shown: str) -> dict[str, Any]:
    """What the holder shows of it."""
    return derive(based(vc), selective_pointers=shown)


def test_what_a_holder_discloses_is_verified_and_nothing_else() -> None:
    shown = disclosed(make_vc(issuer=P256.did), "/credentialSubject/name", "/validFrom")
    assert verified(shown)
    assert "name" in shown["credentialSubject"]
    assert not verified({**shown, "credentialSubject": {**shown["credentialSubject"], "name": "Mallory"}})
    assert not verified({**shown, "description": "More than was signed"})
    assert not verified({name: value for name, value in shown.items() if name != "validFrom"})


def test_a_holder_may_leave_out_the_date_of_issue_and_that_is_said() -> None:
    vc = make_vc_1(issuer=P256.did, **{"@context": [VC1_CONTEXT, DATA_INTEGRITY_V2_CONTEXT]})
    report = verify_credential(disclosed(vc, "/credentialSubject"), make_world())
    assert report.verified
    assert [check.reason for check in report.checks if check.name == "issuance_date"] == ["not_disclosed"]
    assert not verified(secured(make_vc_1(issuanceDate=None)))


def test_it_is_said_that_a_holder_may_have_left_out_an_end_or_a_status() -> None:
    vc = make_vc(issuer=P256.did, validUntil="2026-02-01T00:00:00Z")
    hidden = verify_credential(disclosed(vc, "/credentialSubject"), make_world())
    assert "selectively_disclosed" in {check.reason for check in hidden.checks}
    assert not verified(disclosed(vc, "/credentialSubject", "/validUntil"))


def test_a_base_proof_is_for_the_holder_only() -> None:
    assert not verified(based(make_vc(issuer=P256.did)))


_EDDSA, _ECDSA = "standards/vectors/eddsa/", "standards/vectors/ecdsa/"


@needs_shared
@pytest.mark.parametrize(
    "name",
    [
        _EDDSA + "Ed25519Signature2020/signedEdSig.json",
        _EDDSA + "eddsa-rdfc-2022/signedDataInt.json",
        _EDDSA + "eddsa-jcs-2022/signedJCS.json",
        _EDDSA + "proof-set-chain/signedProofSet2.json",
        _EDDSA + "proof-set-chain/signedProofChain2.json",
        _ECDSA + "ecdsa-rdfc-2019-p256/signedECDSAP256.json",
    ],
)
def test_a_published_vector_verifies_by_the_policy_for_examples_only(name: str) -> None:
    signed = shared_json(name)
    assert signed["issuer"].startswith("https://vc.example/")
    lax = make_world(policy=UNLISTED_EXAMPLE_ISSUERS, contexts=open_contexts())
    report = verify_credential(signed, lax)
    assert report.verified, report.errors
    assert report.warnings
    assert not verify_credential(signed, make_world(contexts=open_contexts())).verified
    assert not verify_credential({**signed, "name": "Another name"}, lax).verified
    assert not verify_credential(signed, make_world(policy=UNLISTED_EXAMPLE_ISSUERS)).verified
