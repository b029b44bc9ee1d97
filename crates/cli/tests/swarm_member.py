"""One of many processes of an app that share a refresh token in a file, as such apps do: each takes
the lock, reads the token anew, refreshes, and puts the successor in its place. Answers get lost; the
process may be killed at any moment.

Prints a letter for each request: `r` refreshed, `l` the answer was lost, `u` nobody could answer. An
answer that says the connection is lost ends it with status 3."""

import fcntl
import http.client
import json
import os
import random
import socket
import sys
import time
import urllib.parse

host, client, place, seed = sys.argv[1:]
chance = random.Random(int(seed))


def say(letter):
    os.write(1, letter.encode())


def request(token):
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client}
    body = urllib.parse.urlencode(form)
    return (
        f"POST /bexio/oauth/token HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def refresh(token):
    """The successor, or nothing."""
    name, port = host.split(":")
    with socket.create_connection((name, int(port)), timeout=20) as connection:
        connection.sendall(request(token))
        if chance.random() < 0.15:
            # Hangs up: at once, or while the server is at it.
            time.sleep(chance.choice([0, 0, 0.001, 0.01, 0.1]))
            say("l")
            return None
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        body = answer.read()
    if answer.status in (500, 502, 503, 504):
        say("u")
        return None
    if answer.status != 200:
        print(f"\nlost: {answer.status} {body.decode()} for {token}", flush=True)
        sys.exit(3)
    if chance.random() < 0.1:
        # Came, and is lost before it could be put down.
        say("l")
        return None
    say("r")
    return json.loads(body)["refresh_token"]


while True:
    with open(place + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with open(place) as file:
            token = file.read()
        try:
            successor = refresh(token)
        except (OSError, http.client.HTTPException):
            say("u")
            successor = None
            time.sleep(0.1)
        if successor:
            with open(place + ".new", "w") as file:
                file.write(successor)
                file.flush()
                os.fsync(file.fileno())
            os.rename(place + ".new", place)
    time.sleep(chance.random() * 0.02)
