#include "chat/ledger.h"

#include <fmt/format.h>

#include <tuple>

#include "base/ids.h"

namespace parley::chat {

namespace {

using conversations::Author;
using conversations::Message;

/// Read for the context, which takes far less of it.
constexpr size_t context_bytes_max = 1024 * 1024;

Json message_json(const Message& message) {
  return {{"messageId", message.id},
          {"seq", message.seq},
          {"content", message.content},
          {"timestamp", message.created_at_ms}};
}

Json usage_json(const providers::Usage& usage) {
  if (!usage.known) return {{"known", false}, {"raw", usage.raw}};
  return {{"input", usage.input()},
          {"inputCached", usage.input_cache_read},
          {"inputCacheWrite", usage.input_cache_write},
          {"output", usage.output},
          {"reasoning", usage.reasoning},
          {"raw", usage.raw}};
}

/// Nobody answers while a person is waited for.
std::string provider_of(const LiveTurn& turn) {
  return turn.facts.said ? "" : turn.facts.provider->name();
}

Json started_json(const LiveTurn& turn) {
  const TurnFacts& facts = turn.facts;
  Json started = {
      {"messageId", facts.answer_message_id},      {"seq", facts.visitor.seq + 1},
      {"sessionId", turn.message.conversation_id}, {"provider", provider_of(turn)},
      {"model", facts.said ? "" : facts.model},    {"userMessage", message_json(facts.visitor)}};
  if (facts.mode != conversations::Mode::bot) started["mode"] = name_of(facts.mode);
  return started;
}

/// Where calls are counted, an answer that says something is one.
Bill bill_of(const LiveTurn& turn, const Produced& produced, bool said_something) {
  Bill bill = produced.bill;
  const Allowance& allowance = turn.facts.allowance;
  if (allowance.unit == tenants::Unit::calls && !allowance.reservation_id.empty()) {
    bill.units = said_something ? 1 : 0;
  }
  return bill;
}

bool is_answered(const std::vector<PastMessage>& history) {
  return history.empty() || history.back().role == providers::Turn::Role::assistant;
}

bool may_be_replaced(const Message& answer) {
  return answer.author == Author::assistant &&
         (answer.finish == "truncated" || answer.finish == "stopped" || answer.finish == "length");
}

StoredTurn ended(const LiveTurn& turn, const char* state, std::string transcript,
                 const Outcome& outcome) {
  StoredTurn stored;
  stored.number = turn.facts.number;
  stored.state = state;
  stored.transcript = std::move(transcript);
  stored.reply_status = outcome.status;
  stored.reply = dump(outcome.body);
  return stored;
}

}  // namespace

Result<tenants::TenantPtr> Ledger::tenant_of(const Scope& scope) const {
  tenants::TenantPtr tenant = parts_.tenants.find(scope.tenant_id());
  if (tenant == nullptr) return fail(ErrorCode::not_found, "Tenant not found or inactive");
  return tenant;
}

Result<Ledger::Choice> Ledger::choose_provider(const tenants::Tenant& tenant,
                                               const Json& config) const {
  const auto& [own_provider, own_model] = std::tie(tenant.settings.provider, tenant.settings.model);
  auto wanted = find_string(config, "aiProvider");
  if (!wanted && !own_provider.empty()) wanted = own_provider;
  const auto* usual = parts_.providers.default_provider();
  providers::Provider* provider =
      wanted ? parts_.providers.find(*wanted) : parts_.providers.default_provider();
  if (provider != nullptr) {
    Choice choice{provider, find_string(config, "model").value_or("")};
    const bool is_own = own_provider.empty() ? provider == usual : provider->name() == own_provider;
    if (choice.model.empty() && is_own) choice.model = own_model;
    if (choice.model.empty()) choice.model = provider->default_model();
    return choice;
  }
  std::vector<std::string> names;
  for (const auto* existing : parts_.providers.list()) {
    names.push_back(fmt::format("'{}'", existing->name()));
  }
  return fail(ErrorCode::invalid,
              fmt::format("AI provider '{}' is not available. Check your API keys. Available "
                          "providers: [{}]",
                          wanted.value_or("none"), fmt::join(names, ", ")));
}

Result<void> Ledger::begin(LiveTurn& turn) const {
  ASSIGN_OR_RETURN(turn.facts.files, parts_.files.list(turn.scope, turn.message.conversation_id));
  return parts_.database.write<void>(turn.scope, [&](const db::Tx& tx) -> Result<void> {
    const auto& message = turn.message;
    const auto& id = message.conversation_id;
    TRY(open_conversation(tx, turn));
    TurnFacts& facts = turn.facts;
    ASSIGN_OR_RETURN(facts.tenant, tenant_of(turn.scope));
    ASSIGN_OR_RETURN(const Choice choice, choose_provider(*facts.tenant, facts.config));
    facts.provider = choice.provider;
    facts.model = choice.model;
    facts.answer_message_id = new_uuid(parts_.entropy);
    facts.started_steady_ms = parts_.clock.steady_ms();
    TRY(message.retry_of.empty() ? store_visitor(tx, turn) : find_retried(tx, turn));
    load_history(tx, turn);
    TRY(spending_.begin(tx, turn));
    facts.started = started_json(turn);
    facts.number =
        store::insert_turn(tx, turn.scope,
                           {id, message.idempotency_key, turn.request_hash,
                            dump(Json::array({Json::array({"started", facts.started})}))});
    return {};
  });
}

Result<void> Ledger::open_conversation(const db::Tx& tx, LiveTurn& turn) const {
  const auto& message = turn.message;
  const auto& id = message.conversation_id;
  TurnFacts& facts = turn.facts;
  const auto describe = [&](const std::optional<std::string>& customer_id) -> std::string {
    if (!customer_id || !parts_.describe_customer) return {};
    return parts_.describe_customer(tx, turn.scope, *customer_id);
  };
  conversations::Conversation conversation;
  if (message.is_call) {
    auto customer_id = find_string(message.config, "customerId");
    facts.customer_section = describe(customer_id);
    if (facts.customer_section.empty()) customer_id.reset();  // nobody's, or another tenant's
    ASSIGN_OR_RETURN(conversation, parts_.conversations.create_call(tx, turn.scope, id,
                                                                    message.config, customer_id));
  } else {
    ASSIGN_OR_RETURN(conversation, parts_.conversations.touch(tx, turn.scope, id));
    if (message.config.is_object() && !message.config.empty()) {
      ASSIGN_OR_RETURN(conversation,
                       parts_.conversations.merge_config(tx, turn.scope, id, message.config));
    }
    facts.customer_section = describe(conversation.customer_id);
  }
  facts.config = conversation.config;
  facts.mode = conversation.mode;
  facts.visitor_subject = conversation.customer_id.value_or(id);
  return {};
}

Result<void> Ledger::store_visitor(const db::Tx& tx, LiveTurn& turn) const {
  ASSIGN_OR_RETURN(turn.facts.visitor,
                   parts_.conversations.append_visitor(tx, turn.scope, turn.message.conversation_id,
                                                       turn.message.text));
  return {};
}

Result<void> Ledger::find_retried(const db::Tx& tx, LiveTurn& turn) const {
  const auto& id = turn.message.conversation_id;
  const auto newest = parts_.conversations.messages(tx, turn.scope, id, {.messages_max = 2});
  if (!newest.empty()) {
    const bool has_answer = newest.size() == 2 && may_be_replaced(newest.back());
    const Message& asked = has_answer ? newest.front() : newest.back();
    if (asked.author == Author::visitor && asked.id == turn.message.retry_of) {
      turn.facts.visitor = asked;
      turn.facts.replaced_seq = has_answer ? newest.back().seq : 0;
      turn.facts.replaced_message_id = has_answer ? newest.back().id : "";
      return {};
    }
  }
  return fail(ErrorCode::unprocessable,
              "Only the last message can be answered again, and only if its answer is missing or "
              "incomplete");
}

void Ledger::load_history(const db::Tx& tx, LiveTurn& turn) const {
  const auto messages = parts_.conversations.messages(
      tx, turn.scope, turn.message.conversation_id,
      {options_.context.history_messages, context_bytes_max, turn.facts.visitor.seq});
  for (const Message& message : messages) {
    if (message.content.empty()) continue;
    if (message.finish == "refusal") {  // what it leaves would be refused again
      if (!is_answered(turn.facts.history)) turn.facts.history.pop_back();
      continue;
    }
    const auto role = message.author == Author::visitor ? providers::Turn::Role::user
                                                        : providers::Turn::Role::assistant;
    turn.facts.history.push_back({role, message.content});
  }
}

Result<int64_t> Ledger::store_answer(const db::Tx& tx, LiveTurn& turn, const std::string& content,
                                     const Produced& produced) const {
  const auto& id = turn.message.conversation_id;
  const TurnFacts& facts = turn.facts;
  if (facts.said && facts.said->empty()) return 0;
  // The visitor cleared the history meanwhile: an answer to nothing is not stored.
  if (!parts_.conversations.find_message(tx, turn.scope, id, facts.visitor.seq)) return 0;
  if (facts.replaced_seq != 0) {
    parts_.conversations.remove_message(tx, turn.scope, id, facts.replaced_seq);
    parts_.conversations.release_seqs(tx, turn.scope, id, facts.replaced_seq, 1);
    parts_.queries.forget(tx, turn.scope, id, facts.replaced_message_id);
  }
  ASSIGN_OR_RETURN(const int64_t seq, parts_.conversations.reserve_seq(tx, turn.scope, id));
  conversations::AnswerFacts answer;
  answer.finish = produced.finish;
  answer.provider = produced.provider;
  answer.model = produced.model;
  answer.usage = usage_json(produced.usage);
  answer.usage["charged"] = produced.bill.units;
  answer.response_ms = parts_.clock.steady_ms() - facts.started_steady_ms;
  TRY(parts_.conversations.append_answer(tx, turn.scope, id, seq, facts.answer_message_id, content,
                                         answer));
  return seq;
}

Result<Ledger::Ended> Ledger::complete(LiveTurn& turn, const Transcript& transcript,
                                       Produced produced) const {
  produced.bill = bill_of(turn, produced, !transcript.content().empty());
  return parts_.database.write<Ended>(turn.scope, [&](const db::Tx& tx) -> Result<Ended> {
    const auto& id = turn.message.conversation_id;
    ASSIGN_OR_RETURN(const int64_t seq, store_answer(tx, turn, transcript.content(), produced));
    spending_.settle(tx, turn, produced.bill);
    const Ended out = ended_json(tx, turn, transcript, produced, seq);
    StoredTurn stored =
        ended(turn, "done", transcript.stored_with(out.event, out.data), out.outcome);
    const bool is_cleared = seq == 0 && !transcript.content().empty();
    if (is_cleared) {  // the words and receipts go, too
      stored.transcript = "[]";
      stored.reply = "";
      parts_.queries.forget(tx, turn.scope, id, turn.facts.answer_message_id);
    }
    store::end_turn(tx, turn.scope, id, stored);
    return out;
  });
}

Ledger::Ended Ledger::ended_json(const db::Tx& tx, const LiveTurn& turn,
                                 const Transcript& transcript, const Produced& produced,
                                 int64_t seq) const {
  const auto& id = turn.message.conversation_id;
  const int64_t count = parts_.conversations.count_messages(tx, turn.scope, id);
  const int64_t response_ms = parts_.clock.steady_ms() - turn.facts.started_steady_ms;
  const Json remaining = spending_.remaining(tx, turn);
  Ended out;
  out.event = "done";
  out.data = {{"messageId", turn.facts.answer_message_id},
              {"seq", seq},
              {"finish", produced.finish},
              {"messageCount", count},
              {"provider", produced.provider},
              {"model", produced.model},
              {"responseTimeMs", response_ms},
              {"tokensRemaining", remaining},
              {"timestamp", tx.now_ms()}};
  out.outcome = {200,
                 {{"response", transcript.content()},
                  {"sessionId", id},
                  {"messageCount", count},
                  {"provider", produced.provider},
                  {"model", produced.model},
                  {"timestamp", iso_timestamp(tx.now_ms())},
                  {"messageId", turn.facts.answer_message_id},
                  {"finish", produced.finish},
                  {"responseTimeMs", response_ms},
                  {"tokensRemaining", remaining}},
                 {}};
  if (!produced.receipts.empty()) out.outcome.body["receipts"] = produced.receipts;
  if (turn.facts.mode != conversations::Mode::bot) {
    out.data["mode"] = out.outcome.body["mode"] = name_of(turn.facts.mode);
  }
  return out;
}

Result<Ledger::Ended> Ledger::abandon(LiveTurn& turn, const Transcript& transcript,
                                      const Unanswered& unanswered) const {
  const FailureText& text = unanswered.text;
  return parts_.database.write<Ended>(turn.scope, [&](const db::Tx& tx) -> Result<Ended> {
    const auto& id = turn.message.conversation_id;
    spending_.settle(tx, turn, unanswered.bill);
    if (turn.message.is_call) {
      parts_.conversations.erase(tx, turn.scope, id);
    } else if (turn.message.retry_of.empty()) {
      const int64_t seq = turn.facts.visitor.seq;
      parts_.conversations.remove_message(tx, turn.scope, id, seq);
      parts_.conversations.release_seqs(tx, turn.scope, id, seq, 1);
    }
    parts_.queries.forget(tx, turn.scope, id, turn.facts.answer_message_id);
    Ended out{"error", to_event(text, turn.message.request_id), to_outcome(text)};
    store::end_turn(
        tx, turn.scope, id,
        ended(turn, "failed", transcript.stored_with(out.event, out.data), out.outcome));
    return out;
  });
}

Result<std::shared_ptr<Turn>> Ledger::find(const Scope& scope, const std::string& conversation_id,
                                           int64_t number) const {
  using Found = std::shared_ptr<Turn>;
  return parts_.database.read<Found>([&](const db::Reader& reader) -> Result<Found> {
    const auto stored = store::find_turn(reader, scope, conversation_id, number);
    if (!stored || stored->transcript == "[]") return Found();
    return ReplayedTurn::make(*stored);
  });
}

Result<std::optional<Ledger::Keyed>> Ledger::find_by_key(const Scope& scope,
                                                         const std::string& conversation_id,
                                                         const std::string& key) const {
  using Found = std::optional<Keyed>;
  return parts_.database.read<Found>([&](const db::Reader& reader) -> Result<Found> {
    const auto stored = store::find_turn_by_key(reader, scope, conversation_id, key);
    if (!stored) return Found();
    ASSIGN_OR_RETURN(auto turn, ReplayedTurn::make(*stored));
    return Found(Keyed{stored->request_hash, std::move(turn)});
  });
}

}  // namespace parley::chat
