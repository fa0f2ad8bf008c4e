#include "app/backup/store.h"

namespace parley::app::backup_store {

std::vector<Upload> list_uploads(const db::Reader& reader) {
  std::vector<Upload> out;
  reader.query("SELECT tenant_id, id FROM files ORDER BY tenant_id, id", {},
               [&](const db::Row& row) {
                 out.push_back({row.text(0), row.text(1)});
               });
  return out;
}

}  // namespace parley::app::backup_store
