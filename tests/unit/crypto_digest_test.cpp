#include "crypto/digest.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "crypto/random.h"
#include "tests/fakes/fake_entropy.h"

namespace parley::crypto {
namespace {

// FIPS 180-4 example values (NIST CSRC, SHA256.pdf) and the empty message.
TEST(Sha256Test, MatchesThePublishedExamples) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PiecesGiveTheSameAsTheWhole) {
  const std::string text("The quick brown fox jumps over the lazy dog, with a \0 byte", 58);
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    Sha256 digest;
    digest.update(std::string_view(text).substr(0, cut));
    digest.update(std::string_view(text).substr(cut));
    EXPECT_EQ(digest.hex(), sha256_hex(text));
  }
}

TEST(EqualConstantTimeTest, ComparesWholeTexts) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time("token", "token"));
  EXPECT_FALSE(equal_constant_time("token", "tokeN"));
  EXPECT_FALSE(equal_constant_time("token", "Token"));
  EXPECT_FALSE(equal_constant_time("token", "token "));
  EXPECT_FALSE(equal_constant_time("token", ""));
  EXPECT_FALSE(equal_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(OpenSslEntropyTest, FillsEveryByteOfAnyLength) {
  OpenSslEntropy entropy;
  for (const size_t length : {size_t{0}, size_t{1}, size_t{16}, size_t{3} << 20}) {
    std::vector<uint8_t> bytes(length);
    entropy.fill(bytes);
    if (length < 1024) continue;
    const auto zeros = std::count(bytes.end() - 1024, bytes.end(), uint8_t{0});
    EXPECT_LT(zeros, 64) << "the tail was not filled";
  }
}

TEST(OpenSslEntropyTest, ThreadsNeverDrawTheSame) {
  OpenSslEntropy entropy;
  std::vector<std::vector<std::string>> drawn(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : drawn) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) mine.push_back(new_token(entropy));
      });
    }
  }
  std::set<std::string> all;
  for (const auto& mine : drawn) all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 2'000U);
}

TEST(NewTokenTest, Is256BitsOfBase64Url) {
  FakeEntropy entropy;
  const std::string token = new_token(entropy);
  EXPECT_EQ(token.size(), 43U);
  EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                    "0123456789-_"),
            std::string::npos);
}

class FixedEntropy final : public Entropy {
 public:
  explicit FixedEntropy(std::vector<uint8_t> bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<uint8_t> out) override {
    std::copy_n(bytes_.begin(), out.size(), out.begin());
  }

 private:
  std::vector<uint8_t> bytes_;
};

// Expected values from Python's base64.urlsafe_b64encode.
TEST(NewTokenTest, EncodesAsOthersDo) {
  std::vector<uint8_t> counting(32);
  for (size_t i = 0; i < counting.size(); ++i) counting[i] = static_cast<uint8_t>(i);
  FixedEntropy ascending(counting);
  EXPECT_EQ(new_token(ascending), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
  FixedEntropy ones(std::vector<uint8_t>(32, 0xFF));
  EXPECT_EQ(new_token(ones), "__________________________________________8");
}

TEST(Hmac, MatchesRfc4231) {
  EXPECT_EQ(hmac_sha256_hex("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac_sha256_hex(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

}  // namespace
}  // namespace parley::crypto
