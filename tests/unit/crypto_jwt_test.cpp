// Signed identities: the RFCs' own examples, and more than 60 forgeries of which none may pass.
#include "crypto/jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "tests/fakes/jwt_signer.h"

namespace parley::crypto {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view claims = R"({"sub":"42","exp":2000000000})";
constexpr std::string_view secret = JwtTestKeys::secret;
const std::string public_key = JwtTestKeys::ed25519_public;

const JwtKeys both{std::string(secret), public_key};
const JwtKeys only_secret{std::string(secret), ""};
const JwtKeys only_public{"", public_key};

struct Forgery {
  std::string name;
  std::string token;
  JwtKeys keys = both;
};
using Forgeries = std::vector<Forgery>;

std::string hs256(std::string_view header, std::string_view payload = claims) {
  return jwt_hs256(payload, secret, header);
}

std::string eddsa(std::string_view header, std::string_view payload = claims) {
  return jwt_ed25519(payload, JwtTestKeys::ed25519_private, header);
}

/// `text` signed as it stands, with the right secret: only its form is wrong.
std::string signed_as_is(const std::string& text) {
  return text + "." + to_base64url(hs256_of(text, secret));
}

std::string with(std::string text, size_t at, char character) {
  text[at] = character;
  return text;
}

/// The character after `c` in the alphabet, within the same six bits' last `count` values.
std::string last_changed(std::string text) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  text.back() = alphabet[alphabet.find(text.back()) ^ 1];
  return text;
}

Forgeries unsigned_ones() {
  Forgeries out;
  for (const char* alg : {"none", "None", "NONE", "nOnE", "none ", " none", "", "HS256\\u0000"}) {
    const std::string header = std::string("{\"alg\":\"") + alg + "\"}";
    out.push_back({"alg " + header + ", no signature", unsigned_jwt(header, claims) + "."});
    out.push_back({"alg " + header + ", signed", hs256(header)});
  }
  out.push_back({"no alg", hs256(R"({"typ":"JWT"})")});
  for (const char* alg : {"null", "[]", "[\"HS256\"]", "{}", "0", "true"}) {
    out.push_back(
        {std::string("alg of another type: ") + alg, hs256(std::string("{\"alg\":") + alg + "}")});
  }
  return out;
}

