/** So many machines of one site run at once; the one started longest ago gives way to the next. */
export const MOST_RUNNING = 2;
