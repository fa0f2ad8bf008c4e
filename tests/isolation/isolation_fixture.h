// The server over two twin tenants, and a script that does everything a tenant's people can do.
#pragma once

#include <string>
#include <vector>

#include "budgets/budgets.h"
#include "tests/api/app_fixture.h"
#include "tests/isolation/twins.h"

namespace parley::isolation {

class IsolationFixture : public AppFixture {
 protected:
  IsolationFixture();

  /// Fills a data directory: acme talks, uploads, asks; glob is its twin. Kept as a template.
  void make_template();

  /// A fresh copy of the template takes the place of what the last run left.
  void reset_data();

  /// All that glob's people do on a running server, and what they read, with ids and times masked.
  std::string act_as_glob();

  /// What the server does by itself, for glob alone, on a closed database.
  std::string run_jobs_of_glob();

  /// What acme owns now.
  std::string acmes_state() const;

  Environment environment() const;
  std::string database_path() const { return directory_.path("data") + "/parley.db"; }
  std::string media_path() const { return directory_.path("media"); }

 private:
  struct Step {
    std::string method;
    std::string path;
    Headers headers = {};
    std::string body = {};
  };
  std::vector<Step> steps() const;
  Answer send(const Twin& twin, const Step& step);
  std::string operator_key() const;
  std::string identity(const Twin& twin) const;
  void fill_acme();

  using Note = std::function<void(const char* what, int64_t number)>;
  /// What happens to a conversation only when something fails.
  void change_as_glob(const db::Tx& tx, const Scope& scope, const Note& note) const;
  static void leave_counter_as_glob(const db::Tx& tx, const Scope& scope,
                                    const budgets::Service& budgets);

  std::string session_id_;
  std::string session_token_;
  std::string file_id_;
  std::string receipt_id_;
  std::string customer_id_;
  std::string message_id_;
};

/// `text` with ids numbered in the order of their appearance, and times, durations and tokens gone.
std::string masked(const std::string& text);

/// The lines of `text` in order, with all ids and hashes gone.
std::string without_ids(const std::string& text);

}  // namespace parley::isolation
