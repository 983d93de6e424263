-- Sets txn.is_risky when the container of the path can reach Docker's socket or the machine's files or devices, and when Docker
-- does not describe it. A shell in such a container would control the machine and bypass every rule of docker-act.cfg.
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
