#include "files/routes.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "files/json_text.h"
#include "files/routes_documentation.h"
#include "http/multipart.h"

namespace parley::files {

namespace {

// Around the file: boundaries, headers and small fields.
constexpr int64_t multipart_overhead_bytes = 64 * 1024;

struct UploadForm {
  std::string session_id;
  Upload upload;
};

http::Reply ordered_reply(const OrderedJson& body) {
  http::Reply reply;
  reply.body = body.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
  return reply;
}

http::Reply refuse(ErrorCode code, std::string message) {
  return http::error_reply(Error{code, std::move(message)});
}

/// Faults of the file itself are told in full: {"error", "details"}.
http::Reply upload_error(const Error& error) {
  if (error.code != ErrorCode::invalid || error.detail.empty()) return http::error_reply(error);
  return http::json_reply(400, {{"error", error.message}, {"details", error.detail}});
}

/// "Missing sessionId", then "No file uploaded": the order that callers know.
Result<UploadForm> parse_form(const http::Request& request) {
  const std::string content_type(request.header("content-type").value_or(""));
  ASSIGN_OR_RETURN(const auto parts, http::parse_multipart(content_type, request.body));
  UploadForm form;
  bool has_file = false;
  for (const http::MultipartPart& part : parts) {
    if (part.name == "sessionId" && !part.is_file) form.session_id = part.value;
    if (part.name != "file" || !part.is_file || part.filename.empty()) continue;
    has_file = true;
    form.upload = {part.filename, part.content_type, &request.body, part.offset, part.length};
  }
  if (form.session_id.empty()) return fail(ErrorCode::invalid, "Missing sessionId");
  if (!has_file) return fail(ErrorCode::invalid, "No file uploaded");
  return form;
}

bool is_multipart(const http::Request& request) {
  const std::string_view type = request.header("content-type").value_or("");
  constexpr std::string_view wanted = "multipart/form-data";
  return std::equal(
      wanted.begin(), wanted.end(), type.begin(),
      type.begin() + static_cast<std::ptrdiff_t>(std::min(wanted.size(), type.size())),
      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
}

http::Reply unsupported(const http::Request& request) {
  const std::string type(request.header("content-type").value_or(""));
  return http::error_reply(
      {ErrorCode::unsupported_media, "Unsupported media type \"" + type + "\" in request."},
      http::ErrorFamily::detail);
}

http::Reply upload_reply(const StoredFile& file, const std::string& session_id) {
  return ordered_reply({{"success", true},
                        {"fileName", file.name},
                        {"fileType", name_of(file.type)},
                        {"fileSize", file.size_bytes},
                        {"summary", file.summary},
                        {"sessionId", session_id},
                        {"message", "File \"" + file.name +
                                        "\" has been uploaded and processed successfully. You can "
                                        "now ask questions about the data."}});
}

http::Reply upload(Service& service, const Authorize& authorize, const http::Request& request,
                   const Scope& scope) {
  if (!is_multipart(request)) return unsupported(request);
  const auto form = parse_form(request);
  if (!form) return http::error_reply(form.error());
  if (!is_uuid(form->session_id)) return refuse(ErrorCode::not_found, "Session not found");
  if (const auto allowed = authorize(scope, form->session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  const auto file = service.upload(scope, form->session_id, form->upload);
  if (!file) return upload_error(file.error());
  return upload_reply(*file, form->session_id);
}

http::Reply info(Service& service, const Authorize& authorize, const http::Request& request,
                 const Scope& scope) {
  const std::string& session_id = request.parameter("session_id");
  if (const auto allowed = authorize(scope, session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  const auto file = service.find(scope, session_id);
  if (!file) return http::error_reply(file.error());
  if (!*file) return refuse(ErrorCode::not_found, "No file uploaded for this session");
  const StoredFile& found = **file;
  return ordered_reply({{"fileName", found.name},
                        {"fileType", name_of(found.type)},
                        {"fileSize", found.size_bytes},
                        {"uploadedAt", iso_timestamp(found.uploaded_at_ms)},
                        {"summary", found.summary}});
}

/// The text to look for. Errors: invalid, with a detail to show where the type is wrong.
Result<std::string> parse_query(const http::Request& request) {
  ASSIGN_OR_RETURN(const Json body, request.json_object());
  const Json* query = find_member(body, "query");
  if (query == nullptr || query->is_null() ||
      (query->is_string() && query->get_ref<const std::string&>().empty())) {
    return fail(ErrorCode::invalid, "Missing query parameter");
  }
  if (!query->is_string()) {
    return fail(ErrorCode::invalid, "Failed to query file data", "query must be a string");
  }
  return query->get<std::string>();
}

http::Reply query(Service& service, const Authorize& authorize, const http::Request& request,
                  const Scope& scope) {
  const auto text = parse_query(request);
  if (!text) {
    const bool is_framework = text.error().code == ErrorCode::unsupported_media ||
                              text.error().message.rfind("JSON parse error", 0) == 0;
    if (is_framework) return http::error_reply(text.error(), http::ErrorFamily::detail);
    return upload_error(text.error());
  }
  const std::string& session_id = request.parameter("session_id");
  if (const auto allowed = authorize(scope, session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  const auto answer = service.search(scope, session_id, *text);
  if (!answer) return http::error_reply(answer.error());
  // The results can be megabytes of JSON text: they are put in as they are.
  std::string body = "{\"query\":";
  append_json_string(body, *text);
  body += ",\"results\":" + answer->results + ",\"fileName\":";
  append_json_string(body, answer->file_name);
  body += ",\"fileType\":\"" + std::string(name_of(answer->type)) + "\"}";
  http::Reply reply;
  reply.body = std::move(body);
  return reply;
}

http::Reply remove(Service& service, const Authorize& authorize, const http::Request& request,
                   const Scope& scope) {
  const std::string& session_id = request.parameter("session_id");
  if (const auto allowed = authorize(scope, session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  const auto removed = service.remove(scope, session_id);
  if (!removed) return http::error_reply(removed.error());
  if (!*removed) return refuse(ErrorCode::not_found, "No file data to delete");
  return ordered_reply({{"success", true}, {"message", "File data deleted successfully"}});
}

using Action = http::Reply (*)(Service&, const Authorize&, const http::Request&, const Scope&);

http::Handler handler_of(Service& service, const Authorize& authorize, Action action) {
  return [&service, authorize, action](const http::Request& request, const Scope& scope) {
    return action(service, authorize, request, scope);
  };
}

}  // namespace

http::Routes routes(Service& service, const Authorize& authorize) {
  // Twice the limit is still read, so that a file a little too large gets its own words.
  const http::Limits upload_limits{2 * service.options().file_bytes_max + multipart_overhead_bytes,
                                   true};
  return {
      {http::Method::post, "/api/files/upload", http::Access::visitor, upload_limits,
       upload_documentation(), handler_of(service, authorize, upload)},
      {http::Method::get,
       "/api/files/info/{session_id}",
       http::Access::visitor,
       {},
       info_documentation(),
       handler_of(service, authorize, info)},
      {http::Method::post,
       "/api/files/query/{session_id}",
       http::Access::visitor,
       {64 * 1024, false},
       query_documentation(),
       handler_of(service, authorize, query)},
      {http::Method::del,
       "/api/files/{session_id}",
       http::Access::visitor,
       {},
       remove_documentation(),
       handler_of(service, authorize, remove)},
  };
}

}  // namespace parley::files
