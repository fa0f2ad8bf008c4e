// Routes of what files say: the list, SQL, receipts.
#include <fmt/format.h>

#include <exception>
#include <utility>

#include "base/log.h"
#include "files/csv_text.h"
#include "files/routes.h"
#include "files/routes_documentation.h"

namespace parley::files {

namespace {

/// What POST /api/files/sql asks for: a statement, or a receipt's again.
struct SqlRequest {
  std::string session_id;
  std::string sql;
  std::string receipt_id;
  bool is_csv = false;
};

Result<SqlRequest> parse_sql_request(const http::Request& request) {
  ASSIGN_OR_RETURN(const Json body, request.json_object());
  SqlRequest out;
  out.session_id = request.parameter("session_id");
  for (const char* key : {"sql", "receiptId", "format"}) {
    const Json* member = find_member(body, key);
    if (member == nullptr || member->is_null() || member->is_string()) continue;
    return fail(ErrorCode::invalid, fmt::format("{} must be a string", key));
  }
  out.sql = find_string(body, "sql").value_or("");
  out.receipt_id = find_string(body, "receiptId").value_or("");
  if (out.sql.empty() == out.receipt_id.empty()) {
    return fail(ErrorCode::invalid,
                out.sql.empty() ? "Missing sql" : "Give either sql or receiptId, not both");
  }
  const std::string format = find_string(body, "format").value_or("json");
  if (format != "json" && format != "csv") {
    return fail(ErrorCode::invalid, "format must be json or csv");
  }
  out.is_csv = format == "csv";
  return out;
}

/// The engine's reason is for the one who wrote the statement: {"error", "details"}.
http::Reply query_error(const Error& error) {
  if (error.code != ErrorCode::invalid || error.detail.empty()) return http::error_reply(error);
  return http::json_reply(400, {{"error", error.message}, {"details", error.detail}});
}

http::Reply csv_reply(const Receipt& receipt) {
  http::Reply reply;
  reply.content_type = "text/csv; charset=utf-8";
  reply.headers = {{"Content-Disposition", "attachment; filename=\"result.csv\""}};
  if (receipt.result.truncated) reply.headers.emplace_back("X-Result-Truncated", "true");
  reply.body = to_csv(receipt.result);
  return reply;
}

http::Reply receipt_reply(const Receipt& receipt) {
  return http::json_reply(200, to_json(receipt, receipt.result.rows.size()));
}

http::Reply run_again(Queries& queries, const SqlRequest& wanted, const Scope& scope,
                      const datasets::QueryLimits& limits, const std::stop_token& stop) {
  const auto again = queries.run_again(scope, wanted.session_id, wanted.receipt_id, limits, stop);
  if (!again) return query_error(again.error());
  if (wanted.is_csv) return csv_reply(again->receipt);
  Json body = to_json(again->receipt, again->receipt.result.rows.size());
  body["changed"] = again->is_changed;
  return http::json_reply(200, body);
}

http::Reply run_statement(Queries& queries, const SqlRequest& wanted, const Scope& scope,
                          const std::stop_token& stop) {
  const QueryOptions& options = queries.options();
  const auto& limits = wanted.is_csv ? options.download : options.shown;
  if (!wanted.receipt_id.empty()) return run_again(queries, wanted, scope, limits, stop);
  const auto receipt = queries.run(scope, wanted.session_id, wanted.sql, limits, stop);
  if (!receipt) return query_error(receipt.error());
  return wanted.is_csv ? csv_reply(*receipt) : receipt_reply(*receipt);
}

/// The server's own catch is on the worker; this runs beside it.
http::Reply run_or_internal(Queries& queries, const SqlRequest& wanted, const Scope& scope,
                            const std::stop_token& stop) {
  try {
    return run_statement(queries, wanted, scope, stop);
  } catch (const std::exception& error) {
    log::error("statement_threw", {{"what", error.what()}});
    return http::error_reply({ErrorCode::internal, {}, {}});
  }
}

http::Reply run_sql(const RouteParts& parts, const http::Request& request, const Scope& scope) {
  auto wanted = parse_sql_request(request);
  if (!wanted) return http::error_reply(wanted.error());
  if (const auto allowed = parts.authorize(scope, wanted->session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  http::Reply reply;
  reply.body =
      http::Later{[&statements = parts.statements, &queries = parts.queries, scope,
                   wanted = std::move(*wanted)](const std::function<void(http::Reply)>& done) {
        const auto started = statements.start([&queries, scope, wanted, done](const auto& stop) {
          done(run_or_internal(queries, wanted, scope, stop));
        });
        if (!started) done(http::error_reply(started.error()));
      }};
  return reply;
}

http::Reply list(const RouteParts& parts, const http::Request& request, const Scope& scope) {
  const std::string& session_id = request.parameter("session_id");
  if (const auto allowed = parts.authorize(scope, session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  const auto files = parts.files.list(scope, session_id);
  if (!files) return http::error_reply(files.error());
  OrderedJson body = {{"files", OrderedJson::array()},
                      {"filesMax", parts.files.options().files_max},
                      {"uploadMaxBytes", parts.files.options().file_bytes_max}};
  for (const StoredFile& file : *files) body["files"].push_back(to_json(file));
  http::Reply reply;
  reply.body = body.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return reply;
}

http::Reply receipt(const RouteParts& parts, const http::Request& request, const Scope& scope) {
  const std::string& session_id = request.parameter("session_id");
  if (const auto allowed = parts.authorize(scope, session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  const auto found = parts.queries.find(scope, session_id, request.parameter("receipt_id"));
  if (!found) return http::error_reply(found.error());
  if (found->is_file_deleted) {
    return http::error_reply({ErrorCode::not_found, "The file of this receipt was deleted", {}});
  }
  return receipt_reply(*found);
}

}  // namespace

http::Routes data_routes(const RouteParts& parts) {
  using http::Access, http::Limits, http::Method;
  const auto on_parts = [&parts](auto* handler) {
    return [parts, handler](const http::Request& request, const Scope& scope) {
      return handler(parts, request, scope);
    };
  };
  return {
      {Method::get, "/api/files/list/{session_id}", Access::visitor, Limits{}, list_documentation(),
       on_parts(&list)},
      {Method::post, "/api/files/sql/{session_id}", Access::visitor, Limits{64 * 1024, false},
       sql_documentation(), on_parts(&run_sql)},
      {Method::get, "/api/files/receipts/{session_id}/{receipt_id}", Access::visitor, Limits{},
       receipt_documentation(), on_parts(&receipt)},
  };
}

}  // namespace parley::files
