// The files service over a real database and a real disk.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "crypto/digest.h"
#include "tests/unit/files_fixture.h"

namespace parley::files {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

using FilesService = FilesFixture;

TEST_F(FilesService, KeepsWhatWasUploaded) {
  const std::string id = new_conversation();
  EXPECT_FALSE(stored(id));
  const std::string bytes = "city,total\nBern,5\nBasel,7\n";
  const auto file = upload(id, bytes, "../../orders.csv");
  ASSERT_TRUE(file) << file.error().detail;
  EXPECT_EQ(file->name, "orders.csv");
  EXPECT_EQ(file->size_bytes, 26);
  EXPECT_EQ(file->sha256, crypto::sha256_hex(bytes));
  EXPECT_EQ(file->uploaded_at_ms, clock_.now_ms());

  const auto again = stored(id);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->id, file->id);
  EXPECT_EQ(again->summary.dump(), file->summary.dump());
  EXPECT_EQ(again->details.dump(), file->details.dump());
  EXPECT_EQ(again->summary["columns"].dump(), R"(["city","total"])");

  const auto paths = disk_files();
  ASSERT_EQ(paths.size(), 1U);
  EXPECT_EQ(paths[0], fs::path(media_path()) / "default" / file->id);
  struct stat status = {};
  ASSERT_EQ(::stat(paths[0].c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  std::ifstream in(paths[0], std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), bytes);
}

TEST_F(FilesService, ReadsASliceOfASpooledBody) {
  const std::string path = database_.directory().path("spool");
  const std::string csv = "a,b\n1,2\n";
  std::ofstream(path) << "--boundary\r\n" << csv << "\r\n--boundary--";
  net::RequestBody body;
  body.file = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  const std::string id = new_conversation();
  const auto file = service_->upload(scope_, id, {"a.csv", "text/csv", &body, 12, 8});
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->sha256, crypto::sha256_hex(csv));
}

TEST_F(FilesService, ReplacesOnlyByAFileThatCouldBeRead) {
  Options options;
  options.files_max = 1;
  start(options);
  const std::string id = new_conversation();
  const std::string first = upload(id, "a\n1\n")->id;
  for (const std::string& bad : {""s, "\x89PNG\r\n"s, "a\n\"x"s, "[1]"s}) {
    const auto refused = upload(id, bad, "b.csv");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
    EXPECT_EQ(refused.error().message, "Failed to process file");
  }
  EXPECT_EQ(upload(id, "").error().detail, "Failed to process CSV file: CSV file is empty");
  EXPECT_EQ(upload(id, "[1", "a.json").error().detail,
            "Failed to process JSON file: not valid JSON at line 1, character 2");
  std::string wide = std::string(511, ',') + "\n";
  for (int row = 0; row < 100'000; ++row) wide += ",\n";
  EXPECT_EQ(upload(id, wide).error().detail,
            "Failed to process CSV file: its tables would have more than 32 MiB, mostly empty "
            "cells: leave columns out or split the file");
  EXPECT_EQ(stored(id)->id, first);
  EXPECT_EQ(disk_files().size(), 1U);

  const auto second = upload(id, "{\"a\":1}", "b.json");
  ASSERT_TRUE(second);
  EXPECT_EQ(stored(id)->id, second->id);
  ASSERT_EQ(disk_files().size(), 1U);
  EXPECT_EQ(disk_files()[0].filename(), second->id);
}

TEST_F(FilesService, KeepsSeveralFilesAndReplacesByName) {
  Options options;
  options.files_max = 2;
  start(options);
  const std::string id = new_conversation();
  const std::string orders = upload(id, "a\n1\n", "orders.csv")->id;
  clock_.advance_ms(1);
  const std::string cities = upload(id, "b\n2\n", "cities.csv")->id;
  EXPECT_EQ(stored(id)->id, cities);
  EXPECT_EQ(disk_files().size(), 2U);
  const auto third = upload(id, "c\n3\n", "third.csv");
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, ErrorCode::invalid);
  EXPECT_EQ(third.error().message, "A session can have at most 2 files. Delete one first.");
  clock_.advance_ms(1);
  const auto again = upload(id, "a\n9\n", "ORDERS.csv");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->dataset.tables.at(0).name, "orders");
  const auto files = service_->list(scope_, id).value();
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].id, again->id);
  EXPECT_EQ(files[1].id, cities);
  EXPECT_EQ(service_->remove(scope_, id, orders), 0);
  EXPECT_EQ(service_->remove(scope_, id, cities), 1);
  EXPECT_EQ(disk_files().size(), 1U);
}

TEST_F(FilesService, TwoFilesNeverShareATableName) {
  const std::string id = new_conversation();
  const auto csv = upload(id, "a\n1\n", "orders.csv");
  const auto json = upload(id, "[{\"a\":1}]", "orders.json");
  ASSERT_TRUE(csv && json);
  EXPECT_NE(csv->dataset.tables.at(0).name, json->dataset.tables.at(0).name);
}

