"""Credentials inside a credential: endorsements, learner records and presentations; each is checked by itself."""

from __future__ import annotations

from typing import Any

import pytest

from badges.verification.report import Finding, Outcome, Verdict
from issuer.crypto.contexts import CLR2_CONTEXT, OB3_CONTEXT, VC2_CONTEXT
from issuer.crypto.did import did_key_for
from issuer.crypto.multikey import to_multikey
from issuer.crypto.signatures import local_signer
from issuer.crypto.vc_jose import PRESENTATION, secure
from issuer.crypto.vc_jwt import issue_jwt
from tests.unit.badges.verification.open_badges_3.making import (
    KEY_SET,
    RSA,
    WEB_ISSUER,
    badge_of,
    check,
    controller_document,
    faults,
    key_set,
    named,
    poisoned,
    profile,
    raw_token,
    signed_by_fragment,
)
from tests.unit.issuer.crypto.making import make_key, make_signed

PUBLISHED = {WEB_ISSUER: controller_document(1), KEY_SET: key_set(RSA)}
METHOD = controller_document(1)["assertionMethod"][0]
BADGE_ID = badge_of()["id"]
ACHIEVEMENT = badge_of()["credentialSubject"]["achievement"]
ASSOCIATION = {"type": "Association", "associationType": "isChildOf", "sourceId": "a:b", "targetId": "c:d"}
HOLDER = did_key_for(make_key(8).public_key())
HOLDER_METHOD = f"{HOLDER}#{HOLDER.removeprefix('did:key:')}"


def endorsement(of: str, **over: Any) -> dict[str, Any]:
    return {
        "@context": [VC2_CONTEXT, OB3_CONTEXT],
        "id": "https://school.example/endorsements/1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "An endorsement",
        "issuer": profile(),
        "validFrom": "2026-02-01T09:30:00Z",
        "credentialSubject": {"id": of, "type": ["EndorsementSubject"], "endorsementComment": "Well made."},
        **over,
    }


def signed(document: dict[str, Any], *, seed: int = 1) -> dict[str, Any]:
    return make_signed(document, key=make_key(seed), verification_method=METHOD)


def endorsed_badge(*endorsements: Any, name: str = "endorsement") -> dict[str, Any]:
    return signed(badge_of(**{name: list(endorsements)}))


def test_an_endorsement_alone_is_checked_as_one() -> None:
    report = check(signed(endorsement(BADGE_ID)), PUBLISHED)
    assert (report.verdict, report.kind) == (Verdict.VALID, "endorsement")
    changed = signed(endorsement(BADGE_ID)) | {"name": "Another"}
    assert check(changed, PUBLISHED).finding is Finding.ALTERED


@pytest.mark.parametrize("lacking", [{"name": None}, {"credentialSubject": {"type": ["EndorsementSubject"]}}])
def test_an_endorsement_lacks_what_it_must_have(lacking: dict[str, Any]) -> None:
    document = {name: value for name, value in endorsement(BADGE_ID, **lacking).items() if value is not None}
    assert faults(check(signed(document), PUBLISHED)) == {"open_badge": "open_badge_broken"}


def test_a_good_endorsement_is_a_part_with_a_report_of_its_own() -> None:
    report = check(endorsed_badge(signed(endorsement(BADGE_ID))), PUBLISHED)
    (part,) = report.parts
    assert (report.verdict, part.role, part.report.verdict) == (Verdict.VALID, "endorsement", Verdict.VALID)
    assert named(report, "endorsements").outcome is Outcome.PASS


def test_v69_a_broken_endorsement_takes_nothing_from_the_badge() -> None:
    broken = signed(endorsement(BADGE_ID)) | {"validFrom": "2025-02-01T09:30:00Z"}
    report = check(endorsed_badge(broken), PUBLISHED)
    (part,) = report.parts
    assert (report.verdict, part.report.verdict) == (Verdict.VALID, Verdict.INVALID)
    assert named(report, "endorsements").code == "endorsement_not_valid"


def test_an_endorsement_of_something_else_does_not_count() -> None:
    (part,) = check(endorsed_badge(signed(endorsement("https://other.example/badge"))), PUBLISHED).parts
    assert faults(part.report) == {"endorsed": "endorses_another"}


