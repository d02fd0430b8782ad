-- Work for the Lua interpreter: calls, tables, strings, patterns, closures, coroutines, metatables, sorting.
local function fibonacci(n) if n < 2 then return n end return fibonacci(n - 1) + fibonacci(n - 2) end

local function sieve(limit)
  local composite, count = {}, 0
  for i = 2, limit do
    if not composite[i] then
      count = count + 1
      for j = i * i, limit, i do composite[j] = true end
    end
  end
  return count
end

local function words(count)
  local seed, counts, list = 42, {}, {}
  for i = 1, count do
    seed = (seed * 1103515245 + 12345) % 2147483648
    list[i] = string.format("%s%d", ("word"):rep(seed % 3 + 1), seed // 65536 % 997)
  end
  local text = table.concat(list, " ")
  for word in text:gmatch("%a+%d+") do counts[word] = (counts[word] or 0) + 1 end
  local keys = {}
  for key in pairs(counts) do keys[#keys + 1] = key end
  table.sort(keys, function(a, b) return counts[a] > counts[b] or (counts[a] == counts[b] and a < b) end)
  return #keys, keys[1], #text:gsub("word", "w")
end

local Vector = {}
Vector.__index = Vector
Vector.__add = function(a, b) return setmetatable({x = a.x + b.x, y = a.y + b.y}, Vector) end
function Vector:length() return math.sqrt(self.x * self.x + self.y * self.y) end

local function vectors(count)
  local sum, step = setmetatable({x = 0, y = 0}, Vector), setmetatable({x = 0.5, y = 0.25}, Vector)
  for _ = 1, count do sum = sum + step end
  return sum:length()
end

local function producer(count)
  return coroutine.wrap(function() for i = 1, count do coroutine.yield(i) end end)
end

local function consume(count)
  local sum = 0
  for i in producer(count) do sum = sum + i end
  return sum
end

local function matrix(n)
  local a, total = {}, 0.0
  for i = 1, n do
    a[i] = {}
    for j = 1, n do a[i][j] = (i * j) % 7 + 0.5 end
  end
  for i = 1, n do
    for j = 1, n do
      local sum = 0.0
      for k = 1, n do sum = sum + a[i][k] * a[k][j] end
      total = total + sum
    end
  end
  return total
end

print(fibonacci(29))
print(sieve(600000))
print(words(40000))
print(vectors(400000))
print(consume(200000))
print(matrix(110))
