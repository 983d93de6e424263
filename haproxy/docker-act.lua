-- A shell in a container that reaches Docker's socket, or the machine's files or devices, would be the machine itself:
-- every rule of docker-act.cfg could be gone around through it. Sets txn.is_risky for the container of the path; also
-- when Docker cannot say.
local risky = {
  "docker.sock", '"Privileged":true', '"Source":"/"', '"Source":"/run"', '"Source":"/var"', '"Source":"/var/run"',
}

core.register_action("look_for_risk", { "http-req" }, function(txn)
  local container = txn.f:path():match("/containers/([^/]+)/exec$")
  local answer = core.httpclient():get({
    url = "http://docker/containers/" .. container .. "/json",
    dst = "unix@/var/run/docker.sock",
    timeout = 5000,
  })
  local is_risky = answer.status ~= 200
  for _, sign in ipairs(risky) do
    is_risky = is_risky or answer.body:find(sign, 1, true) ~= nil
  end
  txn:set_var("txn.is_risky", is_risky)
end)
