# debugger.sh [PART OF A NAME]: gdb on a program: breaks, conditions, steps, watchpoints of the processor, calls, signals, threads, recording and going back. Addresses and numbers of processes are taken out, and what depends on which thread is first.
cat >/tmp/debugged.c <<'C'
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
struct pair { int a; double b; char name[8]; };
static struct pair pairs[3] = { { 1, 1.5, "one" }, { 2, 2.5, "two" }, { 3, 3.5, "three" } };
int counter; long wide[4]; volatile char byte;
int square(int x) { return x * x; }
double sum(const struct pair *p, int n) {
  double s = 0;
  for (int i = 0; i < n; i++) {
    s += p[i].b * square(p[i].a);
    counter++;
  }
  return s;
}
int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
static void handler(int s) { wide[3] = s; }
static void *thread(void *arg) { for (int i = 0; i < 3; i++) { wide[1] += (long)arg; byte = i; } return arg; }
int main(void) {
  signal(SIGUSR1, handler);
  double s = sum(pairs, 3);
  wide[0] = fib(9);
  raise(SIGUSR1);
  pthread_t t; void *r;
  pthread_create(&t, 0, thread, (void *)5L);
  pthread_join(t, &r);
  memcpy(pairs[0].name, "nest", 5);
  printf("%g %ld %ld %s\n", s, wide[0], wide[1], pairs[0].name);
  return counter;
}
C
gcc -g -O0 -o /tmp/debugged /tmp/debugged.c -pthread || exit 1
only=${1:-}
clean() { sed -E 's/0x[0-9a-f]{6,}/ADDRESS/g; s/\(LWP [0-9]+\)/(LWP N)/g; s/process [0-9]+/process N/g; s/Thread ADDRESS/Thread/g; /debuginfod|debuginfo|libthread_db|^warning:|^$/d'; }
debug() { echo "== $1"; shift; timeout 1500 gdb -nx -batch -iex 'set debuginfod enabled off' -ex 'set pagination off' -ex 'set confirm off' -ex 'set print thread-events off' -ex 'set args >/tmp/written' -ex 'handle SIGUSR1 nostop noprint pass' "$@" /tmp/debugged 2>&1 | clean; }
script() { local name=$1 line words=(); shift; [[ $name == *"$only"* ]] || return 0; for line in "$@"; do words+=(-ex "$line"); done; debug "$name" "${words[@]}"; }
script breaks 'break sum' 'run' 'info args' 'finish' 'next' 'next' 'print wide' 'print pairs' 'print $_exitcode' 'continue'
script conditions 'break fib if n == 3' 'ignore 1 4' 'run' 'bt' 'info breakpoints' 'delete' 'print fib(5)' 'tbreak handler' 'continue' 'print s' 'bt 2' 'continue' 'print $_exitcode'
script steps 'break sum' 'run' 'step' 'step' 'step' 'step' 'print $x0' 'stepi' 'stepi' 'stepi' 'x/3i $pc' 'up' 'print $v0.d.u' 'print $cpsr & 0x1f' 'until' 'advance fib' 'return' 'next'
script watchpoints 'break main' 'run' 'watch counter' 'continue' 'continue' 'continue' 'delete' 'rwatch wide[0]' 'awatch pairs[2].a' 'continue' 'continue' 'continue' 'continue'
script 'watched condition' 'break main' 'run' 'watch counter if counter == 3' 'watch *(char *)&byte' 'continue' 'bt 1' 'continue' 'continue' 'continue' 'continue'
script 'hardware breakpoints' 'break main' 'run' 'hbreak square' 'thbreak fib' 'continue' 'continue' 'continue' 'continue' 'info breakpoints' 'bt' 'kill'
script signals 'handle SIGUSR1 stop print pass' 'run' 'signal SIGUSR1' 'print wide'
script threads 'break thread' 'run' 'thread apply 2 bt 1' 'watch byte' 'continue' 'continue' 'continue'
script record 'break sum' 'run' 'record full' 'next' 'next' 'next' 'next' 'next' 'next' 'next' 'print s' 'print counter' 'reverse-next' 'reverse-next' 'reverse-step' 'print s' 'print counter' 'print i' 'watch counter' 'reverse-continue' 'continue' 'print s' 'record stop' 'delete' 'finish'
script 'memory and calls' 'break main' 'run' 'set var counter = 40' 'print counter += 2' 'print square(12)' 'print sum(pairs, 2)' 'call (int)strlen("dormouse")' 'find &pairs, +sizeof(pairs), (char)116, (char)119' 'print/x (short)-2' 'ptype pairs' 'x/2dw &pairs' 'print sizeof(struct pair)' 'catch syscall write' 'continue' 'continue' 'continue' 'print $_exitcode'
