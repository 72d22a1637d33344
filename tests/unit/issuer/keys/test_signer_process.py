"""The signer process: it reads what it signs, remembers it, and goes on whatever is sent to it."""

from __future__ import annotations

import os
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from issuer.base.environment import SettingsError
from issuer.base.errors import ServiceError
from issuer.crypto.multikey import thumbprint
from issuer.crypto.signatures import verify_signature
from issuer.crypto.strict_json import load_object
from issuer.crypto.vc_jwt import parse_jwt
from issuer.keys.key_file import KeyUnusable
from issuer.keys.purposes import BADGE_JWT, BADGE_PROOF, LOG_CHECKPOINT, STATUS_LIST
from issuer.keys.signer_client import SignerClient
from issuer.keys.signer_process import CONCURRENCY
from issuer.keys.statements import NotSigned, Statement
from tests.unit.issuer.keys.signer_steps import (
    NOW,
    Clock,
    badge,
    checkpoint_of,
    jwt_of,
    list_proof_of,
    proof_of,
    signer,
    status_list,
)


def code_of(client: SignerClient, statement: Statement) -> str:
    """Why the statement is not signed."""
    with pytest.raises(ServiceError) as caught:
        client.sign(statement, now=NOW)
    return caught.value.code


def socket_in(folder: Path) -> Path:
    return folder / "run" / "signer.sock"


def connected(folder: Path) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(10)
    connection.connect(str(socket_in(folder)))
    return connection


