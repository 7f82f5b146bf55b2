/** Text of a file as it may stand in a sentence: no longer than `most`, and of characters that can be shown in a line. */
export const printable = (text: string, most = 60): string => text.slice(0, most).replace(/\p{C}|\p{Zl}|\p{Zp}/gu, '\ufffd');
