// Nobody learns of what is not theirs: every route × every place for an id × every kind of wrong id
// × every kind of caller, made from the route table. What is somebody else's answers exactly as
// what never was. A route, an id or a header that the probes lack fails it.
#include <fmt/format.h>

#include <set>

#include "base/text.h"
#include "http/router.h"
#include "tests/api/isolation_world.h"

namespace parley {
namespace {

constexpr int probes_per_kind_min = 1'000;

std::string in_capitals(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(letter));
  return text;
}

/// What looks like `id` and is none.
std::vector<std::string> malformed(const std::string& id) {
  return {in_capitals(id), id + "0",      id.substr(1),   "{" + id + "}",
          id + "%00",      id + "%0a",    "%20" + id,     "urn:uuid:" + id,
          id + "/",        "..%2f" + id,  "%2e%2e/" + id, "%25" + id,
          "%ff" + id,      id + ";" + id, id + "'--",     replaced(id, "-", ""),
          "nonsense",      "*",           id + "%2f",     "%09" + id};
}

/// What stands in JSON where a text is meant.
std::vector<std::string> mistyped(const std::string& id) {
  return {
      "null",           "7", "[\"" + id + "\"]", "{\"id\":\"" + id + "\"}", "\"" + id + "\\u0000\"",
      "\" " + id + "\""};
}

bool has_slot(const Probe& probe, const std::string& slot) {
  return probe.path.find(slot) != std::string::npos || probe.body.find(slot) != std::string::npos;
}

std::string key_of(const http::Route& route) {
  return fmt::format("{} {}", http::name_of(route.method), route.path);
}

/// The names in {} of a route's path.
std::set<std::string> parameters_of(const std::string& path) {
  std::set<std::string> names;
  for (size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1)) {
    names.insert(path.substr(at, path.find('}', at) + 1 - at));
  }
  return names;
}

/// The slots for ids in the JSON or form that a route documents.
std::set<std::string> documented_slots(const http::Route& route) {
  static const std::map<std::string, std::string> slots_by_member = {
      {"sessionId", "{session_id}"},
      {"receiptId", "{receipt_id}"},
      {"retryOf", "{message_id}"},
      {"customer_id", "{customer_id}"},
      {"externalId", ""}};
  std::set<std::string> out;
  const Json& request = route.documentation.request;
  if (!request.is_object() || !request.contains("properties")) return out;
  for (const auto& [member, schema] : request["properties"].items()) {
    const auto known = slots_by_member.find(member);
    const bool is_id = member.ends_with("Id") || member.ends_with("_id");
    EXPECT_TRUE(!is_id || known != slots_by_member.end()) << member << " of " << key_of(route);
    if (known != slots_by_member.end() && !known->second.empty()) out.insert(known->second);
  }
  return out;
}

class IsolationMatrix : public IsolationWorld {
 protected:
  /// Sends `probe` with each wrong id in `slot`, and what never was beside each.
  void try_ids(const Kind& kind, const Probe& probe, const std::string& slot) {
    const auto own = kind.own.contains(slot) ? kind.own.at(slot) : std::set<std::string>();
    for (size_t face = 0; face < kind.faces.size(); ++face) {
      const Answer absent = send_with(kind, face, probe, slot, unknown_id);
      EXPECT_TRUE(absent.status == 401 || absent.status == 404 || absent.status == 422)
          << told(kind, probe, slot, unknown_id) << absent.status << absent.raw.body;
      for (const std::string& id : ids_.at(slot)) {
        if (own.contains(id)) continue;
        compare(kind, probe, slot, id, send_with(kind, face, probe, slot, id), absent);
      }
    }
    try_malformed(kind, probe, slot, kind.base.at(slot));
  }

