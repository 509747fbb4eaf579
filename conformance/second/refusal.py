"""A refusal names the broken requirement, the problem type and the member at fault (sections 10 and 11)."""


class Refusal(Exception):
    """Raised by everything that judges octets; `park` marks what a later fact can change."""

    def __init__(self, requirement, problem, field="", park=False):
        super().__init__(f"{requirement} {problem} {field}")
        self.requirement, self.problem, self.field, self.park = requirement, problem, field, park


class Skip(Exception):
    """A kind that this version does not know: a leaf to count, nothing to read (REQ-OPEN-007)."""
