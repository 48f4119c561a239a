"""What is wrong in a policy file, said so that its author can put it right."""

from __future__ import annotations


class PolicyError(ValueError):
    """
    One fault of a policy file: where, what is wrong, what would be right; ``others`` are further faults of that file.

    ``line`` counts from 1; ``key`` is the dotted path of the key, empty when the file as a whole is wrong.
    """

    def __init__(
        self, *, file: str, line: int, key: str, problem: str, remedy: str, others: tuple[PolicyError, ...] = ()
    ) -> None:
        where = f"{file}:{line}: {key}: " if key else f"{file}:{line}: "
        super().__init__(f"{where}{problem}; {remedy}")
        self.file = file
        self.line = line
        self.key = key
        self.problem = problem
        self.remedy = remedy
        self.others = others

    @property
    def all(self) -> tuple[PolicyError, ...]:
        """Return this fault and the others found in the same file."""
        return (self, *self.others)


class CalendarError(ValueError):
    """A zone, span or cadence that cannot be used: ``field`` names it, then what is wrong and what would be right."""

    def __init__(self, *, field: str, problem: str, remedy: str) -> None:
        super().__init__(f"{field}: {problem}; {remedy}")
        self.field = field
        self.problem = problem
        self.remedy = remedy


class CadenceError(CalendarError):
    """A cadence that does not say when to meet, or says what no clock shows."""