@pytest.mark.parametrize("place", ["issuer", "achievement", "creator"])
def test_endorsements_of_what_a_badge_names_are_found(place: str) -> None:
    of = {"issuer": WEB_ISSUER, "achievement": ACHIEVEMENT["id"], "creator": WEB_ISSUER}[place]
    inner = {"endorsement": [signed(endorsement(of))]}
    badge = badge_of()
    if place == "issuer":
        badge["issuer"] = profile() | inner
    elif place == "achievement":
        badge["credentialSubject"]["achievement"] |= inner
    else:
        badge["credentialSubject"]["achievement"]["creator"] = profile() | inner
    (part,) = check(signed(badge), PUBLISHED).parts
    assert part.report.verdict is Verdict.VALID


def test_an_endorsement_as_a_token_is_checked_too() -> None:
    token = issue_jwt(endorsement(BADGE_ID), signer=local_signer(RSA), kid=f"{WEB_ISSUER}#0")
    documents = {KEY_SET: key_set(RSA), WEB_ISSUER: controller_document(1)}
    good, bad = (
        check(endorsed_badge(each, name="endorsementJwt"), documents) for each in (token, token[:-9] + "AAAAAAAAA")
    )
    assert good.parts[0].report.kind == "endorsement"
    assert (bad.verdict, bad.parts[0].report.verdict) == (Verdict.VALID, Verdict.INVALID)


def test_what_is_no_endorsement_at_all_is_said_and_nothing_more() -> None:
    report = check(endorsed_badge("not.a.token", name="endorsementJwt"), PUBLISHED)
    assert (report.verdict, report.parts[0].report.verdict) == (Verdict.VALID, Verdict.UNSUPPORTED)


def record(*credentials: Any, **over: Any) -> dict[str, Any]:
    subject = {"id": HOLDER, "type": ["ClrSubject"], "verifiableCredential": list(credentials), **over}
    return {
        "@context": [VC2_CONTEXT, CLR2_CONTEXT, OB3_CONTEXT],
        "id": "https://school.example/records/1",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "A record",
        "issuer": profile(),
        "validFrom": "2026-02-01T09:30:00Z",
        "credentialSubject": {name: value for name, value in subject.items() if value is not None},
    }


def test_every_badge_in_a_record_is_checked() -> None:
    report = check(signed(record(signed_by_fragment(), signed_by_fragment())), PUBLISHED)
    assert (report.verdict, report.kind) == (Verdict.VALID, "clr")
    assert [part.role for part in report.parts] == ["credential", "credential"]


def test_a_record_with_an_altered_badge_in_it_is_not_what_it_seems() -> None:
    report = check(signed(record(signed_by_fragment() | {"name": "Grander"})), PUBLISHED)
    assert (report.verdict, faults(report)) == (Verdict.INVALID, {"credentials": "inner_not_valid"})


def test_a_record_keeps_a_badge_that_has_expired_and_says_so() -> None:
    report = check(signed(record(signed_by_fragment(validUntil="2026-02-02T00:00:00Z"))), PUBLISHED)
    assert (report.verdict, named(report, "credentials").code) == (Verdict.VALID, "inner_no_longer_valid")


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"verifiableCredential": []}, "has no verifiableCredential"),
        ({"id": None}, "neither an id nor an identifier"),
        ({"type": ["AchievementSubject"]}, "ClrSubject"),
        ({"achievement": [ACHIEVEMENT | {"criteria": {}}]}, "criteria has neither"),
        (
            {
                "association": [
                    {"type": "Association", "associationType": "ext:x", "sourceId": "a:b", "targetId": "c:d"}
                ]
            },
            "words",
        ),
    ],
)
def test_a_record_lacks_what_it_must_have(over: dict[str, Any], reason: str) -> None:
    report = check(signed_or_not(record(signed_by_fragment(), **over)), PUBLISHED)
    assert named(report, "open_badge").outcome is Outcome.FAIL
    assert reason in named(report, "open_badge").reason


def signed_or_not(document: dict[str, Any]) -> dict[str, Any]:
    """Some of these cannot be signed at all."""
    return document | {"proof": [signed_by_fragment()["proof"][0]]}