Forgeries other_algorithms() {
  Forgeries out;
  for (const char* alg : {"HS384", "HS512", "hs256", "Hs256", "RS256", "ES256", "PS256", "Ed25519",
                          "eddsa", "EDDSA", "HS256 ", "ES256K", "HS1"}) {
    out.push_back({std::string("alg ") + alg, hs256(std::string("{\"alg\":\"") + alg + "\"}")});
  }
  const std::string as_hs256 = R"({"alg":"HS256"})";
  out.push_back({"the public PEM as secret", jwt_hs256(claims, public_key), only_public});
  out.push_back({"the public PEM as secret, both keys set", jwt_hs256(claims, public_key), both});
  const std::string der =
      *from_base64url("MCowBQYDK2VwAyEA11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
  out.push_back({"the public DER as secret", jwt_hs256(claims, der), both});
  out.push_back({"the raw public key as secret", jwt_hs256(claims, der.substr(12)), both});
  out.push_back({"an empty secret", jwt_hs256(claims, ""), only_public});
  out.push_back({"an empty secret, none set", jwt_hs256(claims, ""), JwtKeys{}});
  out.push_back({"a secret too short to be one", jwt_hs256(claims, "short"), {"short", ""}});
  out.push_back({"EdDSA where only HS256 is set", jwt_ed25519(claims), only_secret});
  out.push_back({"HS256 where only EdDSA is set", jwt_hs256(claims, secret), only_public});
  out.push_back({"an HMAC called EdDSA", hs256(R"({"alg":"EdDSA"})")});
  out.push_back({"an Ed25519 signature called HS256", eddsa(as_hs256)});
  out.push_back({"another's private key", jwt_ed25519(claims, std::string(32, 'k'))});
  out.push_back({"another's secret", jwt_hs256(claims, std::string(43, 's'))});
  out.push_back({"a secret with one byte more", jwt_hs256(claims, std::string(secret) + "x")});
  out.push_back({"half of the secret", jwt_hs256(claims, secret.substr(0, 32))});
  return out;
}

Forgeries header_tricks() {
  Forgeries out;
  for (const char* extra : {R"("crit":["exp"])",
                            R"("crit":[])",
                            R"("jku":"https://evil.example/keys")",
                            R"("jwk":{"kty":"oct","k":"AAAA"})",
                            R"("x5u":"https://evil.example/cert")",
                            R"("x5c":["MIIB"])",
                            R"("x5t":"AAAA")",
                            R"("b64":false,"crit":["b64"])",
                            R"("b64":true)",
                            R"("zip":"DEF")",
                            R"("cty":"JWT")",
                            R"("enc":"A128GCM")",
                            R"("iss":"me")",
                            R"("kid":null)",
                            R"("kid":{"$ne":1})",
                            R"("kid":["../../dev/null"])",
                            R"("typ":7)",
                            R"("typ":"at+jwt")",
                            R"("typ":"JWE")",
                            R"("typ":"")",
                            R"("Alg":"none")"}) {
    out.push_back({extra, hs256(std::string(R"({"alg":"HS256",)") + extra + "}")});
  }
  // The key is ours, whatever the token calls it.
  for (const char* kid : {"../../../dev/null", "' OR 1=1 --", "ed25519", "\\u0000", "0"}) {
    const std::string header = std::string(R"({"alg":"HS256","kid":")") + kid + "\"}";
    out.push_back({header, jwt_hs256(claims, "", header)});
    out.push_back({header + " public", jwt_hs256(claims, public_key, header), only_public});
  }
  out.push_back({"alg twice", hs256(R"({"alg":"HS256","alg":"HS256"})")});
  out.push_back({"alg twice, none last", hs256(R"({"alg":"HS256","alg":"none"})")});
  out.push_back({"alg twice, none first", hs256(R"({"alg":"none","alg":"HS256"})")});
  out.push_back({"alg twice, one escaped", hs256(R"({"alg":"none","\u0061lg":"HS256"})")});
  for (const char* header : {"", "[]", "\"HS256\"", "null", "{", R"({"alg":"HS256"} x)",
                             R"({"alg":"HS256"}{})", "{'alg':'HS256'}", "\xEF\xBB\xBF{}"}) {
    out.push_back({std::string("header ") + header, hs256(header)});
  }
  return out;
}

Forgeries damaged_signatures() {
  const std::string good = jwt_hs256(claims, secret);
  const std::string good_eddsa = jwt_ed25519(claims);
  const std::string text = good.substr(0, good.rfind('.'));
  const std::string eddsa_text = good_eddsa.substr(0, good_eddsa.rfind('.'));
  const std::string mac = hs256_of(text, secret);
  const std::string signature = ed25519_of(eddsa_text, JwtTestKeys::ed25519_private);
  const auto signed_with = [&](const std::string& bytes) {
    return text + "." + to_base64url(bytes);
  };
  const auto eddsa_with = [&](const std::string& bytes) {
    return eddsa_text + "." + to_base64url(bytes);
  };
  // The same point with S + L in place of S (RFC 8032, 8.4).
  std::string malleable = signature;
  constexpr std::array<uint8_t, 32> order = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                             0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                             0,    0,    0,    0,    0,    0,    0,    0,
                                             0,    0,    0,    0,    0,    0,    0,    0x10};
  unsigned carry = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    carry += static_cast<uint8_t>(malleable[32 + i]) + unsigned{order[i]};
    malleable[32 + i] = static_cast<char>(carry & 0xFF);
    carry >>= 8;
  }
  return {
      {"one bit of the MAC", signed_with(with(mac, 0, static_cast<char>(mac[0] ^ 1)))},
      {"the last bit of the MAC", signed_with(with(mac, 31, static_cast<char>(mac[31] ^ 1)))},
      {"a MAC cut by a byte", signed_with(mac.substr(0, 31))},
      {"a MAC cut to a byte", signed_with(mac.substr(0, 1))},
      {"a MAC with a byte more", signed_with(mac + '\0')},
      {"a MAC twice", signed_with(mac + mac)},
      {"a MAC of zeros", signed_with(std::string(32, '\0'))},
      {"no signature", text + "."},
      {"one bit of the signature",
       eddsa_with(with(signature, 5, static_cast<char>(signature[5] ^ 1)))},
      {"a signature cut by a byte", eddsa_with(signature.substr(0, 63))},
      {"a signature with a byte more", eddsa_with(signature + '\0')},
      {"a signature of zeros", eddsa_with(std::string(64, '\0'))},
      {"a signature with S + L", eddsa_with(malleable)},
      {"no EdDSA signature", eddsa_text + "."},
      {"another token's signature",
       unsigned_jwt(R"({"alg":"HS256","typ":"JWT"})", R"({"sub":"1"})") + "." + to_base64url(mac)},
      {"another header over the same payload",
       unsigned_jwt(R"({"alg":"HS256"})", claims) + "." + to_base64url(mac)},
      {"a MAC in hex", text + "." + std::string(64, 'a')},
  };
}

