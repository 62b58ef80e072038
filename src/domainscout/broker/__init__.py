"""Targets through Redis Streams: pushed, claimed, renewed, settled, recovered; heartbeats; queue figures.

Owns everything that speaks to Redis or Valkey, and translates its errors. Does not decide what becomes of a target: the
database holds the truth, the streams hold a window of it, and anything here may be wiped without losing a target.

One file a concern, each a layer of the `Broker` that `queue` opens:

    connection ─ wire ─ group ─┬─ claims ─ recovery ─┬─ queue
                               └─ figures ───────────┘

Only commands that Redis >= 6.2 and Valkey >= 7.2 share, and that a user may hold with
`~domainscout:* +@connection +@read +@write +@scripting +info +time`:

    XADD XLEN XRANGE XREAD XREADGROUP XPENDING XCLAIM XACK XDEL XINFO XGROUP(CREATE, CREATECONSUMER, DELCONSUMER)
    SADD SREM SMEMBERS HSET HGET HGETALL HDEL EXPIRE EVALSHA SCRIPT(LOAD) PING TIME INFO

Keys of one queue share the hash slot of `{queue}`: `domainscout:{default}:` and `again`, `express`, `bulk`, `solo`,
`known`, `workers` or `wake`. Each worker's heartbeat lets them live a day longer (`queue_kept`): of a finished job
nothing stays there, whoever died over it. That is no loss even where work is left, because the next worker fills them
from the database.
"""

from domainscout.broker.beats import LOST_AFTER_S
from domainscout.broker.claims import COLLECTOR
from domainscout.broker.connection import BrokerAway, BrokerFull
from domainscout.broker.queue import Broker, host_name, open_broker
from domainscout.broker.replies import Claimed, Depth, Expired, Held, Renewed

__all__ = [
    "COLLECTOR",
    "LOST_AFTER_S",
    "Broker",
    "BrokerAway",
    "BrokerFull",
    "Claimed",
    "Depth",
    "Expired",
    "Held",
    "Renewed",
    "host_name",
    "open_broker",
]
