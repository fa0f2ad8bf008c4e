// The rules on sizes and on what may be written where.
#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <set>
#include <utility>

#include "tests/tidy/layout.h"
#include "tests/tidy/rules.h"

namespace parley::tidy {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Where `word` stands in `text` as a word of its own, or npos.
size_t find_word(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool starts = at == 0 || !is_word(text[at - 1]);
    if (starts && (end == text.size() || !is_word(text[end]))) return at;
  }
  return std::string_view::npos;
}

bool has_word(std::string_view text, std::string_view word) {
  return find_word(text, word) != std::string_view::npos;
}

bool is_script(const Source& source) {
  constexpr std::array<std::string_view, 5> endings = {".ts", ".tsx", ".js", ".mjs", ".html"};
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return source.path.ends_with(ending); });
}

int columns(std::string_view line) {  // characters, not bytes: UTF-8 continuation bytes are free
  return static_cast<int>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned>(c) & 0xC0U) != 0x80U;
  }));
}

bool is_statement(std::string_view text) {
  return (has_word(text, "SELECT") && has_word(text, "FROM")) ||
         (has_word(text, "UPDATE") && has_word(text, "SET")) || has_word(text, "INSERT INTO") ||
         has_word(text, "DELETE FROM") || has_word(text, "CREATE TABLE") ||
         has_word(text, "PRAGMA");
}

/// The tables whose rows belong to a tenant, as the migrations create them.
std::set<std::string> tenant_tables(const Sources& sources) {
  constexpr std::string_view create = "CREATE TABLE ";
  std::set<std::string> tables;
  for (const Source& source : sources) {
    if (!source.path.ends_with(".sql")) continue;
    const std::string_view text = source.text;
    for (size_t at = text.find(create); at != std::string_view::npos; at = text.find(create, at)) {
      at += create.size();
      const std::string_view statement = text.substr(at, text.find(';', at) - at);
      const auto end = std::find_if_not(statement.begin(), statement.end(), is_word);
      if (has_word(statement, "tenant_id")) tables.insert(std::string(statement.begin(), end));
    }
  }
  return tables;
}

/// Adds a finding for each of `words` that stands in `text`, at its first place.
void report_words(Findings& findings, const Source& source, std::string_view text,
                  const std::string& rule, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    const size_t at = find_word(text, word);
    if (at != std::string_view::npos) {
      findings.push_back({source.path, line_of(text, at), rule, word});
    }
  }
}

}  // namespace

Findings check_sizes(const Sources& sources) {
  Findings findings;
  for (const Source& source : sources) {
    if (!source.is_cpp() && !is_script(source)) continue;
    const auto lines = split_lines(source.text);
    const int limit = source.is_header() ? header_lines_max : source_lines_max;
    const int count = static_cast<int>(lines.size());
    if (count > limit) {
      findings.push_back({source.path, count, "size", "over " + std::to_string(limit) + " lines"});
    }
    for (int i = 0; source.is_cpp() && i < count; ++i) {
      if (columns(lines[static_cast<size_t>(i)]) <= line_columns_max) continue;
      findings.push_back({source.path, i + 1, "size", "line over 100 columns"});
    }
  }
  return findings;
}

Findings check_headers(const Sources& sources) {
  Findings findings;
  for (const Source& source : sources) {
    if (!source.is_header()) continue;
    if (!source.text.starts_with("// ")) {
      findings.push_back({source.path, 1, "header", "must begin by saying what it is"});
    }
    if (source.text.find("\n#pragma once\n") == std::string::npos) {
      findings.push_back({source.path, 1, "header", "has no #pragma once"});
    }
  }
  return findings;
}

Findings check_sql(const Sources& sources) {
  const std::set<std::string> tables = tenant_tables(sources);
  Findings findings;
  for (const Source& source : sources) {
    const bool product = source.is_under("src") || source.is_under("providers");
    // Datasets are the visitors' own tables: no tenant's rows are in them.
    if (!product || source.is_under("src/db") || source.is_under("src/datasets")) continue;
    for (const Literal& literal : source.literals) {
      if (!is_statement(literal.text)) continue;
      if (source.stem() != "store") {
        findings.push_back({source.path, literal.line, "sql", "belongs in a store"});
      }
      const bool on_tenant_table =
          std::any_of(tables.begin(), tables.end(),
                      [&](const auto& table) { return has_word(literal.text, table); });
      if (on_tenant_table && !has_word(literal.text, "tenant_id")) {
        findings.push_back({source.path, literal.line, "tenant", "no tenant_id: " + literal.text});
      }
    }
  }
  return findings;
}

Findings check_widget(const Sources& sources) {
  Findings findings;
  for (const Source& source : sources) {
    if (!source.is_under("widget") || !is_script(source)) continue;
    if (source.path.find(".test.") != std::string::npos || source.is_under("widget/tools"))
      continue;
    report_words(findings, source, source.text, "markup",
                 {"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval",
                  "dangerouslySetInnerHTML", "createContextualFragment"});
  }
  return findings;
}

Findings check_leftovers(const Sources& sources) {
  Findings findings;
  for (const Source& source : sources) {
    report_words(findings, source, source.text, "leftover",
                 {"TO"
                  "DO",
                  "FIX"
                  "ME",
                  "XX"
                  "X"});
  }
  return findings;
}

Findings check_sleeps(const Sources& sources) {
  Findings findings;
  for (const Source& source : sources) {
    if (!source.is_under("tests")) continue;
    if (!source.is_cpp()) continue;
    report_words(findings, source, source.code, "sleep",
                 {"sleep_for", "sleep_until", "sleep", "usleep", "nanosleep"});
  }
  return findings;
}

Findings check_registries(const Sources& sources) {
  Findings findings;
  for (const Source& source : sources) {
    report_words(findings, source, source.text, "registry",
                 {"registry."
                  "npmjs",
                  "deb."
                  "debian",
                  "snapshot."
                  "debian"});
    if (source.path.ends_with("package-lock.json")) {
      report_words(findings, source, source.text, "registry", {"resolved"});
    }
  }
  return findings;
}

Findings check_all(const Sources& sources) {
  using Rule = Findings (*)(const Sources&);
  constexpr std::array<Rule, 11> rules = {
      check_includes,  check_cycles,  check_libraries,  check_environment,
      check_sizes,     check_headers, check_sql,        check_widget,
      check_leftovers, check_sleeps,  check_registries,
  };
  Findings all;
  for (const Rule rule : rules) {
    Findings findings = rule(sources);
    std::move(findings.begin(), findings.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace parley::tidy
