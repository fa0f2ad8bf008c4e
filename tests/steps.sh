# shellcheck shell=sh
# The steps of `./dev test`; sourced by it. Every step's output goes to the terminal and to
# build/test/<step>.log. A step passes when its commands do; a runner must also have run tests.

results=build/test
passed=0
failed=0
# Lines at the end of the output about what failed: of one step, and in all.
step_lines_max=30
told_lines_max=60
# How many processes of one test program run at once.
shards=4

# --- Building ahead: what tests that wait leave of the processors ----------------------------------

# The process that does it, and how long it may take at most.
building_ahead=
ahead_seconds_max=3600

# Builds what later steps build, as far as it gets: they build the rest and tell what fails. Only in
# idle time, as the server's SQL does: at any higher priority its queries would miss their deadlines.
# `timeout` gives it a process group of its own, to be ended with.
start_building_ahead() {
  chrt --idle 0 timeout $ahead_seconds_max ./dev build-ahead >$results/ahead.log 2>&1 &
  building_ahead=$!
  trap stop_building_ahead EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

stop_building_ahead() {
  [ -n "$building_ahead" ] || return 0
  kill -s TERM -- "-$building_ahead" 2>/dev/null || true
  wait "$building_ahead" 2>/dev/null || true
  building_ahead=
}

# In that process.
build_ahead() {
  build_sanitized asan
  build_sanitized tsan
}

# --- Steps ---------------------------------------------------------------------------------------

# Runs the commands $3... as step $1, whose tests are counted as $2 says: none, gtest or node.
step() {
  name=$1
  counting=$2
  shift 2
  say "$name"
  rm -f "$results"/*.xml
  began=$(date +%s)
  # Not `(…) && …`: a shell ignores -e there, and a failure before a function's last line is lost.
  { set +e; (set -e; "$@"); echo $? >"$results/status"; } 2>&1 |
    tee "$results/$name.log"
  count_"$counting" "$results/$name.log"
  outcome=ok
  [ "$(cat "$results/status")" = 0 ] || outcome=FAILED
  [ "$counting" = none ] || [ $((step_passed + step_failed)) -gt 0 ] || outcome=FAILED
  # A step that failed without naming a test (a build, a crash) counts as one failure.
  [ $outcome = ok ] || [ "$step_failed" -gt 0 ] || step_failed=1
  [ $outcome = ok ] || explain "$counting" >>"$results/failures"
  passed=$((passed + step_passed))
  failed=$((failed + step_failed))
  printf '%-22s %-6s %7s %7s %5ss\n' "$name" $outcome "$step_passed" "$step_failed" \
    $(($(date +%s) - began)) >>"$results/summary"
}

# What step $name, counted as $1 says, failed of: its failed tests, else the end of its log.
explain() {
  printf '%s:\n' "$name"
  found=
  [ "$1" = none ] ||
    found=$(awk -v lines_max=$step_lines_max -f tests/failures.awk "$results/$name.log")
  [ -n "$found" ] || found=$(tail -n 20 "$results/$name.log" | cut -c 1-160 | sed 's/^/  /')
  printf '%s\n' "$found"
}

count_none() {
  step_passed=0
  step_failed=0
}

# GoogleTest's reports, one per program: tests, failures and errors stand on their second line.
count_gtest() {
  attribute() { cat "$results"/*.xml 2>/dev/null | sed -n "s/^<testsuites .*\\b$1=\"\\([0-9]*\\)\".*/\\1/p"; }
  sum() { awk '{n += $1} END {print n + 0}'; }
  step_failed=$(($(attribute failures | sum) + $(attribute errors | sum)))
  step_passed=$(($(attribute tests | sum) - $(attribute disabled | sum) - step_failed))
}

# The closing lines of Node's own test runner, or `N passed, N failed`.
count_node() {
  total() { sed -n "s/^[^a-z0-9]*$1 \\([0-9][0-9]*\\)\$/\\1/p" "$2" | awk '{n += $1} END {print n + 0}'; }
  plain() { sed -n "s/^\\(.*, \\)*\\([0-9][0-9]*\\) $1.*\$/\\2/p" "$2" | tail -n 1; }
  step_passed=$(total pass "$1")
  step_failed=$(total fail "$1")
  if [ $((step_passed + step_failed)) = 0 ]; then
    step_passed=$(plain passed "$1")
    step_failed=$(plain failed "$1")
  fi
  step_passed=${step_passed:-0}
  step_failed=${step_failed:-0}
}

# Address space randomisation beyond what the sanitizers of GCC 12 know makes them refuse to start.
without_randomisation() {
  if setarch -R true 2>/dev/null; then setarch -R "$@"; else "$@"; fi
}

# Runs shard $3 of the shards of program $2 of preset $1; its output is shown when it has ended.
run_shard() {
  output=$results/$2-$3.output
  status=0
  GTEST_TOTAL_SHARDS=$shards GTEST_SHARD_INDEX=$3 \
    without_randomisation timeout 900 "build/$1/tests/parley_$2_tests" \
    --gtest_brief=1 --gtest_filter="$test_filter" \
    --gtest_output="xml:$results/$2-$3.xml" >"$output" 2>&1 || status=1
  cat "$output"
  rm "$output"
  return $status
}

# Runs test programs $2... of preset $1, each as some shards at once: most tests wait for time to
# pass, not for the processor.
run_programs() {
  preset=$1
  shift
  export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
  export UBSAN_OPTIONS=print_stacktrace=1
  export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp second_deadlock_stack=1"
  status=0
  for program in "$@"; do
    running=
    for shard in $(seq 0 $((shards - 1))); do
      run_shard "$preset" "$program" "$shard" &
      running="$running $!"
    done
    for process in $running; do wait "$process" || status=1; done
  done
  return $status
}

run_tidy_tests() {
  build_preset lint parley_tidy_tests
  run_programs lint tidy
}

# Builds the test programs $2... of preset $1.
build_programs() {
  preset=$1
  shift
  # shellcheck disable=SC2046  # no name has a space
  build_preset "$preset" $(printf 'parley_%s_tests ' "$@")
}

# The test programs that run under the sanitizers of preset $1.
sanitized_programs() {
  case $1 in
    asan) echo unit contract api isolation ;;
    tsan) echo threads contract api ;;
  esac
}

