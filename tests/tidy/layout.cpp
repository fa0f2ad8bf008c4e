#include "tests/tidy/layout.h"

namespace parley::tidy {

const std::vector<Folder>& folders() {
  static const std::vector<Folder> all = {
      {"base", Layer::platform, {}},
      {"events", Layer::platform, {"base"}},
      {"crypto", Layer::platform, {"base"}},
      {"net", Layer::platform, {"base", "crypto"}},
      {"db", Layer::platform, {"base", "events", "crypto"}},
      {"http", Layer::platform, {"base", "events", "crypto", "net"}},
      {"formats", Layer::platform, {"base"}},
      {"datasets", Layer::platform, {"base", "formats"}},
      {"providers", Layer::providers, {}, {"providers/provider.h", "providers/registry.h"}},
      {"conversations", Layer::standalone},
      {"files", Layer::standalone, {}, {"files/context.h", "files/queries.h"}},
      {"tenants", Layer::standalone},
      {"budgets", Layer::standalone},
      {"customers", Layer::standalone},
      {"sessions", Layer::combining, {"conversations", "files", "tenants", "customers"}},
      {"chat",
       Layer::combining,
       {"conversations", "files", "providers", "tenants", "budgets", "customers"}},
      {"admin", Layer::combining, {"tenants", "budgets", "customers", "conversations", "files"}},
      {"people", Layer::combining, {"conversations", "files", "customers", "budgets"}},
      {"app", Layer::composition},
  };
  return all;
}

const std::vector<LibraryHome>& library_homes() {
  static const std::vector<LibraryHome> all = {
      {"httplib.h", "src/http"},
      {"boost/", "src/net"},
      {"curl/", "src/net"},
      {"SQLiteCpp/", "src/db"},
      {"sqlite3.h", "src/db"},
      {"sqlite3.h", "src/datasets"},
      {"seccomp.h", "src/datasets"},
      {"openssl/", "src/crypto"},
      {"spdlog/", "src/base/log.cpp"},
      {"simdjson.h", "providers/transport"},
  };
  return all;
}

const std::vector<Exception>& exceptions() {
  static const std::vector<Exception> all = {
      {"src/conversations/store.cpp", "tenant", "SELECT id, seq, author",
       "the columns of a message; each statement goes on with its own WHERE tenant_id"},
  };
  return all;
}

}  // namespace parley::tidy
