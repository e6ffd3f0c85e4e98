"""Indexing and asking with the real model, and no attempt to leave the machine."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import ipaddress, socket, sys
attempts = []
connect, resolve = socket.socket.connect, socket.getaddrinfo

def leaves(host):
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host not in (None, "", "localhost")

def guarded_connect(self, address):
    if self.family != socket.AF_UNIX and leaves(address[0]):
        attempts.append(address)
        raise OSError("no network")
    return connect(self, address)

def guarded_resolve(host, *rest, **named):
    if leaves(host):
        attempts.append(host)
        raise OSError("no network")
    return resolve(host, *rest, **named)

socket.socket.connect = socket.socket.connect_ex = guarded_connect
socket.getaddrinfo = guarded_resolve

from assistant.app import build
from assistant.settings import load_settings

assistant = build(load_settings())
for name, text in {"mill": "The old mill burned down in May 2021.", "pond": "The pond froze over in January."}.items():
    text = f"About the {name}\\n\\n{text} Nobody was hurt there."
    assistant.library.synchroniser.add_bytes(text.encode(), f"{name}.txt")
assistant.embedder.load()
assistant.writer.drain()
assert assistant.library.status().embedded == assistant.library.status().passages > 0
answer = assistant.chat.ask([], "When did the old mill burn down?").answer
assistant.close()
assert "May 2021" in answer.text, answer
assert not attempts, attempts
print("offline")
"""


def test_nothing_leaves_the_machine(home: Path) -> None:
    root = Path(__file__).parents[1]
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=root,
        env={name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.stdout.strip().endswith("offline"), result.stderr
