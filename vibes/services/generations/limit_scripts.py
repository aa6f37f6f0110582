"""The Lua that Redis runs: each script sees and changes one endpoint's state in one step, by Redis's own clock.

An endpoint has a hash of its state (`concurrency`, buckets, pauses, the circuit) and a hash of its flights, where each
worker writes how many calls it has under way; a worker that says nothing for BEAT_MS is counted no more.
"""

BEAT_MS = 15_000
KEPT_MS = 24 * 3_600_000

_CLOCK = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local state = {}
local raw = redis.call('HGETALL', KEYS[1])
for i = 1, #raw, 2 do state[raw[i]] = raw[i + 1] end
local function number(name, default) return tonumber(state[name]) or default end
local function set(name, value) redis.call('HSET', KEYS[1], name, tostring(value)) end
"""

_GROW = """
local function grow(successes, slots)
  if successes < 1 then return end
  redis.call('HDEL', KEYS[1], 'failures', 'open_until', 'openings', 'probe_until', 'reason')
  state['open_until'] = nil
  local reached = number('concurrency', slots)
  if reached < slots then
    reached = math.min(slots, reached + successes / reached)
    state['concurrency'] = tostring(reached)
    set('concurrency', reached)
  end
end
"""

# KEYS: state, flights. ARGV: worker, wanted, flying, slots, requests a minute, tokens a minute (0: no limit), tokens of one
# call by estimate, tokens to give back, successes since the last call, how long a probe may take.
# Gives: calls granted, milliseconds to wait, why not (0 granted or slots full, 1 rate, 2 paused, 3 open), concurrency.
TAKE = (
    _CLOCK
    + _GROW
    + f"""
local BEAT, KEPT = {BEAT_MS}, {KEPT_MS}
"""
    + """
local worker, wanted, flying, slots = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local rpm, tpm, weight, back = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
grow(tonumber(ARGV[9]), slots)

local others = 0
local flights = redis.call('HGETALL', KEYS[2])
for i = 1, #flights, 2 do
  local count, till = string.match(flights[i + 1], '(%d+):(%d+)')
  if tonumber(till) < now then redis.call('HDEL', KEYS[2], flights[i])
  elseif flights[i] ~= worker then others = others + tonumber(count) end
end

local concurrency = math.min(slots, number('concurrency', slots))
local granted, wait, why = wanted, 0, 0
local half_open = false
if number('paused_until', 0) > now then
  granted, wait, why = 0, number('paused_until', 0) - now, 2
elseif number('open_until', 0) > now then
  granted, wait, why = 0, number('open_until', 0) - now, 3
elseif number('open_until', 0) > 0 then
  half_open = true
  granted = math.min(wanted, 1)
  if number('probe_until', 0) > now then granted, wait, why = 0, 250, 3 end
else
  granted = math.max(0, math.min(wanted, math.floor(concurrency) - others - flying))
end

-- A full bucket may be emptied at once; it refills so that no minute sees more than the limit.
local function level(name, burst, a_second)
  local passed = math.max(0, now - number(name .. '_at', now)) / 1000
  return math.min(burst, number(name, burst) + passed * a_second)
end
if rpm > 0 then
  local burst = math.max(1, math.floor(rpm / 10))
  local a_second = (rpm - burst + 1) / 60
  local left = level('requests', burst, a_second)
  local fit = math.floor(left + 0.000001)
  if fit < granted then
    granted, why = fit, 1
    if fit == 0 then wait = math.ceil((1 - left) / a_second * 1000) end
  end
  set('requests', left - granted)
  set('requests_at', now)
end
if tpm > 0 then
  local burst = math.max(1, tpm / 10)
  local a_second = (tpm - burst) / 60
  local left = math.min(burst, level('tokens', burst, a_second) + back)
  local need, fit = math.min(weight, burst), 0
  while fit < granted and left >= need - 0.000001 do left, fit = left - weight, fit + 1 end
  if fit < granted then
    if rpm > 0 then redis.call('HINCRBYFLOAT', KEYS[1], 'requests', granted - fit) end
    granted, why = fit, 1
    if fit == 0 then wait = math.max(wait, math.ceil((need - left) / a_second * 1000)) end
  end
  set('tokens', left)
  set('tokens_at', now)
end

if half_open and granted > 0 then set('probe_until', now + tonumber(ARGV[10])) end
redis.call('HSET', KEYS[2], worker, (flying + granted) .. ':' .. (now + BEAT))
redis.call('PEXPIRE', KEYS[1], KEPT)
redis.call('PEXPIRE', KEYS[2], KEPT)
return {granted, wait, why, math.floor(concurrency)}
"""
)

# KEYS: state. ARGV: slots, age of the call in ms, slow (1: the server asked for less), pause in ms, down (0 no, 1 counts
# towards the circuit, 2 opens it at once), failures that open it, its first pause in ms, its longest, the reason.
# Gives 1 where the circuit was open already.
FAILED = (
    _CLOCK
    + f"""
local KEPT = {KEPT_MS}
"""
    + """
local slots, age, slow, pause, down = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
-- Calls that left before the last halving tell nothing new.
if slow == '1' and now - age >= number('halved_at', 0) then
  local reached = math.min(slots, number('concurrency', slots))
  set('concurrency', math.max(1, math.floor(reached / 2)))
  set('halved_at', now)
end
if pause > 0 then set('paused_until', math.max(number('paused_until', 0), now + pause)) end
local opened = number('open_until', 0)
local already = opened > now
if down == 0 then
  redis.call('HDEL', KEYS[1], 'failures', 'open_until', 'openings', 'probe_until', 'reason')
end
if down > 0 and not already then
  local failures = number('failures', 0) + 1
  set('failures', failures)
  if opened > 0 or down == 2 or failures >= tonumber(ARGV[6]) then
    local openings = number('openings', 0)
    set('openings', openings + 1)
    set('open_until', now + math.min(tonumber(ARGV[8]), tonumber(ARGV[7]) * 2 ^ math.min(openings, 20)))
    set('reason', ARGV[9])
    redis.call('HDEL', KEYS[1], 'probe_until')
  end
end
redis.call('PEXPIRE', KEYS[1], KEPT)
return (already and down > 0) and 1 or 0
"""
)
