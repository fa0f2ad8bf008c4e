// UpstreamTransfer: one libcurl easy handle, from its options to its mapped result.
//
// Owned and used by the transfer thread alone; only the constructor may run elsewhere.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "net/upstream.h"
#include "net/upstream_mailbox.h"

namespace parley::net {

/// Name and value of one response header line; nullopt for anything else. Pure.
std::optional<std::pair<std::string, std::string>> parse_header_line(std::string_view line);

class UpstreamTransfer {
 public:
  UpstreamTransfer(UpstreamRequest request, const CurlUpstreamOptions& options,
                   std::shared_ptr<UpstreamMailbox> mailbox, const Clock& clock);
  UpstreamTransfer(const UpstreamTransfer&) = delete;
  UpstreamTransfer& operator=(const UpstreamTransfer&) = delete;

  /// Makes the handle. A failure means the request itself cannot be sent.
  std::optional<UpstreamFailure> prepare();

  CURL* easy() const { return easy_.get(); }

  /// The transfer of a handle that prepare() made.
  static UpstreamTransfer& of(CURL* easy);

  const UpstreamMailbox& mailbox() const { return *mailbox_; }

  /// Does what the caller wishes by now. False: it wants no more; the owner removes the handle.
  bool fulfil_wish();

  /// The deadline that has passed, if one has: the owner removes the handle.
  std::optional<UpstreamFailure> missed_deadline(int64_t now_ms) const;

  /// libcurl is done with it.
  void finish(CURLcode code);

  /// Ends the call for its caller.
  void fail(UpstreamFailure failure) { mailbox_->put_end(std::move(failure)); }

 private:
  struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  struct Deadline {
    int64_t at_ms;
    const char* name;
    int64_t limit_ms;
  };

  std::optional<UpstreamFailure> set_headers();
  void set_connection_options();
  void set_callbacks();
  size_t on_header(std::string_view line);
  size_t on_body(std::string_view bytes);
  std::optional<Deadline> next_deadline() const;
  UpstreamFailure failure_of(CURLcode code) const;

  const UpstreamRequest request_;
  const CurlUpstreamOptions& options_;
  const std::shared_ptr<UpstreamMailbox> mailbox_;
  const Clock& clock_;

  std::unique_ptr<curl_slist, ListDeleter> headers_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
  char error_text_[CURL_ERROR_SIZE] = {};

  int64_t started_ms_ = 0;
  int64_t connected_ms_ = -1;  ///< -1: not yet
  int64_t progress_ms_ = 0;    ///< when the head or the last piece came
  int64_t ignored_ms_ = -1;    ///< since when nobody wants the rest; -1: somebody does
  bool head_done_ = false;
  bool paused_ = false;
  size_t head_bytes_ = 0;
  UpstreamHead head_;
  std::optional<UpstreamFailure> own_failure_;  ///< why a callback made libcurl stop
};

}  // namespace parley::net
