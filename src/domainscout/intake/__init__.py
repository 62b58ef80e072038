"""Reading lists of domains into a job: `submit`. Bad lines never lose good ones; the same input goes on with the same
job.

What is the same input is told by its bytes: the digest of every file, in order, with the options that change how they
are read (`--column`, `--from-emails`). Names and paths of files do not count. A cancelled or purged job is not
continued, and `--new-job` never continues one. Batches are written in transactions of their own with INSERT OR IGNORE,
so a submission that is killed half-way and run again gives exactly the set of domains of the input.

Owns the reading and the report. Does not own Redis: targets wait in the database, the sweeper feeds them.
"""

from domainscout.intake.files import Inspected
from domainscout.intake.reading import Progress, SourceReport
from domainscout.intake.rejects import Reject
from domainscout.intake.submit import Report, submit

__all__ = ["Inspected", "Progress", "Reject", "Report", "SourceReport", "submit"]
