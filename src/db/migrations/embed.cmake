# Turns migrations/NNNN_name.sql into one C++ source, so the binary carries its own schema.
# Produces `embedded_migrations`, a source that defines parley::db::embedded_migrations().
set(embedded_migrations ${CMAKE_BINARY_DIR}/embedded_migrations.cpp)
list(SORT migrations)
set(entries "")
foreach(file ${migrations})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} sql)
  string(APPEND entries "      {\"${name}\", R\"sql(${sql})sql\"},\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endforeach()
file(CONFIGURE OUTPUT ${embedded_migrations} @ONLY CONTENT [[
#include "db/migrations.h"

namespace parley::db {

const std::vector<Migration>& embedded_migrations() {
  static const std::vector<Migration> all = {
@entries@  };
  return all;
}

}  // namespace parley::db
]])
