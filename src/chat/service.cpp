#include <array>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <map>
#include <mutex>

#include "base/log.h"
#include "base/text.h"
#include "base/thread_group.h"
#include "chat/answer.h"
#include "chat/chat.h"
#include "chat/lanes.h"
#include "chat/ledger.h"
#include "chat/store.h"
#include "chat/tenant_places.h"
#include "crypto/digest.h"

namespace parley::chat {

namespace {

constexpr int64_t busy_retry_ms = 1'000;

std::string hash_of(const SendMessage& message) {
  return crypto::sha256_hex(
      dump({{"text", message.text}, {"config", message.config}, {"retryOf", message.retry_of}}));
}

Error key_reused() {
  return {ErrorCode::unprocessable, "This Idempotency-Key was used for another message"};
}

Error restarting() {
  Error error{ErrorCode::unavailable, "The server is restarting. Please try again in a moment."};
  error.retry_after_ms = busy_retry_ms;
  return error;
}

/// A turn that never began, or has no proper end: whoever waits for it is told why.
void end_unstarted(LiveTurn& turn, const Error& error) {
  turn.accept(fail(error));
  turn.stream()->finish("error", dump(to_event(error_text(error), turn.message.request_id)));
  Outcome outcome;
  outcome.error = error;
  turn.finish(std::move(outcome));
}

/// For logs and metrics; the visitor's words are in neither.
void record(Metrics& metrics, const LiveTurn& turn, const Produced& produced, int64_t took_ms) {
  if (turn.facts.said) return;  // no provider had a part in it
  const MetricLabels labels = {{"provider", produced.provider}, {"finish", produced.finish}};
  metrics.count("parley_answers_total", labels);
  metrics.observe_seconds("parley_answer_seconds", {{"provider", produced.provider}},
                          static_cast<double>(took_ms) / 1000);
  const auto& usage = produced.usage;
  const auto count_tokens = [&](const char* kind, int64_t tokens) {
    metrics.count("parley_tokens_total", {{"provider", produced.provider}, {"kind", kind}},
                  static_cast<double>(tokens));
  };
  count_tokens("input", usage.input());
  count_tokens("output", usage.output);
  metrics.count("parley_cost_usd_total", {{"provider", produced.provider}},
                static_cast<double>(produced.bill.spent.cost_microusd) / 1e6);
  log::info("answer", {{"request", turn.message.request_id},
                       {"provider", produced.provider},
                       {"model", produced.model},
                       {"finish", produced.finish},
                       {"finish_raw", produced.finish_raw},
                       {"provider_request", produced.request_id},
                       {"tokens_in", usage.input()},
                       {"tokens_cached", usage.input_cache_read},
                       {"tokens_out", usage.output},
                       {"usage_known", usage.known},
                       {"ms", took_ms}});
}

void record(Metrics& metrics, const LiveTurn& turn, const Unanswered& unanswered) {
  const std::string provider = turn.facts.provider->name();
  metrics.count("parley_answers_total", {{"provider", provider}, {"finish", "failed"}});
  log::warning("answer_failed", {{"request", turn.message.request_id},
                                 {"provider", provider},
                                 {"model", turn.facts.model},
                                 {"code", unanswered.text.code},
                                 {"detail", unanswered.detail}});
}

/// The limit is reached, and a person is to answer.
AnswerOutcome said_instead(const LiveTurn& turn, Transcript& transcript) {
  if (!turn.facts.said->empty()) transcript.delta(*turn.facts.said);
  Produced produced;
  produced.finish = "stop";
  produced.usage.known = true;
  return produced;
}

Json usage_event(const providers::Usage& usage) {
  return {{"inputTokens", usage.input()},
          {"cachedTokens", usage.input_cache_read},
          {"outputTokens", usage.output},
          {"reasoningTokens", usage.reasoning}};
}

}  // namespace

struct Service::Impl {
  Impl(Options given_options, Parts given_parts)
      : options(std::move(given_options)),
        parts(std::move(given_parts)),
        spending(options, parts),
        ledger(options, parts, spending),
        answerer(options, spending, parts.files, parts.queries),
        lanes(options.waiting_turns_max),
        threads(options.answers_max) {}

