/** Only looked at by the compiler: the script of the worker has a declaration. */
import * as worker from 'dormouse/worker';

export const nothing: object = worker;
