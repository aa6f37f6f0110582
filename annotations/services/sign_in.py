"""One-time sign-in links: spent by the sign-in itself, because the token covers the time of the last one."""

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from annotations.models import User


class _LinkTokens(PasswordResetTokenGenerator):
    """Django's own one-time tokens, under a salt of their own so that neither kind opens the other's door."""

    key_salt = "annotations.sign_in.link"


TOKENS = _LinkTokens()


def path_for(user: User) -> str:
    """The path of a link that signs this user in once, within `SIGN_IN_LINK_SECONDS`."""
    name = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse(settings.SIGN_IN_LINK_URL, args=[name, TOKENS.make_token(user)])


def user_of(name: str, token: str) -> User | None:
    """The user whom this link signs in; None where it is spent, too old or wrong."""
    try:
        pk = int(force_str(urlsafe_base64_decode(name)))
    except (ValueError, OverflowError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and TOKENS.check_token(user, token) else None
