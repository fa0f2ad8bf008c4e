// Twins: two tenants whose rows and files have the same ids, and differ in whose they are and in
// what they say. A statement that forgets its tenant reads, counts or changes both, so it shows.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace parley::isolation {

/// Of equal length, so that one takes the other's place in any file.
struct Twin {
  const char* tenant_id;
  const char* domain;
  const char* word;  ///< in everything that it says and owns
};
inline constexpr Twin acme = {"aaaaaaaa-0000-4000-8000-000000000001", "acme.test", "acme-canary"};
inline constexpr Twin glob = {"bbbbbbbb-0000-4000-8000-000000000002", "glob.test", "glob-canary"};

/// Signs who is who, for both.
inline constexpr const char* identity_secret = "a secret that both twins have, of 43 bytes.";

/// Adds both tenants to the database at `path`, without any data.
void add_twins(const std::string& path);

/// Copies all that acme has, in the database at `path` and below `media`, to glob.
void copy_acme_to_glob(const std::string& path, const std::string& media);

/// Removes all that acme has; glob is then alone.
void remove_acme(const std::string& path, const std::string& media);

/// Acme last used this conversation an hour before: its time has passed, that of glob's has not.
void let_acme_idle(const std::string& path, const std::string& conversation_id);

/// Gives acme what glob has not: a turn and a reservation as a crash
/// leaves them, and a conversation older than all. Both have a reservation of the same id.
void disturb_acme(const std::string& path);
inline constexpr const char* acmes_old_conversation = "cccccccc-0000-4000-8000-000000000003";
inline constexpr const char* shared_conversation = "eeeeeeee-0000-4000-8000-000000000005";
inline constexpr int64_t reserved_at_ms = 24LL * 3'600 * 1'000;  ///< day 1

/// All rows of a tenant but for measured times, table by table; names and sizes of its files.
std::string everything_of(const Twin& twin, const std::string& path, const std::string& media);

}  // namespace parley::isolation
