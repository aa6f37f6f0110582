"""The last step of every page: no key leaves the server in it, wherever it came from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from vibes.services import keys

WORDS = ("text/", "application/json")


class RedactKeysMiddleware:
    """Takes known keys out of pages and JSON. Streams and files pass: what they hold was cleaned when it was stored."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.streaming and response.get("Content-Type", "").startswith(WORDS):
            text = response.content.decode(response.charset, "surrogateescape")
            clean = keys.redact(text)
            if clean != text:
                response.content = clean.encode(response.charset, "surrogateescape")
        return response
