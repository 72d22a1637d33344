"""The pre-authorised code: once, in time, with the number from the holder's page; all else is refused by its name."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from badges.wallets import offers
from badges.wallets.models import BoundForm, WalletAccess, WalletOffer
from issuer.base import audit
from issuer.base.db import db
from tests.edges.badges.badge_steps import HeldBadge, held_badge
from tests.factories.wallets import GRANT_TYPE, Offered, Wallet, offer_badge, wallet_for

CONFIGURATION = "OpenBadgeCredential_ldp_vc"


def reader(app: Flask, offered: Offered) -> Wallet:
    return Wallet(app.test_client()).read(offered.link)


def refusal(answer: Any) -> tuple[int, str]:
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["error_description"]
    return answer.status_code, answer.json["error"]


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


@pytest.fixture
def held(app: Flask) -> HeldBadge:
    return held_badge(app, public=False)


def test_the_token_is_for_ten_minutes_and_nothing_else(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    answer = reader(app, offered).redeem(offered.transaction_code)
    assert (answer.json["token_type"], answer.json["expires_in"]) == ("Bearer", 600)
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {"access_token", "token_type", "expires_in"}
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert app.test_client().get("/api/v1/awards", headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ({"grant_type": None}, (400, "invalid_request")),
        ({"grant_type": "authorization_code"}, (400, "unsupported_grant_type")),
        ({"pre-authorized_code": None}, (400, "invalid_request")),
        ({"pre-authorized_code": "guessed"}, (400, "invalid_grant")),
        ({"tx_code": None}, (400, "invalid_request")),
        ({"tx_code": "abc"}, (400, "invalid_grant")),
        ({"client_id": ["one", "two"]}, (400, "invalid_request")),
        ({"client_id": "a" * 300}, (400, "invalid_request")),
        ({"client_secret": "secret"}, (401, "invalid_client")),
        ({"client_assertion": "a.b.c"}, (401, "invalid_client")),
        ({"authorization_details": "{"}, (400, "invalid_authorization_details")),
        ({"authorization_details": "[]"}, (400, "invalid_authorization_details")),
        ({"authorization_details": '[{"type":"other"}]'}, (400, "invalid_authorization_details")),
        (
            {"authorization_details": '[{"type":"openid_credential","credential_configuration_id":"Other"}]'},
            (400, "invalid_authorization_details"),
        ),
    ],
)
def test_a_token_request_is_refused_by_its_name(
    app: Flask, held: HeldBadge, over: dict[str, Any], expected: tuple[int, str]
) -> None:
    offered = offer_badge(app, held)
    assert refusal(reader(app, offered).redeem(offered.transaction_code, **over)) == expected


def test_a_token_request_that_is_no_form_is_refused(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    answer = app.test_client().post("/wallets/token", json={"grant_type": GRANT_TYPE})
    assert refusal(answer) == (400, "invalid_request")
    assert reader(app, offered).redeem(offered.transaction_code).status_code == 200


def test_a_client_that_proves_who_it_is_is_not_known(app: Flask) -> None:
    answer = app.test_client().post(
        "/wallets/token", data={"grant_type": GRANT_TYPE}, headers={"Authorization": "Basic d2FsbGV0OnNlY3JldA=="}
    )
    assert refusal(answer) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_a_code_is_used_once(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    wallet = reader(app, offered)
    assert wallet.redeem(offered.transaction_code).status_code == 200
    assert refusal(wallet.redeem(offered.transaction_code)) == (400, "invalid_grant")


def test_an_old_code_is_over(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    wallet = reader(app, offered)
    age(app, WalletOffer, by=timedelta(minutes=5))
    assert refusal(wallet.redeem(offered.transaction_code)) == (400, "invalid_grant")
    assert refusal(app.test_client().get(offered.link_path)) == (410, "offer_over")


def test_a_new_offer_ends_the_one_before(app: Flask, held: HeldBadge) -> None:
    first = offer_badge(app, held)
    wallet = reader(app, first)
    second = offer_badge(app, held)
    assert refusal(wallet.redeem(first.transaction_code)) == (400, "invalid_grant")
    assert reader(app, second).redeem(second.transaction_code).status_code == 200


def test_after_five_wrong_numbers_the_right_one_is_too_late(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    wallet = reader(app, offered)
    guesses = [refusal(wallet.redeem(wrong(offered.transaction_code))) for _ in range(5)]
    assert guesses == [(400, "invalid_grant")] * 5
    assert refusal(wallet.redeem(offered.transaction_code)) == (400, "invalid_grant")
    assert app.test_client().get(offered.link_path).status_code == 410


def test_four_wrong_numbers_leave_one_try_more(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    wallet = reader(app, offered)
    for _ in range(4):
        wallet.redeem(wrong(offered.transaction_code))
    assert wallet.redeem(offered.transaction_code).status_code == 200


def test_a_wrong_number_is_on_the_audit_record(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    reader(app, offered).redeem(wrong(offered.transaction_code))
    with app.app_context():
        actions = db.session.scalars(select(audit.AuditEntry.action).filter_by(subject=held.award_id)).all()
    assert actions[-1] == "award.wallet_code_wrong"


def test_of_two_wallets_at_the_same_moment_one_gets_the_token(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    wallets = [reader(app, offered) for _ in range(4)]
    together = threading.Barrier(len(wallets))
    answers: list[int] = []

    def come(wallet: Wallet) -> None:
        together.wait()
        answers.append(wallet.redeem(offered.transaction_code).status_code)

    threads = [threading.Thread(target=come, args=(wallet,)) for wallet in wallets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 400, 400, 400]
    with app.app_context():
        assert len(db.session.scalars(select(WalletAccess)).all()) == 1


def test_nothing_that_opens_an_offer_lies_in_the_database(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    wallet = reader(app, offered)
    code = wallet.offer["grants"][GRANT_TYPE]["pre-authorized_code"]
    wallet.redeem(offered.transaction_code)
    with app.app_context():
        rows = [
            *db.session.execute(select(WalletOffer.__table__)).all(),
            *db.session.execute(select(WalletAccess.__table__)).all(),
        ]
    kept = json.dumps([[str(value) for value in row] for row in rows])
    name = offered.link_path.rpartition("/")[2]
    assert not [secret for secret in (code, name, wallet.token) if secret in kept]
    assert f'"{offered.transaction_code}"' not in kept


def test_a_wallet_that_asks_for_identifiers_uses_them(app: Flask, held: HeldBadge) -> None:
    offered = offer_badge(app, held)
    wallet = reader(app, offered)
    details = json.dumps([{"type": "openid_credential", "credential_configuration_id": CONFIGURATION}])
    (granted,) = wallet.redeem(offered.transaction_code, authorization_details=details).json["authorization_details"]
    (identifier,) = granted["credential_identifiers"]
    proofs = {"jwt": [wallet.proof()]}
    by_id = wallet.ask({"credential_configuration_id": CONFIGURATION, "proofs": proofs})
    assert refusal(by_id) == (400, "invalid_credential_request")
    unknown = wallet.ask({"credential_identifier": "other", "proofs": proofs})
    assert refusal(unknown) == (400, "unknown_credential_identifier")
    assert wallet.ask({"credential_identifier": identifier, "proofs": proofs}).status_code == 200


@pytest.mark.parametrize("token", ["guessed", ""])
def test_without_its_token_a_wallet_gets_nothing(app: Flask, held: HeldBadge, token: str) -> None:
    wallet = wallet_for(app, offer_badge(app, held))
    answer = wallet.ask({"credential_configuration_id": CONFIGURATION}, token=token)
    assert refusal(answer) == (401, "invalid_token")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_old_token_opens_nothing(app: Flask, held: HeldBadge) -> None:
    wallet = wallet_for(app, offer_badge(app, held))
    age(app, WalletAccess, by=timedelta(minutes=10))
    answer = wallet.fetch(CONFIGURATION)
    assert refusal(answer) == (401, "invalid_token")
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_whoever_calls_without_end_is_told_to_wait(app: Flask) -> None:
    client = app.test_client()
    answers = [client.post("/wallets/nonce") for _ in range(241)]
    assert {answer.status_code for answer in answers[:240]} == {200}
    assert refusal(answers[240]) == (429, "too_many_tries")
    assert int(answers[240].headers["Retry-After"]) > 0


def test_old_offers_are_forgotten_and_what_was_signed_stays(app: Flask, held: HeldBadge) -> None:
    wallet = wallet_for(app, offer_badge(app, held))
    assert wallet.fetch(CONFIGURATION).status_code == 200
    age(app, WalletOffer, by=timedelta(hours=25))
    with app.app_context():
        assert offers.forget_old() >= 1
        db.session.commit()
        assert db.session.scalars(select(WalletAccess)).all() == []
        assert len(db.session.scalars(select(BoundForm)).all()) == 1


def age(app: Flask, model: type[WalletOffer] | type[WalletAccess], *, by: timedelta) -> None:
    """Let that much time pass."""
    with app.app_context():
        for row in db.session.scalars(select(model)):
            row.expires_at -= by
        db.session.commit()
