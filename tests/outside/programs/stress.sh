# stress.sh STRESSOR[:OPS[:OPTION=VALUE]…]…: each once alone and once twice at once, by number of operations, with its results verified. Prints what it found wrong, without what differs
# from run to run (times, processes, numbers of operations).
export TMPDIR=/tmp
cd /tmp || exit 1
for item in "$@"; do
  IFS=: read -r name ops rest <<<"$item"
  options=()
  [ -z "$rest" ] || for pair in ${rest//:/ }; do options+=("--${pair%%=*}" "${pair#*=}"); done
  for instances in 1 2; do
    # The time is a bound on what waits for something that never comes, not on the work.
    stress-ng --verify --seed 1 --temp-path /tmp --timeout ${STRESS_TIMEOUT:-40} "--$name" $instances "--$name-ops" $((ops * instances)) "${options[@]}" >/tmp/said 2>&1
    status=$?
    echo "$item $instances: status $status"
    [ "${STRESS_VERBOSE:-}" ] && cat /tmp/said
    sed -n -E 's/^stress-ng: (fail|error): *\[[0-9]+\] */  \1 /p' /tmp/said | sort | uniq -c | head -20
  done
done
