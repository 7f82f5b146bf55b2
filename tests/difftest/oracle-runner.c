/*
 * Executes single A64 instructions on given register state and reports the state after them. Runs under qemu-aarch64 (or on hardware).
 *
 * Standard input: u32 bytes of memory per case (0..4096), u32 reserved, u64 address of the memory buffer; then cases, back to back: struct
 * state, and the memory's bytes. Standard output: the same records after execution, with status 0, or the signal that stopped it.
 * x29 and x30 belong to this program: instructions that use them cannot be tested.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct state {
  uint64_t x[31];
  uint64_t sp;
  uint64_t nzcv, fpcr, fpsr;
  uint32_t word, status;
  unsigned char v[32][16];
};
_Static_assert(sizeof(struct state) == 0x320, "the assembly below knows these offsets");

/* Loads everything, branches to the code buffer, which comes back to `after`, stores everything. */
void execute(struct state *state, void *code);
extern char after[];

__asm__(
    ".text\n"
    ".globl execute, after\n"
    "execute:\n"
    "  stp x29, x30, [sp, #-176]!\n"
    "  stp x19, x20, [sp, #16]\n"
    "  stp x21, x22, [sp, #32]\n"
    "  stp x23, x24, [sp, #48]\n"
    "  stp x25, x26, [sp, #64]\n"
    "  stp x27, x28, [sp, #80]\n"
    "  stp d8, d9, [sp, #96]\n"
    "  stp d10, d11, [sp, #112]\n"
    "  stp d12, d13, [sp, #128]\n"
    "  stp d14, d15, [sp, #144]\n"
    "  adrp x9, host_sp\n"
    "  add x9, x9, :lo12:host_sp\n"
    "  mov x10, sp\n"
    "  str x10, [x9]\n"
    "  mov x30, x0\n"
    "  mov x29, x1\n"
    "  ldr x0, [x30, #0x100]\n"
    "  msr nzcv, x0\n"
    "  ldr x0, [x30, #0x108]\n"
    "  msr fpcr, x0\n"
    "  ldr x0, [x30, #0x110]\n"
    "  msr fpsr, x0\n"
    "  ldr x0, [x30, #0xf8]\n"
    "  mov sp, x0\n"
    "  add x0, x30, #0x120\n"
    "  ld1 {v0.16b-v3.16b}, [x0], #64\n"
    "  ld1 {v4.16b-v7.16b}, [x0], #64\n"
    "  ld1 {v8.16b-v11.16b}, [x0], #64\n"
    "  ld1 {v12.16b-v15.16b}, [x0], #64\n"
    "  ld1 {v16.16b-v19.16b}, [x0], #64\n"
    "  ld1 {v20.16b-v23.16b}, [x0], #64\n"
    "  ld1 {v24.16b-v27.16b}, [x0], #64\n"
    "  ld1 {v28.16b-v31.16b}, [x0], #64\n"
    "  ldp x0, x1, [x30, #0]\n"
    "  ldp x2, x3, [x30, #16]\n"
    "  ldp x4, x5, [x30, #32]\n"
    "  ldp x6, x7, [x30, #48]\n"
    "  ldp x8, x9, [x30, #64]\n"
    "  ldp x10, x11, [x30, #80]\n"
    "  ldp x12, x13, [x30, #96]\n"
    "  ldp x14, x15, [x30, #112]\n"
    "  ldp x16, x17, [x30, #128]\n"
    "  ldp x18, x19, [x30, #144]\n"
    "  ldp x20, x21, [x30, #160]\n"
    "  ldp x22, x23, [x30, #176]\n"
    "  ldp x24, x25, [x30, #192]\n"
    "  ldp x26, x27, [x30, #208]\n"
    "  ldr x28, [x30, #224]\n"
    "  br x29\n"
    "after:\n"
    "  stp x0, x1, [x30, #0]\n"
    "  stp x2, x3, [x30, #16]\n"
    "  stp x4, x5, [x30, #32]\n"
    "  stp x6, x7, [x30, #48]\n"
    "  stp x8, x9, [x30, #64]\n"
    "  stp x10, x11, [x30, #80]\n"
    "  stp x12, x13, [x30, #96]\n"
    "  stp x14, x15, [x30, #112]\n"
    "  stp x16, x17, [x30, #128]\n"
    "  stp x18, x19, [x30, #144]\n"
    "  stp x20, x21, [x30, #160]\n"
    "  stp x22, x23, [x30, #176]\n"
    "  stp x24, x25, [x30, #192]\n"
    "  stp x26, x27, [x30, #208]\n"
    "  str x28, [x30, #224]\n"
    "  mov x0, sp\n"
    "  str x0, [x30, #0xf8]\n"
    "  mrs x0, nzcv\n"
    "  str x0, [x30, #0x100]\n"
    "  mrs x0, fpsr\n"
    "  str x0, [x30, #0x110]\n"
    "  msr fpcr, xzr\n"
    "  add x0, x30, #0x120\n"
    "  st1 {v0.16b-v3.16b}, [x0], #64\n"
    "  st1 {v4.16b-v7.16b}, [x0], #64\n"
    "  st1 {v8.16b-v11.16b}, [x0], #64\n"
    "  st1 {v12.16b-v15.16b}, [x0], #64\n"
    "  st1 {v16.16b-v19.16b}, [x0], #64\n"
    "  st1 {v20.16b-v23.16b}, [x0], #64\n"
    "  st1 {v24.16b-v27.16b}, [x0], #64\n"
    "  st1 {v28.16b-v31.16b}, [x0], #64\n"
    "  adrp x9, host_sp\n"
    "  add x9, x9, :lo12:host_sp\n"
    "  ldr x10, [x9]\n"
    "  mov sp, x10\n"
    "  ldp x19, x20, [sp, #16]\n"
    "  ldp x21, x22, [sp, #32]\n"
    "  ldp x23, x24, [sp, #48]\n"
    "  ldp x25, x26, [sp, #64]\n"
    "  ldp x27, x28, [sp, #80]\n"
    "  ldp d8, d9, [sp, #96]\n"
    "  ldp d10, d11, [sp, #112]\n"
    "  ldp d12, d13, [sp, #128]\n"
    "  ldp d14, d15, [sp, #144]\n"
    "  ldp x29, x30, [sp], #176\n"
    "  ret\n"
    ".bss\n"
    ".globl host_sp\n"
    ".balign 8\n"
    "host_sp: .skip 8\n"
    ".text\n");

