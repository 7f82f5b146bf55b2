/** What a static block of code says about the machine that runs it: its language, its query, its text. Nothing here touches a document. */

const LIVE = /(?:^|\s)(?:language|lang|highlight|sourceCode|src)[-:]?\s?(a64|console)-live(\?\S*)?(?=\s|$)/;
/** Lines that were typed: those after a prompt, such as `$`, `lab>`, `~ #`, `/ #`, `dormouse:~#` or `root@host:/tmp#`. */
const TYPED = /^(?:\$|lab>|[~/]\S* [#$]|[\w.-]+(?:@[\w.-]+)?:[~/]\S*[#$]) (.*)$/;
/** A prompt only where there is no other: else it begins a comment. */
const ROOT = /^# (.*)$/;
const A64 = /(?:^|[\s-])(?:a64|armasm|asm|gas|nasm)(?![\w-]*console)/;

export function typedLines(transcript: string): string[] {
  const after = (prompt: RegExp): string[] => transcript.split('\n').flatMap((line) => prompt.exec(line.trimEnd())?.[1] ?? []);
  const typed = after(TYPED);
  return typed.length > 0 ? typed : after(ROOT);
}

export interface LiveLanguage {
  kind: 'a64' | 'console';
  /** What stood after a `?`, such as `psci=1.1&cpus=2`. */
  query: string;
}

/** The live language among the classes of a block and of what is around and in it: `language-a64-live`, `lang-console-live?guest=debian`, … */
export function liveLanguage(classes: string): LiveLanguage | undefined {
  const found = LIVE.exec(classes);
  return found ? { kind: found[1] === 'a64' ? 'a64' : 'console', query: found[2]?.slice(1) ?? '' } : undefined;
}

/** Whether a block without a live language is a program: it says so, or nothing in it was typed at a prompt. */
export const isProgram = (classes: string, text: string): boolean => A64.test(classes) || typedLines(text).length === 0;

/** The value of `type` that types what a transcript shows. */
export const typeOf = (transcript: string): string =>
  typedLines(transcript)
    .map((line) => `${line.replaceAll('\\', '\\\\')}\\n`)
    .join('');

/** The guest that has the prompt of a transcript. */
export const guestOf = (transcript: string): 'lab' | 'debian' => (/^lab> /m.test(transcript) ? 'lab' : 'debian');
