-- A shell in a container that has Docker's socket would be the socket itself: every rule of docker-act.cfg could be
-- gone around through docker-read's container, or its own. Sets txn.has_socket for the container of the path; also
-- when Docker cannot say.
core.register_action("look_for_socket", { "http-req" }, function(txn)
  local container = txn.f:path():match("/containers/([^/]+)/exec$")
  local answer = core.httpclient():get({
    url = "http://docker/containers/" .. container .. "/json",
    dst = "unix@/var/run/docker.sock",
    timeout = 5000,
  })
  txn:set_var("txn.has_socket", answer.status ~= 200 or answer.body:find("docker.sock", 1, true) ~= nil)
end)
