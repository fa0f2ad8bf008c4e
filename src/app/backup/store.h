// Store: which files of the media directory a database speaks of, of all tenants.
#pragma once

#include <string>
#include <vector>

#include "db/database.h"

namespace parley::app::backup_store {

struct Upload {
  std::string tenant_id;
  std::string file_id;
};

std::vector<Upload> list_uploads(const db::Reader& reader);

}  // namespace parley::app::backup_store
