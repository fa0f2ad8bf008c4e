#include "customers/fields.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "formats/case_fold.h"

namespace parley::customers {

namespace {

constexpr size_t local_part_bytes_max = 64;  // RFC 5321, 4.5.3.1.1
constexpr size_t phone_digits_min = 3;
constexpr size_t data_depth_max = 32;

tl::unexpected<Error> bad(std::string field, std::string advice) {
  Error error{ErrorCode::invalid, "Invalid " + std::move(field)};
  error.advice = std::move(advice);
  return fail(std::move(error));
}

/// One line of text: no C0 or C1 controls, no line or paragraph separators.
bool is_plain_line(std::string_view text) {
  if (!is_valid_utf8(text)) return false;
  const auto byte_at = [&](size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  };
  for (size_t at = 0; at < text.size(); ++at) {
    const unsigned byte = byte_at(at);
    const bool is_c1 = byte == 0xC2 && byte_at(at + 1) < 0xA0;
    const bool is_separator = byte == 0xE2 && byte_at(at + 1) == 0x80 &&
                              (byte_at(at + 2) == 0xA8 || byte_at(at + 2) == 0xA9);
    if (byte < 0x20 || byte == 0x7F || is_c1 || is_separator) return false;
  }
  return true;
}

bool is_domain(std::string_view text) {
  const auto is_edge = [](char c) { return c == '.' || c == '-'; };
  return !text.empty() && !is_edge(text.front()) && !is_edge(text.back()) &&
         text.find("..") == std::string_view::npos;
}

/// One @ and no character that means something else in a mail header. Whether the address exists
/// only a letter to it can tell.
bool is_email(std::string_view text) {
  constexpr std::string_view special = " \"(),:;<>[\\]";
  const size_t at = text.find('@');
  if (at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos)
    return false;
  const std::string_view local = text.substr(0, at);
  const bool is_local = !local.empty() && local.size() <= local_part_bytes_max &&
                        local.front() != '.' && local.back() != '.';
  return is_local && is_domain(text.substr(at + 1)) && is_plain_line(text) &&
         text.find_first_of(special) == std::string_view::npos &&
         count_characters(text) <= email_characters_max;
}

bool is_phone(std::string_view text) {
  constexpr std::string_view allowed = "0123456789 +()-./";
  const auto digits =
      std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return text.size() <= phone_characters_max && static_cast<size_t>(digits) >= phone_digits_min &&
         text.find_first_not_of(allowed) == std::string_view::npos;
}

/// nullopt: none.
std::optional<std::string> cleaned(const std::optional<std::string>& text) {
  const std::string_view rest = trim(text ? std::string_view(*text) : std::string_view());
  return rest.empty() ? std::nullopt : std::optional(std::string(rest));
}

Result<void> put_name(Customer& customer, const std::string& name) {
  customer.name = trim(name);
  if (customer.name.empty()) {
    Error error{ErrorCode::invalid, "Missing customer name"};
    error.advice = "Customer name is required";
    return fail(std::move(error));
  }
  if (is_plain_line(customer.name) && count_characters(customer.name) <= name_characters_max) {
    return {};
  }
  return bad("name",
             fmt::format("name must be one line of at most {} characters", name_characters_max));
}

Result<void> put_data(Customer& customer, const Json& data) {
  if (!data.is_object()) return bad("data", "data must be an object");
  const std::string text = dump(data);
  if (text.size() > data_bytes_max) {
    return bad("data", fmt::format("data must not be larger than {} bytes", data_bytes_max));
  }
  if (!parse_json(text, data_depth_max)) {
    return bad("data",
               fmt::format("data must not be nested deeper than {} levels", data_depth_max));
  }
  customer.data = data;
  return {};
}

}  // namespace

Result<void> put_fields(Customer& customer, const Fields& fields) {
  if (fields.name) TRY(put_name(customer, *fields.name));
  if (fields.email) {
    customer.email = cleaned(*fields.email);
    if (customer.email && !is_email(*customer.email)) {
      return bad("email", fmt::format("email must be an e-mail address of at most {} characters",
                                      email_characters_max));
    }
  }
  if (fields.phone) {
    customer.phone = cleaned(*fields.phone);
    if (customer.phone && !is_phone(*customer.phone)) {
      return bad("phone", fmt::format("phone must have at least {} digits and at most {} "
                                      "characters, all of them digits, spaces or + ( ) - . /",
                                      phone_digits_min, phone_characters_max));
    }
  }
  if (fields.data) TRY(put_data(customer, *fields.data));
  return {};
}

Result<void> check_external_id(const std::string& text) {
  const bool fits =
      !text.empty() && is_plain_line(text) && count_characters(text) <= external_id_characters_max;
  if (fits) return {};
  return bad("external id",
             fmt::format("it must be one line of 1 to {} characters", external_id_characters_max));
}

std::string search_text_of(const Customer& customer) {
  return formats::to_lower(fmt::format("{}\n{}\n{}", customer.name, customer.email.value_or(""),
                                       customer.phone.value_or("")));
}

}  // namespace parley::customers
