# Fixed data: the same bytes on every machine, without a file brought along.
data() { gawk -v n="$1" -v s="${2:-1}" 'BEGIN { for (i = 0; i < n; i++) { s = (s * 69069 + 12345) % 4294967296; printf "%08x", s } }'; }
