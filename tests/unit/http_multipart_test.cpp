#include "http/multipart.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/fakes/temp_dir.h"

namespace parley::http {

namespace {

constexpr const char* type = "multipart/form-data; boundary=\"b'1\"";

net::RequestBody in_memory(std::string bytes) {
  net::RequestBody body;
  body.size = static_cast<int64_t>(bytes.size());
  body.bytes = std::move(bytes);
  return body;
}

net::RequestBody in_file(const TempDir& directory, const std::string& bytes) {
  net::RequestBody body;
  body.file = FileDescriptor(
      ::open(directory.path("body").c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600));
  body.size = ::write(body.file.get(), bytes.data(), bytes.size());
  return body;
}

std::string part(const std::string& disposition, const std::string& content,
                 const std::string& more = "") {
  return "--b'1\r\nContent-Disposition: form-data; " + disposition + "\r\n" + more + "\r\n" +
         content + "\r\n";
}

const std::string end = "--b'1--\r\n";

MultipartPart only_part(const std::string& disposition, const std::string& content = "x") {
  const auto parts = parse_multipart(type, in_memory(part(disposition, content) + end));
  return parts && parts->size() == 1 ? parts->front() : MultipartPart{};
}

}  // namespace

TEST(Multipart, reads_fields_and_files) {
  const std::string body = part("name=sessionId", "abc") +
                           part("name=\"file\"; filename=\"a.csv\"", "1,2\r\n--b'\r\n3",
                                "content-type: text/csv\r\nX-Other: 1\r\n") +
                           end;
  const auto parts = parse_multipart(type, in_memory(body));
  ASSERT_TRUE(parts) << parts.error().message;
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].name, "sessionId");
  EXPECT_EQ((*parts)[0].value, "abc");
  EXPECT_FALSE((*parts)[0].is_file);
  EXPECT_TRUE((*parts)[1].is_file);
  EXPECT_EQ((*parts)[1].filename, "a.csv");
  EXPECT_EQ((*parts)[1].content_type, "text/csv");
  EXPECT_EQ(
      body.substr(static_cast<size_t>((*parts)[1].offset), static_cast<size_t>((*parts)[1].length)),
      "1,2\r\n--b'\r\n3");
}

TEST(Multipart, understands_how_names_are_written) {
  EXPECT_EQ(only_part("name=\"f\"; filename=\"a\\\"b\\\\c\"").filename, "a\"b\\c");
  EXPECT_EQ(only_part("name=\"f\"; filename=\"C:\\temp\\x.csv\"").filename, "C:\\temp\\x.csv");
  EXPECT_EQ(only_part("name=\"f\"; filename=\"a%22b.csv\"").filename, "a\"b.csv");
  EXPECT_EQ(only_part("name=f; filename=plain.csv").filename, "plain.csv");
  EXPECT_EQ(only_part("name=f; filename=\"x\"; filename*=UTF-8''na%C3%AFve.csv").filename,
            "na\xC3\xAFve.csv");
  EXPECT_EQ(only_part("name=f; filename=\"kept\"; filename*=latin1''%E9").filename, "kept");
  EXPECT_EQ(only_part("name=f; filename=\"\xFF.csv\"").filename, "\xEF\xBF\xBD.csv");
  EXPECT_EQ(only_part("name=\"a;b=c\"").name, "a;b=c");
  EXPECT_TRUE(only_part("name=f; filename=\"\"").is_file);
}

TEST(Multipart, allows_preamble_padding_epilogue_and_empty_parts) {
  const std::string body =
      "preamble\r\n--b'1 \t\r\nContent-Disposition: form-data; name=a\r\n\r\n"
      "\r\n--b'1--epilogue";
  const auto parts = parse_multipart(type, in_memory(body));
  ASSERT_TRUE(parts) << parts.error().message;
  EXPECT_EQ(parts->front().value, "");
}

TEST(Multipart, refuses_what_is_malformed) {
  const std::string good = part("name=a", "1") + end;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"multipart/form-data", good},
      {"multipart/form-data; boundary=", good},
      {"multipart/form-data; boundary=\"b", good},
      {"multipart/form-data; boundary=other", good},
      {"multipart/form-data; boundary=" + std::string(71, 'b'), good},
      {"multipart/mixed; boundary=b'1", good},
      {type, ""},
      {type, "--b'1"},
      {type, "--b'1\r\n"},
      {type, "--b'1\r\n\r\n1\r\n" + end},
      {type, "--b'1\r\nContent-Disposition: form-data\r\n\r\n1\r\n" + end},
      {type, "--b'1\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n" + end},
      {type, "--b'1\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n" + end},
      {type, part("name=a", "1")},
      {type, part("name=a", "\xFF") + end},
      {type, part("name=a", std::string(64 * 1024 + 1, 'x')) + end},
      {type, part("name=a", "1", "X: " + std::string(9'000, 'x') + "\r\n") + end},
  };
  for (const auto& [content_type, body] : cases) {
    const auto parts = parse_multipart(content_type, in_memory(body));
    ASSERT_FALSE(parts) << content_type << " " << body.substr(0, 80);
    EXPECT_EQ(parts.error().code, ErrorCode::invalid);
  }
  std::string many;
  for (size_t i = 0; i <= multipart_parts_max; ++i) many += part("name=a", "1");
  EXPECT_FALSE(parse_multipart(type, in_memory(many + end)));
}

TEST(Multipart, every_cut_of_a_body_is_an_error_and_never_a_crash) {
  const std::string body =
      part("name=a", "1") + part("name=f; filename=\"x\"", "22", "Content-Type: t\r\n") + "--b'1--";
  for (size_t length = 0; length < body.size(); ++length) {
    EXPECT_FALSE(parse_multipart(type, in_memory(body.substr(0, length)))) << length;
  }
  EXPECT_TRUE(parse_multipart(type, in_memory(body)));
}

TEST(Multipart, finds_boundaries_across_the_blocks_of_a_file) {
  const TempDir directory;
  for (const size_t length : {65'400U, 65'450U, 65'500U, 65'530U, 65'536U, 131'060U, 131'072U}) {
    for (size_t more = 0; more < 40; more += 3) {
      std::string content(length + more, 'x');
      content += "\r\n--b'\r";
      const std::string head = part("name=f; filename=x", "");
      const std::string bytes = part("name=f; filename=x", content) + part("name=a", "after") + end;
      const auto parts = parse_multipart(type, in_file(directory, bytes));
      ASSERT_TRUE(parts) << length + more;
      EXPECT_EQ((*parts)[0].length, static_cast<int64_t>(content.size()));
      EXPECT_EQ((*parts)[0].offset, static_cast<int64_t>(head.size() - 2));
      EXPECT_EQ((*parts)[1].value, "after");
    }
  }
}

}  // namespace parley::http