  using LiveTurnPtr = std::shared_ptr<LiveTurn>;

  Result<void> check(LiveTurn& turn);
  Result<void> check_budget(const Scope& scope, const budgets::Subject& subject, bool is_call);
  Result<std::optional<Ledger::Keyed>> find_earlier(const LiveTurnPtr& turn);
  Result<std::shared_ptr<Turn>> enter(const LiveTurnPtr& turn);
  Result<std::shared_ptr<Turn>> start(const LiveTurnPtr& turn);
  void run_lane(LiveTurnPtr turn);
  void run(const LiveTurnPtr& turn);
  void finish_stored(const LiveTurnPtr& turn, Transcript& transcript,
                     const Result<Ledger::Ended>& ended);
  LiveTurnPtr leave(const LiveTurnPtr& turn);
  size_t places_of(const Scope& scope) const;
  tl::unexpected<Error> end_lane(const LiveTurnPtr& turn, const Error& error);

  const Options options;
  Parts parts;
  const Spending spending;
  const Ledger ledger;
  const Answerer answerer;
  Lanes lanes;
  std::array<std::mutex, 64> claiming;  ///< by key: held from a claim until it stands or is dropped
  TenantPlaces places;
  std::atomic<bool> draining = false;
  std::map<std::string, int64_t> swept_days;  ///< by tenant; only sweep() uses it

  std::mutex idle_mutex;  ///< only for waiting on lane_left
  std::condition_variable lane_left;
  ThreadGroup threads;  ///< last: joined before anything above goes
};

Service::Service(Options options, Parts parts)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(parts))) {}

Service::~Service() {
  drain(0);
}

Result<void> Service::Impl::check(LiveTurn& turn) {
  const SendMessage& message = turn.message;
  if (count_characters(message.text) > options.message_characters_max) {
    return fail(ErrorCode::too_large, "The message is too long. Please shorten it.");
  }
  Json config = Json::object();
  turn.facts.visitor_subject = message.conversation_id;
  if (!message.is_call) {
    ASSIGN_OR_RETURN(const auto conversation,
                     parts.conversations.get(turn.scope, message.conversation_id));
    config = conversation.config;
    turn.facts.visitor_subject = conversation.customer_id.value_or(message.conversation_id);
  }
  if (message.config.is_object()) config.update(message.config);
  ASSIGN_OR_RETURN(const auto tenant, ledger.tenant_of(turn.scope));
  return ledger.choose_provider(*tenant, config).map([](const auto&) {});
}

/// What step ① will say to it as things stand, told before a stream begins.
Result<void> Service::Impl::check_budget(const Scope& scope, const budgets::Subject& subject,
                                         bool is_call) {
  if (!spending.is_limited(scope)) return {};
  return parts.database.read<void>([&](const db::Reader& reader) -> Result<void> {
    if (auto no = spending.refusal(reader, scope, subject, is_call)) return fail(*std::move(no));
    return {};
  });
}

Result<std::shared_ptr<Turn>> Service::send(const Scope& scope, SendMessage message) {
  std::string hash = hash_of(message);
  const auto turn = std::make_shared<LiveTurn>(scope, std::move(message), std::move(hash));
  TRY(impl_->check(*turn));
  ASSIGN_OR_RETURN(const auto earlier, impl_->find_earlier(turn));
  if (!earlier) return impl_->enter(turn);
  if (earlier->request_hash != turn->request_hash) return fail(key_reused());
  return earlier->turn;
}

/// The turn of an earlier send with the key of `turn`. If there is none, `turn` has the key now.
Result<std::optional<Ledger::Keyed>> Service::Impl::find_earlier(const LiveTurnPtr& turn) {
  using Found = std::optional<Ledger::Keyed>;
  const std::string& key = turn->message.idempotency_key;
  if (key.empty()) return Found();
  // A claim is seen by others only after it stands: they wait for what it will answer.
  const std::scoped_lock lock(claiming[std::hash<std::string>()(key) % claiming.size()]);
  if (const auto other = lanes.claim_key(turn)) return Found({other->request_hash, other});
  auto stored = ledger.find_by_key(turn->scope, turn->message.conversation_id, key);
  if (!stored || stored->has_value()) lanes.drop_key(turn);
  return stored;
}

