#!lua flags=allow-oom
-- One round trip for everything that a request needs to know from Redis.
-- In a full memory as well: a token that was taken back, and a limit, must never depend on the room that is left.
-- KEYS: session, user's cache version ("" where there is none), the keys where the answer may lie (none, where
--       it may not), then one key for each limit.
-- ARGV: check the session?, a fresh version in case there is none, the answer's name, number of keys where it may
--       lie, then for each limit: period in us, quota.
-- Answer: the limit that refuses (0: none), us until it would not, session alive?, version, cached answer (of a
--         long one its first bytes), the numbers of the keys where it may lie: first where it does, then free ones,
--         then others',
--         then for each limit: requests left, us until the quota is whole again.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local refused, wait, arrivals, answer = 0, 0, {}, {0, 0, 1, '', '', ''}
local places = tonumber(ARGV[4])
local first = 3 + places

for i = first, #KEYS do
    local at = 5 + 2 * (i - first)
    local period, quota = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
    local step = period / quota
    local arrival = math.max(tonumber(redis.call('GET', KEYS[i]) or '0'), now)
    local early = arrival + step - period - now
    if early > 0 and early > wait then refused, wait = i - first + 1, early end
    arrivals[i] = {arrival, step, period}
end

for i = first, #KEYS do
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
    local name = ' ' .. ARGV[3]
    local fresh = version .. name .. '\n'
    local own, free, taken = '', '', ''
    for place = 1, places do
        local key, entry = KEYS[2 + place], nil
        if redis.call('STRLEN', key) <= LIGHT_BYTES then
            entry = redis.call('GET', key) or ''
        else
            entry = redis.call('GETRANGE', key, 0, MARK_BYTES - 1)
        end
        local mark = string.match(entry, '^[^\n]*')
        if string.sub(entry, 1, #fresh) == fresh then
            answer[5], own = entry, place .. own
            break
        elseif entry == '' then
            free = free .. place
        elseif string.sub(mark, -#name) == name then
            answer[5], own = entry, place .. own
        elseif time[2] % 2 == 0 then
            taken = taken .. place
        else
            taken = place .. taken
        end
    end
    answer[6] = own .. free .. taken
end
return answer
