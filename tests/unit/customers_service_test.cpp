// Customers on a real database: what a field may hold, search, paging, and who a signed identity
// is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ids.h"
#include "customers/customers.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_entropy.h"
#include "tests/fakes/scope_for_tests.h"
#include "tests/fakes/temp_dir.h"

namespace parley::customers {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* unknown_id = "00000000-0000-4000-8000-000000000000";

class CustomersTest : public testing::Test {
 protected:
  CustomersTest() {
    auto opened = db::Database::open({.path = directory_.path("parley.db")}, clock_);
    if (!opened) throw std::runtime_error(opened.error().detail);
    database_ = std::move(*opened);
    service_ = std::make_unique<Service>(Options{}, *database_, entropy_);
    EXPECT_TRUE(database_->write<
                bool>(ScopeForTests::system(), [](const db::Tx& tx) -> Result<bool> {
      tx.execute(
          "INSERT INTO tenants (id, name, created_at) VALUES ('default', '', 0), ('other', '', 0)",
          {});
      return true;
    }));
  }

  void allow(int64_t customers_max) {
    service_ = std::make_unique<Service>(Options{customers_max}, *database_, entropy_);
  }

  Customer add(const std::string& name, const std::string& email = "",
               const std::string& phone = "") {
    clock_.advance_ms(1);
    return service_->add(own_, {name, email, phone, std::nullopt}).value();
  }

  /// What add() says to `fields`: "error / advice", or "" if it takes them.
  std::string refusal(const Fields& fields) {
    const auto added = service_->add(own_, fields);
    if (added) return "";
    EXPECT_EQ(added.error().code, ErrorCode::invalid);
    return added.error().message + " / " + added.error().advice;
  }

  std::string refusal_of_email(const std::string& email) {
    return refusal({"Ada", email, std::nullopt, std::nullopt});
  }
  std::string refusal_of_phone(const std::string& phone) {
    return refusal({"Ada", std::nullopt, phone, std::nullopt});
  }

  std::vector<std::string> names(const std::string& search, int64_t limit = page_max,
                                 int64_t offset = 0) {
    std::vector<std::string> out;
    const Page page = service_->list(own_, search, limit, offset).value();
    for (const Customer& customer : page.customers) {
      out.push_back(customer.name);
    }
    return out;
  }

  Result<void> remove(const Scope& scope, const std::string& id) {
    return database_->write<void>(
        scope, [&](const db::Tx& tx) { return service_->remove(tx, scope, id); });
  }

  Result<Customer> recognise(const Known& known, const Scope& scope) {
    return database_->write<Customer>(
        scope, [&](const db::Tx& tx) { return service_->recognise(tx, scope, known); });
  }

