// The test programs' main: GoogleTest, and the SQL worker that Runner starts from this same
// program.
#include <gmock/gmock.h>

#include <string_view>

#include "datasets/worker.h"

int main(int count, char** arguments) {
  if (count == 2 && std::string_view(arguments[1]) == "sql-worker") {
    return parley::datasets::run_worker();
  }
  testing::InitGoogleMock(&count, arguments);
  return RUN_ALL_TESTS();
}
