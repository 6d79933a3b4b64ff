"""What is kept, and how: typed models by aggregate, transactions, migrations.

Importing the package registers every model, so `Base.metadata` is the whole schema.
"""

from coherence.store.audit import AuditEntry
from coherence.store.base import Base
from coherence.store.closings import Closing, Stage
from coherence.store.database import Database, UnsuitableDatabase
from coherence.store.departments import Department, StoredTree, TreeHasNoRoot, stored_tree
from coherence.store.invitations import Invitation, InvitationToken, TokenKind
from coherence.store.jobs import Job, JobStatus
from coherence.store.migrate import upgrade
from coherence.store.organisations import Organisation
from coherence.store.participation import Participation
from coherence.store.people import Person
from coherence.store.publications import Publication, ReleasedRow
from coherence.store.rate_limits import Limit, RateLimit
from coherence.store.responses import Comment, Response
from coherence.store.sealed_ballots import SealedBallot
from coherence.store.sign_ins import AccountLink, LinkPurpose, SignIn
from coherence.store.users import Membership, Role, User
from coherence.store.waves import FormLength, Headcount, Wave, WaveState, WaveUnit

__all__ = [
    "AccountLink",
    "AuditEntry",
    "Base",
    "Closing",
    "Comment",
    "Database",
    "Department",
    "FormLength",
    "Headcount",
    "Invitation",
    "InvitationToken",
    "Job",
    "JobStatus",
    "Limit",
    "LinkPurpose",
    "Membership",
    "Organisation",
    "Participation",
    "Person",
    "Publication",
    "RateLimit",
    "ReleasedRow",
    "Response",
    "Role",
    "SealedBallot",
    "SignIn",
    "Stage",
    "StoredTree",
    "TokenKind",
    "TreeHasNoRoot",
    "UnsuitableDatabase",
    "User",
    "Wave",
    "WaveState",
    "WaveUnit",
    "stored_tree",
    "upgrade",
]
