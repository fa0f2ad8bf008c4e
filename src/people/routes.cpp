#include "people/routes.h"

namespace parley::people {

namespace {

using http::Reply;
using http::Request;

Reply erase(Service& service, const Request& request, const Scope& scope) {
  const auto erased = service.erase(scope, request.parameter("customer_id"));
  if (!erased) return http::error_reply(erased.error());
  return http::json_reply(200, {{"status", "erased"},
                                {"customerId", request.parameter("customer_id")},
                                {"conversations", erased->conversations},
                                {"files", erased->files}});
}

Reply export_all(Service& service, const Request& request, const Scope& scope) {
  const std::string& id = request.parameter("customer_id");
  auto exported = service.export_all(scope, id);
  if (!exported) return http::error_reply(exported.error());
  Reply reply;
  reply.headers = {{"Content-Disposition", "attachment; filename=\"customer-" + id + ".json\""}};
  reply.body = http::File{std::move(exported->file), exported->bytes};
  return reply;
}

http::Documentation document_erase() {
  http::Documentation out;
  out.tag = "Customers";
  out.summary =
      "Erases a customer with everything that is linked to it: conversations, messages, receipts, "
      "files. It cannot be undone.";
  out.errors = {401, 404, 503};
  out.response = {{"type", "object"},
                  {"properties",
                   {{"status", {{"type", "string"}, {"const", "erased"}}},
                    {"customerId", {{"type", "string"}, {"format", "uuid"}}},
                    {"conversations", {{"type", "integer"}, {"minimum", 0}}},
                    {"files", {{"type", "integer"}, {"minimum", 0}}}}},
                  {"required", {"status", "customerId", "conversations", "files"}}};
  return out;
}

http::Documentation document_export() {
  http::Documentation out;
  out.tag = "Customers";
  out.summary =
      "All that is stored about a customer, as a download: the customer, and each conversation "
      "with its messages, receipts and files (their bytes in base64).";
  out.errors = {401, 404, 413, 503, 507};
  out.response = {{"type", "object"},
                  {"properties",
                   {{"customer", {{"type", "object"}}},
                    {"exportedAt", {{"type", "string"}, {"format", "date-time"}}},
                    {"conversations", {{"type", "array"}, {"items", {{"type", "object"}}}}}}},
                  {"required", {"customer", "exportedAt", "conversations"}}};
  return out;
}

}  // namespace

http::Routes routes(Service& service) {
  using http::Access, http::Limits, http::Method;
  const auto on_service = [&service](auto* handler) {
    return [&service, handler](const Request& request, const Scope& scope) {
      return handler(service, request, scope);
    };
  };
  const std::string one = "/api/admin/tenants/{tenant}/customers/{customer_id}";
  return {
      {Method::del, one, Access::admin, Limits{}, document_erase(), on_service(&erase)},
      {Method::get, one + "/export", Access::admin, Limits{}, document_export(),
       on_service(&export_all)},
  };
}

}  // namespace parley::people
