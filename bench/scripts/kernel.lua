-- Nanoseconds of process time for one of each; the second of two passes is printed.
local out, zeros = io.open("/dev/null", "w"), io.open("/dev/zero", "r")
out:setvbuf("no")
zeros:setvbuf("no")
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
local rows = {
  {"lua-write", 60000, function(n) for _ = 1, n do out:write("x") end end},
  {"lua-read", 60000, function(n) for _ = 1, n do zeros:read(1) end end},
  {"lua-floats", 1500000, function(n) local sum = 0.0 for i = 1, n do sum = sum + i * 0.5 end return sum end},
  {"lua-calls", 1, function() return fib(26) end},
  {"lua-sort", 1, function()
    local list, seed = {}, 42
    for i = 1, 20000 do seed = (seed * 1103515245 + 12345) % 2147483648; list[i] = seed end
    table.sort(list)
  end},
  {"lua-strings", 20000, function(n) for i = 1, n do string.format("%d %s %5.2f", i, "text", i / 3) end end},
}
for pass = 1, 2 do
  for _, row in ipairs(rows) do
    local start = os.clock()
    row[3](row[2])
    if pass == 2 then print(string.format("%s %.1f", row[1], (os.clock() - start) * 1e9 / row[2])) end
  end
end
