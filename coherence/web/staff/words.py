"""The words for what use cases of the staff area say in codes."""

from __future__ import annotations

from flask_babel import gettext as _

from coherence.store import Role
from coherence.use_cases.organisations import below_root
from coherence.use_cases.staff.colleagues import NotNow
from coherence.use_cases.staff.department_names import BadName
from coherence.use_cases.staff.department_tree import Refused
from coherence.use_cases.staff.late_joiners import CannotJoin
from coherence.use_cases.staff.roster_list import DEEPEST, LONGEST, LONGEST_DEPARTMENT, Fault, Wrong
from coherence.use_cases.staff.unreadable import LONGEST_CELL, MOST_COLUMNS, UnreadableFile, Why
from scoring.vocabulary import Level


def level(of: Level) -> str:
    """A level of the roster."""
    words: dict[Level, str] = {
        Level.T: _("board"),
        Level.M: _("managers"),
        Level.F: _("front line"),
        Level.S: _("support"),
    }
    return words[of]


def role(of: Role) -> str:
    """A role."""
    words = {Role.CONSULTANT: _("Consultant"), Role.HR: _("HR"), Role.READER: _("Reader")}
    return str(words[of])


path = below_root
"""A department without the organisation in front, which is said already; the root is the organisation."""


def field(name: str | None) -> str:
    """What a column holds."""
    words: dict[str | None, str] = {
        "department": _("Department"),
        "level": _("Level"),
        "email": _("E-mail"),
        "reference": _("Number"),
        "name": _("Name"),
        "language": _("Language"),
        None: _("Row"),
    }
    return words[name]


def fault(one: Fault) -> str:
    """What is wrong with a row, and how to mend it."""
    longest = LONGEST_DEPARTMENT if one.field == "department" else LONGEST.get(one.field or "", 0)
    words: dict[Wrong, str] = {
        Wrong.TOO_MANY_CELLS: _("It has more cells than the first row names. Is there a stray separator?"),
        Wrong.CONTROL_CHARACTER: _("It holds a line break or another character that cannot be shown."),
        Wrong.FORMULA: _("It begins with “=” like a formula. Write the value itself."),
        Wrong.TOO_LONG: _("It is longer than %(most)s characters.", most=longest),
        Wrong.EMPTY_PART: _("“%(value)s” has an empty part between two “/”.", value=one.value),
        Wrong.TOO_DEEP: _("It has more than %(most)s departments below each other.", most=DEEPEST - 1),
        Wrong.UNKNOWN_DEPARTMENT: _("“%(value)s” is not among the departments.", value=one.value),
        Wrong.NO_LEVEL: _("It is empty. Write T, M, F or S."),
        Wrong.UNKNOWN_LEVEL: _("“%(value)s” is not a known level. Write T, M, F or S.", value=one.value),
        Wrong.BAD_EMAIL: _("“%(value)s” is not an e-mail address.", value=one.value),
        Wrong.UNKNOWN_LANGUAGE: _("“%(value)s” is not a language of this organisation.", value=one.value),
        Wrong.NOBODY: _("E-mail, number or name is needed to tell people apart."),
        Wrong.TWICE: _("The same person stands in row %(other)s already.", other=one.other)
        if one.other is not None
        else _("“%(value)s” is on the list of people already.", value=one.value),
        Wrong.TWO_PEOPLE: _("E-mail and number belong to different people, or two rows to one person."),
    }
    return words[one.wrong]