TEST_F(FilesService, MakesMissingTablesAgain) {
  const std::string id = new_conversation();
  const StoredFile file = upload(id, "a\n1\n").value();
  const std::string path = service_->tables_of(scope_, id, file).value();
  ASSERT_TRUE(fs::exists(path));
  fs::remove(path);
  EXPECT_EQ(service_->tables_of(scope_, id, file).value(), path);
  EXPECT_GT(fs::file_size(path), 0U);
  service_->remove(scope_, id, "");
  EXPECT_FALSE(fs::exists(path));
  EXPECT_EQ(service_->tables_of(scope_, id, file).error().code, ErrorCode::not_found);
}

TEST_F(FilesService, StoresNothingOfACancelledUpload) {
  const std::string id = new_conversation();
  net::RequestBody body;
  body.bytes = "a\n1\n";
  std::stop_source stop;
  Upload cancelled{"a.csv", "text/csv", &body, 0, static_cast<int64_t>(body.bytes.size())};
  cancelled.stop = stop.get_token();
  stop.request_stop();
  EXPECT_EQ(service_->upload(scope_, id, cancelled).error().code, ErrorCode::unavailable);
  EXPECT_FALSE(stored(id));
  EXPECT_TRUE(disk_files().empty());
}

TEST_F(FilesService, RefusesOtherTypesAndSizes) {
  const std::string id = new_conversation();
  for (const std::string_view name : {"a.txt", "a", "a.xlsx", "csv", ""}) {
    const auto refused = upload(id, "a\n1\n", std::string(name));
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().message, "Only JSON and CSV files are allowed");
  }
  EXPECT_EQ(upload(id, "a\n1\n", "a.csv", "image/png").error().message,
            "Only JSON and CSV files are allowed");

  const std::string limit = "a\n" + std::string(1024 * 1024, '1');
  Options options;
  options.file_bytes_max = static_cast<int64_t>(limit.size());
  start(options);
  EXPECT_EQ(upload(id, limit + "1").error().code, ErrorCode::too_large);
  options.file_bytes_max = 1024;
  start(options);
  EXPECT_EQ(upload(id, std::string(1025, 'x')).error().message, "File size must be less than 1KB");
  EXPECT_TRUE(upload(id, "a\n" + std::string(1022, 'x')));
}

TEST_F(FilesService, HoldsTheTenantToItsSpace) {
  Options options;
  const std::string first = new_conversation();
  const std::string second = new_conversation();
  const int64_t tables_bytes = upload(first, "a\n1\n").value().tables_bytes;
  ASSERT_GT(tables_bytes, 1'000) << "the tables of a few bytes are a database";
  options.tenant_bytes_max = 2 * tables_bytes;
  start(options);
  ASSERT_TRUE(upload(first, "a\n12345\n"));
  const auto refused = upload(second, "a\n1\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage_full);
  EXPECT_EQ(disk_files().size(), 1U);
  EXPECT_TRUE(upload(first, "a\n1\n2\n3\n4\n"));  // the former file's space counts as free
}

TEST_F(FilesService, LeavesNothingBehindForAConversationThatIsGone) {
  const auto refused = upload("00000000-0000-4000-8000-000000000000", "a\n1\n");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::not_found);
  EXPECT_TRUE(disk_files().empty());
}

TEST_F(FilesService, ReportsAFullDiskAndKeepsTheFormerFile) {
  const std::string id = new_conversation();
  const std::string first = upload(id, "a\n1\n")->id;
  // A limit on the size of files makes write() fail as a full disk does.
  const auto former_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit former = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &former), 0);
  const rlimit small = {1024 * 1024, former.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto refused =
      upload(id, "a\n" + std::string(5, '1') + "\n" + std::string(2 * 1024 * 1024, '\n'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &former), 0);
  std::signal(SIGXFSZ, former_handler);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::storage_full);
  EXPECT_EQ(stored(id)->id, first);
  EXPECT_EQ(disk_files().size(), 1U);
}

