// The pure parts of providers/transport.
#include <gtest/gtest.h>

#include "providers/transport/exchange.h"
#include "providers/transport/retry_after.h"
#include "providers/transport/surrogates.h"

namespace parley::providers::transport {
namespace {

TEST(Surrogates, PairsStayAndLoneHalvesBecomeMarkers) {
  EXPECT_EQ(mark_lone_surrogates(R"("a\ud83c\udf89b")"), R"("a\ud83c\udf89b")");
  EXPECT_EQ(mark_lone_surrogates(R"("\\ud83c\n\u0041")"), R"("\\ud83c\n\u0041")");
  EXPECT_EQ(mark_lone_surrogates(R"("\ud83c)"), "\"\xF4\x8F\xA0\xBC");
  EXPECT_EQ(mark_lone_surrogates(R"("\ud83)"), R"("\ud83)");
  EXPECT_EQ(mark_lone_surrogates("\\"), "\\");
  EXPECT_EQ(mark_lone_surrogates(""), "");
}

TEST(Surrogates, EveryPairIsJoinedToItsCharacter) {
  const Json first = parse_leniently(R"("\ud83c")");
  const Json second = parse_leniently(R"("\uDF89")");
  const std::string half = first.get<std::string>();
  EXPECT_TRUE(ends_in_first_half("x" + half));
  EXPECT_FALSE(ends_in_first_half(second.get<std::string>()));
  EXPECT_EQ(resolve_surrogates(half + second.get<std::string>()), "🎉");
  EXPECT_EQ(resolve_surrogates(half + "x"), "\uFFFDx");
  EXPECT_EQ(resolve_surrogates(half + half), "\uFFFD\uFFFD");
  const std::string marker_like = parse_leniently(R"("\udbfe")").get<std::string>() +
                                  parse_leniently(R"("\udffe")").get<std::string>();
  EXPECT_EQ(resolve_surrogates(marker_like), "\uFFFD") << "no marker is left";
  EXPECT_EQ(resolve_surrogates("plain 🎉 \U0010F7FF"), "plain 🎉 \U0010F7FF");
}

TEST(RetryAfter, ReadsTheThreeFormsOfHttpDates) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), 784'111'777'000);
  EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), 784'111'777'000);
  EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994"), 784'111'777'000);
  EXPECT_EQ(parse_http_date("tomorrow"), std::nullopt);
}

TEST(RetryAfter, ADateIsCountedFromNow) {
  net::UpstreamHead head;
  head.headers = {{"retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"}};
  EXPECT_EQ(retry_after_ms(head, {}, 784'111'772'500), 4'500);
  EXPECT_EQ(retry_after_ms(head, {}, 784'111'777'001), std::nullopt);
}

TEST(Scrub, TakesKeysOutAndBoundsTheRest) {
  EXPECT_EQ(scrub("key abcdefgh12 and abcdefgh12", "abcdefgh12"), "key *** and ***");
  EXPECT_EQ(scrub("Bearer sk-ant-secret, ok", ""), "Bearer sk-*** ok");
  EXPECT_EQ(scrub("ollama is here", "ollama"), "ollama is here");
  EXPECT_EQ(scrub(std::string(1'000, 'x'), "").size(), 300U);
}

TEST(Deadlines, ARequestShortensTheTotalOnly) {
  Request request;
  EXPECT_EQ(deadlines_for(request, {}).total_ms, 120'000);
  request.total_ms = 5'000;
  EXPECT_EQ(deadlines_for(request, {}).total_ms, 5'000);
  request.total_ms = 500'000;
  EXPECT_EQ(deadlines_for(request, {}).total_ms, 120'000);
}

}  // namespace
}  // namespace parley::providers::transport
