#include "providers/demo/translation.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"

namespace parley::providers::demo {

namespace {

struct Pattern {
  std::string_view foreign;
  std::string_view english;
};

constexpr std::string_view total = "What is the total {value} by {group}?";
constexpr std::string_view total_only = "What is the total by {group}?";
constexpr std::string_view top = "Which {group} has the highest {value}?";
constexpr std::string_view average = "What is the average {value}?";
constexpr std::string_view ask_count = "How many rows are there per {group}?";
constexpr std::string_view time = "How did {value} change over {date}?";
constexpr std::string_view ask_rows = "How many rows are there?";
constexpr std::string_view ask_describe = "What is in this file?";

/// As in widget/shared/i18n; a test compares them.
constexpr std::array<Pattern, 40> patterns = {{
    {"Wie hoch ist die Summe von {value} je {group}?", total},
    {"Wie hoch ist die Summe je {group}?", total_only},
    {"Bei welchem Wert von {group} ist {value} am höchsten?", top},
    {"Wie hoch ist {value} im Durchschnitt?", average},
    {"Wie viele Zeilen gibt es je {group}?", ask_count},
    {"Wie hat sich {value} über {date} entwickelt?", time},
    {"Wie viele Zeilen gibt es?", ask_rows},
    {"Was steht in dieser Datei?", ask_describe},
    {"¿Cuál es el total de {value} por {group}?", total},
    {"¿Cuál es el total por {group}?", total_only},
    {"¿Qué {group} tiene el mayor {value}?", top},
    {"¿Cuál es el promedio de {value}?", average},
    {"¿Cuántas filas hay por {group}?", ask_count},
    {"¿Cómo cambió {value} según {date}?", time},
    {"¿Cuántas filas hay?", ask_rows},
    {"¿Qué contiene este archivo?", ask_describe},
    {"Quel est le total de {value} par {group} ?", total},
    {"Quel est le total par {group} ?", total_only},
    {"Quel {group} a le plus grand {value} ?", top},
    {"Quelle est la moyenne de {value} ?", average},
    {"Combien de lignes y a-t-il par {group} ?", ask_count},
    {"Comment {value} a-t-il évolué selon {date} ?", time},
    {"Combien de lignes y a-t-il ?", ask_rows},
    {"Que contient ce fichier ?", ask_describe},
    {"每个 {group} 的 {value} 总和是多少？", total},
    {"每个 {group} 的总和是多少？", total_only},
    {"哪个 {group} 的 {value} 最高？", top},
    {"{value} 的平均值是多少？", average},
    {"每个 {group} 有多少行？", ask_count},
    {"{value} 随 {date} 如何变化？", time},
    {"一共有多少行？", ask_rows},
    {"这个文件里有什么？", ask_describe},
    {"ما مجموع {value} لكل {group}؟", total},
    {"ما المجموع لكل {group}؟", total_only},
    {"أي {group} له أعلى {value}؟", top},
    {"ما متوسط {value}؟", average},
    {"كم عدد الصفوف لكل {group}؟", ask_count},
    {"كيف تغيّر {value} حسب {date}؟", time},
    {"كم عدد الصفوف؟", ask_rows},
    {"ماذا يوجد في هذا الملف؟", ask_describe},
}};

struct Hole {
  std::string name;  ///< "{value}"
  std::string text;
};

/// What stands in the holes of `pattern` if `question` is made from it.
std::optional<std::array<Hole, 2>> match(std::string_view pattern, std::string_view question) {
  std::array<Hole, 2> holes;
  for (size_t at = 0;; ++at) {
    const size_t open = pattern.find('{');
    if (open == std::string_view::npos) {
      return pattern == question ? std::optional(holes) : std::nullopt;
    }
    if (at == holes.size() || !question.starts_with(pattern.substr(0, open))) return std::nullopt;
    const size_t close = pattern.find('}', open);
    holes[at].name = pattern.substr(open, close - open + 1);
    pattern.remove_prefix(close + 1);
    question.remove_prefix(open);
    const std::string_view next = pattern.substr(0, pattern.find('{'));
    const size_t end = pattern.size() == next.size() ? question.rfind(next) : question.find(next);
    if (end == std::string_view::npos || end == 0) return std::nullopt;
    holes[at].text = question.substr(0, end);
    question.remove_prefix(end);
  }
}

std::string filled(std::string_view english, const std::array<Hole, 2>& holes) {
  std::string out(english);
  for (const Hole& hole : holes) {
    const size_t at = hole.name.empty() ? std::string::npos : out.find(hole.name);
    if (at != std::string::npos) out.replace(at, hole.name.size(), hole.text);
  }
  return out;
}

}  // namespace

std::string in_english(std::string_view question) {
  const std::string_view asked = trim(question);
  for (const Pattern& one : patterns) {
    if (const auto holes = match(one.foreign, asked)) return filled(one.english, *holes);
  }
  return std::string(asked);
}

}  // namespace parley::providers::demo
