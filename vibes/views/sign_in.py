"""Signing in: by password, or once by link."""

from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from annotations.services import sign_in

by_password = LoginView.as_view(template_name="vibes/sign_in.html", redirect_authenticated_user=True)
out = LogoutView.as_view()
BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
def by_link(request: HttpRequest, name: str, token: str) -> HttpResponse:
    """GET shows a button and spends nothing, because mail and chat programs open links; POST signs in."""
    user = sign_in.user_of(name, token)
    if user is None and request.user.is_authenticated:
        return redirect("studies")
    if user and request.method == "POST":
        login(request, user, BACKEND)
        return redirect("studies")
    return render(request, "vibes/sign_in_link.html", {"person": user}, status=200 if user else 410)