Forgeries odd_forms() {
  const std::string good = jwt_hs256(claims, secret);
  const size_t second = good.rfind('.');
  const std::string padded = to_base64(R"({"alg":"HS256"})") + "." + to_base64(claims);
  Forgeries out = {
      {"a padded signature", good + "="},
      {"padded parts", signed_as_is(padded)},
      {"a last character that is not canonical", last_changed(good)},
      {"white space before", " " + good},
      {"white space behind", good + " "},
      {"a line break behind", good + "\n"},
      {"white space within", good.substr(0, 5) + "\n" + good.substr(5)},
      {"white space at the dot", good.substr(0, second) + " " + good.substr(second)},
      {"a NUL behind", good + std::string(1, '\0')},
      {"signed with white space in the payload",
       signed_as_is(to_base64url(R"({"alg":"HS256"})") + "." + to_base64url(claims) + " ")},
      {"standard base64", signed_as_is(to_base64url(R"({"alg":"HS256"})") + ".eyJzdWIiOiI/In0+")},
      {"a payload of 4n + 1 characters",
       signed_as_is(to_base64url(R"({"alg":"HS256"})") + "." + "abcde")},
      {"four parts", good + "."},
      {"five parts, as JWE", good + "..x"},
      {"two parts", good.substr(0, second)},
      {"one part", "eyJhbGciOiJIUzI1NiJ9"},
      {"nothing", ""},
      {"dots", ".."},
      {"an empty header", good.substr(good.find('.'))},
      {"an empty payload", signed_as_is(to_base64url(R"({"alg":"HS256"})") + ".")},
      {"JSON serialization", R"({"payload":"e30","protected":"eyJhbGciOiJIUzI1NiJ9"})"},
      {"a bearer prefix", "Bearer " + good},
      {"over 4 KiB", jwt_hs256(R"({"sub":")" + std::string(4'096, 'x') + "\"}", secret)},
  };
  const std::string deep = std::string(200, '[') + std::string(200, ']');
  for (const std::string& payload :
       {std::string("[]"), std::string("\"42\""), std::string("null"), std::string("42"),
        std::string("{"), std::string("{\"sub\":\"1\",\"sub\":\"2\"}"),
        std::string("{\"a\":{\"b\":1,\"b\":1}}"), "{\"a\":" + deep + "}", deep,
        std::string("{\"sub\":\"\xFF\"}"), std::string("{\"sub\":\"\\ud800\"}"),
        std::string("{\"exp\":1e999}"), std::string("{\"exp\":NaN}"), std::string("{}\0{}", 5)}) {
    out.push_back({"payload " + payload.substr(0, 40), jwt_hs256(payload, secret)});
  }
  return out;
}

