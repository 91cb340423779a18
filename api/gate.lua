#!lua flags=allow-oom
-- One round trip for everything that a request needs to know from Redis.
-- In a full memory as well: a token that was taken back, and a limit, must never depend on the room that is left.
-- KEYS: session, user's cache version, cached answer, then one key for each limit ("" where there is none).
-- ARGV: check the session?, a fresh version in case there is none, then for each limit: period in us, quota.
-- Answer: the limit that refuses (0: none), us until it would not, session alive?, version, cached answer (of a
--         long one its first bytes),
--         then for each limit: requests left, us until the quota is whole again.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local refused, wait, arrivals, answer = 0, 0, {}, {0, 0, 1, '', ''}

for i = 4, #KEYS do
    local period, quota = tonumber(ARGV[2 * i - 5]), tonumber(ARGV[2 * i - 4])
    local step = period / quota
    local arrival = math.max(tonumber(redis.call('GET', KEYS[i]) or '0'), now)
    local early = arrival + step - period - now
    if early > 0 and early > wait then refused, wait = i - 3, early end
    arrivals[i] = {arrival, step, period}
end

for i = 4, #KEYS do
    local arrival, step, period = unpack(arrivals[i])
    if refused == 0 then
        arrival = arrival + step
        local life_ms = math.ceil((arrival - now) / 1000) + 1
        redis.call('SET', KEYS[i], string.format('%.0f', arrival), 'PX', life_ms)
    end
    answer[#answer + 1] = math.max(0, math.floor((period - (arrival - now)) / step))
    answer[#answer + 1] = math.floor(arrival - now)
end

answer[1], answer[2] = refused, math.ceil(wait)
if ARGV[1] == '1' then answer[3] = redis.call('EXISTS', KEYS[1]) end
if KEYS[2] ~= '' then
    local version = redis.call('GET', KEYS[2])
    if not version then
        version = ARGV[2]
        redis.call('SET', KEYS[2], version, 'EX', 86400)
    end
    answer[4] = version
    if redis.call('STRLEN', KEYS[3]) <= LIGHT_BYTES then
        answer[5] = redis.call('GET', KEYS[3]) or ''
    else
        answer[5] = redis.call('GETRANGE', KEYS[3], 0, MARK_BYTES - 1)
    end
end
return answer
