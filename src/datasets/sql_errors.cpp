#include "datasets/sql_errors.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace parley::datasets {
namespace {

constexpr size_t names_bytes_max = 1'500;
constexpr size_t message_characters_max = 300;

struct Hint {
  std::string_view function;
  std::string_view instead;
};
constexpr std::array<Hint, 16> hints = {{
    {"year", "strftime('%Y', d)"},
    {"month", "strftime('%m', d)"},
    {"day", "strftime('%d', d)"},
    {"quarter", "(strftime('%m', d) + 2) / 3"},
    {"date_trunc", "strftime('%Y-%m', d)"},
    {"date_part", "strftime('%Y', d)"},
    {"date_format", "strftime('%Y-%m', d)"},
    {"to_char", "strftime('%Y-%m', d) or printf('%.2f', x)"},
    {"to_date", "date(d)"},
    {"datediff", "julianday(a) - julianday(b)"},
    {"dateadd", "date(d, '+7 days')"},
    {"now", "datetime('now')"},
    {"concat", "a || b"},
    {"left", "substr(x, 1, n)"},
    {"right", "substr(x, -n)"},
    {"if", "iif(condition, a, b)"},
}};

bool mentions(std::string_view lower_sql, std::string_view name) {
  return lower_sql.find(to_lower_ascii(name)) != std::string_view::npos;
}

/// "a, b, c", cut with "…".
std::string join(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (joined.size() + name.size() > names_bytes_max) return joined + ", …";
    if (!joined.empty()) joined += ", ";
    joined += name;
  }
  return joined;
}

std::string with_column_names(std::string message, sqlite3* connection, const Catalog& catalog,
                              std::string_view sql) {
  const std::string lower = to_lower_ascii(sql);
  for (const CatalogTable& table : catalog.tables) {
    if (!mentions(lower, table.name) || message.size() > names_bytes_max) continue;
    message += "; columns of " + table.name + ": " + join(list_columns(connection, table));
  }
  if (sql.find('"') != std::string_view::npos) message += " (texts take 'single quotes')";
  return message;
}

std::string with_hint(std::string message, std::string_view function) {
  for (const Hint& hint : hints) {
    if (hint.function == to_lower_ascii(function)) {
      return message + ": in SQLite write " + std::string(hint.instead);
    }
  }
  return message;
}

std::string explain(std::string message, sqlite3* connection, const Catalog& catalog,
                    std::string_view sql) {
  constexpr std::string_view no_function = "no such function: ";
  if (message.starts_with("no such column: ")) {
    return with_column_names(std::move(message), connection, catalog, sql);
  }
  if (message.starts_with(no_function)) {
    const std::string function = message.substr(no_function.size());
    return with_hint(std::move(message), function);
  }
  return with_table_names(std::move(message), catalog);
}

}  // namespace

std::string with_table_names(std::string message, const Catalog& catalog) {
  if (!message.starts_with("no such table: ")) return message;
  std::vector<std::string> names;
  for (const CatalogTable& table : catalog.tables) names.push_back(table.name);
  return message + "; tables: " + join(names);
}

Error sql_error(sqlite3* connection, const Catalog& catalog, std::string_view sql) {
  const int code = sqlite3_errcode(connection) & 0xff;
  const std::string valid = to_valid_utf8(sqlite3_errmsg(connection));
  std::string message(first_characters(valid, message_characters_max));
  switch (code) {
    case SQLITE_NOMEM:
      return {ErrorCode::invalid, "the query needs too much memory"};
    case SQLITE_TOOBIG:
      // SQLite keeps a row that it sorts or groups as one value.
      return {ErrorCode::invalid,
              "a text, or a row to sort or group, has more than 65,536 bytes: select fewer "
              "columns, or shorten texts with substr(x, 1, 200)"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return {ErrorCode::internal, "The file's data cannot be read", std::move(message)};
    default:
      return {ErrorCode::invalid, explain(std::move(message), connection, catalog, sql)};
  }
}

}  // namespace parley::datasets