def test_each_form_is_signed_with_the_key_of_its_purpose(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        proof_key, list_key, log_key = (client.create(name) for name in (BADGE_PROOF, STATUS_LIST, LOG_CHECKPOINT))
        jwt_key = client.create(BADGE_JWT)
        secured = load_object(client.sign(proof_of(badge(), proof_key), now=NOW))
        assert {name: value for name, value in secured.items() if name != "proof"} == badge()
        assert load_object(client.sign(list_proof_of(status_list(), list_key), now=NOW))["proof"]
        assert dict(parse_jwt(client.sign(jwt_of(badge(), jwt_key), now=NOW)).credential) == badge()
        checkpoint = checkpoint_of(log_key, size=7)
        signature = client.sign(checkpoint, now=NOW)
        assert verify_signature(log_key, signature, checkpoint.content, alg="EdDSA")


def test_asking_again_for_the_same_gives_the_same_bytes_also_after_a_restart(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key = client.create(BADGE_PROOF)
        first = client.sign(proof_of(badge(), key), now=NOW)
    with signer(tmp_path) as client:
        assert client.sign(proof_of(badge(), key), now=NOW) == first


def test_a_client_finds_a_signer_that_was_started_again(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key = client.create(BADGE_PROOF)
    with pytest.raises(KeyUnusable) as caught:
        client.check(thumbprint(key), BADGE_PROOF)
    assert caught.value.code == "signer_unreachable"
    with signer(tmp_path):
        client.check(thumbprint(key), BADGE_PROOF)


def test_no_bare_bytes_are_signed_and_no_key_is_brought_in(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key = client.create(BADGE_PROOF)
        with pytest.raises(KeyUnusable) as caught:
            client.signer(thumbprint(key))
        assert caught.value.code == "key_purpose"
        with pytest.raises(KeyUnusable) as caught:
            client.add(ed25519.Ed25519PrivateKey.generate(), purpose=BADGE_PROOF)
        assert caught.value.code == "key_not_kept"


def test_k4_a_key_is_refused_for_another_purpose(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key = client.create(BADGE_PROOF)
        assert code_of(client, list_proof_of(status_list(), key)) == "key_purpose"
        assert code_of(client, checkpoint_of(key, size=1)) == "key_purpose"
        with pytest.raises(NotSigned):
            client.create("whatever I like")


def test_k4_a_purpose_does_not_sign_what_belongs_to_another(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        badge_key, list_key = client.create(BADGE_PROOF), client.create(STATUS_LIST)
        assert code_of(client, proof_of(status_list(), badge_key)) == "not_as_recorded"
        assert code_of(client, list_proof_of(badge(), list_key)) == "not_as_recorded"


@pytest.mark.parametrize(
    "change",
    [
        {"id": "https://elsewhere.example/badges/Award1"},
        {"id": "https://badges.example.org/badges/../status/list1"},
        {"issuer": "did:web:elsewhere.example:issuers:north"},
        {"issuer": "did:web:badges.example.org:issuers:north:south"},
        {"credentialStatus": None},
        {
            "credentialStatus": {
                "type": "BitstringStatusListEntry",
                "statusListCredential": "https://elsewhere.example/",
            }
        },
        {"validFrom": "2031-01-01T00:00:00Z"},
        {"proof": []},
        {"type": ["VerifiableCredential"]},
        {"@context": ["https://www.w3.org/ns/credentials/v2"]},
    ],
    ids=str,
)
def test_a_badge_that_breaks_a_rule_is_refused_whoever_asks(tmp_path: Path, change: dict[str, object]) -> None:
    with signer(tmp_path) as client:
        key = client.create(BADGE_PROOF)
        assert code_of(client, proof_of(badge() | change, key)) == "not_as_recorded"


def test_a_proof_that_would_name_another_key_is_refused(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key, other = client.create(BADGE_PROOF), client.create(BADGE_PROOF)
        statement = proof_of(badge(), key, key_name=proof_of(badge(), other).key_name)
        assert code_of(client, statement) == "not_as_recorded"


def test_a_proof_that_says_it_is_made_tomorrow_is_refused(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key = client.create(BADGE_PROOF)
        assert code_of(client, proof_of(badge(), key, created=NOW + timedelta(days=1))) == "not_as_recorded"


def test_a_second_version_of_a_signed_badge_is_refused_for_ever(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key = client.create(BADGE_PROOF)
        client.sign(proof_of(badge(), key), now=NOW)
        assert code_of(client, proof_of(badge(name="Something grander"), key)) == "signed_differently"
    with signer(tmp_path) as client:
        assert code_of(client, proof_of(badge(name="Something grander"), key)) == "signed_differently"
        client.sign(proof_of(badge(2, name="Something grander"), key), now=NOW)
        client.sign(proof_of(badge(validFrom="2026-03-04T05:06:08Z"), key), now=NOW)


def test_a_status_list_is_signed_again_whenever_it_changes(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key = client.create(STATUS_LIST)
        subject = status_list()["credentialSubject"]
        for bits in ("uAAAA", "uBBBB"):
            client.sign(list_proof_of(status_list(credentialSubject=subject | {"encodedList": bits}), key), now=NOW)


def test_a_log_neither_shrinks_nor_tells_two_stories(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key = client.create(LOG_CHECKPOINT)
        client.sign(checkpoint_of(key, size=10), now=NOW)
        client.sign(checkpoint_of(key, size=10), now=NOW)
        assert code_of(client, checkpoint_of(key, size=10, root="B" * 43 + "=")) == "signed_differently"
        assert code_of(client, checkpoint_of(key, size=9)) == "log_shrinks"
        client.sign(checkpoint_of(key, size=11, root="C" * 43 + "="), now=NOW)


@pytest.mark.parametrize("body", [b"", b"log\n1\n", b"log\n-1\n" + b"A" * 43 + b"=\n", b"log\n1\nAAAA\n", b"x" * 64])
def test_bytes_that_are_no_checkpoint_are_not_signed_by_the_log_key(tmp_path: Path, body: bytes) -> None:
    with signer(tmp_path) as client:
        key = client.create(LOG_CHECKPOINT)
        statement = checkpoint_of(key, size=1)
        assert code_of(client, Statement(statement.purpose, statement.kid, "note", body, NOW)) == "not_as_recorded"


def test_i21_a_clock_behind_the_last_signature_stops_signing_until_it_is_right_again(tmp_path: Path) -> None:
    clock = Clock(NOW + timedelta(hours=1))
    with signer(tmp_path, clock=clock) as client:
        key = client.create(BADGE_PROOF)
        client.sign(proof_of(badge(1), key), now=NOW)
    with signer(tmp_path, clock=clock) as client:
        clock.now = NOW
        assert code_of(client, proof_of(badge(2), key)) == "clock_behind"
        clock.now = NOW + timedelta(minutes=59, seconds=57)
        client.sign(proof_of(badge(2), key), now=NOW)


def test_a_missing_key_file_is_named_and_everything_else_goes_on(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        lost, kept = client.create(BADGE_PROOF), client.create(BADGE_PROOF)
        (tmp_path / "data" / "keys" / f"{thumbprint(lost)}.json").unlink()
        assert code_of(client, proof_of(badge(1), lost)) == "key_missing"
        client.sign(proof_of(badge(2), kept), now=NOW)


def test_a_kid_that_is_a_path_names_no_key(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        with pytest.raises(KeyUnusable) as caught:
            client.check("../signer/journal", BADGE_PROOF)
        assert caught.value.code == "key_missing"


GARBAGE = [
    b"",
    b"\0",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"GET / HTTP/1.1\r\n\r\n",
    struct.pack(">I", 2) + b"[]",
    struct.pack(">I", 4) + b"{}",
    struct.pack(">I", 3) + b"\xff\xfe\xfd",
    struct.pack(">I", 13) + b'{"do":"sign"}',
    struct.pack(">I", 14) + b'{"do":["sign"]}'[:14],
    struct.pack(">I", 200_000) + b"[" * 200_000,
    struct.pack(">I", 28) + b'{"do":"sign","statement":{}}',
]


@pytest.mark.parametrize("sent", GARBAGE, ids=lambda sent: repr(sent[:20]))
def test_garbage_is_dropped_or_refused_and_the_next_request_is_served(tmp_path: Path, sent: bytes) -> None:
    with signer(tmp_path) as client:
        with connected(tmp_path) as connection:
            connection.sendall(sent)
            with suppress(ConnectionResetError):
                connection.shutdown(socket.SHUT_WR)
                assert b"made" not in connection.recv(1000)
        client.create(BADGE_PROOF)


def test_clients_that_connect_and_say_nothing_are_let_go(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        silent = [connected(tmp_path) for _ in range(CONCURRENCY)]
        try:
            client.create(BADGE_PROOF)
            assert [connection.recv(1) for connection in silent] == [b""] * CONCURRENCY
        finally:
            for connection in silent:
                connection.close()


def test_a_client_that_drips_is_cut_off(tmp_path: Path) -> None:
    with signer(tmp_path) as client, connected(tmp_path) as connection:
        connection.sendall(struct.pack(">I", 1000))
        with pytest.raises(OSError):
            for _ in range(200):
                connection.sendall(b" ")
                time.sleep(0.05)
        client.create(BADGE_PROOF)


def test_a_client_that_goes_away_before_its_reply_is_forgotten(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        for _ in range(3 * CONCURRENCY):
            with connected(tmp_path) as connection:
                body = b'{"do":"create","purpose":"badge_proof"}'
                connection.sendall(struct.pack(">I", len(body)) + body)
        client.create(BADGE_PROOF)


def test_more_clients_than_it_serves_at_once_are_served_one_after_the_other(tmp_path: Path) -> None:
    with signer(tmp_path) as client:
        key = client.create(BADGE_PROOF)
        with ThreadPoolExecutor(3 * CONCURRENCY) as clients:
            statements = [proof_of(badge(number), key) for number in range(3 * CONCURRENCY)]
            made = list(clients.map(lambda statement: client.sign(statement, now=NOW), statements))
    assert len(set(made)) == 3 * CONCURRENCY


def test_its_socket_is_for_its_own_user_only(tmp_path: Path) -> None:
    with signer(tmp_path):
        assert stat.S_IMODE(socket_in(tmp_path).stat().st_mode) == 0o600
        assert stat.S_IMODE(socket_in(tmp_path).parent.stat().st_mode) == 0o700


def test_a_folder_that_others_may_enter_is_no_place_for_its_socket(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o755)
    with pytest.raises(SettingsError), signer(tmp_path):
        pass


ASK = """
import os, socket, struct, sys
os.setuid(int(sys.argv[2]))
connection = socket.socket(socket.AF_UNIX)
connection.connect(sys.argv[1])
try:
    connection.sendall(struct.pack(">I", 39) + b'{"do":"create","purpose":"badge_proof"}')
    reply = connection.recv(10)
except (BrokenPipeError, ConnectionResetError):
    reply = b""
sys.stdout.write("answered" if reply else "not answered")
"""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize(("user", "said"), [(0, "answered"), (65534, "not answered")])
def test_another_user_is_not_answered_even_where_the_socket_was_opened_to_all(user: int, said: str) -> None:
    with tempfile.TemporaryDirectory() as name, signer(Path(name)):
        folder = Path(name)
        for opened in (folder, socket_in(folder).parent):
            opened.chmod(0o711)
        socket_in(folder).chmod(0o666)
        command = [sys.executable, "-c", ASK, str(socket_in(folder)), str(user)]
        asked = subprocess.run(command, capture_output=True, text=True)
    assert (asked.stdout, asked.stderr) == (said, "")
