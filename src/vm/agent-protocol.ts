/**
 * The lines the host and the guest agent exchange (described in docs/guests.md, guest side in guests/debian/agent).
 *
 *     host → guest   <id> <verb> [argument]
 *     guest → host   <id> ok [text] | <id> error <text> | <id> data <base64> | <id> exit <status> | <id> resumed
 *
 * Everything is ASCII, except the text of an error, which is UTF-8.
 */

export type AgentVerb =
  | 'ping'
  | 'info'
  | 'exec'
  | 'feed'
  | 'bulk'
  | 'running'
  | 'cancel'
  | 'set-clock'
  | 'suspend-disk'
  | 'shutdown'
  | 'reboot';

export type AgentAnswer =
  | { id: number; kind: 'ok'; text: string }
  | { id: number; kind: 'error'; text: string }
  | { id: number; kind: 'data'; bytes: Uint8Array }
  | { id: number; kind: 'exit'; status: number }
  | { id: number; kind: 'resumed' }
  | { id: number; kind: 'hello'; text: string };

/** Request numbers go from 1 to this. */
export const LAST_REQUEST_ID = 999_999_999;
/** Longest command of an exec request in bytes; the agent reads no line of more than 200,000 characters. */
export const MAX_COMMAND_BYTES = 128 * 1024;
/** Most bytes of standard input that a command can be given. */
export const MAX_INPUT_BYTES = 1 << 20;
/** First versions of the agent (its `info` says which it is) that give commands input, and that tell much output fast. */
export const AGENT_WITH_INPUT = 2;
export const AGENT_WITH_BULK = 3;
/** Shortest answer line in bytes, `1 ok`: what is shorter is not worth being looked at. */
const MIN_ANSWER_BYTES = 4;
/** Longest answer line in bytes; the agent's own stay below 17 KiB. More without a newline is garbage. */
export const MAX_ANSWER_BYTES = 64 * 1024;

const NEWLINE = 0x0a;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const CODES = Uint8Array.from(ALPHABET, (letter) => letter.charCodeAt(0));
const PADDING = '='.charCodeAt(0);
/** By character code; padding counts as zero. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => Math.max(0, CODES.indexOf(code)));
const decoder = new TextDecoder();

/** Base64 with padding (RFC 4648, section 4). Here because hosts offer different functions for it. */
export function encodeBase64(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  for (let at = 0, out = 0; at < bytes.length; at += 3) {
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    codes[out++] = CODES[group >> 18]!;
    codes[out++] = CODES[(group >> 12) & 63]!;
    codes[out++] = at + 1 < bytes.length ? CODES[(group >> 6) & 63]! : PADDING;
    codes[out++] = at + 2 < bytes.length ? CODES[group & 63]! : PADDING;
  }
  return decoder.decode(codes);
}

/** Undefined if `text` is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3);
  const digit = (at: number): number => DIGITS[text.charCodeAt(at)]!;
  for (let at = 0, out = 0; at < text.length; at += 4) {
    const group = (digit(at) << 18) | (digit(at + 1) << 12) | (digit(at + 2) << 6) | digit(at + 3);
    bytes[out++] = group >> 16;
    bytes[out++] = group >> 8;
    bytes[out++] = group;
  }
  return bytes.subarray(0, bytes.length - padding);
}

export function requestLine(id: number, verb: AgentVerb, argument?: string): Uint8Array {
  return new TextEncoder().encode(`${id} ${verb}${argument === undefined ? '' : ` ${argument}`}\n`);
}

/** Undefined for lines that are no answer: whatever else writes to the port is not ours to judge. */
export function parseAnswer(line: string): AgentAnswer | undefined {
  const match = /^(\d{1,9}) (ok|error|data|exit|resumed|hello)(?: (.*))?$/.exec(line);
  if (match === null) return undefined;
  const id = Number(match[1]);
  const text = match[3] ?? '';
  switch (match[2]) {
    case 'data': {
      const bytes = decodeBase64(text);
      return bytes === undefined ? undefined : { id, kind: 'data', bytes };
    }
    case 'exit':
      return /^\d{1,3}$/.test(text) ? { id, kind: 'exit', status: Number(text) } : undefined;
    case 'resumed':
      return { id, kind: 'resumed' };
    default:
      return { id, kind: match[2] as 'ok' | 'error' | 'hello', text };
  }
}

/** Cuts a stream of bytes into lines that may be answers, whatever pieces it comes in. */
export class LineReader {
  private parts: Uint8Array[] = [];
  private length = 0;
  /** Inside a line that is too long: everything up to its end is dropped. */
  private dropping = false;

  /** Calls `line` with each line that `bytes` complete, without its newline, unless it is too short or too long. */
  take(bytes: Uint8Array, line: (text: string) => void): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const whole = this.complete(bytes, start, end);
      start = end + 1;
      while (bytes[start] === NEWLINE) start++;
      if (whole !== undefined) line(whole);
    }
    this.keep(bytes.subarray(start));
  }

  private complete(bytes: Uint8Array, start: number, end: number): string | undefined {
    const short = this.length + end - start < MIN_ANSWER_BYTES;
    if (this.length === 0 && !this.dropping)
      return short || end - start > MAX_ANSWER_BYTES ? undefined : decoder.decode(bytes.subarray(start, end));
    this.keep(bytes.subarray(start, end));
    const whole = short || this.dropping ? undefined : this.text();
    this.reset();
    return whole;
  }

  /** Forgets a line that has begun. */
  reset(): void {
    this.parts = [];
    this.length = 0;
    this.dropping = false;
  }

  private keep(bytes: Uint8Array): void {
    if (this.dropping || bytes.length === 0) return;
    this.parts.push(bytes.slice());
    this.length += bytes.length;
    if (this.length <= MAX_ANSWER_BYTES) return;
    this.reset();
    this.dropping = true;
  }

  private text(): string {
    const line = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      line.set(part, at);
      at += part.length;
    }
    return decoder.decode(line);
  }
}
