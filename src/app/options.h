// Options: from the settings table to each component's own plain struct.
#pragma once

#include "app/settings.h"
#include "chat/calls.h"
#include "chat/chat.h"
#include "conversations/conversations.h"
#include "customers/customers.h"
#include "db/database.h"
#include "files/queries.h"
#include "http/server.h"
#include "net/front_door.h"
#include "providers/registry.h"
#include "sessions/sessions.h"
#include "tenants/tenants.h"

namespace parley::app {

/// Errors: invalid, for combinations no single row of the table can refuse (a wildcard origin in
/// production, a database we do not speak, a published example as SECRET_KEY).
Result<void> check(const Settings& settings);

tenants::Options tenant_options(const Settings& settings);
/// Of the tenant that a fresh installation begins with; empty: it has a name of its own.
std::vector<std::string> default_domains(const Settings& settings);
Result<db::DatabaseOptions> database_options(const Settings& settings);
conversations::Options conversation_options(const Settings& settings, std::string token_key);
customers::Options customer_options(const Settings& settings);
files::Options file_options(const Settings& settings);
files::QueryOptions query_options(const Settings& settings);
datasets::RunnerOptions runner_options(const Settings& settings);
chat::Options chat_options(const Settings& settings);
chat::CallOptions call_options(const Settings& settings);
sessions::Options session_options(const Settings& settings);
providers::RegistryOptions registry_options(const Settings& settings);
net::FrontDoorOptions door_options(const Settings& settings);
http::ServerOptions server_options(const Settings& settings);

}  // namespace parley::app
