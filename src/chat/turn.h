// The two kinds of Turn: one that runs here, and one read back from the database.
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/eventual.h"
#include "base/scope.h"
#include "chat/bill.h"
#include "chat/chat.h"
#include "chat/store.h"
#include "files/files.h"
#include "providers/provider.h"

namespace parley::chat {

/// What step ① fixed. Written by the thread that runs it, read by the one that runs the rest.
struct TurnFacts {
  int64_t number = 0;
  tenants::TenantPtr tenant;  ///< as it was when the turn began
  Json config;
  conversations::Message visitor;
  std::string answer_message_id;
  int64_t replaced_seq = 0;  ///< an answer that a retry replaces; 0: none
  std::string replaced_message_id;
  std::vector<PastMessage> history;
  std::vector<files::StoredFile> files;
  providers::Provider* provider = nullptr;
  std::string model;
  std::string customer_section;  ///< who the visitor is, for the system prompt; empty: not known
  std::string visitor_subject;   ///< whose daily limit counts: the customer, else the conversation
  Allowance allowance;
  std::optional<providers::Request> request;  ///< of the first step, if what it costs was reserved
  conversations::Mode mode = conversations::Mode::bot;
  std::optional<std::string> said;  ///< in place of an answer; empty: nothing more is said
  std::string started_transcript;   ///< stored form of the started event
  Json started;
  int64_t started_steady_ms = 0;
};

class LiveTurn final : public Turn {
 public:
  LiveTurn(Scope whose, SendMessage what, std::string hash)
      : scope(std::move(whose)), message(std::move(what)), request_hash(std::move(hash)) {}

  std::shared_ptr<events::AnswerStream> stream() override { return stream_; }
  size_t resume_offset(int64_t n) override { return stream_->offset_after(n); }
  void when_accepted(std::function<void(const Result<void>&)> accepted) override {
    accepted_.when_set(std::move(accepted));
  }
  void when_done(std::function<void(const Outcome&)> done) override {
    outcome_.when_set(std::move(done));
  }

  /// Tells who waits for acceptance; only the first call counts.
  void accept(Result<void> result) { accepted_.set(std::move(result)); }

  /// Ends the turn for plain callers; the stream's terminal event is the transcript's.
  void finish(Outcome outcome) { outcome_.set(std::move(outcome)); }

  const Scope scope;
  const SendMessage message;
  const std::string request_hash;
  std::stop_source stop;
  TurnFacts facts;

 private:
  const std::shared_ptr<events::AnswerStream> stream_ = std::make_shared<events::AnswerStream>();
  Eventual<Result<void>> accepted_;
  Eventual<Outcome> outcome_;
};

/// A turn that ended earlier, perhaps in another process.
class ReplayedTurn final : public Turn {
 public:
  /// Errors: internal (what is stored does not fit together).
  static Result<std::shared_ptr<Turn>> make(const StoredTurn& stored);

  std::shared_ptr<events::AnswerStream> stream() override { return stream_; }
  size_t resume_offset(int64_t n) override;
  void when_accepted(std::function<void(const Result<void>&)> accepted) override { accepted({}); }
  void when_done(std::function<void(const Outcome&)> done) override { done(outcome_); }

 private:
  std::shared_ptr<events::AnswerStream> stream_;
  Outcome outcome_;
  bool interrupted_ = false;
};

}  // namespace parley::chat
