"""Python: urllib.parse as it is, and as it was until 2021, when `;` separated too. And json from
bytes: of equal members the last counts, and in a second way the first, as elsewhere."""

import json
import sys
from urllib.parse import parse_qs

OTHER = "(no text)"


def query(text):
    ways = []
    for text in (text.decode(), text.decode().replace(";", "&")):
        read = parse_qs(text, keep_blank_values=True)
        way = {}
        for name in ("kind", "entity_type", "expand"):
            values = read.get(name, []) + read.get(name + "[]", [])
            if values:
                way[name] = values
        ways.append(way)
    return ways


def first_wins(pairs):
    return dict(reversed(pairs))


def body(text):
    ways = []
    for hook in (None, first_wins):
        try:
            read = json.loads(text, object_pairs_hook=hook)
        except (ValueError, RecursionError):
            continue
        way = {}
        callback = read.get("callback") if isinstance(read, dict) else None
        if isinstance(callback, dict) and "event" in callback:
            event = callback["event"]
            way["event"] = [event if isinstance(event, str) else OTHER]
        ways.append(way)
    return ways


for line in sys.stdin:
    kind, _, hexadecimal = line.rstrip("\n").partition(" ")
    text = bytes.fromhex(hexadecimal)
    # Lone surrogates are escaped by json, and are nothing a rule lists.
    print(json.dumps(query(text) if kind == "q" else body(text)))
