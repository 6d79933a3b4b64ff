"""The forms of an account. Nothing typed into a password or code field is ever shown again."""

from __future__ import annotations

from typing import Any

from flask_babel import get_translations
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from coherence.accounts.addresses import LONGEST as LONGEST_ADDRESS


class AccountForm(FlaskForm):  # type: ignore[misc]
    """A form whose messages speak the language of the page."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Where the messages come from: the product itself."""

        def get_translations(self, form: object) -> Any:
            """The product's translations in the language of the request."""
            return get_translations()

    def refuse(self, field: Any, message: str) -> None:
        """Add what only a use case could find wrong with a field."""
        field.errors = [*field.errors, message]


def _required(message: Any) -> InputRequired:
    return InputRequired(message)


class AddressForm(AccountForm):
    """The address of an account."""

    email = StringField(
        _("E-mail address"),
        [
            _required(_("Type the e-mail address of your account.")),
            Length(max=LONGEST_ADDRESS, message=_("An e-mail address is not that long.")),
        ],
        render_kw={
            "type": "email",
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
        },
    )


class SignInForm(AddressForm):
    """Address and password, and where to go afterwards."""

    password = PasswordField(
        _("Password"),
        [_required(_("Type your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class CodeForm(AccountForm):
    """Six digits of the authenticator app."""

    code = StringField(
        _("Six digits"),
        [_required(_("Type the six digits that the app shows."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code"},
    )
    next = HiddenField()


def _new() -> PasswordField:
    return PasswordField(
        _("New password"),
        [_required(_("Type a new password."))],
        render_kw={"autocomplete": "new-password"},
    )


def _again() -> PasswordField:
    return PasswordField(
        _("New password once more"),
        [EqualTo("new", message=_("The two new passwords differ. Type the same one twice."))],
        render_kw={"autocomplete": "new-password"},
    )


class NewPasswordForm(AccountForm):
    """A new password, twice."""

    new = _new()
    again = _again()


class ChangePasswordForm(AccountForm):
    """The present password, and a new one twice."""

    present = PasswordField(
        _("Present password"),
        [_required(_("Type your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    new = _new()
    again = _again()
