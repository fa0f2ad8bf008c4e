#include "people/export_file.h"
#include "people/people.h"

namespace parley::people {

namespace {

constexpr int64_t page = 50;  // conversations in memory, and erased while other writes wait

using conversations::Conversation;

/// What one transaction of erase() did.
struct Step {
  std::vector<std::string> file_ids;
  int64_t conversations = 0;
  bool is_last = false;
};

}  // namespace

Service::Service(Options options, Parts parts)
    : options_(std::move(options)), parts_(std::move(parts)) {}

Result<std::vector<Conversation>> Service::conversations_of(const Scope& scope,
                                                            const std::string& customer_id,
                                                            const conversations::Place& after) {
  return parts_.database.read<std::vector<Conversation>>(
      [&](const db::Reader& reader) -> Result<std::vector<Conversation>> {
        return parts_.conversations.list_of_customer(reader, scope, customer_id, page, after);
      });
}

Result<Erased> Service::erase(const Scope& scope, const std::string& customer_id) {
  const auto erase_some = [&](const db::Tx& tx) -> Result<Step> {
    Step step;
    const auto found = parts_.conversations.list_of_customer(tx, scope, customer_id, page);
    for (const Conversation& conversation : found) {
      const auto ids = parts_.files.remove_rows(tx, scope, conversation.id);
      step.file_ids.insert(step.file_ids.end(), ids.begin(), ids.end());
      parts_.conversations.erase(tx, scope, conversation.id);
      parts_.budgets.forget_conversation(tx, scope, conversation.id);
    }
    step.conversations = std::ssize(found);
    step.is_last = step.conversations < page;
    // In the same transaction as the last conversations: none can be begun in between.
    if (step.is_last) {
      TRY(parts_.customers.remove(tx, scope, customer_id));
      parts_.budgets.forget_visitor(tx, scope, customer_id);
    }
    tx.empty_log();
    return step;
  };
  TRY(parts_.customers.get(scope, customer_id));
  Erased erased;
  for (Step step; !step.is_last;) {
    ASSIGN_OR_RETURN(const auto next, conversations_of(scope, customer_id, {}));
    for (const Conversation& conversation : next) parts_.stop_answer(scope, conversation.id);
    ASSIGN_OR_RETURN(step, parts_.database.write<Step>(scope, erase_some));
    parts_.files.remove_from_disk(scope, step.file_ids);
    erased.conversations += step.conversations;
    erased.files += std::ssize(step.file_ids);
  }
  return erased;
}

Result<Export> Service::export_all(const Scope& scope, const std::string& customer_id) {
  ASSIGN_OR_RETURN(const customers::Customer customer, parts_.customers.get(scope, customer_id));
  ASSIGN_OR_RETURN(ExportFile out,
                   ExportFile::make(options_.spool_directory, options_.export_bytes_max));
  TRY(out.append("{\"customer\":" + dump(customers::to_json(customer)) + ",\"exportedAt\":" +
                 dump(iso_timestamp(parts_.clock.now_ms())) + ",\"conversations\":["));
  std::string_view separator;
  conversations::Place after;
  for (int64_t count = page; count == page;) {
    ASSIGN_OR_RETURN(const auto next, conversations_of(scope, customer_id, after));
    for (const Conversation& conversation : next) {
      TRY(out.append(separator));
      TRY(append_conversation(out, parts_, scope, conversation));
      separator = ",";
      after = {conversation.created_at_ms, conversation.id};
    }
    count = std::ssize(next);
  }
  TRY(out.append("]}"));
  return std::move(out).take();
}

}  // namespace parley::people
