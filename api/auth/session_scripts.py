"""What Redis does with sessions, each in one script: nobody ever sees half of it, and none runs without end.

A session is a hash, `session:<id>`; a user's sessions are a set of ids, `sessions:<user>`. The set is only
the way to a user's sessions: whether one lives, and whose it is, its hash alone says. What renews or ends one
runs in a full memory as well (`allow-oom`); what opens one does not.
"""

from __future__ import annotations

from typing import Final

from api.redis_link import Script

SAMPLE: Final = 100
"""Members of a set that one script looks at: more would keep everybody else waiting for Redis."""

OPEN: Final = Script(f"""
-- KEYS: session, the user's set. ARGV: user, id, device, address, now in s, life in s, sessions of a user.
-- Answer: the ids of the sessions that ended because there were too many.
redis.call('HSET', KEYS[1], 'user', ARGV[1], 'generation', 0, 'device', ARGV[3], 'ip', ARGV[4],
           'created', ARGV[5], 'seen', ARGV[5])
redis.call('EXPIRE', KEYS[1], ARGV[6])
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[6])
local too_many = redis.call('SCARD', KEYS[2]) - tonumber(ARGV[7])
if too_many <= 0 then return {{}} end
local living, ended = {{}}, {{}}
for _, id in ipairs(redis.call('SRANDMEMBER', KEYS[2], {SAMPLE})) do
    local seen = redis.call('HGET', 'session:' .. id, 'seen')
    if not seen then
        redis.call('SREM', KEYS[2], id)
        too_many = too_many - 1
    elseif id ~= ARGV[2] then
        living[#living + 1] = {{tonumber(seen), id}}
    end
end
table.sort(living, function(one, other) return one[1] < other[1] end)
for place = 1, math.min(too_many, #living) do
    redis.call('DEL', 'session:' .. living[place][2])
    redis.call('SREM', KEYS[2], living[place][2])
    ended[#ended + 1] = living[place][2]
end
return ended
""")

RENEW: Final = Script("""#!lua flags=allow-oom
-- KEYS: session, the user's set. ARGV: user, id, generation, token's id; in ms its issue, now and the grace;
--       in s the life of an unused session and of any session.
-- Answer: the generation of the next token; -1 there is no such session; -2 reused, so it has been ended.
local user, generation, used, created = unpack(
    redis.call('HMGET', KEYS[1], 'user', 'generation', 'used', 'created'))
if user ~= ARGV[1] then return -1 end
local now, grace = tonumber(ARGV[6]), tonumber(ARGV[7])
local left = math.ceil(tonumber(created) + tonumber(ARGV[9]) - now / 1000)
if left <= 0 then
    redis.call('DEL', KEYS[1])
    redis.call('SREM', KEYS[2], ARGV[2])
    return -1
end
local first_use, recent = nil, {}
for token, at in string.gmatch(used or '', '(%x+)@(%d+)') do
    if token == ARGV[4] then first_use = tonumber(at) end
    if now - at <= grace then recent[#recent + 1] = token .. '@' .. at end
end
generation = tonumber(generation)
local newest = tonumber(ARGV[3]) == generation
local doubled = first_use and now - first_use <= grace
local young = not first_use and tonumber(ARGV[3]) < generation and now - ARGV[5] <= grace
if not (newest or doubled or young) then
    redis.call('DEL', KEYS[1])
    redis.call('SREM', KEYS[2], ARGV[2])
    return -2
end
if newest then generation = generation + 1 end
if not first_use then recent[#recent + 1] = string.format('%s@%.0f', ARGV[4], now) end
local life = math.min(tonumber(ARGV[8]), left)
redis.call('HSET', KEYS[1], 'seen', math.floor(now / 1000), 'generation', generation,
           'used', table.concat(recent, ' ', math.max(1, #recent - 31)))
redis.call('EXPIRE', KEYS[1], life)
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[8])
return generation
""")

END: Final = Script("""#!lua flags=allow-oom
-- KEYS: session, the user's set. ARGV: user, id. Answer: 1 if this user had it.
if redis.call('HGET', KEYS[1], 'user') ~= ARGV[1] then
    redis.call('SREM', KEYS[2], ARGV[2])
    return 0
end
redis.call('DEL', KEYS[1])
redis.call('SREM', KEYS[2], ARGV[2])
return 1
""")

END_SOME: Final = Script(f"""#!lua flags=allow-oom
-- KEYS: the user's set. ARGV: the session to spare, "" for none. Answer: the ids of those that were ended.
local sample = redis.call('SRANDMEMBER', KEYS[1], {SAMPLE})
local gone = {{}}
for _, id in ipairs(sample) do
    if id ~= ARGV[1] then
        redis.call('DEL', 'session:' .. id)
        redis.call('SREM', KEYS[1], id)
        gone[#gone + 1] = id
    end
end
return gone
""")

LIST: Final = Script(f"""#!lua flags=allow-oom
-- KEYS: the user's set. Answer: id, device, address, begin and last use of each session found.
local found = {{}}
for _, id in ipairs(redis.call('SRANDMEMBER', KEYS[1], {SAMPLE})) do
    local session = redis.call('HMGET', 'session:' .. id, 'device', 'ip', 'created', 'seen')
    if session[3] then
        found[#found + 1] = {{id, session[1], session[2], session[3], session[4]}}
    else
        redis.call('SREM', KEYS[1], id)
    end
end
return found
""")

REMEMBER: Final = Script("""
-- KEYS: the addresses that a user signed in from. ARGV: one more.
redis.call('SADD', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[1], 7776000)
if redis.call('SCARD', KEYS[1]) > 32 then redis.call('SPOP', KEYS[1]) end
return 1
""")
