/** What was traced of a machine, for whoever draws it: the event `trace` has a batch of it. */
export * from '../../machine/trace/trace-format';
