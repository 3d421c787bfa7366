"""What verbs of trainings take and give: plain values, moments in UTC."""

from communaute.domain.trainings.values.organisers import (
    AttendanceMark,
    AttestationData,
    MailPreview,
    MonthRow,
    NoticePreview,
    PairDetails,
    PairPlan,
    PairSummary,
    Registrant,
    SatisfactionRow,
    SessionTimes,
    Statistics,
    Undeliverable,
)
from communaute.domain.trainings.values.visitors import (
    LogLine,
    OwnSession,
    PairView,
    RegistrationView,
    SessionView,
    SignUpKind,
    SignUpOutcome,
    SignUpRequest,
    TrainingPage,
)


__all__ = [
    "AttendanceMark",
    "AttestationData",
    "LogLine",
    "MailPreview",
    "MonthRow",
    "NoticePreview",
    "OwnSession",
    "PairDetails",
    "PairPlan",
    "PairSummary",
    "PairView",
    "Registrant",
    "RegistrationView",
    "SatisfactionRow",
    "SessionTimes",
    "SessionView",
    "SignUpKind",
    "SignUpOutcome",
    "SignUpRequest",
    "Statistics",
    "TrainingPage",
    "Undeliverable",
]