# shellcheck disable=SC2046  # several words
build_sanitized() { build_programs "$1" $(sanitized_programs "$1"); }
# shellcheck disable=SC2046
test_sanitized() { run_programs "$1" $(sanitized_programs "$1"); }

run_widget_tests() { (cd widget && npm test); }

# The vendors' own SDKs read what our fakes send, so that fake and adapter cannot share a mistake.
run_sdk_tests() {
  build_preset asan parley_fake_upstream
  install_node_packages tests/contract/sdk
  (cd tests/contract/sdk && FAKE_UPSTREAM="$OLDPWD/build/asan/tests/parley_fake_upstream" npm test)
}

run_openapi_tests() {
  install_node_packages tests/openapi
  (cd tests/openapi && npm test)
}

run_corpora_tests() {
  install_node_packages tests/corpora
  (cd tests/corpora && npm test)
}

run_end_to_end_tests() {
  install_node_packages tests/e2e
  PARLEY_BINARY=build/release/parley node tests/e2e/run.mjs
  PARLEY_FAKE_ONLY=1 node tests/e2e/run.mjs
}

# A minute of libFuzzer for each parser of foreign bytes (PARLEY_FUZZ_SECONDS: longer). What it finds worth keeping stays in
# build/fuzz/corpus; a crash leaves its input in build/fuzz.
fuzz_input_seconds_max=20 # one input; the sanitizers and a busy machine included
run_fuzzers() {
  install_missing libclang-rt-14-dev
  build_preset fuzz parley_fuzzers
  for program in build/fuzz/tests/fuzz/parley_fuzz_*; do
    target=${program##*parley_fuzz_}
    mkdir -p "build/fuzz/corpus/$target"
    echo "$target"
    "$program" -max_total_time="${PARLEY_FUZZ_SECONDS:-60}" -max_len=8192 -rss_limit_mb=4096 \
      -timeout=$fuzz_input_seconds_max -print_final_stats=1 -verbosity=0 \
      -artifact_prefix="build/fuzz/$target-" \
      "build/fuzz/corpus/$target" "tests/fuzz/corpus/$target"
  done
}

test_everything() {
  step format none check_format
  step shell none check_shell
  step tidy gtest run_tidy_tests
  step widget-build none build_widget
  step widget-test node run_widget_tests
  step release-build none build_release
  start_building_ahead
  step prove node node tests/prove/run.mjs --short
  step cli node node tests/cli/cli.test.mjs
  step openapi node run_openapi_tests
  step corpora node run_corpora_tests
  step end-to-end node run_end_to_end_tests
  stop_building_ahead
  step asan-build none build_sanitized asan
  step asan-test gtest test_sanitized asan
  step vendor-sdks node run_sdk_tests
  step tsan-build none build_sanitized tsan
  step tsan-test gtest test_sanitized tsan
  step clang-tidy none tests/tidy/clang_tidy
  [ -z "${PARLEY_TEST_EXTENDED:-}" ] || step fuzz none run_fuzzers
}

test_some() {
  step asan-build none build_sanitized asan
  step asan-test gtest test_sanitized asan
}

# --extended makes the tests that repeat or generate do more of it; see tests/README.md.
test_all() {
  test_filter='*'
  for argument in "$@"; do
    case $argument in
      --extended) export PARLEY_TEST_EXTENDED=1 ;;
      -*) die "unknown option: $argument" ;;
      *) test_filter="*$argument*" ;;
    esac
  done
  install_packages test
  mkdir -p $results
  printf '%-22s %-6s %7s %7s %6s\n' step result passed failed time >$results/summary
  : >$results/failures
  started=$(date +%s)
  if [ "$test_filter" = '*' ]; then test_everything; else test_some; fi
  printf '\n'
  cat $results/summary
  [ ! -s $results/failures ] || printf '\nWhat failed (whole logs: %s):\n' $results
  head -n $told_lines_max $results/failures
  printf '\n%d s in all\n%d passed, %d failed\n' $(($(date +%s) - started)) $passed $failed
  [ $failed = 0 ]
}
