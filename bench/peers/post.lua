-- wrk: a flood of alerts over 50 channels, 20 kinds of text, other numbers each time.
local hosts = { "web", "db", "cache", "queue" }
local what = { "disk is", "load is", "errors are", "latency is", "backlog is" }
local n = 0

wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = os.getenv("AUTHORIZATION")

function request()
  n = n + 1
  local kind = math.floor(n / 50)
  local text = string.format(":warning: %s-%d: %s %d", hosts[kind % 4 + 1], n % 97, what[kind % 5 + 1], n)
  local body = string.format('{"msg":{"channel":"#c%d","text":"%s","payload":"","title":"Monitoring"}}', n % 50 + 1, text)
  return wrk.format(nil, nil, nil, body)
end
