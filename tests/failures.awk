# The names of the failed tests in a log of GoogleTest or of Node's test runner (TAP or its tree),
# each with the first lines of what it said; nothing if no failed test is named. At most about
# `lines_max` lines (-v lines_max=30).

# Makes `name` the failure that the lines to come belong to.
function begin(name) {
  if (!(name in known)) {
    known[name] = ++count
    names[count] = name
  }
  at = known[name]
}

function keep(text) {
  if (said[at] < lines_max) detail[at, ++said[at]] = substr(text, 1, 160)
}

{
  gsub(/\033\[[0-9;]*m/, "")
  sub(/\r$/, "")
}

# GoogleTest: what failed comes first, the name of the test after it.
/^[^ ].*: Failure$/ { collecting = 1 }
/^\[  FAILED  \] .* \([0-9]+ ms\)$/ {
  name = $0
  sub(/^\[  FAILED  \] /, "", name)
  sub(/ \([0-9]+ ms\)$/, "", name)
  begin(name)
  for (i = 1; i <= heard; ++i) keep(words[i])
  heard = collecting = at = 0
  next
}
/^\[/ { collecting = 0 }
collecting && NF { if (heard < lines_max) words[++heard] = $0; next }

# Node: the name comes first. A test that failed only because one inside it did says nothing new.
/^ *not ok [0-9]+ - / {
  sub(/^ *not ok [0-9]+ - /, "")
  begin($0)
  next
}
/^ *✖ failing tests:/ { next }
/^ *✖ / {
  sub(/^ *✖ /, "")
  sub(/ \([0-9.]+ms\)$/, "")
  begin($0)
  next
}
/^ *(ok [0-9]+ - |# |✔ |ℹ |\.\.\.$|stack:|test at )/ { at = 0 }
at && /failureType: 'subtestsFailed'/ { outer[at] = 1 }
at && /^ *(---|duration_ms|type:|location:|failureType:|code:|name:|error: \|-)/ { next }
at && /^ *at .*\(?node:/ { next }
at && NF { keep($0) }

END {
  for (i = 1; i <= count; ++i) if (!outer[i]) ++shown
  each = shown ? int(lines_max / shown) - 1 : 0
  for (i = 1; i <= count && lines_max > 0; ++i) {
    if (outer[i]) continue
    print "  " names[i]
    --lines_max
    for (j = 1; j <= said[i] && j <= each; ++j) print "      " detail[i, j]
  }
}