  FakeClock clock_;
  FakeEntropy entropy_;
  TempDir directory_;
  Scope own_ = ScopeForTests::visitor();
  Scope foreign_ = ScopeForTests::visitor("other");
  std::unique_ptr<db::Database> database_;
  std::unique_ptr<Service> service_;
};

TEST_F(CustomersTest, WhatIsAddedIsFound) {
  const Json data = {{"plan", "gold"}, {"tags", {"a", "b"}}};
  const auto added =
      service_->add(own_, {" Ada Lovelace ", "ada@example.com", "+44 (0)20 7946-0018", data});
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_TRUE(is_uuid(added->id));
  const auto found = service_->get(own_, added->id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, "Ada Lovelace");
  EXPECT_EQ(found->email, "ada@example.com");
  EXPECT_EQ(found->phone, "+44 (0)20 7946-0018");
  EXPECT_EQ(found->data, data);
  EXPECT_EQ(found->external_id, std::nullopt);
  EXPECT_EQ(found->created_at_ms, clock_.now_ms());
  EXPECT_EQ(found->updated_at_ms, clock_.now_ms());
}

TEST_F(CustomersTest, OnlyTheNameIsNeeded) {
  const auto added = service_->add(own_, {"Ada", "", " ", std::nullopt});
  ASSERT_TRUE(added);
  EXPECT_EQ(added->email, std::nullopt);
  EXPECT_EQ(added->phone, std::nullopt);
  EXPECT_EQ(added->data, Json::object());
  for (const auto& name : {std::optional<std::string>(), std::optional<std::string>(""),
                           std::optional<std::string>(" \t\n")}) {
    EXPECT_EQ(refusal({name, {}, {}, {}}), "Missing customer name / Customer name is required");
  }
}

TEST_F(CustomersTest, ANameIsOneLine) {
  for (const char* name : {"Zoë", "李小龍", "O'Brien; DROP TABLE", "<b>x</b>", "a%_\\b"}) {
    EXPECT_EQ(refusal({name, {}, {}, {}}), "") << name;
  }
  EXPECT_EQ(refusal({std::string(200, 'x'), {}, {}, {}}), "");
  for (const std::string& name :
       {std::string(201, 'x'), std::string("a\nb"), std::string("a\0b", 3), std::string("\x1B[0m"),
        std::string("a\x7F"), std::string("a\xC2\x85z"), std::string("a\xE2\x80\xA8z"),
        std::string("\xFF")}) {
    EXPECT_THAT(refusal({name, {}, {}, {}}), HasSubstr("Invalid name / name must be")) << name;
  }
}

TEST_F(CustomersTest, EmailsAreCheckedForTheirForm) {
  for (const char* email : {"a@b", "ada.l+x@mail.example.co.uk", "a_b-c@x-y.de", "zoë@exämple.de",
                            "o'brien@example.com", " trimmed@example.com "}) {
    EXPECT_EQ(refusal_of_email(email), "") << email;
  }
  const std::string longest = std::string(64, 'l') + "@" + std::string(189, 'd');
  EXPECT_EQ(refusal_of_email(longest), "") << longest.size();
  for (const std::string& email :
       {std::string("ada"),      std::string("@example.com"),  std::string("ada@"),
        std::string("@"),        std::string("a@b@c"),         std::string("a b@c.de"),
        std::string("a@c .de"),  std::string("a@b\nBcc: x@y"), std::string("a\r@b"),
        std::string("a@b\0", 4), std::string("a@\x7F"),        std::string("<a@b>"),
        std::string("a@b,c"),    std::string("a@b;c"),         std::string("\"a\"@b"),
        std::string("a@.b"),     std::string("a@b."),          std::string("a@b..c"),
        std::string("a@-b"),     std::string(".a@b"),          std::string("a.@b"),
        std::string("\xFF@b"),   std::string(65, 'l') + "@b",  longest + "d"}) {
    EXPECT_THAT(refusal_of_email(email), HasSubstr("Invalid email / email must be")) << email;
  }
}

TEST_F(CustomersTest, PhonesAreDigitsAndTheirPunctuation) {
  for (const char* phone :
       {"110", "+1-202-555-0147", "(030) 123.45/6", "0000000000000000000000000"}) {
    EXPECT_EQ(refusal_of_phone(phone), "") << phone;
  }
  for (const std::string& phone :
       {std::string("12"), std::string("+-()"), std::string("call me"), std::string("123x"),
        std::string("123\n4"), std::string("１２３４"), std::string("123;4"),
        std::string(41, '1')}) {
    EXPECT_THAT(refusal_of_phone(phone), HasSubstr("Invalid phone / phone must have")) << phone;
  }
}

TEST_F(CustomersTest, DataIsAnObjectOfBoundedSize) {
  const auto data = [](Json value) { return Fields{"Ada", {}, {}, std::move(value)}; };
  EXPECT_EQ(refusal(data({{"x", std::string(data_bytes_max - 8, 'x')}})), "");
  EXPECT_EQ(refusal(data({{"x", std::string(data_bytes_max - 7, 'x')}})),
            "Invalid data / data must not be larger than 16384 bytes");
  for (const Json& other : {Json::array(), Json("x"), Json(1), Json(nullptr)}) {
    EXPECT_EQ(refusal(data(other)), "Invalid data / data must be an object") << other;
  }
  Json deep = Json::object();
  for (int i = 0; i < 40; ++i) deep = {{"a", deep}};
  EXPECT_THAT(refusal(data(deep)), HasSubstr("nested deeper"));
}

TEST_F(CustomersTest, SearchFindsPartsOfNameEmailAndPhoneIgnoringCase) {
  add("Ada Lovelace", "ada@EXAMPLE.com", "030 1");
  add("Émile ZOLA", "emile@paris.example");
  add("Ωmega Ltd", "", "+49 30 5550001");
  EXPECT_THAT(names("LOVE"), ElementsAre("Ada Lovelace"));
  EXPECT_THAT(names("éMILE zol"), ElementsAre("Émile ZOLA"));
  EXPECT_THAT(names("ωMEGA"), ElementsAre("Ωmega Ltd"));
  EXPECT_THAT(names("example.COM"), ElementsAre("Ada Lovelace"));
  EXPECT_THAT(names("5550"), ElementsAre("Ωmega Ltd"));
  EXPECT_THAT(names(" ada "), ElementsAre("Ada Lovelace"));
  EXPECT_THAT(names("nobody"), IsEmpty());
  EXPECT_THAT(names(""), ElementsAre("Ωmega Ltd", "Émile ZOLA", "Ada Lovelace"));
}

TEST_F(CustomersTest, WildcardsInASearchStandForThemselves) {
  add("100% wool");
  add("100 wool");
  add("snake_case");
  add("snakeXcase");
  add("back\\slash");
  EXPECT_THAT(names("0%"), ElementsAre("100% wool"));
  EXPECT_THAT(names("%"), ElementsAre("100% wool"));
  EXPECT_THAT(names("e_c"), ElementsAre("snake_case"));
  EXPECT_THAT(names("_"), ElementsAre("snake_case"));
  EXPECT_THAT(names("k\\s"), ElementsAre("back\\slash"));
  EXPECT_THAT(names("\\"), ElementsAre("back\\slash"));
  EXPECT_THAT(names("' OR 1=1 --"), IsEmpty());
  EXPECT_FALSE(service_->list(own_, std::string(201, 'x'), 10, 0));
}

TEST_F(CustomersTest, PagesAreNewestFirstAndCountAll) {
  for (int i = 0; i < 5; ++i) add("c" + std::to_string(i));
  EXPECT_THAT(names("", 2), ElementsAre("c4", "c3"));
  EXPECT_THAT(names("", 2, 2), ElementsAre("c2", "c1"));
  EXPECT_THAT(names("", 2, 4), ElementsAre("c0"));
  EXPECT_THAT(names("", 2, 9), IsEmpty());
  EXPECT_EQ(service_->list(own_, "", 2, 9)->total, 5);
  EXPECT_EQ(service_->list(own_, "c1", 2, 0)->total, 1);
}

TEST_F(CustomersTest, AnUpdateChangesWhatItNames) {
  const Customer ada = add("Ada", "ada@example.com", "110");
  clock_.advance_ms(1'000);
  const auto updated =
      service_->update(own_, ada.id, {"Ada L.", {}, std::optional<std::string>(), {}});
  ASSERT_TRUE(updated) << updated.error().message;
  EXPECT_EQ(updated->name, "Ada L.");
  EXPECT_EQ(updated->email, "ada@example.com");
  EXPECT_EQ(updated->phone, std::nullopt);
  EXPECT_EQ(updated->created_at_ms, ada.created_at_ms);
  EXPECT_EQ(updated->updated_at_ms, clock_.now_ms());
  EXPECT_THAT(names("ada l."), ElementsAre("Ada L."));
  EXPECT_THAT(names("110"), IsEmpty()) << "the search text follows";

  const auto refused = service_->update(own_, ada.id, {"Eve", "no address", {}, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "Invalid email");
  EXPECT_EQ(service_->get(own_, ada.id)->name, "Ada L.") << "all or nothing";
}

TEST_F(CustomersTest, ATenantKeepsSoManyAndNoMore) {
  allow(2);
  const Customer first = add("one");
  add("two");
  const auto refused = service_->add(own_, {"three", {}, {}, {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(refused.error().message, "There are 2 customers already, and no more can be kept here");
  EXPECT_EQ(recognise({"sub-new", {}, {}}, own_).error().code, ErrorCode::conflict);
  EXPECT_TRUE(recognise({"sub-new", {}, {}}, foreign_)) << "another tenant has room of its own";
  EXPECT_TRUE(service_->update(own_, first.id, {"one, changed", {}, {}, {}}));
  EXPECT_EQ(service_->list(own_, "", page_max, 0)->total, 2);
  ASSERT_TRUE(remove(own_, first.id));
  EXPECT_TRUE(recognise({"sub-new", {}, {}}, own_));
  EXPECT_TRUE(recognise({"sub-new", "Ada", {}}, own_)) << "who is known needs no room";
}

TEST_F(CustomersTest, AnotherTenantsCustomersAreAbsent) {
  const Customer ada = add("Ada");
  const auto expect_absent = [](const auto& result) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::not_found);
    EXPECT_EQ(result.error().message, "Customer not found");
  };
  expect_absent(service_->get(foreign_, ada.id));
  expect_absent(service_->update(foreign_, ada.id, {"Eve", {}, {}, {}}));
  expect_absent(remove(foreign_, ada.id));
  expect_absent(service_->get(own_, unknown_id));
  EXPECT_EQ(service_->list(foreign_, "", 10, 0)->total, 0);
  EXPECT_EQ(service_->get(own_, ada.id)->name, "Ada");
  ASSERT_TRUE(remove(own_, ada.id));
  expect_absent(service_->get(own_, ada.id));
  expect_absent(remove(own_, ada.id));
}

TEST_F(CustomersTest, ASignedIdentityIsTheSameCustomerEachTime) {
  const auto first = recognise({"user-42", "Ada", "ada@example.com"}, own_);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->external_id, "user-42");
  clock_.advance_ms(1'000);
  const auto same = recognise({"user-42", "Ada", std::nullopt}, own_);
  EXPECT_EQ(same->id, first->id);
  EXPECT_EQ(same->email, "ada@example.com");
  EXPECT_EQ(same->updated_at_ms, first->updated_at_ms) << "nothing new, nothing written";
  const auto renamed = recognise({"user-42", "Ada L.", std::nullopt}, own_);
  EXPECT_EQ(renamed->id, first->id);
  EXPECT_EQ(service_->get(own_, first->id)->name, "Ada L.");
  EXPECT_EQ(service_->get(own_, first->id)->updated_at_ms, clock_.now_ms());

  const auto theirs = recognise({"user-42", "Eve", std::nullopt}, foreign_);
  ASSERT_TRUE(theirs);
  EXPECT_NE(theirs->id, first->id) << "of another tenant: another person";
  EXPECT_EQ(service_->get(own_, first->id)->name, "Ada L.");
}

TEST_F(CustomersTest, AnIdentityWithoutANameIsCalledByWhatItHas) {
  EXPECT_EQ(recognise({"u1", std::nullopt, "a@example.com"}, own_)->name, "a@example.com");
  EXPECT_EQ(recognise({"u2", std::nullopt, std::nullopt}, own_)->name, "u2");
  EXPECT_EQ(recognise({"u2", "Bo", std::nullopt}, own_)->name, "Bo");
  EXPECT_EQ(recognise({"u2", std::nullopt, std::nullopt}, own_)->name, "Bo");
}

TEST_F(CustomersTest, AnOddIdentityIsRefusedAndStoresNothing) {
  for (const Known& known :
       {Known{"", "Ada", {}}, Known{std::string(201, 'x'), "Ada", {}}, Known{"a\nb", "Ada", {}},
        Known{"u", "", {}}, Known{"u", "a\nb", {}}, Known{"u", "Ada", "no address"}}) {
    const auto refused = recognise(known, own_);
    ASSERT_FALSE(refused) << known.external_id;
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  }
  EXPECT_EQ(service_->list(own_, "", 10, 0)->total, 0);
}

TEST_F(CustomersTest, TheModelIsToldWhatIsKnown) {
  Customer customer;
  customer.name = "Ada\U000E0041\u200B";
  EXPECT_EQ(describe_for_model(customer), "# The visitor, as the site knows them\nName: Ada");
  customer.email = "ada@example.com";
  customer.phone = "110";
  customer.data = {{"plan", "gold"}};
  EXPECT_EQ(describe_for_model(customer),
            "# The visitor, as the site knows them\nName: Ada\nE-mail: ada@example.com\n"
            "Phone: 110\nFurther data: {\"plan\":\"gold\"}");
}

}  // namespace
}  // namespace parley::customers
