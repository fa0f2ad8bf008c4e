#include <algorithm>

#include "base/ids.h"
#include "conversations/activity.h"
#include "conversations/config.h"
#include "conversations/conversations.h"
#include "conversations/store.h"
#include "crypto/digest.h"
#include "crypto/random.h"

namespace parley::conversations {

namespace {

constexpr int64_t activity_lag_ms = 60 * 1000;
constexpr int64_t recent_ms = 5 * 60 * 1000;
constexpr int64_t erased_per_write = 200;  // other writes wait meanwhile
constexpr size_t activities_per_write = 1'000;

tl::unexpected<Error> not_found() {
  return fail(ErrorCode::not_found, "Session not found");
}

}  // namespace

std::string_view name_of(Mode mode) {
  return mode == Mode::bot ? "bot" : "waiting";
}

std::string_view name_of(Author author) {
  return author == Author::visitor ? "visitor" : "assistant";
}

Service::Service(Options options, db::Database& database, const Clock& clock, Entropy& entropy)
    : options_(std::move(options)),
      database_(database),
      clock_(clock),
      entropy_(entropy),
      activity_(std::make_unique<Activity>()) {}

Service::~Service() = default;

/// One answer for what is absent and for what is another's: ids cannot be probed.
Result<void> Service::admit(const Scope& scope, const std::optional<Gate>& gate) const {
  const VisitorProof& proof = scope.proof();
  const bool needs_proof = scope.actor() == Actor::visitor && proof.required;
  if (needs_proof && proof.token_hash.empty()) {
    return fail(ErrorCode::unauthorized, "Visitor token required");
  }
  if (!gate) return not_found();
  if (needs_proof && !crypto::equal_constant_time(gate->token_hash, proof.token_hash)) {
    return not_found();
  }
  return {};
}

bool Service::may_see(const db::Reader& reader, const Scope& scope, const std::string& id) const {
  return admit(scope, Store::find_gate(scope, reader, id)).has_value();
}

/// As admit(), and to nobody once it has expired.
Result<void> Service::admit_alive(const Scope& scope, const std::string& id,
                                  const std::optional<Gate>& gate) const {
  TRY(admit(scope, gate));
  const int64_t active_ms = std::max(gate->last_activity_ms, activity_->last(scope, id));
  if (clock_.now_ms() - active_ms >= options_.idle_ms) return not_found();
  return {};
}

Result<void> Service::open_gate(const db::Reader& reader, const Scope& scope,
                                const std::string& id) const {
  return admit_alive(scope, id, Store::find_gate(scope, reader, id));
}

Result<Conversation> Service::load(const db::Reader& reader, const Scope& scope,
                                   const std::string& id) const {
  std::optional<Found> found = Store::find(scope, reader, id);
  TRY(admit_alive(scope, id, found ? std::optional(std::move(found->gate)) : std::nullopt));
  return std::move(found->conversation);
}

Result<Json> Service::checked(Json config) const {
  TRY(check_config(config));
  if (dump(config).size() <= options_.config_bytes_max) return config;
  return fail(ErrorCode::invalid, "config must not be larger than " +
                                      std::to_string(options_.config_bytes_max) + " bytes");
}

Result<Created> Service::create(const Scope& scope, const Json& config) {
  return database_.write<Created>(
      scope, [&](const db::Tx& tx) { return create(tx, scope, config, std::nullopt); });
}

Result<Conversation> Service::get(const Scope& scope, const std::string& id) {
  ASSIGN_OR_RETURN(Conversation conversation,
                   database_.read<Conversation>(
                       [&](const db::Reader& reader) { return load(reader, scope, id); }));
  conversation.last_activity_ms =
      std::max(conversation.last_activity_ms, activity_->last(scope, id));
  return conversation;
}

Result<Conversation> Service::touch(const Scope& scope, const std::string& id) {
  ASSIGN_OR_RETURN(Conversation conversation,
                   database_.read<Conversation>(
                       [&](const db::Reader& reader) { return load(reader, scope, id); }));
  conversation.last_activity_ms = note_activity(scope, id, conversation.last_activity_ms);
  return conversation;
}

Result<History> Service::history(const Scope& scope, const std::string& id, int64_t limit,
                                 const AlsoRead& also) {
  ASSIGN_OR_RETURN(History history, database_.read<History>([&](const db::Reader& reader)
                                                                -> Result<History> {
    ASSIGN_OR_RETURN(Conversation conversation, load(reader, scope, id));
    std::vector<Message> messages = Store::messages(scope, reader, id, {limit, history_bytes_max});
    if (also && !messages.empty()) also(reader);
    return History{std::move(conversation), std::move(messages)};
  }));
  int64_t& active_ms = history.conversation.last_activity_ms;
  active_ms = note_activity(scope, id, active_ms);
  return history;
}

Result<std::vector<Message>> Service::messages(const Scope& scope, const std::string& id,
                                               int64_t limit, const AlsoRead& also) {
  using Messages = std::vector<Message>;
  int64_t active_ms = 0;
  ASSIGN_OR_RETURN(
      Messages messages,
      database_.read<Messages>([&](const db::Reader& reader) -> Result<Messages> {
        const std::optional<Gate> gate = Store::find_gate(scope, reader, id);
        TRY(admit_alive(scope, id, gate));
        active_ms = gate->last_activity_ms;
        Messages newest = Store::messages(scope, reader, id, {limit, history_bytes_max});
        if (also && !newest.empty()) also(reader);
        return newest;
      }));
  note_activity(scope, id, active_ms);
  return messages;
}

/// The time of the last activity, which is now; `stored_ms` is what the row says.
int64_t Service::note_activity(const Scope& scope, const std::string& id, int64_t stored_ms) {
  const int64_t now_ms = clock_.now_ms();
  const bool noted = activity_->note(scope, id, now_ms);
  if (!noted || now_ms - stored_ms >= activity_lag_ms) {
    // A failure costs nothing but the lag: the note stays, and the next write takes it along.
    (void)store_activity(scope);
  }
  return std::max(stored_ms, now_ms);
}

Result<Conversation> Service::merge_config(const Scope& scope, const std::string& id,
                                           const Json& changes) {
  return database_.write<Conversation>(
      scope, [&](const db::Tx& tx) { return merge_config(tx, scope, id, changes); });
}

Result<Statistics> Service::statistics(const Scope& scope) {
  (void)store_activity(scope);  // figures from the stored rows are better than none
  return database_.read<Statistics>([&](const db::Reader& reader) -> Result<Statistics> {
    const int64_t now_ms = clock_.now_ms();
    return Store::count(scope, reader, now_ms - options_.idle_ms, now_ms - recent_ms);
  });
}

Result<CallPage> Service::calls(const Scope& scope, int64_t limit, int64_t offset) {
  return database_.read<CallPage>([&](const db::Reader& reader) -> Result<CallPage> {
    return CallPage{Store::calls(scope, reader, limit, offset), Store::count_calls(scope, reader)};
  });
}

Result<int64_t> Service::clear(const Scope& scope, const std::string& id) {
  return database_.write<int64_t>(scope, [&](const db::Tx& tx) -> Result<int64_t> {
    TRY(touch(tx, scope, id));
    return Store::clear(scope, tx, id);
  });
}

Result<int64_t> Service::sweep(const Scope& scope) {
  TRY(store_activity(scope));
  const int64_t until_ms = clock_.now_ms() - std::max(options_.retention_ms, options_.idle_ms);
  int64_t total = 0;
  for (int64_t erased = erased_per_write; erased == erased_per_write; total += erased) {
    ASSIGN_OR_RETURN(erased,
                     database_.write<int64_t>(scope, [&](const db::Tx& tx) -> Result<int64_t> {
                       return Store::erase(scope, tx, until_ms, erased_per_write);
                     }));
  }
  return total;
}

Result<void> Service::store_activity(const Scope& scope) {
  std::vector<Activity::Entry> waiting = activity_->waiting(scope);
  while (!waiting.empty()) {
    const size_t kept = waiting.size() - std::min(waiting.size(), activities_per_write);
    const std::vector<Activity::Entry> batch(waiting.begin() + static_cast<ptrdiff_t>(kept),
                                             waiting.end());
    waiting.resize(kept);
    TRY(database_.write<bool>(scope, [&](const db::Tx& tx) -> Result<bool> {
      for (const Activity::Entry& entry : batch) Store::set_activity(scope, tx, entry);
      return true;
    }));
    activity_->stored(scope, batch);
  }
  return {};
}

}  // namespace parley::conversations
