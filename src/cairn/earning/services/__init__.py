"""What happens between wanting a credential and having it: enrolment, attendance, evidence, assessment.

Each service takes keyword arguments, the acting person as ``by`` and the moment as ``at``; checks who may; writes the audit trail;
and either does all of it or nothing.
"""

from cairn.earning.services.assessing import assess
from cairn.earning.services.enrolling import enrol, withdraw
from cairn.earning.services.forgetting import forget_learner
from cairn.earning.services.handing_in import submit
from cairn.earning.services.sessions import record_attendance, schedule_session, set_attendance

__all__ = [
    "assess",
    "enrol",
    "forget_learner",
    "record_attendance",
    "schedule_session",
    "set_attendance",
    "submit",
    "withdraw",
]
