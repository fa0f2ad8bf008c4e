#include "customers/routes.h"

#include "customers/routes_documentation.h"

namespace parley::customers {

namespace {

using http::Reply;
using http::Request;

constexpr int64_t page_default = 50;
constexpr int64_t offset_max = 1'000'000'000;
constexpr int64_t body_bytes_max = 64 * 1024;  // the largest data, escaped

tl::unexpected<Error> wrong_type(const std::string& name, const std::string& type) {
  Error error{ErrorCode::invalid, "Invalid " + name};
  error.advice = name + " must be " + type;
  return fail(std::move(error));
}

/// The text member `name`: nullopt if absent, an empty optional inside if null.
Result<std::optional<std::optional<std::string>>> text_of(const Json& body,
                                                          const std::string& name) {
  using Text = std::optional<std::optional<std::string>>;
  const Json* member = find_member(body, name);
  if (member == nullptr) return Text();
  if (member->is_null()) return Text(std::optional<std::string>());
  if (!member->is_string()) return wrong_type(name, "a string");
  return Text(member->get<std::string>());
}

Result<Fields> fields_of(const Json& body) {
  Fields fields;
  ASSIGN_OR_RETURN(const auto name, text_of(body, "name"));
  if (name) fields.name = name->value_or("");  // null: a missing one
  ASSIGN_OR_RETURN(fields.email, text_of(body, "email"));
  ASSIGN_OR_RETURN(fields.phone, text_of(body, "phone"));
  const Json* data = find_member(body, "data");
  if (data != nullptr) fields.data = data->is_null() ? Json::object() : *data;
  return fields;
}

Result<Customer> add_documented(const RouteParts& parts, const Request& request,
                                const Scope& scope) {
  if (scope.actor() == Actor::visitor && !parts.is_add_open(scope)) {
    return fail(ErrorCode::unauthorized, "API key required");
  }
  ASSIGN_OR_RETURN(const Json body, request.documented_json());
  ASSIGN_OR_RETURN(const Fields fields, fields_of(body));
  return parts.service.add(scope, fields);
}

Reply add(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto added = add_documented(parts, request, scope);
  if (!added) return http::error_reply(added.error());
  return http::json_reply(200, {{"success", true},
                                {"customer_id", added->id},
                                {"name", added->name},
                                {"email", added->email ? Json(*added->email) : Json()},
                                {"phone", added->phone ? Json(*added->phone) : Json()},
                                {"created_at", iso_timestamp(added->created_at_ms)}});
}

Reply reply_of(int status, const Result<Customer>& customer) {
  return customer ? http::json_reply(status, to_json(*customer))
                  : http::error_reply(customer.error());
}

Reply create(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto fields = request.json_object().and_then(fields_of);
  if (!fields) return http::error_reply(fields.error());
  return reply_of(201, parts.service.add(scope, *fields));
}

Reply get(const RouteParts& parts, const Request& request, const Scope& scope) {
  return reply_of(200, parts.service.get(scope, request.parameter("customer_id")));
}

Reply update(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto fields = request.json_object().and_then(fields_of);
  if (!fields) return http::error_reply(fields.error());
  return reply_of(200, parts.service.update(scope, request.parameter("customer_id"), *fields));
}

struct PageRequest {
  std::string search;
  int64_t limit = page_default;
  int64_t offset = 0;
};

Result<PageRequest> page_of(const Request& request) {
  PageRequest page;
  ASSIGN_OR_RETURN(page.limit, request.query_number("limit", page_default, 1, page_max));
  ASSIGN_OR_RETURN(page.offset, request.query_number("offset", 0, 0, offset_max));
  const auto search = request.query.find("search");
  if (search != request.query.end()) page.search = search->second;
  return page;
}

Reply list(const RouteParts& parts, const Request& request, const Scope& scope) {
  const auto wanted = page_of(request);
  if (!wanted) return http::error_reply(wanted.error());
  const auto page = parts.service.list(scope, wanted->search, wanted->limit, wanted->offset);
  if (!page) return http::error_reply(page.error());
  Json body = {{"customers", Json::array()},
               {"total", page->total},
               {"limit", wanted->limit},
               {"offset", wanted->offset}};
  for (const Customer& customer : page->customers) body["customers"].push_back(to_json(customer));
  return http::json_reply(200, body);
}

}  // namespace

http::Routes routes(const RouteParts& parts) {
  using http::Access, http::Limits, http::Method;
  const Limits limits{body_bytes_max};
  const auto on_parts = [&parts](auto* handler) {
    return [parts, handler](const Request& request, const Scope& scope) {
      return handler(parts, request, scope);
    };
  };
  const std::string all = "/api/admin/tenants/{tenant}/customers";
  const std::string one = all + "/{customer_id}";
  // Documents 000/001 write the slash; callers forget it.
  return {
      {Method::post, "/api/customer/add/", Access::open, limits, document_add(), on_parts(&add)},
      {Method::post, "/api/customer/add", Access::open, limits, {}, on_parts(&add)},
      {Method::get, all, Access::admin, Limits{}, document_list(), on_parts(&list)},
      {Method::post, all, Access::admin, limits, document_create(), on_parts(&create)},
      {Method::get, one, Access::admin, Limits{}, document_get(), on_parts(&get)},
      {Method::put, one, Access::admin, limits, document_update(), on_parts(&update)},
  };
}

}  // namespace parley::customers
