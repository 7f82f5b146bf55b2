# compiler.sh: GCC at work. What the same functions (the generated made-*.c of this folder) compute must not differ between levels and targets.
cd /work || exit 1
settings=('-O0' '-O2' '-O3 -march=armv8.2-a+fp16+dotprod+rcpc' '-O2 -mbranch-protection=standard -march=armv8.5-a' '-Os -mno-outline-atomics -fPIE' '-O3 -funroll-loops -march=armv8.6-a+crypto')
# What pointers are signed with is more than a NOP from Armv8.3 on, as -march=armv8.5-a says that it is.
if ! grep -q paca /proc/cpuinfo; then settings=("${settings[@]:0:3}" '-O2 -mbranch-protection=standard' '-Os -mno-outline-atomics -fPIE'); fi
for source in made-*.c; do
  for setting in "${settings[@]}"; do
    gcc -w -fwrapv -fno-strict-aliasing -ffp-contract=off $setting -o /tmp/made "$source" -lm || { echo "$source $setting: not compiled"; continue; }
    /tmp/made >/tmp/said 2>&1
    echo "$source $setting: status $? $(md5sum </tmp/said)"
    [ "$setting" != -O0 ] || cp /tmp/said /tmp/first
    cmp /tmp/first /tmp/said || diff /tmp/first /tmp/said | head -5
  done
done
cat >/tmp/thing.cc <<'C'
#include <algorithm>
#include <atomic>
#include <iostream>
#include <map>
#include <numeric>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
struct Base { virtual ~Base() = default; virtual int f(int x) const = 0; };
template <int N> struct Plus : Base { int f(int x) const override { if (x % 97 == N) throw std::runtime_error("x" + std::to_string(x)); return x + N; } };
int main() {
  std::vector<unsigned> v(20000); unsigned s = 7; for (auto &x : v) x = s = s * 69069 + 1;
  auto w = v; std::sort(w.begin(), w.end()); std::map<unsigned, int> m; for (auto x : v) m[x % 251]++;
  std::cout << w[100] << ' ' << std::accumulate(v.begin(), v.end(), 0ull) << ' ' << m.size() << ' ' << m[7] << '\n';
  Plus<3> a; Plus<5> b; const Base *both[] = { &a, &b }; int caught = 0; long sum = 0;
  for (int i = 0; i < 5000; i++) try { sum += both[i & 1]->f(i); } catch (const std::exception &e) { caught += e.what()[1]; }
  std::cout << sum << ' ' << caught << '\n';
  std::atomic<long> n{0}; thread_local long own = 0; std::vector<std::thread> t; for (int i = 0; i < 4; i++) t.emplace_back([&, i] { for (int j = 0; j < 20000; j++) { n += i; own++; } n += own; }); for (auto &x : t) x.join();
  std::cout << n << ' ' << std::regex_replace(std::string("dormouse in a nest"), std::regex("([aeiou])([a-z])"), "$2$1") << '\n';
  std::ostringstream o; o.precision(17); o << 0.1 + 0.2 << ' ' << 1e300 * 1e10 << ' ' << std::hexfloat << 1.1; std::cout << o.str() << ' ' << std::stod("0x1.8p-3") << '\n';
}
C
for setting in -O0 -O2 '-O2 -fsanitize=undefined -fno-sanitize-recover' '-O3 -mbranch-protection=standard -fstack-protector-all -D_FORTIFY_SOURCE=2'; do
  g++ -std=c++20 $setting -o /tmp/thing /tmp/thing.cc -pthread && /tmp/thing && echo "g++ $setting: status $?"
done
