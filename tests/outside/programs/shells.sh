# bash's arithmetic, expansions, processes and signals; awk, bc, sed, sort and the compressors over the same data.
. ./fixed.sh
echo $((1 << 63)) $((9223372036854775807 + 1)) $((-7 / 2)) $((-7 % 3)) $((0x7fffffff * 0x7fffffff)) $((2 ** 62)) $((~5 & 0xff ^ 3)) $((5 > 3 ? 8#17 : 1))
x=dormouse; echo ${x^^} ${x:2:3} ${x/o/0} ${x//o/0} ${x#*r} ${x%%u*} ${#x} "${x@Q}"; shopt -s extglob; echo ${x/+([m-s])/_}
f() { local n=$1; ((n < 2)) && { r=$n; return; }; f $((n - 1)); local a=$r; f $((n - 2)); r=$((a + r)); }; f 16; echo $r
trap 'echo caught USR1' USR1; kill -USR1 $$; trap 'echo leaving' EXIT
(sleep 100 & pid=$!; kill -STOP $pid; kill -CONT $pid; kill $pid; wait $pid; echo "status $?")
for signal in HUP INT QUIT ILL TRAP ABRT BUS FPE KILL SEGV PIPE ALRM TERM; do (ulimit -c 0; bash -c "kill -$signal \$\$"); echo "$signal $?"; done 2>/dev/null
seq 1 20 | xargs -P 4 -I{} bash -c 'echo $(({} * {}))' | sort -n | tr '\n' ' '; echo
mapfile -t lines < <(seq 1 5000); declare -A seen; for l in "${lines[@]}"; do ((seen[$((l % 13))] += l)); done; for k in "${!seen[@]}"; do echo "$k ${seen[$k]}"; done | sort -n | md5sum
data 60000 5 | fold -w 37 >/tmp/lines
for sorting in '' -r -n -h -R\ --random-source=/tmp/lines -k1.3,1.7 -u\ -f '-g -s'; do LC_ALL=C sort $sorting /tmp/lines | md5sum; done
gawk '{ n = strtonum("0x" substr($0, 1, 12)); s += n; q += sqrt(n); l += log(n + 1); h[n % 101]++; x = xor(x, n % 2147483648) } END { printf "%.17g %.17g %.17g %d\n", s, q, l, x; for (i = 0; i < 101; i++) printf "%d ", h[i]; print "" }' /tmp/lines
gawk 'BEGIN { printf "%.17g %.17g %.17g %.17g %d %x %e %s\n", sin(1), atan2(1, 3), exp(1), 2 ^ 0.5, -2.7, 2 ^ 52, 1 / 3, 1e300 * 1e300; print substr("dormouse", 0, 4), index("dormouse", "mou"), toupper("nest"), strftime("%F", 0, 1) }'
gawk -M 'BEGIN { PREC = 300; print 2 ^ 500; printf "%.60f\n", 1 / 7 }'
echo 'scale=200; a(1)*4; e(1); sqrt(2); 2^1000; l(10); s(1); define f(n){ if (n<2) return 1; return n*f(n-1) } f(200)' | BC_LINE_LENGTH=0 bc -l
sed -E 's/([0-9a-f]{3})(.)/\2\1/g; y/abcdef/fedcba/; /00/{N;s/\n/-/}; $!{h;x}' /tmp/lines | md5sum
for packer in 'gzip -9n' 'gzip -1n' bzip2 'xz -9' 'xz -0 --arm64' 'zstd -q -19' 'zstd -q -1' 'xz --check=sha256 -T2 --block-size=65536'; do
  $packer -c </tmp/lines >/tmp/packed; md5sum </tmp/packed; ${packer%% *} -dc </tmp/packed | cmp - /tmp/lines && echo back
done
for sum in cksum sum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum 'cksum -a crc32b' 'cksum -a sm3'; do $sum </tmp/lines; done
factor 18446744073709551557 18446744073709551615 600851475143 1000000016000000063; numfmt --to=iec 1 1023 1024 1234567890123; seq -f %.3e 1 0.7 5 | tr '\n' ' '; echo; printf '%a %a\n' 1.1 3e-310; od -A d -t fD -N 64 /tmp/lines; expr 9223372036854775807 '*' 9223372036854775807; date -u -d @1e9 2>/dev/null || date -u -d @1000000000
lua -e 'local s, t = 0, {} for i = 1, 200000 do t[i] = (i * 7919) % 10007; s = s + math.sin(i) * t[i] end table.sort(t) print(string.format("%.17g", s), t[100000], math.maxinteger + 1, -7 // 2, -7 % 3, 7.5 // -2, 1 << 63, 3 | 0.0 + 4, math.tointeger(2^53), string.format("%a", 0.1), ("x"):rep(3, "-"), string.pack(">I8d", 77, 1.5):byte(1, -1))
 local co = coroutine.wrap(function() for i = 1, 1000 do coroutine.yield(i) end end) local c = 0 for i = 1, 1000 do c = c + co() end print(c, pcall(error, "said"))'
