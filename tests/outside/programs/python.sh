# python.sh TEST…: Python's own tests, one after the other; how many ran and how each ended, without times and what only tells the machine.
cd /tmp || exit 1
for test in "$@"; do
  python3 -X utf8 -m unittest -b "test.$test" >/tmp/said 2>&1
  status=$?
  echo "$test: status $status, $(sed -n -E 's/^Ran ([0-9]+ tests?) in .*/\1/p; s/^(OK|FAILED)(.*)/\1\2/p' /tmp/said | tr '\n' ' ')"
  grep -E '^(ERROR|FAIL|UNEXPECTED SUCCESS):' /tmp/said | sort
  [ -z "${OUTSIDE_VERBOSE:-}" ] || [ $status = 0 ] || tail -60 /tmp/said
done
