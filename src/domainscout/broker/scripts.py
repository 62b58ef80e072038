"""The few server-side scripts: each does in one step what must not be torn apart by another worker or a crash."""

from __future__ import annotations

GROUPS = """
-- KEYS: streams; ARGV: group. At 0: what was pushed before the group was made is not skipped.
for _, stream in ipairs(KEYS) do
  local made = redis.pcall('XGROUP', 'CREATE', stream, ARGV[1], '0', 'MKSTREAM')
  if made['err'] and not string.find(made['err'], 'BUSYGROUP') then return made end
end
return #KEYS
"""

PUSH = """
-- KEYS: stream, known; ARGV: member, payload, member, payload ...
-- A push that is repeated after a broken connection adds nothing: the member says it is there.
local added = 0
for i = 1, #ARGV, 2 do
  if redis.call('SADD', KEYS[2], ARGV[i]) == 1 then
    redis.call('XADD', KEYS[1], '*', 'd', ARGV[i + 1])
    added = added + 1
  end
end
return added
"""

CLAIM = """
-- KEYS: again, express, bulk, solo, wake; ARGV: group, consumer, count, "alone" to take one from solo and nothing else.
-- Returns {stream number, entry id, payload}...; when nothing was found, the last id of each stream to wait beyond;
-- and whether somebody waits in solo.
local out, left = {}, tonumber(ARGV[3])
local from, to = 1, 3
if ARGV[4] == 'alone' then from, to = 4, 4 end
for number = from, to do
  if left > 0 then
    local stream = KEYS[number]
    local got = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', left, 'STREAMS', stream, '>')
    if got then
      for _, entry in ipairs(got[1][2]) do
        out[#out + 1] = {number, entry[1], entry[2][2]}
        left = left - 1
      end
    end
  end
end
local last, solo = {}, 0
if #out == 0 then
  for number, stream in ipairs(KEYS) do
    local info = redis.pcall('XINFO', 'STREAM', stream)
    last[number] = '0-0'
    if not info['err'] then
      for i = 1, #info, 2 do
        if info[i] == 'last-generated-id' then last[number] = info[i + 1] end
      end
    end
  end
end
local groups = redis.pcall('XINFO', 'GROUPS', KEYS[4])
if not groups['err'] and groups[1] then
  for i = 1, #groups[1], 2 do
    if groups[1][i] == 'last-delivered-id' then
      solo = #redis.call('XRANGE', KEYS[4], '(' .. groups[1][i + 1], '+', 'COUNT', 1)
    end
  end
end
return {out, last, solo}
"""

RENEW = """
-- KEYS: stream; ARGV: group, consumer, id ... Renews only what is still ours: XCLAIM alone would steal it back.
-- Returns two lists: ids now owned by others, ids nobody owns any more.
local taken, gone = {}, {}
for i = 3, #ARGV do
  local row = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)
  if #row == 0 then
    gone[#gone + 1] = ARGV[i]
  elseif row[1][2] == ARGV[2] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
  else
    taken[#taken + 1] = ARGV[i]
  end
end
return {taken, gone}
"""

EXPIRED = """
-- KEYS: stream; ARGV: group, collector, lease in ms, count, first id.
-- XPENDING + XCLAIM in one step rather than XAUTOCLAIM: only XPENDING says who the owner was.
-- Returns {id, payload, owner}... and the id to go on from ('' at the end).
-- The sweeper has five seconds to put them back; if it dies meanwhile, the next one does not wait for a whole lease.
local out, rows = {}, redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], ARGV[5], '+', ARGV[4])
local idle = math.max(tonumber(ARGV[3]) - 5000, 0)
for _, row in ipairs(rows) do
  local got = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], row[1], 'IDLE', idle)
  if got[1] and got[1][2] then
    out[#out + 1] = {row[1], got[1][2][2], row[2]}
  else
    redis.call('XACK', KEYS[1], ARGV[1], row[1])
  end
end
local next = ''
if #rows == tonumber(ARGV[4]) then next = '(' .. rows[#rows][1] end
return {out, next}
"""

RESTART = """
-- KEYS: stream; ARGV: group, count, first id.
-- An entry that was delivered ahead of now, by a clock that has been set back since, reads as idle for 0 ms until that
-- time has come: nobody would call its lease expired. It starts anew, for whoever has it; one that was really
-- delivered in this millisecond does not notice.
-- Returns the id to go on from ('' at the end).
local rows = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[3], '+', ARGV[2])
for _, row in ipairs(rows) do
  if row[3] == 0 then redis.call('XCLAIM', KEYS[1], ARGV[1], row[2], 0, row[1], 'JUSTID') end
end
if #rows == tonumber(ARGV[2]) then return '(' .. rows[#rows][1] end
return ''
"""

SETTLE = """
-- KEYS: stream, known; ARGV: group, id, member, id, member ...
-- Acknowledged and deleted in one step: an entry that is neither pending nor unread would stay for ever.
-- A script rather than MULTI: a full server refuses to queue even XACK in a transaction.
local ids, members = {}, {}
for i = 2, #ARGV, 2 do
  ids[#ids + 1] = ARGV[i]
  members[#members + 1] = ARGV[i + 1]
end
redis.pcall('XACK', KEYS[1], ARGV[1], unpack(ids))
redis.call('SREM', KEYS[2], unpack(members))
return redis.call('XDEL', KEYS[1], unpack(ids))
"""

RELEASE = """
-- KEYS: stream; ARGV: group, consumer, collector, idle ms, id ... Ours only; they look expired from now on.
local released = 0
for i = 5, #ARGV do
  local row = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1)
  if #row == 1 and row[1][2] == ARGV[2] then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[3], 0, ARGV[i], 'IDLE', ARGV[4], 'JUSTID')
    released = released + 1
  end
end
return released
"""

DISMISS = """
-- KEYS: streams; ARGV: group, consumer ... DELCONSUMER drops what is pending: only the empty-handed are removed.
local removed = 0
for _, stream in ipairs(KEYS) do
  local there = redis.pcall('XINFO', 'CONSUMERS', stream, ARGV[1])
  if not there['err'] then
    for _, consumer in ipairs(there) do
      local name, pending
      for i = 1, #consumer, 2 do
        if consumer[i] == 'name' then name = consumer[i + 1] end
        if consumer[i] == 'pending' then pending = consumer[i + 1] end
      end
      for i = 2, #ARGV do
        if name == ARGV[i] and pending == 0 then
          redis.call('XGROUP', 'DELCONSUMER', stream, ARGV[1], name)
          removed = removed + 1
        end
      end
    end
  end
end
return removed
"""

BEAT = """
-- KEYS: workers, every other key of the queue; ARGV: name, beat, seconds that the queue outlives its workers.
-- The time is the server's: clocks of workers may be wrong.
local now = redis.call('TIME')
redis.call('HSET', KEYS[1], ARGV[1], now[1] .. '.' .. string.format('%06d', now[2]) .. ' ' .. ARGV[2])
for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[3]) end
return now[1]
"""