def presentation(*credentials: Any, **over: Any) -> dict[str, Any]:
    return {
        "@context": [VC2_CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER,
        "verifiableCredential": list(credentials),
        **over,
    }


def presented(document: dict[str, Any], seed: int = 8) -> dict[str, Any]:
    return make_signed(document, key=make_key(seed), verification_method=HOLDER_METHOD, proof_purpose="authentication")


def test_a_presentation_is_its_holders_and_each_badge_in_it_its_issuers() -> None:
    report = check(presented(presentation(signed_by_fragment())), PUBLISHED)
    assert (report.verdict, report.kind, len(report.parts)) == (Verdict.VALID, "presentation", 1)
    assert named(report, "issuer").outcome is Outcome.PASS


def test_a_presentation_is_known_no_better_than_the_least_known_issuer_in_it() -> None:
    document = presented(presentation(signed_by_fragment()))
    assert check(document, PUBLISHED).finding is Finding.ISSUER_NOT_KNOWN
    assert check(document).finding is Finding.ISSUER_UNPROVEN
    assert check(document, PUBLISHED, trust=lambda _: "known").finding is Finding.VALID
    assert check(presented(presentation()), PUBLISHED).finding is not Finding.VALID


def test_a_presentation_by_another_key_than_the_holders_is_forged() -> None:
    assert check(presented(presentation(signed_by_fragment()), seed=9), PUBLISHED).verdict is Verdict.INVALID
    assert check(presentation(signed_by_fragment()), PUBLISHED).verdict is Verdict.INVALID


def test_a_presentation_with_an_altered_badge_is_not_valid() -> None:
    report = check(presented(presentation(signed_by_fragment() | {"name": "Grander"})), PUBLISHED)
    assert report.verdict is Verdict.INVALID


def test_a_presentation_as_a_token_holds_tokens() -> None:
    inner = issue_jwt(badge_of(), signer=local_signer(RSA), kid=f"{WEB_ISSUER}#0")
    enveloped = {
        "@context": VC2_CONTEXT,
        "id": f"data:application/vc+jwt,{inner}",
        "type": "EnvelopedVerifiableCredential",
    }
    document = presentation(enveloped)
    signer = local_signer(make_key(8))
    token = secure(document, signer=signer, kid=HOLDER_METHOD, algorithm="EdDSA", typ=PRESENTATION)
    report = check(token, {KEY_SET: key_set(RSA)})
    assert (report.verdict, report.kind, report.parts[0].report.verdict) == (
        Verdict.VALID,
        "presentation",
        Verdict.VALID,
    )
    assert check(token[:-8] + "AAAAAAAA", {KEY_SET: key_set(RSA)}).verdict is Verdict.INVALID


def test_a_credential_of_another_kind_is_checked_without_the_rules_for_badges() -> None:
    other = {
        "@context": [VC2_CONTEXT],
        "type": ["VerifiableCredential"],
        "issuer": WEB_ISSUER,
        "credentialSubject": {"id": HOLDER},
    }
    report = check(signed(other), PUBLISHED)
    assert (report.verdict, report.kind, report.check("open_badge")) == (Verdict.VALID, "credential", None)


def test_a_token_of_the_w3c_form_needs_no_claims_of_open_badges() -> None:
    typed = {"alg": "RS256", "typ": "vc+jwt", "cty": "vc", "kid": f"{WEB_ISSUER}#0"}
    good, late = raw_token(typed, badge_of()), raw_token(typed, badge_of() | {"exp": 1_700_000_000})
    report = check(good, {KEY_SET: key_set(RSA)})
    assert (report.verdict, report.check("claims")) == (Verdict.VALID, None)
    assert faults(check(late, {KEY_SET: key_set(RSA)})) == {"claims": "expired"}


def test_v27_of_many_parts_that_take_for_ever_one_is_enough() -> None:
    claims = record(*[poisoned()] * 5)
    token = raw_token({"alg": "RS256", "typ": "vc+jwt", "kid": f"{WEB_ISSUER}#0"}, claims)
    report = check(token, {KEY_SET: key_set(RSA)})
    assert report.verdict is Verdict.INVALID
    assert len(report.parts) == 1
    assert named(report.parts[0].report, "signature").code == "canonicalization_budget"


def test_a_key_of_the_holder_cannot_sign_for_the_issuer() -> None:
    key = make_key(8)
    forged = make_signed(badge_of(), key=key, verification_method=f"{WEB_ISSUER}#{to_multikey(key.public_key())}")
    assert faults(check(forged, PUBLISHED)) == {"issuer": "key_not_bound"}