TEST(JwtTest, TheExampleOfRfc7515A1Verifies) {
  const std::string token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnV"
      "lfQ"
      ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const auto key = from_base64url(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  ASSERT_TRUE(key);
  const auto verified = verify_jwt(token, {*key, ""});
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(*verified,
            (Json{{"iss", "joe"}, {"exp", 1'300'819'380}, {"http://example.com/is_root", true}}));
}

TEST(JwtTest, TheSignatureOfRfc8037A4IsGoodAndItsPayloadIsNoJson) {
  const std::string token =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
      ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
  const auto no_json = verify_jwt(token, only_public);
  ASSERT_FALSE(no_json);
  EXPECT_THAT(no_json.error().detail, HasSubstr("payload: JSON parse error")) << "signature passed";
  std::string damaged = token;
  damaged[25] = damaged[25] == 'A' ? 'B' : 'A';
  const auto wrong = verify_jwt(damaged, only_public);
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().detail, HasSubstr("signature is wrong"));
}

TEST(JwtTest, WhatTheSiteSignsIsRead) {
  for (const std::string& token :
       {jwt_hs256(claims, secret), jwt_ed25519(claims), hs256(R"({"alg":"HS256"})"),
        eddsa(R"({"alg":"EdDSA","typ":"jwt","kid":"any"})"),
        hs256(R"({"kid":"../../dev/null","alg":"HS256"})")}) {
    const auto verified = verify_jwt(token, both);
    ASSERT_TRUE(verified) << token << verified.error().detail;
    EXPECT_EQ(*verified, (Json{{"sub", "42"}, {"exp", 2'000'000'000}}));
  }
  EXPECT_TRUE(verify_jwt(jwt_hs256(claims, secret), only_secret));
  EXPECT_TRUE(verify_jwt(jwt_ed25519(claims), only_public));
}

TEST(JwtTest, NoForgeryPasses) {
  size_t count = 0;
  for (const Forgeries& some :
       {unsigned_ones(), other_algorithms(), header_tricks(), damaged_signatures(), odd_forms()}) {
    for (const Forgery& forgery : some) {
      const auto verified = verify_jwt(forgery.token, forgery.keys);
      ++count;
      ASSERT_FALSE(verified) << forgery.name;
      EXPECT_EQ(verified.error().code, ErrorCode::unauthorized) << forgery.name;
      EXPECT_EQ(verified.error().message, "Invalid token") << forgery.name;
    }
  }
  EXPECT_GE(count, 60U);
}

TEST(JwtTest, EveryChangedCharacterIsNoticed) {
  for (const std::string& token : {jwt_hs256(claims, secret), jwt_ed25519(claims)}) {
    for (size_t at = 0; at < token.size(); ++at) {
      for (const char other : {'A', 'b', '9', '_', '.', '=', '\0'}) {
        if (token[at] == other) continue;
        EXPECT_FALSE(verify_jwt(with(token, at, other), both)) << at << other;
      }
    }
  }
}

TEST(JwtTest, APayloadOfExactlyFourKibibytesFits) {
  std::string subject;
  std::string token;
  while (token.size() < jwt_bytes_max - 2) {
    subject += "x";
    token = jwt_hs256(R"({"sub":")" + subject + "\"}", secret);
  }
  ASSERT_LE(token.size(), jwt_bytes_max);
  EXPECT_TRUE(verify_jwt(token, both));
  EXPECT_FALSE(verify_jwt(jwt_hs256(R"({"sub":")" + subject + "xxxxx\"}", secret), both));
}

TEST(JwtTest, OnlyAnEd25519PublicKeyIsOne) {
  EXPECT_TRUE(is_ed25519_public_key(public_key));
  EXPECT_TRUE(is_ed25519_public_key("\n" + public_key + "\r\n"));
  const std::string body = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
  for (const std::string& other :
       {std::string(), std::string("secret"), body,
        std::string("-----BEGIN PRIVATE KEY-----\n"
                    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                    "-----END PRIVATE KEY-----\n"),
        std::string("-----BEGIN PUBLIC KEY-----\n"
                    "MEMwBQYDK2VxAzoAL/rZ4uqwAfmesciNXZMCgLq7QhUkHqPBh59sSQOwoRXDE1u0\n"
                    "33OO+iPfcg/j3CEHLlM76p2/hY8A\n-----END PUBLIC KEY-----\n"),
        "-----BEGIN PUBLIC KEY-----\n" + body + "\n",
        "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n" + body +
            "\n-----END PUBLIC KEY-----\n",
        public_key + std::string(2'000, 'x')}) {
    EXPECT_FALSE(is_ed25519_public_key(other)) << other;
  }
}

}  // namespace
}  // namespace parley::crypto