TEST_F(FilesService, SearchesTheStoredBytes) {
  const std::string id = new_conversation();
  EXPECT_EQ(service_->search(scope_, id, "x").error().code, ErrorCode::not_found);
  ASSERT_TRUE(upload(id, "{\"a\":\"Bern\"}\n{\"a\":\"Basel\"}\n", "c.jsonl"));
  const auto answer = service_->search(scope_, id, "BERN");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->results, R"({"matchingItems":[{"a":"Bern"}],"totalMatches":1})");
  EXPECT_EQ(answer->file_name, "c.jsonl");
  EXPECT_EQ(answer->type, FileType::json);
  EXPECT_TRUE(service_->search(scope_, id, std::string(1'000, 'x')));
  EXPECT_EQ(service_->search(scope_, id, std::string(1'001, 'x')).error().code, ErrorCode::invalid);
}

TEST_F(FilesService, ForgetsRowAndBytes) {
  const std::string id = new_conversation();
  EXPECT_EQ(service_->remove(scope_, id, ""), 0);
  ASSERT_TRUE(upload(id, "a\n1\n"));
  EXPECT_EQ(service_->remove(scope_, id, ""), 1);
  EXPECT_FALSE(stored(id));
  EXPECT_TRUE(disk_files().empty());
  EXPECT_EQ(service_->remove(scope_, id, ""), 0);
}

TEST_F(FilesService, ShowsNoFileToAnotherTenant) {
  const std::string id = new_conversation();
  ASSERT_TRUE(upload(id, "a\nsecret\n"));
  const Scope other = ScopeForTests::visitor("other");
  EXPECT_TRUE(service_->list(other, id)->empty());
  EXPECT_EQ(service_->search(other, id, "secret").error().code, ErrorCode::not_found);
  EXPECT_EQ(service_->remove(other, id, ""), 0);
  EXPECT_EQ(disk_files().size(), 1U);
}

TEST_F(FilesService, SweepsOldFilesWithoutARow) {
  const std::string id = new_conversation();
  const std::string kept = upload(id, "a\n1\n")->id;
  const fs::path folder = fs::path(media_path()) / "default";
  const auto place = [&folder](const std::string& name, int64_t age_s, int64_t now_ms) {
    std::ofstream(folder / name) << "x";
    const timespec time = {now_ms / 1000 - age_s, 0};
    const timespec times[2] = {time, time};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder / name).c_str(), times, 0), 0);
  };
  place("11111111-1111-4111-8111-111111111111", 3'700, clock_.now_ms());
  place("22222222-2222-4222-8222-222222222222", 3'500, clock_.now_ms());
  place("README.md", 9'000, clock_.now_ms());
  place(kept, 9'000, clock_.now_ms());
  const Scope job = ScopeForTests::system();
  EXPECT_EQ(service_->sweep(job), 1);
  EXPECT_TRUE(fs::exists(folder / kept));
  EXPECT_TRUE(fs::exists(folder / "22222222-2222-4222-8222-222222222222"));
  EXPECT_TRUE(fs::exists(folder / "README.md"));
  clock_.advance_ms(3'599'999);
  EXPECT_EQ(service_->sweep(job), 0) << "it looks once an hour";
  clock_.advance_ms(1);
  EXPECT_EQ(service_->sweep(job), 1);
  EXPECT_TRUE(fs::exists(folder / kept));
  EXPECT_EQ(service_->sweep(ScopeForTests::system("nobody")), 0);
}

TEST_F(FilesService, SweepsMoreFilesThanItKeepsInMind) {
  const std::string id = new_conversation();
  const std::string kept = upload(id, "a\n1\n")->id;
  const fs::path folder = fs::path(media_path()) / "default";
  for (int i = 0; i < 600; ++i) {
    const std::string name = fmt::format("{:08}-1111-4111-8111-111111111111", i);
    std::ofstream(folder / name) << "x";
    std::ofstream(folder / (name + ".tables")) << "x";
  }
  clock_.advance_ms(100LL * 365 * 24 * 3'600 * 1'000);
  EXPECT_EQ(service_->sweep(ScopeForTests::system()), 1'200);
  EXPECT_EQ(disk_files(), std::vector<fs::path>{folder / kept});
}

TEST_F(FilesService, KeepsTwoHundredHostileNamesInItsDirectory) {
  Options options;
  options.files_max = 1;
  start(options);
  const std::string id = new_conversation();
  const std::vector<std::string> stems = {"../x",
                                          "../../../../etc/cron.d/x",
                                          "..\\..\\x",
                                          "/etc/passwd",
                                          "C:\\x",
                                          "\\\\host\\share\\x",
                                          "a\0b"s,
                                          "CON",
                                          "NUL",
                                          "aux",
                                          "~/x",
                                          "$HOME",
                                          "`id`",
                                          "$(id)",
                                          "; rm -rf x",
                                          "| cat",
                                          "x\n",
                                          "\r\nx",
                                          "\x1B]0;x\x07",
                                          "\xE2\x80\xAEx",
                                          "%2e%2e%2fx",
                                          "..%c0%afx",
                                          "\xC0\xAE\xC0\xAE/x",
                                          "<script>alert(1)</script>",
                                          "\"><img src=x>",
                                          "' OR 1=1 --",
                                          "{{7*7}}",
                                          "x:stream",
                                          ".",
                                          "..",
                                          "...",
                                          " ",
                                          "-rf",
                                          "--help",
                                          std::string(5'000, 'n'),
                                          "漢字",
                                          "😀",
                                          "\xFF\xFE"};
  size_t tried = 0;
  for (const std::string& stem : stems) {
    for (const std::string_view end : {".csv", ".CSV", "/a.csv", "\\a.csv", ".png.csv", "\t.csv"}) {
      const auto file = upload(id, "a\n1\n", stem + std::string(end));
      ASSERT_TRUE(file) << stem << end;
      EXPECT_EQ(file->name.find_first_of("/\\\n\r\x1B"), std::string::npos);
      ++tried;
    }
  }
  EXPECT_GE(tried, 200U);
  const auto paths = disk_files();
  ASSERT_EQ(paths.size(), 1U);
  EXPECT_EQ(paths[0].filename(), stored(id)->id);
}

}  // namespace
}  // namespace parley::files
