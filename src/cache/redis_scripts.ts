/** Each is one atomic step on one key, whatever lies under it. */

/**
 * Writes `<version>:<text>` unless a newer version is there. ARGV: version, text, milliseconds to keep it, and
 * whether the same version is `kept` or `replaced`.
 */
export const KEEP = `
local there = redis.pcall('get', KEYS[1])
if type(there) == 'string' then
  local version = tonumber(string.match(there, '^(%d+):'))
  if version and (version > tonumber(ARGV[1]) or (version == tonumber(ARGV[1]) and ARGV[4] == 'kept')) then return 0 end
end
redis.call('set', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'px', ARGV[3])
return 1
`;

/**
 * Takes a token from a bucket, by Redis's own clock. ARGV: tokens a second, tokens that it holds. Returns milliseconds
 * until there is one; 0: it was taken.
 */
export const TAKE = `
local perSecond, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('time')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local left = burst
local there = redis.pcall('get', KEYS[1])
if type(there) == 'string' then
  local tokens, filledAt = string.match(there, '^(%d+%.%d+) (%d+)$')
  if tokens then left = math.min(burst, tokens + math.max(0, now - filledAt) / 1000 * perSecond) end
end
local wait = 0
if left < 1 then wait = math.ceil((1 - left) / perSecond * 1000) else left = left - 1 end
redis.call('set', KEYS[1], string.format('%.6f %.0f', left, now), 'px', math.ceil(burst / perSecond * 1000))
return wait
`;