Result<std::shared_ptr<Turn>> Service::Impl::enter(const LiveTurnPtr& turn) {
  const auto refuse = [&](Error error) {
    end_unstarted(*turn, error);
    lanes.drop_key(turn);
    return fail(std::move(error));
  };
  const budgets::Subject subject{turn->message.conversation_id, turn->facts.visitor_subject, "",
                                 ""};
  if (auto paid = check_budget(turn->scope, subject, turn->message.is_call); !paid) {
    return refuse(std::move(paid).error());
  }
  switch (lanes.enter(turn)) {
    case Lanes::Entry::runs:
      return start(turn);
    case Lanes::Entry::waits:
      turn->accept({});
      return turn;
    case Lanes::Entry::closed:
      return refuse(restarting());
    case Lanes::Entry::full:
      break;
  }
  return refuse(
      {ErrorCode::rate_limited, "Too many messages are waiting. Please wait for the answers."});
}

Result<std::shared_ptr<Turn>> Service::Impl::start(const LiveTurnPtr& turn) {
  const std::string& tenant_id = turn->scope.tenant_id();
  if (!places.take(tenant_id, places_of(turn->scope))) {
    Error error{ErrorCode::rate_limited,
                "Too many answers are running here. Please try again in a moment."};
    error.retry_after_ms = busy_retry_ms;
    return end_lane(turn, error);
  }
  // Step ① waits for a commit: on the turn's own thread, so that many share one, and no worker is
  // held.
  const auto run_it = [this, turn] {
    run_lane(turn);
    places.leave(turn->scope.tenant_id());
  };
  if (threads.reserve() && threads.start(run_it)) return turn;
  places.leave(tenant_id);
  Error error{ErrorCode::unavailable,
              "Too many answers are running. Please try again in a moment."};
  error.retry_after_ms = busy_retry_ms;
  return end_lane(turn, error);
}

size_t Service::Impl::places_of(const Scope& scope) const {
  const auto tenant = parts.tenants.find(scope.tenant_id());
  const int64_t own = tenant != nullptr ? tenant->settings.rates.answers_max : 0;
  return own > 0 ? static_cast<size_t>(own) : options.answers_per_tenant_max;
}

/// Nobody runs `turn`, nor who waits behind it.
tl::unexpected<Error> Service::Impl::end_lane(const LiveTurnPtr& turn, const Error& error) {
  for (auto next = turn; next != nullptr; next = leave(next)) end_unstarted(*next, error);
  return fail(error);
}

void Service::Impl::run_lane(LiveTurnPtr turn) {
  for (; turn != nullptr; turn = leave(turn)) {
    try {
      const Result<void> begun = draining ? fail(restarting()) : ledger.begin(*turn);
      begun ? run(turn) : end_unstarted(*turn, begun.error());
    } catch (const std::exception& error) {
      // What is stored of it stands as after a crash; the conversation goes on.
      log::error("answer_threw", {{"request", turn->message.request_id}, {"what", error.what()}});
      end_unstarted(*turn, {ErrorCode::internal, {}});
    }
  }
}

void Service::Impl::run(const LiveTurnPtr& turn) {
  turn->stream()->set_seq(turn->facts.number);
  Transcript transcript(turn->stream());
  transcript.event("started", turn->facts.started);
  turn->accept({});
  AnswerOutcome answered =
      turn->facts.said ? said_instead(*turn, transcript) : answerer.run(*turn, transcript);
  if (answered) {
    // Ended by us, not by the visitor: it may be asked again.
    if (draining && answered->finish == "stopped") answered->finish = "truncated";
    transcript.event("usage", usage_event(answered->usage));
    record(parts.metrics, *turn, *answered,
           parts.clock.steady_ms() - turn->facts.started_steady_ms);
    finish_stored(turn, transcript, ledger.complete(*turn, transcript, *std::move(answered)));
  } else {
    record(parts.metrics, *turn, answered.error());
    finish_stored(turn, transcript, ledger.abandon(*turn, transcript, answered.error()));
  }
}

