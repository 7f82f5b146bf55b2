/** The generic timer's registers as the TimerPort knows them. */

/** Our own numbers: dense, so that a switch over them is a jump table. */
export const TIMER = {
  CNTKCTL_EL1: 0,
  CNTFRQ_EL0: 1,
  CNTPCT_EL0: 2,
  CNTVCT_EL0: 3,
  CNTPCTSS_EL0: 4,
  CNTVCTSS_EL0: 5,
  CNTP_TVAL_EL0: 6,
  CNTP_CTL_EL0: 7,
  CNTP_CVAL_EL0: 8,
  CNTV_TVAL_EL0: 9,
  CNTV_CTL_EL0: 10,
  CNTV_CVAL_EL0: 11,
} as const;
export type TimerRegister = (typeof TIMER)[keyof typeof TIMER];
