#include "files/routes.h"

#include <fcntl.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/json_text.h"
#include "files/routes_documentation.h"
#include "http/answer_source.h"
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

OrderedJson upload_body(const StoredFile& file, const std::string& session_id) {
  OrderedJson body = {{"success", true}};
  body.update(to_json(file));
  body.erase("uploadedAt");
  body["sessionId"] = session_id;
  body["message"] = "File \"" + file.name +
                    "\" has been uploaded and processed successfully. You can now ask questions "
                    "about the data.";
  return body;
}

http::Reply upload_reply(const Result<StoredFile>& file, const std::string& session_id) {
  return file ? ordered_reply(upload_body(*file, session_id)) : upload_error(file.error());
}

/// The request ends before the upload is read: its body lives on with the job.
Result<std::shared_ptr<const net::RequestBody>> keep_body(const net::RequestBody& body) {
  auto kept = std::make_shared<net::RequestBody>();
  kept->bytes = body.bytes;
  kept->size = body.size;
  kept->budget_shares = body.budget_shares;
  if (body.file.is_open()) {
    kept->file = FileDescriptor(::fcntl(body.file.get(), F_DUPFD_CLOEXEC, 0));
    if (!kept->file.is_open()) return fail(ErrorCode::unavailable, "Too many files are open");
  }
  return kept;
}

/// Tells an event stream how far the reading is, at each further percent.
datasets::OnProgress tell_progress(const std::shared_ptr<events::AnswerStream>& stream) {
  return [stream, told = int64_t{-1}](int64_t bytes, int64_t total) mutable {
    const int64_t percent = total > 0 ? bytes * 100 / total : 100;
    if (percent == told) return;
    told = percent;
    stream->append("progress", dump({{"phase", "reading"}, {"bytes", bytes}, {"total", total}}));
  };
}

void tell_end(events::AnswerStream& stream, const Result<StoredFile>& file,
              const std::string& session_id) {
  const http::Reply reply = upload_reply(file, session_id);
  const std::string& body = std::get<std::string>(reply.body);
  if (file) return stream.finish("done", body);
  Json error = parse_json(body).value_or(Json::object());
  error["status"] = reply.status;
  stream.finish("error", dump(error));
}

/// Progress as events. A visitor that leaves cancels the upload.
http::Reply watched_upload(Uploads& uploads, Uploads::Job job) {
  auto stream = std::make_shared<events::AnswerStream>(1);
  std::stop_source stop;
  job.upload.on_progress = tell_progress(stream);
  job.upload.stop = stop.get_token();
  job.done = [stream, session_id = job.conversation_id](const Result<StoredFile>& file) {
    tell_end(*stream, file, session_id);
  };
  if (const auto started = uploads.start(std::move(job)); !started) {
    return http::error_reply(started.error());
  }
  return http::event_stream_reply(
      std::make_shared<http::AnswerSource>(stream, 0, [stop]() mutable { stop.request_stop(); }));
}

http::Reply plain_upload(Uploads& uploads, Uploads::Job job) {
  http::Reply reply;
  reply.body = http::Later{
      [&uploads, job = std::move(job)](const std::function<void(http::Reply)>& done) mutable {
        job.done = [done, session_id = job.conversation_id](const Result<StoredFile>& file) {
          done(upload_reply(file, session_id));
        };
        const auto started = uploads.start(std::move(job));
        if (!started) done(http::error_reply(started.error()));
      }};
  return reply;
}

http::Reply upload(const RouteParts& parts, const http::Request& request, const Scope& scope) {
  if (!is_multipart(request)) return unsupported(request);
  auto form = parse_form(request);
  if (!form) return http::error_reply(form.error());
  if (!is_uuid(form->session_id)) return refuse(ErrorCode::not_found, "Session not found");
  if (const auto allowed = parts.authorize(scope, form->session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  auto body = keep_body(request.body);
  if (!body) return http::error_reply(body.error());
  form->upload.body = body->get();
  Uploads::Job job{scope, form->session_id, std::move(*body), std::move(form->upload)};
  return request.accepts("text/event-stream") ? watched_upload(parts.uploads, std::move(job))
                                              : plain_upload(parts.uploads, std::move(job));
}

http::Reply info(const RouteParts& parts, const http::Request& request, const Scope& scope) {
  const std::string& session_id = request.parameter("session_id");
  if (const auto allowed = parts.authorize(scope, session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  const auto files = parts.files.list(scope, session_id);
  if (!files) return http::error_reply(files.error());
  if (files->empty()) return refuse(ErrorCode::not_found, "No file uploaded for this session");
  return ordered_reply(to_json(files->front()));
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

http::Reply query(const RouteParts& parts, const http::Request& request, const Scope& scope) {
  const auto text = parse_query(request);
  if (!text) {
    const bool is_framework = text.error().code == ErrorCode::unsupported_media ||
                              text.error().message.rfind("JSON parse error", 0) == 0;
    if (is_framework) return http::error_reply(text.error(), http::ErrorFamily::detail);
    return upload_error(text.error());
  }
  const std::string& session_id = request.parameter("session_id");
  if (const auto allowed = parts.authorize(scope, session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  const auto answer = parts.files.search(scope, session_id, *text);
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

/// One file if the path names it, else all.
http::Reply remove(const RouteParts& parts, const http::Request& request, const Scope& scope) {
  const std::string& session_id = request.parameter("session_id");
  if (const auto allowed = parts.authorize(scope, session_id); !allowed) {
    return http::error_reply(allowed.error());
  }
  const auto named = request.parameters.find("file_id");
  const std::string file_id = named == request.parameters.end() ? "" : named->second;
  const auto removed = parts.files.remove(scope, session_id, file_id);
  if (!removed) return http::error_reply(removed.error());
  if (*removed == 0) return refuse(ErrorCode::not_found, "No file data to delete");
  return ordered_reply({{"success", true}, {"message", "File data deleted successfully"}});
}

}  // namespace

OrderedJson to_json(const StoredFile& file) {
  return {{"fileId", file.id},
          {"fileName", file.name},
          {"fileType", name_of(file.type)},
          {"fileSize", file.size_bytes},
          {"uploadedAt", iso_timestamp(file.uploaded_at_ms)},
          {"sha256", file.sha256},
          {"summary", file.summary},
          {"profile", datasets::to_json(file.dataset)}};
}

http::Routes routes(const RouteParts& parts) {
  using http::Access, http::Limits, http::Method;
  const auto on_parts = [&parts](auto* handler) {
    return [parts, handler](const http::Request& request, const Scope& scope) {
      return handler(parts, request, scope);
    };
  };
  // Twice the limit is still read, so that a file a little too large gets its own words.
  const Limits upload_limits{2 * parts.files.options().file_bytes_max + multipart_overhead_bytes,
                             true};
  http::Routes all = {
      {Method::post, "/api/files/upload", Access::visitor, upload_limits, upload_documentation(),
       on_parts(&upload)},
      {Method::get, "/api/files/info/{session_id}", Access::visitor, Limits{}, info_documentation(),
       on_parts(&info)},
      {Method::post, "/api/files/query/{session_id}", Access::visitor, Limits{64 * 1024, false},
       query_documentation(), on_parts(&query)},
      {Method::del, "/api/files/{session_id}", Access::visitor, Limits{}, remove_documentation(),
       on_parts(&remove)},
      {Method::del, "/api/files/{session_id}/{file_id}", Access::visitor, Limits{},
       remove_one_documentation(), on_parts(&remove)},
  };
  http::Routes data = data_routes(parts);
  std::move(data.begin(), data.end(), std::back_inserter(all));
  return all;
}

}  // namespace parley::files
