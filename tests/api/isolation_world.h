// IsolationWorld: a server with two tenants whose people all own something, and everybody who may
// try to reach what is not theirs.
//
// Everything that somebody owns has their word in it, so that an answer shows whose it is.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/api/app_fixture.h"
#include "tests/api/isolation_probes.h"

namespace parley {

/// An id for each slot of a probe.
using Ids = std::map<std::string, std::string>;

/// A visitor with a conversation, a file, a receipt, a message; a customer, if they are known.
struct Person {
  std::string word;
  std::string domain;
  std::string token;
  std::string identity = {};  ///< a signed one; empty: nobody knows them
  Ids ids = {};
};

/// Who sends probes.
struct Kind {
  std::string name;
  /// Ways to show who they are; each has a Host.
  std::vector<Headers> faces;
  Ids base;  ///< what stands in the slots that do not vary
  std::map<std::string, std::set<std::string>> own = {};  ///< by slot: what they may name
  std::set<std::string> words = {};                       ///< what they may read
};

class IsolationWorld : public AppFixture {
 protected:
  /// Starts the server as production has it, and fills it.
  void make_world();

  std::vector<Kind> kinds() const;

  /// All ids that exist or did, by slot.
  std::map<std::string, std::set<std::string>> all_ids() const;

  /// All that anybody owns, as those read it who may; without what reading itself changes.
  std::string everything();

  /// On a connection that is kept; `headers` go first.
  Answer send(const Probe& probe, const Ids& ids, Headers headers);

  static constexpr const char* unknown_id = "feedface-0000-4000-8000-00000000beef";
  static constexpr const char* acme = "acme.example";
  static constexpr const char* globex = "globex.example";

 private:
  void make_company(const std::string& domain, const std::string& word);
  Person make_person(const std::string& word, const std::string& domain, bool is_known);
  void erase(const Person& person);
  Answer as_operator(const std::string& method, const std::string& path,
                     const Json& body = nullptr);
  Kind visitor(const std::string& name, const Person& person) const;
  Kind holder(const std::string& name, const std::string& domain) const;

  struct Company {
    std::string id;
    std::string key;
    std::string key_id;
    std::string revoked_key;
    std::string revoked_key_id;
  };
  std::map<std::string, Company> companies_;  ///< by domain
  Person ada_;                                ///< of acme, signed in
  Person bob_;                                ///< likewise
  Person cyd_;                                ///< of acme, not known
  Person eve_;                                ///< of globex, signed in
  Person gone_;                               ///< of acme, signed in; erased
  std::string operator_key_;
  std::unique_ptr<RawClient> connection_;
};

}  // namespace parley
