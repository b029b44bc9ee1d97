"""Asks Scopegate before each call of an ASGI application, also WebSockets: see docs/decide.md."""

import asyncio, base64, json, urllib.parse, urllib.request

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DOWN = {
    "status": 503,
    "headers": {"content-type": "application/problem+json", "retry-after": "1"},
    "body": '{"title":"Access cannot be checked just now","status":503}',
}


class Scopegate:
    def __init__(self, app, decide, client, secret):
        self.app, self.decide = app, decide
        key = ":".join(map(urllib.parse.quote_plus, (client, secret))).encode()
        basic = "Basic " + base64.b64encode(key).decode()
        self.headers = {"authorization": basic, "content-type": "application/json"}

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        try:
            text, receive = await body(scope, receive)
            told = await asyncio.to_thread(self.ask, question(scope, text))
            permits = told["decision"] == "permit"
        except Exception:  # Whatever is not a decision is a denial.
            told, permits = DOWN, False
        if permits:
            left = [one for one in scope["headers"] if not one[0].lower().replace(b"_", b"-").startswith(b"scopegate-")]
            own = {"scopegate-" + name.replace("_", "-"): value for name, value in told["identity"].items()}
            return await self.app(dict(scope, headers=left + encoded(own)), receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        answer = told["body"].encode()
        headers = encoded({**told["headers"], "content-length": str(len(answer))})
        await send({"type": "http.response.start", "status": told["status"], "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    def ask(self, question):
        text = json.dumps(question, ensure_ascii=False).encode()
        with OPENER.open(urllib.request.Request(self.decide, text, self.headers), timeout=5) as answer:
            return json.load(answer)


def encoded(headers):
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def question(scope, text):
    # As it arrived; where the server only tells it decoded, as the application sees it.
    raw = (scope.get("raw_path") or b"").decode("ascii")
    raw = raw or urllib.parse.quote(scope["path"], safe="/:@!$&'()*+,=")
    if urllib.parse.unquote(raw) != scope["path"]:
        raise ValueError("the application would see another path than is decided about")
    headers = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    query = scope["query_string"].decode("latin-1")
    return {"method": scope.get("method", "GET"), "path": raw, "query": query, "headers": headers, "body": text}


async def body(scope, receive):
    """The text that a rule may depend on, and the way to receive it again; None hides it."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    length = headers.get(b"content-length", b"")
    if b"json" not in headers.get(b"content-type", b"").lower() or not length.isdigit() or int(length) > 1 << 20:
        return None, receive
    read, more = b"", True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ConnectionError("the caller is gone")
        read, more = read + message.get("body", b""), message.get("more_body", False)
    again = [{"type": "http.request", "body": read, "more_body": False}]

    async def receive_again():
        return again.pop() if again else await receive()

    try:
        return read.decode(), receive_again
    except UnicodeDecodeError:
        return None, receive_again
