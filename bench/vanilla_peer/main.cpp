// The peer for small requests: plain httplib with its own sockets and threads, one tiny answer.
//
//   vanilla_peer PORT
#include <httplib.h>

#include <cstdlib>

int main(int argc, char** argv) {
  httplib::Server server;
  constexpr int requests_per_connection_max = 1'000'000'000;
  server.set_keep_alive_max_count(requests_per_connection_max);
  server.set_tcp_nodelay(true);
  // A thread serves one connection: as many as the load generator has, or some would starve.
  constexpr int threads = 64;
  server.new_task_queue = [] { return new httplib::ThreadPool(threads); };
  server.Get("/health", [](const httplib::Request&, httplib::Response& response) {
    response.set_content(R"({"status":"ok","timestamp":"2026-01-01T00:00:00.000000+00:00"})",
                         "application/json");
  });
  return server.listen("127.0.0.1", argc > 1 ? std::atoi(argv[1]) : 0) ? 0 : 1;
}
