/**
 * A WebSocket to a program on this machine, as far as talking JSON to it needs: text messages, whole or in pieces, and nothing else (Node 20 has none of its own).
 *
 * Source: RFC 6455.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const OPCODE = { CONTINUATION: 0, TEXT: 1, CLOSE: 8, PING: 9, PONG: 10 } as const;
const FIN = 0x80;
const MASKED = 0x80;
const HEADERS_END = '\r\n\r\n';

export class JsonSocket {
  onMessage: (message: unknown) => void = () => {};
  private received: Buffer = Buffer.alloc(0);
  private pieces: Buffer[] = [];

  private constructor(private readonly socket: Socket) {
    socket.on('data', (data) => {
      this.received = Buffer.concat([this.received, data]);
      while (this.takeFrame());
    });
  }

  static open(url: string): Promise<JsonSocket> {
    const { hostname, port, pathname, host } = new URL(url);
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname);
      socket.on('error', reject);
      const key = randomBytes(16).toString('base64');
      socket.write(
        `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13${HEADERS_END}`,
      );
      let head = '';
      socket.on('data', function answered(data) {
        head += data.toString('latin1');
        if (!head.includes(HEADERS_END)) return;
        socket.off('data', answered);
        if (head.startsWith('HTTP/1.1 101')) resolve(new JsonSocket(socket));
        else reject(new Error(`${url} is no WebSocket: ${head.split('\r\n')[0]}.`));
      });
    });
  }

  send(message: unknown): void {
    this.write(OPCODE.TEXT, Buffer.from(JSON.stringify(message)));
  }

  close(): void {
    this.socket.destroy();
  }

  private write(opcode: number, payload: Buffer): void {
    const mask = randomBytes(4);
    const masked = payload.map((byte, index) => byte ^ mask[index % 4]!);
    this.socket.write(Buffer.concat([Buffer.of(FIN | opcode), lengthOf(payload), mask, masked]));
  }

  /** Returns whether there was a whole one. A server's frames are not masked. */
  private takeFrame(): boolean {
    const { received } = this;
    if (received.length < 2) return false;
    const short = received[1]! & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (received.length < start) return false;
    const length = short === 126 ? received.readUInt16BE(2) : short === 127 ? Number(received.readBigUInt64BE(2)) : short;
    if (received.length < start + length) return false;
    const payload = received.subarray(start, start + length);
    this.received = received.subarray(start + length);
    this.take(received[0]! & 0x0f, (received[0]! & FIN) !== 0, payload);
    return true;
  }

  private take(opcode: number, isLast: boolean, payload: Buffer): void {
    if (opcode === OPCODE.PING) return this.write(OPCODE.PONG, payload);
    if (opcode !== OPCODE.TEXT && opcode !== OPCODE.CONTINUATION) return;
    this.pieces.push(payload);
    if (!isLast) return;
    const text = Buffer.concat(this.pieces).toString();
    this.pieces = [];
    this.onMessage(JSON.parse(text));
  }
}

/** In as few bytes as it can be said in, as a server may demand, with the bit of a mask. */
function lengthOf({ length }: Buffer): Buffer {
  if (length < 126) return Buffer.of(MASKED | length);
  const bytes = Buffer.alloc(length < 1 << 16 ? 3 : 9);
  bytes[0] = MASKED | (bytes.length === 3 ? 126 : 127);
  if (bytes.length === 3) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}
