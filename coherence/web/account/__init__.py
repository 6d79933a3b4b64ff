"""Pages of an account: sign in and out, authenticator, passwords, own account."""

from coherence.web.account import authenticator, entrance, links, own, passwords
from coherence.web.account.blueprint import blueprint

__all__ = ["authenticator", "blueprint", "entrance", "links", "own", "passwords"]