  void try_malformed(const Kind& kind, const Probe& probe, const std::string& slot,
                     const std::string& victim) {
    const auto wrong = malformed(victim);
    const auto absent = malformed(unknown_id);
    for (size_t i = 0; i < wrong.size(); ++i) {
      compare(kind, probe, slot, wrong[i], send_with(kind, 0, probe, slot, wrong[i]),
              send_with(kind, 0, probe, slot, absent[i]));
    }
    const std::string quoted = "\"" + slot + "\"";
    if (probe.body.find(quoted) == std::string::npos) return;
    const auto odd = mistyped(victim);
    const auto odd_absent = mistyped(unknown_id);
    for (size_t i = 0; i < odd.size(); ++i) {
      Probe typed = probe;
      typed.body = replaced(probe.body, quoted, odd[i]);
      Probe control = probe;
      control.body = replaced(probe.body, quoted, odd_absent[i]);
      compare(kind, typed, slot, victim, send_with(kind, 0, typed, slot, victim),
              send_with(kind, 0, control, slot, unknown_id));
    }
  }

  Answer send_with(const Kind& kind, size_t face, const Probe& probe, const std::string& slot,
                   const std::string& id) {
    Ids ids = kind.base;
    ids[slot] = id;
    return send(probe, ids, kind.faces[face]);
  }

  /// One probe: `got` is a refusal, says nothing of anybody, and is what `absent` is.
  void compare(const Kind& kind, const Probe& probe, const std::string& slot, const std::string& id,
               const Answer& got, const Answer& absent) {
    ++probes_sent_;
    EXPECT_TRUE(got.status >= 400 && got.status < 500)
        << told(kind, probe, slot, id) << got.status << got.raw.body;
    EXPECT_EQ(got.status, absent.status) << told(kind, probe, slot, id);
    EXPECT_EQ(got.raw.body, absent.raw.body) << told(kind, probe, slot, id);
    EXPECT_EQ(got.raw.header("content-type"), absent.raw.header("content-type"));
    expect_no_foreign_word(got, {}, told(kind, probe, slot, id));
  }

  static void expect_no_foreign_word(const Answer& answer, const std::set<std::string>& words,
                                     const std::string& where) {
    for (const char* word : {"ada-private", "bob-private", "cyd-private", "eve-private",
                             "gone-private", "acme-private", "globex-private"}) {
      const bool is_own = words.contains(word);
      EXPECT_TRUE(is_own || answer.raw.body.find(word) == std::string::npos)
          << where << answer.raw.body;
    }
  }

  static std::string told(const Kind& kind, const Probe& probe, const std::string& slot,
                          const std::string& id) {
    return fmt::format("{}: {} {} {} with {} {}: ", kind.name, probe.method, probe.path, probe.body,
                       slot, id);
  }

  /// A route without an id: refused to who holds no key that opens it.
  void try_without_ids(const Kind& kind, const Probe& probe) {
    if (kind.name == "the installation's key") return;
    for (const Headers& face : kind.faces) {
      const Answer got = send(probe, {}, face);
      ++probes_sent_;
      EXPECT_TRUE(got.status == 401 || got.status == 404)
          << told(kind, probe, "", "") << got.status;
      expect_no_foreign_word(got, {}, told(kind, probe, "", ""));
    }
  }

  void try_all(const Kind& kind, const std::map<std::string, Probes>& table) {
    for (const auto& [route, probes] : table) {
      for (const Probe& probe : probes) {
        bool has_any = false;
        for (const char* slot : slots) {
          if (!has_slot(probe, slot)) continue;
          has_any = true;
          try_ids(kind, probe, slot);
        }
        if (!has_any) try_without_ids(kind, probe);
      }
    }
  }

  /// A route that is open to all, with every customer's id.
  void try_open(const Kind& kind, const Headers& face, const Probe& probe) {
    const std::string host = face.front().second;
    const std::string foreign = host == acme ? "globex-public" : "acme-public";
    // What a key opens at the Host's tenant is its holder's to read; a customer of another is not.
    auto words = kind.words;
    const bool is_installations = kind.name == "the installation's key";
    if (is_installations) words = {host.substr(0, host.find('.')) + "-private"};
    const std::set<std::string> customers = all_ids()["{customer_id}"];
    for (const std::string& customer : customers) {
      Ids ids = kind.base;
      ids["{customer_id}"] = customer;
      const Answer got = send(probe, ids, face);
      const std::string where = told(kind, probe, "{customer_id}", customer);
      EXPECT_NE(got.status, 500) << where;
      expect_no_foreign_word(got, words, where);
      EXPECT_EQ(got.raw.body.find(foreign), std::string::npos) << where << got.raw.body;
    }
  }

