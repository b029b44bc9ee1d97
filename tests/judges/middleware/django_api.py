"""A Django API with a slash at the end of its paths, behind the middleware, for gunicorn."""

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path, re_path

from wsgi_api import behind, note, seen

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # With its APPEND_SLASH.
    ROOT_URLCONF=__name__,
    SECRET_KEY="for a test",
)
django.setup()


def notes(request, company):
    note(seen(request.environ))
    return JsonResponse({"company": company, "by": request.META["HTTP_SCOPEGATE_CLIENT"]})


def other(request, _):
    note(seen(request.environ))
    return JsonResponse({})


urlpatterns = [path("companies/<slug:company>/notes/", notes), re_path("^(companies/[^/]*/(?:orders|hooks)|status)$", other)]
application = behind(get_wsgi_application())
