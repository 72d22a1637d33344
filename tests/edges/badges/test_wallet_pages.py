"""The holder's page: one press makes an offer, and only the holder sees it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask

from tests.edges.badges.badge_steps import HTML, HeldBadge, held_badge, pending_badge
from tests.factories.people import make_person, make_token, submit
from tests.factories.wallets import Offered, Wallet, wallet_for


def offered_on(held: HeldBadge) -> Offered:
    """What the page of the badge shows after the press."""
    page = held.holder.client.get(f"{held.path}/wallet", headers=HTML).get_data(as_text=True)
    link = re.search(r'href="(openid-credential-offer:[^"]+)"', page)
    number = re.search(r'id="transaction-code"><strong>([0-9]{6})<', page)
    assert link
    assert number
    return Offered(unescape(link.group(1)), number.group(1))


def test_one_press_makes_an_offer_that_a_wallet_can_take(app: Flask) -> None:
    held = held_badge(app, public=False)
    pressed = submit(held.holder.client, f"{held.path}/wallet")
    assert (pressed.status_code, pressed.location) == (303, f"{held.path}/wallet")
    offered = offered_on(held)
    assert offered == offered_on(held), "loading the page again makes no other offer"
    assert wallet_for(app, offered).fetch("OpenBadgeCredential_ldp_vc").status_code == 200
    page = held.holder.client.get(f"{held.path}/wallet", headers=HTML).get_data(as_text=True)
    assert "A wallet has fetched it." in page
    assert "openid-credential-offer" not in page


def test_the_number_is_not_in_what_the_wallet_scans(app: Flask) -> None:
    held = held_badge(app)
    submit(held.holder.client, f"{held.path}/wallet")
    offered = offered_on(held)
    wallet = Wallet(app.test_client()).read(offered.link)
    assert offered.transaction_code not in offered.link
    assert offered.transaction_code not in str(wallet.offer["grants"])


def test_the_holder_may_have_the_bytes_as_they_were_signed(app: Flask) -> None:
    held = held_badge(app)
    submit(held.holder.client, f"{held.path}/wallet", {"form": "as_signed"})
    wallet = wallet_for(app, offered_on(held))
    given = wallet.fetch("OpenBadgeCredential_as_signed_jwt_vc_json").json["credentials"][0]["credential"]
    assert given.encode() == held.jwt


def test_five_wrong_numbers_are_told_on_the_page(app: Flask) -> None:
    held = held_badge(app)
    submit(held.holder.client, f"{held.path}/wallet")
    offered = offered_on(held)
    wallet = Wallet(app.test_client()).read(offered.link)
    for _ in range(5):
        wallet.redeem("x")
    page = held.holder.client.get(f"{held.path}/wallet", headers=HTML).get_data(as_text=True)
    assert "a wrong number was typed too often" in page
    assert "openid-credential-offer" not in page


def test_nobody_else_makes_an_offer_of_a_badge_or_sees_one(app: Flask) -> None:
    held = held_badge(app)
    submit(held.holder.client, f"{held.path}/wallet")
    other = make_person(app, "administrator", organisation_id=held.holder.organisation_id).client
    assert other.get(f"{held.path}/wallet", headers=HTML).status_code == 404
    assert submit(other, f"{held.path}/wallet").status_code == 404
    stranger = app.test_client()
    assert stranger.get(f"{held.path}/wallet", headers=HTML).location.startswith("/sign-in")


@pytest.mark.parametrize("form", ["", "somebody-elses"])
def test_an_unknown_form_is_refused(app: Flask, form: str) -> None:
    held = held_badge(app)
    assert submit(held.holder.client, f"{held.path}/wallet", {"form": form}).status_code == 422


def test_what_is_not_signed_yet_cannot_be_offered(app: Flask) -> None:
    held = pending_badge(app)
    page = held.holder.client.get(f"{held.path}/wallet", headers=HTML)
    assert (page.status_code, "not signed yet" in page.get_data(as_text=True)) == (200, True)
    assert submit(held.holder.client, f"{held.path}/wallet").status_code == 409


def test_a_program_of_the_holder_offers_with_the_right_scope_only(app: Flask) -> None:
    held = held_badge(app, public=False)
    path = f"/api/v1/awards/{held.award_id}/wallet-offers"
    reads = make_token(app, held.holder.account_id, "awards:read")
    assert app.test_client().post(path, json={}, headers=reads).status_code == 403
    headers = make_token(app, held.holder.account_id, "awards:hand_over")
    made = app.test_client().post(path, json={"form": "bound"}, headers=headers)
    assert made.status_code == 201
    offered = Offered(made.json["link"], made.json["transaction_code"])
    assert wallet_for(app, offered).fetch("OpenBadgeCredential_ldp_vc").status_code == 200
    assert app.test_client().post(path, json={"form": "other"}, headers=headers).status_code == 422


def test_offers_are_not_made_without_end(app: Flask) -> None:
    held = held_badge(app)
    headers = make_token(app, held.holder.account_id, "awards:hand_over")
    path = f"/api/v1/awards/{held.award_id}/wallet-offers"
    statuses = [app.test_client().post(path, json={}, headers=headers).status_code for _ in range(31)]
    assert statuses == [201] * 30 + [429]
