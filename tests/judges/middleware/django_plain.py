"""A Django API with a slash at the end of its paths, as it was before it had a gate, but for one line that the pages ask
for: it refuses what did not come through the gate."""

import json, os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponseForbidden, JsonResponse
from django.urls import path, re_path


def through_the_gate(get_response):
    def middleware(request):
        if not request.headers.get("Scopegate-Permit"):
            return HttpResponseForbidden()
        return get_response(request)

    return middleware


settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=[f"{__name__}.through_the_gate", "django.middleware.common.CommonMiddleware"],  # With its APPEND_SLASH.
    ROOT_URLCONF=__name__,
    SECRET_KEY="for a test",
)
django.setup()


def note(request):
    call = {
        "method": request.method,
        "uri": request.get_full_path(),
        "headers": [[name.lower(), value] for name, value in request.headers.items()],
        "body": request.body.decode(),
    }
    with open(os.environ["SEEN"], "a") as file:
        file.write(json.dumps(call) + "\n")


def notes(request, company):
    note(request)
    return JsonResponse({"company": company, "by": request.headers["Scopegate-Client"]})


def other(request, _):
    note(request)
    return JsonResponse({})


urlpatterns = [path("companies/<slug:company>/notes/", notes), re_path("^(companies/[^/]*/(?:orders|hooks)|status)$", other)]
application = get_wsgi_application()
