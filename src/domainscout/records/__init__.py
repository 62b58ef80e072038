"""The nouns that travel between modules: frozen records without behaviour beyond what their fields imply.

Owns the words of the project (see the table in README.md), a file a subject. The public profile lives in `profile`.
"""

from domainscout.records.attempts import Attempt, Decision, GiveUp, Outcome, Retry
from domainscout.records.figures import QueueStats, ScoutState, Snapshot, WorkerBeat
from domainscout.records.findings import Account, Evidence, Field, Finding, FindingValue
from domainscout.records.jobs import Claim, Counts, Job, JobOptions, JobState, Lane, Target, TargetState
from domainscout.records.pages import KnownPage, Missed, Page, PageKind, Site

__all__ = [
    "Account",
    "Attempt",
    "Claim",
    "Counts",
    "Decision",
    "Evidence",
    "Field",
    "Finding",
    "FindingValue",
    "GiveUp",
    "Job",
    "JobOptions",
    "JobState",
    "KnownPage",
    "Lane",
    "Missed",
    "Outcome",
    "Page",
    "PageKind",
    "QueueStats",
    "Retry",
    "ScoutState",
    "Site",
    "Snapshot",
    "Target",
    "TargetState",
    "WorkerBeat",
]