void Service::Impl::finish_stored(const LiveTurnPtr& turn, Transcript& transcript,
                                  const Result<Ledger::Ended>& ended) {
  if (ended) {
    transcript.finish(ended->event, ended->data);
    turn->finish(ended->outcome);
    return;
  }
  log::error("answer_not_stored", {{"request", turn->message.request_id},
                                   {"code", name_of(ended.error().code)},
                                   {"detail", ended.error().detail}});
  const FailureText text = error_text(ended.error());
  transcript.finish("error", to_event(text, turn->message.request_id));
  turn->finish(to_outcome(text));
}

Service::Impl::LiveTurnPtr Service::Impl::leave(const LiveTurnPtr& turn) {
  auto next = lanes.leave(turn);
  const std::scoped_lock lock(idle_mutex);
  lane_left.notify_all();
  return next;
}

Result<std::shared_ptr<Turn>> Service::find_turn(const Scope& scope,
                                                 const std::string& conversation_id,
                                                 std::optional<events::EventId> after) {
  TRY(impl_->parts.conversations.get(scope, conversation_id));
  const auto running = impl_->lanes.running(scope, conversation_id);
  if (!after || (running != nullptr && running->stream()->seq() == after->seq)) return running;
  return impl_->ledger.find(scope, conversation_id, after->seq);
}

Result<bool> Service::stop(const Scope& scope, const std::string& conversation_id) {
  TRY(impl_->parts.conversations.get(scope, conversation_id));
  const auto running = impl_->lanes.running(scope, conversation_id);
  if (running == nullptr) return false;
  running->stop.request_stop();
  return true;
}

Result<int64_t> Service::clear_history(const Scope& scope, const std::string& conversation_id) {
  TRY(stop(scope, conversation_id));
  ASSIGN_OR_RETURN(const int64_t cleared, impl_->parts.conversations.clear(scope, conversation_id));
  TRY(impl_->parts.database.write<int64_t>(scope, [&](const db::Tx& tx) -> Result<int64_t> {
    impl_->parts.queries.forget(tx, scope, conversation_id);
    return store::forget(tx, scope, conversation_id);
  }));
  return cleared;
}

void Service::forget_replays(const db::Tx& tx, const Scope& scope,
                             const std::string& conversation_id) const {
  store::forget(tx, scope, conversation_id);
}

Result<void> Service::check_budget(const Scope& scope) {
  return impl_->check_budget(scope, {}, true);
}

Result<int64_t> Service::recover(const Scope& scope) {
  TRY(impl_->parts.budgets.recover(scope));
  return impl_->parts.database.write<int64_t>(scope, [&](const db::Tx& tx) -> Result<int64_t> {
    return store::interrupt_running(tx, scope);
  });
}

Result<int64_t> Service::sweep(const Scope& scope) {
  // Once a day is enough for what counts days; yesterday's answers may still run.
  const int64_t today = budgets::day_of(now_ms());
  int64_t& swept_day = impl_->swept_days[scope.tenant_id()];
  if (swept_day != today) TRY(impl_->parts.budgets.sweep(scope, today - 1));
  swept_day = today;
  return impl_->parts.database.write<int64_t>(scope, [&](const db::Tx& tx) -> Result<int64_t> {
    return store::forget_before(tx, scope, tx.now_ms() - impl_->options.replay_ms);
  });
}

void Service::drain(int64_t grace_ms) {
  impl_->lanes.close();
  const auto is_idle = [&] { return impl_->lanes.statistics().running == 0; };
  std::unique_lock lock(impl_->idle_mutex);
  impl_->lane_left.wait_for(lock, std::chrono::milliseconds(grace_ms), is_idle);
  impl_->draining = true;
  for (const auto& turn : impl_->lanes.running()) turn->stop.request_stop();
  impl_->lane_left.wait(lock, is_idle);
}

Statistics Service::statistics() const {
  return impl_->lanes.statistics();
}

int64_t Service::now_ms() const {
  return impl_->parts.clock.now_ms();
}

}  // namespace parley::chat
