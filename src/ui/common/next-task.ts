/** Settles in a task of its own: what comes before it and what comes after it do not hold up the page in one piece. */
export const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
