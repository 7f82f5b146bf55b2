/** The frame's end of the line to the page around it. */
import {
  type Answer,
  CALL_NAMES,
  type Call,
  type CallName,
  type EventDetails,
  type EventName,
  type FrameHello,
  type FrameRefusal,
  type PageHello,
  PROTOCOL_VERSION,
} from '../protocol';

const VERSIONS = [PROTOCOL_VERSION];

export interface Line {
  /** Tells the page, if one listens. */
  tell<Name extends EventName>(event: Name, detail: EventDetails[Name]): void;
}

const isHello = (data: unknown): data is PageHello =>
  typeof data === 'object' && data !== null && (data as Partial<PageHello>).dormouse === 'hello';

const isCall = (data: unknown): data is Call =>
  typeof data === 'object' &&
  data !== null &&
  Number.isSafeInteger((data as Partial<Call>).id) &&
  typeof (data as Partial<Call>).call === 'string' &&
  Array.isArray((data as Partial<Call>).args);

/**
 * Listens for the page's hello and answers its calls with `handle`. Only the window that holds this one is listened to; whoever it is can ask for no
 * more than the calls of the protocol.
 */
export function openLine(handle: (name: CallName, args: readonly unknown[]) => Promise<unknown>): Line {
  let port: MessagePort | undefined;

  async function answer({ id, call, args }: Call, from: MessagePort): Promise<void> {
    let message: Answer;
    try {
      const name = CALL_NAMES.find((known) => known === call);
      if (name === undefined)
        throw new Error(`“${call.slice(0, 40)}” is no call of this frame: there are ${CALL_NAMES.join(', ')}.`);
      message = { id, value: await handle(name, args) };
    } catch (error) {
      const { name, message: sentence } = error instanceof Error ? error : new Error(String(error));
      message = { id, error: { name, message: sentence } };
    }
    from.postMessage(message);
  }

  addEventListener('message', (event) => {
    if (event.source !== window.parent || window.parent === window || !isHello(event.data)) return;
    const [given] = event.ports;
    if (!VERSIONS.includes(event.data.version) || !given) {
      const refusal: FrameRefusal = {
        dormouse: 'refused',
        versions: VERSIONS,
        sentence: given
          ? `This frame speaks version ${VERSIONS.join(', ')} of its protocol and not ${String(event.data.version).slice(0, 20)}: load the tag's script and the frame from the same site.`
          : 'The hello to this frame came without a MessagePort.',
      };
      window.parent.postMessage(refusal, event.origin === 'null' ? '*' : event.origin);
      return;
    }
    port?.close();
    port = given;
    port.onmessage = (message: MessageEvent<unknown>) => {
      if (isCall(message.data)) void answer(message.data, given);
    };
  });
  if (window.parent !== window) {
    const hello: FrameHello = { dormouse: 'frame', versions: VERSIONS };
    // To anybody: it says no more than that it is there.
    window.parent.postMessage(hello, '*');
  }

  return {
    tell(event, detail) {
      port?.postMessage({ event, detail });
    },
  };
}
