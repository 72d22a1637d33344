"""Watches an issuance log from outside: python monitor.py https://badges.example.org state.json

Remembers the last checkpoint in a file. Each run checks that the newest one is signed by the same key, and that its
tree begins with the tree that was seen last. Standard library and `cryptography` only. Exit code 0: all is well.
"""

import base64
import hashlib
import json
import pathlib
import sys
import urllib.request

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read().decode()


def checkpoint(note, key):
    body, signature = note.split("\n\n")
    name, key_id, public = key.strip().split("+", 2)
    signed = base64.b64decode(signature.split(" ")[2])
    assert signed[:4].hex() == key_id, "the checkpoint is signed by another key"
    Ed25519PublicKey.from_public_bytes(base64.b64decode(public)[1:]).verify(signed[4:], (body + "\n").encode())
    origin, size, root = body.split("\n")[:3]
    assert origin == name, "the checkpoint is of another log"
    return int(size), base64.b64decode(root)


def roots(base, sizes):
    """The root of the tree at each of the sizes, computed from all leaves."""
    edge, count, found = [], 0, {}
    while count < max(sizes):
        for data in json.loads(get(f"{base}/log/entries?start={count}"))["items"]:
            level, node = 0, hashlib.sha256(b"\0" + base64.b64decode(data)).digest()
            while level < len(edge) and edge[level]:
                node, edge[level], level = hashlib.sha256(b"\1" + edge[level] + node).digest(), None, level + 1
            edge[level : level + 1], count = [node], count + 1
            if count in sizes:
                parts = [part for part in edge if part]
                root = parts[0]
                for part in parts[1:]:
                    root = hashlib.sha256(b"\1" + part + root).digest()
                found[count] = root
    return found


def main(base, state):
    place = pathlib.Path(state)
    seen = json.loads(place.read_text()) if place.exists() else {"key": get(f"{base}/log/key"), "notes": []}
    note = get(f"{base}/log/checkpoint")
    known = [checkpoint(each, seen["key"]) for each in [*seen["notes"], note]]
    assert known[-1][0] >= known[0][0], "the log became smaller"
    computed = roots(base, {size for size, _ in known})
    assert all(computed[size] == root for size, root in known), "the log was changed"
    place.write_text(json.dumps({"key": seen["key"], "notes": [note]}))
    print(f"OK: {known[-1][0]} entries")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Exception as error:
        sys.exit(f"ALARM: {error or type(error).__name__}")
