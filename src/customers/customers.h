// Customers: the people a tenant knows by name. A conversation may be linked to one.
//
// Threads: any. Authorisation is the route's: whoever holds the tenant's Scope may see them all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/json.h"
#include "base/result.h"
#include "base/scope.h"
#include "db/database.h"

namespace parley::customers {

inline constexpr size_t name_characters_max = 200;
inline constexpr size_t email_characters_max = 254;  ///< RFC 5321, 4.5.3.1.3
inline constexpr size_t phone_characters_max = 40;
inline constexpr size_t data_bytes_max = 16 * 1024;  ///< of the JSON text
inline constexpr size_t external_id_characters_max = 200;
inline constexpr size_t search_characters_max = 200;
inline constexpr int64_t page_max = 100;

struct Options {
  int64_t customers_max = 100'000;  ///< of one tenant
};

struct Customer {
  std::string id;
  std::string name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  Json data = Json::object();
  std::optional<std::string> external_id;  ///< of a signed identity
  int64_t created_at_ms = 0;
  int64_t updated_at_ms = 0;
};

/// What a caller sends; absent: as it is (update) or none (add). White space around texts is cut
/// off; an empty e-mail or phone is none.
struct Fields {
  std::optional<std::string> name;
  std::optional<std::optional<std::string>> email;
  std::optional<std::optional<std::string>> phone;
  std::optional<Json> data;
};

/// Who a signed identity says it is.
struct Known {
  std::string external_id;  ///< `sub`
  std::optional<std::string> name;
  std::optional<std::string> email;
};

struct Page {
  std::vector<Customer> customers;  ///< newest first
  int64_t total = 0;                ///< that match
};

class Service {
 public:
  /// References must outlive the service.
  Service(Options options, db::Database& database, Entropy& entropy)
      : options_(options), database_(database), entropy_(entropy) {}

  /// Errors: invalid ("Missing customer name", or "Invalid email" and the like: a field malformed
  /// or too long; the advice says how it must be), conflict (the tenant has customers_max).
  Result<Customer> add(const Scope& scope, const Fields& fields);
  /// Errors: not_found ("Customer not found").
  Result<Customer> get(const Scope& scope, const std::string& id);
  std::optional<Customer> find(const db::Reader& reader, const Scope& scope,
                               const std::string& id) const;
  /// `search`: part of name, e-mail or phone, ignoring case; empty: all. 1 ≤ limit ≤ page_max.
  /// Errors: invalid (over search_characters_max).
  Result<Page> list(const Scope& scope, const std::string& search, int64_t limit, int64_t offset);
  /// Errors: as add() and get().
  Result<Customer> update(const Scope& scope, const std::string& id, const Fields& fields);
  /// The row only; conversations are the caller's to erase. Errors: as get().
  Result<void> remove(const db::Tx& tx, const Scope& scope, const std::string& id) const;

  /// The customer of a signed identity: found by external_id and brought up to date, else made; a
  /// new one without a name has its e-mail or external_id for one. Errors: invalid (external_id
  /// empty, too long or with control characters), those of add().
  Result<Customer> recognise(const db::Tx& tx, const Scope& scope, const Known& known) const;

 private:
  Result<void> insert(const db::Tx& tx, const Scope& scope, const Customer& customer) const;

  Options options_;
  db::Database& database_;
  Entropy& entropy_;
};

/// The wire form: {customerId, name, email, phone, data, externalId, createdAt, updatedAt}.
Json to_json(const Customer& customer);

/// A block of text about one customer for the system prompt: name, e-mail, phone, data.
std::string describe_for_model(const Customer& customer);

}  // namespace parley::customers
