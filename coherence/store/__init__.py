"""What is kept, and how: typed models by aggregate, transactions, migrations.

Importing the package registers every model, so `Base.metadata` is the whole schema.
"""

from coherence.store.actions import ActionState, EmployeesPage, PlannedAction
from coherence.store.audit import AuditEntry
from coherence.store.base import Base
from coherence.store.closings import Closing, Stage
from coherence.store.database import Database, UnsuitableDatabase
from coherence.store.departments import Department, StoredTree, TreeHasNoRoot, stored_tree
from coherence.store.fact_sheets import FactWord, SheetFact
from coherence.store.invitations import Invitation, InvitationToken, TokenKind
from coherence.store.jobs import Job, JobStatus
from coherence.store.mailings import Delivery, DeliveryState, MessageKind, MessageText
from coherence.store.migrate import upgrade
from coherence.store.organisations import Organisation
from coherence.store.outcomes import Outcome
from coherence.store.participation import Participation
from coherence.store.pending_imports import ImportKind, PendingImport
from coherence.store.people import Person
from coherence.store.publications import KeptStatistic, Publication, ReleasedRow
from coherence.store.rate_limits import Limit, RateLimit
from coherence.store.responses import Comment, Response
from coherence.store.retention import Retention
from coherence.store.sealed_ballots import SealedBallot
from coherence.store.sign_ins import AccountLink, LinkPurpose, SignIn
from coherence.store.timetables import Timetable
from coherence.store.users import Membership, Role, User
from coherence.store.wave_preparation import BoardConsent, CommentBlock, WavePreparation
from coherence.store.wave_questions import WaveQuestion, WaveQuestionKind
from coherence.store.waves import FormLength, Headcount, Wave, WaveState, WaveUnit

__all__ = [
    "AccountLink",
    "ActionState",
    "AuditEntry",
    "Base",
    "BoardConsent",
    "Closing",
    "Comment",
    "CommentBlock",
    "Database",
    "Delivery",
    "DeliveryState",
    "Department",
    "EmployeesPage",
    "FactWord",
    "FormLength",
    "Headcount",
    "ImportKind",
    "Invitation",
    "InvitationToken",
    "Job",
    "JobStatus",
    "KeptStatistic",
    "Limit",
    "LinkPurpose",
    "Membership",
    "MessageKind",
    "MessageText",
    "Organisation",
    "Outcome",
    "Participation",
    "PendingImport",
    "Person",
    "PlannedAction",
    "Publication",
    "RateLimit",
    "ReleasedRow",
    "Response",
    "Retention",
    "Role",
    "SealedBallot",
    "SheetFact",
    "SignIn",
    "Stage",
    "StoredTree",
    "Timetable",
    "TokenKind",
    "TreeHasNoRoot",
    "UnsuitableDatabase",
    "User",
    "Wave",
    "WavePreparation",
    "WaveQuestion",
    "WaveQuestionKind",
    "WaveState",
    "WaveUnit",
    "stored_tree",
    "upgrade",
]
