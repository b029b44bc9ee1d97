"""Asks Scopegate before each call of a WSGI application, Django's too: see docs/decide.md."""

import base64, http.client, io, json, urllib.parse, urllib.request

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
DOWN = {
    "status": 503,
    "headers": {"content-type": "application/problem+json", "retry-after": "1"},
    "body": '{"title":"Access cannot be checked just now","status":503}',
}


class Scopegate:
    """mount: where the server has the application, if not at its root."""

    def __init__(self, app, decide, client, secret, mount=""):
        self.app, self.decide, self.mount = app, decide, mount
        key = ":".join(map(urllib.parse.quote_plus, (client, secret))).encode()
        basic = "Basic " + base64.b64encode(key).decode()
        self.headers = {"authorization": basic, "content-type": "application/json"}

    def __call__(self, environ, start_response):
        try:
            told = self.ask(question(environ, self.mount))
            permits = told["decision"] == "permit"
        except Exception:  # Whatever is not a decision is a denial.
            told, permits = DOWN, False
        if not permits:
            status = f"{told['status']} {http.client.responses.get(told['status'], 'Denied')}"
            body = told["body"].encode()
            start_response(status, [*told["headers"].items(), ("content-length", str(len(body)))])
            return [body]
        for name in [name for name in environ if name.startswith("HTTP_SCOPEGATE_")]:
            del environ[name]
        environ.update({"HTTP_SCOPEGATE_" + name.upper(): value for name, value in told["identity"].items()})
        return self.app(environ, start_response)

    def ask(self, question):
        text = json.dumps(question, ensure_ascii=False).encode()
        with OPENER.open(urllib.request.Request(self.decide, text, self.headers), timeout=5) as answer:
            return json.load(answer)


def question(environ, mount):
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    query = environ.get("QUERY_STRING", "")
    # As it arrived: gunicorn and uWSGI tell. Of other servers, as the application sees it.
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if raw is None:
        raw = urllib.parse.quote(path.encode("latin-1"), safe="/:@!$&'()*+,=") + ("?" + query if query else "")
    sent, _, asked = raw.partition("?")
    seen = urllib.parse.unquote_to_bytes(sent.encode("latin-1")).decode("latin-1")
    if (seen, asked, environ.get("SCRIPT_NAME", "")) != (path, query, mount):
        raise ValueError("the application would see another address than is decided about")
    headers = {name[5:]: value for name, value in environ.items() if name.startswith("HTTP_")}
    headers.update({name: environ[name] for name in ("CONTENT_TYPE", "CONTENT_LENGTH") if environ.get(name)})
    headers = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return {"method": environ["REQUEST_METHOD"], "target": raw, "headers": headers, "body": body(environ)}


def body(environ):
    """The text that a rule may depend on; None hides it."""
    length = environ.get("CONTENT_LENGTH") or ""
    if "json" not in environ.get("CONTENT_TYPE", "").lower() or not length.isdigit() or int(length) > 1 << 20:
        return None
    read = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(read)
    try:
        return read.decode()
    except UnicodeDecodeError:
        return None
