"""A worker process: N scouts that take targets, a keeper of leases, a feeder and a sweeper, and an orderly end.

Owns how work is taken, kept, finished and given back. Does not know how a domain is crawled (`scout` is handed in), nor
how Redis or the database do their part. One file a concern: `crew` puts the parts together.

    reader ─▶ scouts ─▶ finisher (commit, then settle)      keeper: leases and heartbeat
    feeder: database ─▶ streams                              sweeper: what is expired, lost, stopped, over
"""

from domainscout.worker.crew import Worker
from domainscout.worker.desk import Scout, Stage

__all__ = ["Scout", "Stage", "Worker"]
