"""The words that people use in their lists, in five languages: names of columns, levels, languages.

Everything is in lower case, "ё" as "е", and without points, hyphens and underscores (see `folded`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from scoring.vocabulary import Level

_MARKS: Final = re.compile(r"[\s.,;_:*()\-–/]+")
_ALIKE: Final = str.maketrans({"ё": "е", "’": "'", "ʼ": "'"})

COLUMN_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "department": (
        *("department", "department path", "unit", "team", "division", "organisation unit", "path", "dept"),
        *("organizational unit", "org unit", "business unit"),
        *("dział", "departament", "jednostka", "jednostka organizacyjna", "zespół", "komórka organizacyjna"),
        *("padalinys", "skyrius", "departamentas", "komanda", "struktūrinis padalinys"),
        *("отдел", "подразделение", "департамент", "команда", "структурное подразделение"),
        *("відділ", "підрозділ", "департамент", "структурний підрозділ"),
    ),
    "level": (
        *("level", "job level", "position level", "group", "role", "staff group"),
        *("poziom", "szczebel", "poziom stanowiska", "rola", "grupa"),
        *("lygis", "lygmuo", "pareigų lygis", "grupė", "vaidmuo"),
        *("уровень", "уровень должности", "группа", "роль"),
        *("рівень", "рівень посади", "група"),
    ),
    "email": (
        *("e mail", "email", "mail", "e mail address", "email address", "work email", "work e mail"),
        *("adres e mail", "adres email", "poczta", "mail służbowy", "e mail służbowy"),
        *("el paštas", "elektroninis paštas", "el pašto adresas", "paštas"),
        *("электронная почта", "почта", "эл почта", "адрес электронной почты", "имейл", "емейл"),
        *("електронна пошта", "пошта", "ел пошта", "електронна адреса", "імейл"),
    ),
    "reference": (
        *("reference", "personnel number", "employee number", "employee id", "id", "staff number", "number"),
        *("numer", "numer pracownika", "numer ewidencyjny", "nr", "id pracownika", "numer kadrowy"),
        *("numeris", "tabelio numeris", "darbuotojo numeris", "tabelio nr", "darbuotojo id"),
        *("табельный номер", "номер", "номер сотрудника", "таб номер", "id сотрудника"),
        *("табельний номер", "номер працівника", "таб №", "id працівника"),
    ),
    "name": (
        *("name", "full name", "employee", "employee name", "person"),
        *("imię i nazwisko", "nazwisko i imię", "nazwisko", "pracownik", "imię"),
        *("vardas pavardė", "vardas ir pavardė", "pavardė", "darbuotojas", "vardas"),
        *("имя", "фио", "фамилия имя", "имя и фамилия", "сотрудник", "фамилия"),
        *("ім'я", "піб", "прізвище ім'я", "ім'я та прізвище", "працівник", "прізвище"),
    ),
    "language": (
        *("language", "survey language", "język", "język ankiety", "kalba", "apklausos kalba"),
        *("язык", "язык опроса", "мова", "мова опитування"),
    ),
}
"""What a column is called, by what it holds."""

LEVEL_WORDS: Final[Mapping[Level, tuple[str, ...]]] = {
    Level.T: (
        *("t", "т", "top", "board", "top management", "executive", "executives", "director", "directors"),
        *("zarząd", "kierownictwo", "dyrekcja", "dyrektor", "członek zarządu", "najwyższe kierownictwo"),
        *("valdyba", "vadovybė", "aukščiausioji vadovybė", "direktorius", "direktorė"),
        *("правление", "руководство", "высшее руководство", "дирекция", "директор", "топ", "топ менеджер"),
        *("правління", "керівництво", "вище керівництво", "дирекція"),
    ),
    Level.M: (
        *("m", "м", "manager", "managers", "middle", "middle management", "supervisor", "team leader"),
        *("kierownik", "kierownicy", "menedżer", "menedżerowie", "lider zespołu", "brygadzista"),
        *("vadovas", "vadovė", "vadovai", "vidurinė grandis", "padalinio vadovas", "padalinio vadovė"),
        *("руководитель", "руководители", "менеджер", "менеджеры", "начальник", "среднее звено"),
        *("керівник", "керівники", "менеджери", "середня ланка"),
    ),
    Level.F: (
        *("f", "ф", "front line", "frontline", "front", "front office", "staff", "employee", "employees"),
        *("pierwsza linia", "pracownik pierwszej linii", "obsługa klienta", "pracownik", "pracownicy"),
        *("pirmoji linija", "klientų aptarnavimas", "darbuotojas", "darbuotoja", "darbuotojai"),
        *("передовая", "первая линия", "линейный сотрудник", "фронт", "сотрудник", "сотрудники"),
        *("перша лінія", "передова", "лінійний працівник", "працівник", "працівники"),
    ),
    Level.S: (
        *("s", "support", "back office", "support staff", "internal services"),
        *("wsparcie", "pracownik wsparcia", "zaplecze", "administracja"),
        *("palaikymas", "pagalba", "pagalbinis personalas", "administracija"),
        *("поддержка", "вспомогательный персонал", "бэк офис", "администрация"),
        *("підтримка", "допоміжний персонал", "бек офіс", "адміністрація"),
    ),
}
"""What a level is called; T and M also as Cyrillic letters, which look alike."""

LANGUAGE_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("en", "english", "angielski", "anglų", "английский", "англійська"),
    "pl": ("pl", "polish", "polski", "lenkų", "польский", "польська"),
    "lt": ("lt", "lithuanian", "litewski", "lietuvių", "литовский", "литовська"),
    "ru": ("ru", "russian", "rosyjski", "rusų", "русский", "російська"),
    "uk": ("uk", "ua", "ukrainian", "ukraiński", "ukrainiečių", "украинский", "українська"),
}
"""What a language is called."""


def folded(text: str) -> str:
    """A word as the lists above have it.

    >>> folded("E-Mail:"), folded("Front_line")
    ('e mail', 'front line')
    """
    return _MARKS.sub(" ", text.casefold().translate(_ALIKE)).strip()


def _by_word(words: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {folded(word): meaning for meaning, known in words.items() for word in known}


FIELD_OF: Final = _by_word(COLUMN_WORDS)
LEVEL_OF: Final = {folded(word): level for level, known in LEVEL_WORDS.items() for word in known}
LANGUAGE_OF: Final = _by_word(LANGUAGE_WORDS)


def matched_columns(columns: tuple[str, ...]) -> dict[str, int]:
    """Which column holds which field, as far as the names tell; of two for one field, the first.

    >>> matched_columns(("Imię i nazwisko", "Dział", "Szczebel", "Uwagi"))
    {'name': 0, 'department': 1, 'level': 2}
    """
    found: dict[str, int] = {}
    for position, column in enumerate(columns):
        field = FIELD_OF.get(folded(column))
        if field is not None:
            found.setdefault(field, position)
    return found
