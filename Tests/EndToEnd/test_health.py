"""The server answers, and says so to whoever watches over it."""


def test_health_needs_no_sign_in(server):
    for path in ("/healthz", "/readyz"):
        status, headers, _ = server.get(path)
        assert status == 200
        assert "set-cookie" not in headers


def test_it_stops_when_asked_and_starts_again_on_the_same_city(own_server):
    own_server.stop()
    assert own_server.process.returncode == 0, own_server.tail()
    own_server.start()
    assert own_server.get("/healthz")[0] == 200


def test_it_starts_again_after_a_power_cut(own_server):
    own_server.kill()
    own_server.start()
    assert own_server.get("/healthz")[0] == 200
