"""An ASGI application behind the middleware, for uvicorn."""

import json, os

from scopegate_asgi import Scopegate


async def api(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    query = scope["query_string"].decode()
    seen = {
        "method": scope["method"],
        "uri": scope["raw_path"].decode() + ("?" + query if query else ""),
        "headers": [[name.decode("latin-1"), value.decode("latin-1")] for name, value in scope["headers"]],
        "body": body.decode(),
    }
    with open(os.environ["SEEN"], "a") as file:
        file.write(json.dumps(seen) + "\n")
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b"{}"})


application = Scopegate(api, os.environ["DECIDE"], os.environ["CLIENT"], os.environ["SECRET"])
