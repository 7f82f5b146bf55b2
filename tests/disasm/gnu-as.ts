import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TOOLS = 'aarch64-linux-gnu-';
const ARCHITECTURE = '-march=armv8.8-a+memtag+profile+crypto+sha3+sm4+i8mm+rng+cssc';

/** Sections in the order of our assembler, without gaps but those of alignment. */
const script = (base: number): string => `SECTIONS {
  . = ${base};
  .text : { *(.text) *(.text.*) }
  .rodata : { *(.rodata) *(.rodata.*) }
  .data : { *(.data) *(.data.*) }
  .bss : { *(.bss) *(.bss.*) }
  /DISCARD/ : { *(*) }
}`;

/** The flat binary that GNU as and ld make of a source; zeros of .bss are part of it. */
export function assembleByGnu(source: string, base = 0): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'as-'));
  try {
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('a.s'), source);
    writeFileSync(at('a.ld'), script(base));
    execFileSync(`${TOOLS}as`, [ARCHITECTURE, '-o', at('a.o'), at('a.s')]);
    execFileSync(`${TOOLS}ld`, ['--no-warn-rwx-segments', '-T', at('a.ld'), '-e', '0', '-o', at('a.elf'), at('a.o')]);
    execFileSync(`${TOOLS}objcopy`, [
      '-O',
      'binary',
      '--set-section-flags',
      '.bss=alloc,load,contents',
      at('a.elf'),
      at('a.bin'),
    ]);
    return new Uint8Array(readFileSync(at('a.bin')));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
