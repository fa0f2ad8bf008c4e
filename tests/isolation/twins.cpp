#include "tests/isolation/twins.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>

namespace parley::isolation {

namespace {

namespace fs = std::filesystem;
using Rows = std::vector<std::vector<std::string>>;

struct Close {
  void operator()(sqlite3* connection) const { sqlite3_close(connection); }
};
using Connection = std::unique_ptr<sqlite3, Close>;

Connection open(const std::string& path) {
  sqlite3* connection = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &connection), SQLITE_OK) << path;
  return Connection(connection);
}

Rows run(const Connection& connection, const std::string& sql) {
  Rows rows;
  char* problem = nullptr;
  const auto keep = [](void* out, int count, char** values, char**) {
    std::vector<std::string> row;
    for (int i = 0; i < count; ++i) row.emplace_back(values[i] != nullptr ? values[i] : "NULL");
    static_cast<Rows*>(out)->push_back(std::move(row));
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(connection.get(), sql.c_str(), keep, &rows, &problem), SQLITE_OK)
      << sql << ": " << (problem != nullptr ? problem : "");
  sqlite3_free(problem);
  return rows;
}

std::vector<std::string> columns_of(const Connection& connection, const std::string& table) {
  std::vector<std::string> names;
  for (const auto& row : run(connection, fmt::format("PRAGMA table_info({})", table))) {
    names.push_back(row[1]);
  }
  return names;
}

/// Tables whose rows belong to a tenant.
std::vector<std::string> owned_tables(const Connection& connection) {
  std::vector<std::string> out;
  for (const auto& row :
       run(connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")) {
    const auto columns = columns_of(connection, row[0]);
    const bool is_owned = std::find(columns.begin(), columns.end(), "tenant_id") != columns.end();
    if (is_owned) out.push_back(row[0]);
  }
  return out;
}

/// Without those that say who the tenants are: they come from add_twins().
std::vector<std::string> copied_tables(const Connection& connection) {
  auto out = owned_tables(connection);
  std::erase_if(
      out, [](const std::string& name) { return name == "tenant_domains" || name == "api_keys"; });
  return out;
}

/// `text` as acme has it → as glob has it.
std::string renamed(const std::string& column) {
  return fmt::format(
      "CASE typeof({0}) WHEN 'text' THEN replace(replace({0}, '{1}', '{2}'), '{3}', '{4}') "
      "ELSE {0} END",
      column, acme.word, glob.word, acme.tenant_id, glob.tenant_id);
}

void replace_word(std::string& bytes, const std::string& from, const std::string& to) {
  for (size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at)) {
    bytes.replace(at, from.size(), to);
  }
}

/// The subject is the twin's own, so that counters tell whose reservation was found.
void reserve(const Connection& connection, const Twin& twin, const std::string& id) {
  run(connection, fmt::format("INSERT INTO reservations (tenant_id, id, conversation_id, subject, "
                              "day, units, provider, model, created_at) "
                              "VALUES ('{}', '{}', '{}', '{}', 1, 5, '', '', 1)",
                              twin.tenant_id, id, shared_conversation, twin.word));
}

void copy_renamed(const fs::path& from, const fs::path& to) {
  std::ifstream in(from, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  replace_word(bytes, acme.word, glob.word);
  std::ofstream(to, std::ios::binary) << bytes;
}

}  // namespace

void add_twins(const std::string& path) {
  const Connection connection = open(path);
  for (const Twin& twin : {acme, glob}) {
    run(connection,
        fmt::format("INSERT INTO tenants (id, name, settings, created_at) "
                    "VALUES ('{0}', '{1}', '{{\"identity\":{{\"hs256Secret\":\"{3}\"}}}}', "
                    "1); INSERT INTO tenant_domains VALUES ('{2}', '{0}', 0)",
                    twin.tenant_id, twin.word, twin.domain, identity_secret));
  }
}

void copy_acme_to_glob(const std::string& path, const std::string& media) {
  const Connection connection = open(path);
  for (const std::string& table : copied_tables(connection)) {
    std::string names;
    std::string values;
    for (const std::string& column : columns_of(connection, table)) {
      names += (names.empty() ? "" : ", ") + column;
      values += (values.empty() ? "" : ", ") + renamed(column);
    }
    run(connection, fmt::format("INSERT INTO {0} ({1}) SELECT {2} FROM {0} WHERE tenant_id = '{3}'",
                                table, names, values, acme.tenant_id));
  }
  const fs::path to = fs::path(media) / glob.tenant_id;
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(fs::path(media) / acme.tenant_id)) {
    copy_renamed(entry.path(), to / entry.path().filename());
  }
}

void remove_acme(const std::string& path, const std::string& media) {
  const Connection connection = open(path);
  for (const std::string& table : copied_tables(connection)) {
    run(connection, fmt::format("DELETE FROM {} WHERE tenant_id = '{}'", table, acme.tenant_id));
  }
  fs::remove_all(fs::path(media) / acme.tenant_id);
}

void let_acme_idle(const std::string& path, const std::string& conversation_id) {
  run(open(path), fmt::format("UPDATE conversations SET last_activity_at = last_activity_at - "
                              "3600000 WHERE tenant_id = '{}' AND id = '{}'",
                              acme.tenant_id, conversation_id));
}

void disturb_acme(const std::string& path) {
  const Connection connection = open(path);
  reserve(connection, acme, "shared");
  reserve(connection, glob, "shared");
  reserve(connection, acme, "acme only");
  run(connection,
      fmt::format("UPDATE turns SET state = 'running' WHERE tenant_id = '{}' AND number "
                  "= (SELECT max(number) FROM turns)",
                  acme.tenant_id));
  run(connection,
      fmt::format("INSERT INTO conversations (tenant_id, id, config, token_hash, created_at, "
                  "last_activity_at) VALUES ('{}', '{}', '{{}}', '', 1, 1)",
                  acme.tenant_id, acmes_old_conversation));
}

std::string everything_of(const Twin& twin, const std::string& path, const std::string& media) {
  std::string out;
  const Connection connection = open(path);
  for (const std::string& table : owned_tables(connection)) {
    std::vector<std::string> lines;
    auto columns = columns_of(connection, table);
    std::erase(columns, "engine_ms");  // by a real clock
    for (const auto& row :
         run(connection, fmt::format("SELECT {} FROM {} WHERE tenant_id = '{}'",
                                     fmt::join(columns, ", "), table, twin.tenant_id))) {
      lines.push_back(fmt::format("{}: {}\n", table, fmt::join(row, " | ")));
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) out += line;
  }
  std::vector<std::string> files;
  const fs::path folder = fs::path(media) / twin.tenant_id;
  if (fs::exists(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) {
      files.push_back(fmt::format("{} {}\n", entry.path().filename().string(), entry.file_size()));
    }
  }
  std::sort(files.begin(), files.end());
  for (const std::string& file : files) out += file;
  return out;
}

}  // namespace parley::isolation
