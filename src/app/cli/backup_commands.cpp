// backup, restore.
#include <fmt/format.h>

#include "app/backup/backup.h"
#include "app/cli/command.h"
#include "app/cli/operator_client.h"

namespace parley::app::cli {

namespace {

int64_t bytes_of(const Manifest& manifest) {
  int64_t bytes = 0;
  for (const Manifest::Entry& entry : manifest.files) bytes += entry.facts.bytes;
  return bytes;
}

void tell(const char* what, const Manifest& manifest, const std::string& where) {
  fmt::print("{}: {} files, {} bytes, schema {}, made {}: {}\n", what, manifest.files.size(),
             bytes_of(manifest), manifest.schema, iso_timestamp(manifest.created_at_ms), where);
  for (const std::string& path : manifest.missing) {
    fmt::print(stderr, "parley: warning: the database speaks of \"{}\", which is not on disk\n",
               path);
  }
}

int backup(const CommandLine& line) {
  const std::string directory = *line.arguments.word(0);
  if (line.arguments.has("--verify")) {
    const auto verified = verify_backup(directory);
    if (!verified) return complain(verified.error());
    tell("The backup is whole", *verified, directory);
    return exit_done;
  }
  const auto places = places_of(line.settings);
  if (!places) return complain(places.error());
  // A server keeps the database open meanwhile, so that nothing here has to recover it.
  const auto client = OperatorClient::connect(line);
  if (!client) return complain(client.error());
  const auto made = make_backup(*places, directory, SystemClock());
  if (!made) return complain(made.error());
  tell("Backed up and verified", *made, directory);
  if (!line.settings.text("secret_key").empty()) {
    fmt::print("SECRET_KEY is a setting of yours and not in the backup: keep it as well.\n");
  }
  return exit_done;
}

int restore(const CommandLine& line) {
  const std::string directory = *line.arguments.word(0);
  const auto places = places_of(line.settings);
  if (!places) return complain(places.error());
  const auto restored = restore_backup(directory, *places);
  if (!restored) return complain(restored.error());
  tell("Restored", *restored, places->data_directory);
  return exit_done;
}

}  // namespace

Commands backup_commands() {
  return {
      {"backup",
       "DIRECTORY",
       "copy database and uploads while the server runs, and verify",
       1,
       1,
       {{"--verify", ""}},
       backup},
      {"restore", "DIRECTORY", "put a backup where no data is yet", 1, 1, {}, restore},
  };
}

}  // namespace parley::app::cli