def unreadable(error: UnreadableFile) -> str:
    """Why a file cannot be read, and how to mend it."""
    words: dict[Why, str] = {
        Why.EMPTY: _("The file is empty."),
        Why.TOO_LARGE: _(
            "The file is larger than 10 MB. A list alone is far smaller: take out what does not belong to it."
        ),
        Why.PDF: _("This is a PDF, whatever its name says. Please upload the table itself, as CSV or XLSX."),
        Why.LOCKED_OR_OLD: _(
            "This workbook is locked with a password, or it is an old .xls file. "
            "Save it as .xlsx without a password."
        ),
        Why.OTHER_FILE: _("This is neither a CSV nor an XLSX file. Save the table in one of these forms."),
        Why.NOT_UTF_8: _("The letters cannot be read. Save the table as “CSV UTF-8” or as XLSX."),
        Why.BROKEN: _("The workbook is broken. Open it, save it again as XLSX, and upload that file."),
        Why.TOO_MUCH_INSIDE: _("The workbook unpacks to far more than a list. Copy the list into a new one."),
        Why.TOO_SPREAD_OUT: _(
            "Cells are filled in far away from the list. Copy the list alone into a new workbook."
        ),
        Why.TOO_MANY_ROWS: _(
            "The list has more than %(most)s rows. Split it into several files.", most=error.detail
        ),
        Why.TOO_MANY_COLUMNS: _("The list has more than %(most)s columns.", most=MOST_COLUMNS),
        Why.CELL_TOO_LONG: _(
            "A cell holds more than %(most)s characters. Is a quotation mark left open?", most=LONGEST_CELL
        ),
        Why.MERGED: _(
            "Cells are joined at %(where)s. Split them, so that every row has its own value.",
            where=error.detail,
        ),
        Why.NO_HEADER: _("The file holds nothing. The first row must name the columns."),
        Why.ONE_COLUMN: _(
            "Only one column was found: “%(name)s”. Part the columns by comma, semicolon or tab.",
            name=error.detail,
        ),
        Why.SAME_COLUMN: _(
            "Two columns are called “%(name)s”. Rename one of them or take it out.", name=error.detail
        ),
        Why.NO_ROWS: _("There is nothing below the first row."),
    }
    return words[error.why]


def bad_name(wrong: BadName) -> str:
    """Why a name cannot be taken."""
    words: dict[BadName, str] = {
        BadName.EMPTY: _("Please write a name."),
        BadName.TOO_LONG: _("A name has at most %(most)s characters.", most=LONGEST_DEPARTMENT),
        BadName.SLASH: _("A name cannot hold “/”: it parts departments in a path."),
        BadName.HIDDEN: _("The name holds a character that cannot be shown."),
    }
    return words[wrong]


def tree_refused(refused: Refused) -> str:
    """Why the departments stay as they are."""
    words: dict[Refused, str] = {
        Refused.NAME_TAKEN: _("There is a department of this name in this place already."),
        Refused.TOO_DEEP: _(
            "That would be more than %(most)s departments below each other.", most=DEEPEST - 1
        ),
        Refused.INTO_ITSELF: _("A department cannot hang below itself."),
        Refused.THE_ROOT: _("The first department is the organisation itself. Change its name there."),
        Refused.PEOPLE: _("There are people in it. Move them in the list of people first."),
        Refused.READERS: _("Somebody reads results from here. Take that role away first."),
        Refused.RECORDS: _("Actions or figures are recorded for it, so it stays."),
    }
    return words[refused]


def not_now(why: NotNow) -> str:
    """Why a role is not given or taken."""
    words: dict[NotNow, str] = {
        NotNow.ONESELF: _("Your own role is changed by a colleague."),
        NotNow.CONSULTANTS_ONLY: _("Only a consultant can do this for a consultant."),
        NotNow.HAS_ANOTHER_ROLE: _("This person has another role here. Remove it first, then invite again."),
        NotNow.NO_DEPARTMENT: _("Choose from which department downwards the person reads."),
    }
    return words[why]


def cannot_join(why: CannotJoin) -> str:
    """Why late joiners stay outside."""
    words: dict[CannotJoin, str] = {
        CannotJoin.NEW_DEPARTMENT: _("the department is newer than the survey"),
        CannotJoin.LABEL_CHANGES: _(
            "others would be counted in another group than the one they were told of"
        ),
        CannotJoin.BOARD_AGREED: _(
            "the members of the board agreed to a column of their own before the survey opened"
        ),
    }
    return words[why]
