/** Guests of a few instructions, made by hand. Encodings: Arm Architecture Reference Manual, section C6. */

const UART_BASE = 0x0900_0000;

/** PSCI function ids (DEN0022). */
export const PSCI = {
  VERSION: 0x8400_0000,
  CPU_OFF: 0x8400_0002,
  CPU_ON: 0x8400_0003,
  OFF: 0x8400_0008,
  RESET: 0x8400_0009,
  FEATURES: 0x8400_000a,
  SUSPEND: 0x8400_000e,
  OFF2: 0x8400_0015,
} as const;

export const HVC = 0xd400_0002;
export const SMC = 0xd400_0003;
export const WFI = 0xd503_207f;
/** `b .` and `b .-4` */
export const LOOP = 0x1400_0000;
export const BACK_ONE = 0x17ff_ffff;

const MOVZ = 0xd280_0000;
const MOVZ_16 = 0xd2a0_0000;
const MOVK_16 = 0xf2a0_0000;
const UART_REGISTER = 2;

/** `mov x<register>, #value` in two instructions. */
export function move(register: number, value: number): number[] {
  return [(MOVZ | ((value & 0xffff) << 5) | register) >>> 0, (MOVK_16 | ((value >>> 16) << 5) | register) >>> 0];
}

/** `strb w1, [x2]` for each character. */
export function print(text: string): number[] {
  const uart = (MOVZ_16 | ((UART_BASE >>> 16) << 5) | UART_REGISTER) >>> 0;
  return [uart, ...[...text].flatMap((character) => [(MOVZ | (character.charCodeAt(0) << 5) | 1) >>> 0, 0x3900_0041])];
}

/** Waits for a byte, prints it, and starts again; the machine goes off at `.`. Polls: it never sleeps. */
export const ECHO: number[] = [
  ...print('>'),
  0xb940_1843, // 0: ldr w3, [x2, #0x18]   the UART's FR
  0x3727_ffe3, // 1: tbnz w3, #4, 0        RXFE
  0xb940_0041, // 2: ldr w1, [x2]
  0x3900_0041, // 3: strb w1, [x2]
  0x7100_b83f, // 4: cmp w1, #'.'
  0x54ff_ff61, // 5: b.ne 0
  ...move(0, PSCI.OFF),
  HVC,
];

/** A firmware call with x1..x3 = `args`; it goes on with whatever follows. */
export function call(id: number, args: readonly number[] = [], conduit: number = HVC): number[] {
  return [...args.flatMap((value, index) => move(index + 1, value)), ...move(0, id), conduit];
}

/** A flat binary. */
export function flat(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  words.forEach((word, index) => {
    view.setUint32(index * 4, word, true);
  });
  return bytes;
}

/**
 * An arm64 Image (Linux Documentation/arch/arm64/booting.rst) with a PE header, whose one section says that the file has
 * `fileBytes`.
 */
export function image(code: readonly number[], fileBytes: number): Uint8Array {
  const [pe, section, start] = [64, 64 + 24, 128];
  const bytes = new Uint8Array(start + code.length * 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x1400_5a4d, true); // "MZ", and an instruction: b .+0x16934, never run here
  view.setBigUint64(16, BigInt(fileBytes), true);
  view.setUint32(56, 0x644d_5241, true);
  view.setUint32(60, pe, true);
  view.setUint32(pe, 0x4550, true);
  view.setUint16(pe + 6, 1, true);
  view.setUint32(section + 16, fileBytes - start, true);
  view.setUint32(section + 20, start, true);
  bytes.set(flat(code), start);
  return bytes;
}