static sigjmp_buf back;

static void stopped(int signal_number) { siglongjmp(back, signal_number); }

static int read_all(void *to, size_t bytes) { return fread(to, 1, bytes, stdin) == bytes; }

int main(void) {
  struct { uint32_t memory_bytes, reserved; uint64_t address; } header;
  if (!read_all(&header, sizeof header)) return 1;
  unsigned char *memory = NULL;
  if (header.memory_bytes) {
    memory = mmap((void *)header.address, 0x3000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (memory == MAP_FAILED) return 2;
    memory += 0x1000;
  }
  uint32_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (code == MAP_FAILED) return 3;
  code[1] = 0x5800005d; /* ldr x29, 8 bytes on */
  code[2] = 0xd61f03a0; /* br x29 */
  uint64_t target = (uint64_t)after;
  memcpy(&code[3], &target, 8);

  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = stopped, .sa_flags = SA_ONSTACK | SA_NODEFER};
  int signals[] = {SIGILL, SIGSEGV, SIGBUS, SIGTRAP, SIGFPE};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, NULL);

  static struct state state;
  while (read_all(&state, sizeof state)) {
    if (memory) {
      memset(memory - 0x1000, 0, 0x3000);
      if (!read_all(memory, header.memory_bytes)) return 4;
    }
    code[0] = state.word;
    __builtin___clear_cache((char *)code, (char *)(code + 5));
    volatile int number = sigsetjmp(back, 1);
    if (number == 0) execute(&state, code);
    __asm__ volatile("msr fpcr, xzr");
    state.status = (uint32_t)number;
    fwrite(&state, sizeof state, 1, stdout);
    if (memory) fwrite(memory, 1, header.memory_bytes, stdout);
  }
  return 0;
}