  std::map<std::string, std::set<std::string>> ids_;
  int probes_sent_ = 0;
};

TEST_F(IsolationMatrix, KnowsEveryRouteAndEveryPlaceForAnId) {
  start();
  std::set<std::string> known;
  for (const http::Route& route : app_->routes()) {
    const std::string key = key_of(route);
    if (route.access == http::Access::server) continue;
    const bool is_open = route.access == http::Access::open;
    const bool is_visitors = route.access == http::Access::visitor;
    const auto& table = is_open       ? open_probes_by_route()
                        : is_visitors ? probes_by_route()
                                      : admin_probes_by_route();
    ASSERT_TRUE(table.contains(key)) << key << " has no probes";
    known.insert(key);
    auto wanted = documented_slots(route);
    wanted.merge(parameters_of(route.path));
    wanted.erase("{file*}");
    for (const std::string& slot : wanted) {
      bool is_probed = false;
      for (const Probe& probe : table.at(key)) is_probed = is_probed || has_slot(probe, slot);
      EXPECT_TRUE(is_probed) << key << " takes " << slot << ", and no probe has it";
    }
    for (const auto& header : route.documentation.headers) {
      bool is_sent = false;
      for (const Probe& probe : table.at(key)) {
        for (const auto& [name, value] : probe.headers) is_sent = is_sent || name == header.name;
      }
      EXPECT_TRUE(is_sent) << key << " reads " << header.name << ", and no probe sends it";
    }
  }
  EXPECT_EQ(known.size(), open_probes_by_route().size() + probes_by_route().size() +
                              admin_probes_by_route().size())
      << "a route went; its probes may go too";
}

TEST_F(IsolationMatrix, WhatIsNotOnesOwnIsAsAbsentToEveryKindOfCaller) {
  make_world();
  if (HasFatalFailure()) return;
  ids_ = all_ids();
  const std::string before = everything();
  const size_t asked_before = model_->requests().size();
  for (const Kind& kind : kinds()) {
    probes_sent_ = 0;
    try_all(kind, probes_by_route());
    try_all(kind, admin_probes_by_route());
    EXPECT_GE(probes_sent_, probes_per_kind_min) << kind.name;
    RecordProperty(replaced(kind.name, " ", "_"), probes_sent_);
    EXPECT_EQ(everything(), before) << kind.name << " changed something";
  }
  EXPECT_EQ(model_->requests().size(), asked_before) << "no provider was called";
}

TEST_F(IsolationMatrix, OpenRoutesShowNobodysThings) {
  make_world();
  if (HasFatalFailure()) return;
  for (const Kind& kind : kinds()) {
    for (const Headers& face : kind.faces) {
      for (const auto& [route, probes] : open_probes_by_route()) {
        for (const Probe& probe : probes) try_open(kind, face, probe);
      }
    }
  }
}

TEST_F(IsolationMatrix, ThePromptOfACallHasOnlyItsOwnTenantsCustomer) {
  make_world();
  if (HasFatalFailure()) return;
  const std::set<std::string> customers = all_ids()["{customer_id}"];
  const std::map<std::string, std::string> other = {{acme, "eve-private"}, {globex, "ada-private"}};
  for (const Kind& kind : kinds()) {
    for (const Headers& face : kind.faces) {
      const std::string host = face.front().second;
      for (const std::string& customer : customers) {
        const size_t before = model_->requests().size();
        const Probe call = open_probes_by_route().at("POST /api/chat/call/").front();
        const Answer got = send(call, {{"{customer_id}", customer}}, face);
        EXPECT_TRUE(got.status == 200 || got.status == 401) << kind.name << got.raw.body;
        EXPECT_EQ(model_->requests().size() - before, got.status == 200 ? 1U : 0U) << kind.name;
        if (got.status != 200) continue;
        EXPECT_EQ(model_->requests().back().body.find(other.at(host)), std::string::npos);
      }
    }
  }
}

}  // namespace
}  // namespace parley
