// The HTTP client over TLS: whom it trusts. The server is the openssl command.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "net/upstream.h"

namespace parley::net {
namespace {

/// `openssl s_server` with a fresh certificate for `subject_alt_name` on a port of its own.
class TlsServer {
 public:
  explicit TlsServer(const std::string& subject_alt_name) {
    std::string folder = (std::filesystem::temp_directory_path() / "parley_tls_XXXXXX").string();
    folder_ = ::mkdtemp(folder.data());
    const std::string make =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
        "-subj /CN=127.0.0.1 -addext subjectAltName=" +
        subject_alt_name + " -keyout " + key_file() + " -out " + certificate_file() +
        " 2>/dev/null";
    EXPECT_EQ(std::system(make.c_str()), 0);
    start();
  }

  ~TlsServer() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
    std::fclose(output_);
    std::filesystem::remove_all(folder_);
  }

  std::string certificate_file() const { return folder_ + "/certificate.pem"; }
  std::string url() const { return "https://127.0.0.1:" + port_ + "/"; }

 private:
  std::string key_file() const { return folder_ + "/key.pem"; }

  void start() {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const std::string key = key_file();
    const std::string certificate = certificate_file();
    process_ = ::fork();
    if (process_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      ::execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
               certificate.c_str(), "-key", key.c_str(), "-www", nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ::fdopen(ends[0], "r");
    std::array<char, 512> line{};
    while (port_.empty() && std::fgets(line.data(), line.size(), output_) != nullptr) {
      const std::string text = line.data();
      if (text.starts_with("ACCEPT ")) port_ = text.substr(text.rfind(':') + 1);
    }
    while (!port_.empty() && port_.back() == '\n') port_.pop_back();
    ASSERT_FALSE(port_.empty()) << "openssl s_server did not start";
  }

  std::string folder_;
  std::string port_;
  pid_t process_ = -1;
  std::FILE* output_ = nullptr;
};

UpstreamResult<UpstreamHead> get(const TlsServer& server, const std::string& ca_file) {
  const auto upstream = make_curl_upstream({.ca_file = ca_file});
  UpstreamRequest request;
  request.method = "GET";
  request.url = server.url();
  return upstream->start(request)->head({});
}

TEST(UpstreamTls, TrustsWhomItIsTold) {
  const TlsServer server("IP:127.0.0.1");
  const auto head = get(server, server.certificate_file());
  ASSERT_TRUE(head) << head.error().detail;
  EXPECT_EQ(head->status, 200);
}

TEST(UpstreamTls, RefusesAStranger) {
  const TlsServer server("IP:127.0.0.1");
  const auto head = get(server, "");
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().kind, UpstreamFailure::Kind::connect);
}

TEST(UpstreamTls, RefusesAnotherNameEvenIfTheCommonNameFits) {
  const TlsServer server("DNS:elsewhere.example");
  const auto head = get(server, server.certificate_file());
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().kind, UpstreamFailure::Kind::connect);
}

}  // namespace
}  // namespace parley::net
