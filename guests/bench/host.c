/* Runs a kernel on the machine that compiles it: `kernel COUNT` prints its checksum. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "kernels/bench.h"

int main(int arguments, char **values) {
  if (arguments != 2) return 2;
  printf("%016" PRIx64 "\n", kernel((uint32_t)strtoul(values[1], 0, 10)));
  return 0;
}
