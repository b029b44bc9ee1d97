"""A WSGI application behind the middleware, for gunicorn, and by itself for a server that tells no raw address."""

import json, os

from scopegate_wsgi import Scopegate


def seen(environ):
    query = environ.get("QUERY_STRING", "")
    headers = [[name[5:].replace("_", "-").lower(), value] for name, value in environ.items() if name.startswith("HTTP_")]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    return {
        "method": environ["REQUEST_METHOD"],
        "uri": environ["PATH_INFO"] + ("?" + query if query else ""),
        "headers": headers,
        "body": environ["wsgi.input"].read(length).decode(),
    }


def note(call):
    with open(os.environ["SEEN"], "a") as file:
        file.write(json.dumps(call) + "\n")


def api(environ, start_response):
    note(seen(environ))
    start_response("200 OK", [("content-type", "application/json")])
    return [b"{}"]


def behind(application):
    return Scopegate(application, os.environ["DECIDE"], os.environ["CLIENT"], os.environ["SECRET"])


application = behind(api)

if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    make_server("127.0.0.1", int(os.environ["PORT"]), application).serve_forever()
