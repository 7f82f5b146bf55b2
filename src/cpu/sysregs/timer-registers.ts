/** The generic timer's registers as the TimerPort knows them. */

/** Our own numbers: dense, so that a switch over them is a jump table. */
export const TIMER = {
  CNTPCT_EL0: 0,
  CNTVCT_EL0: 1,
  CNTP_TVAL_EL0: 2,
  CNTP_CTL_EL0: 3,
  CNTP_CVAL_EL0: 4,
  CNTV_TVAL_EL0: 5,
  CNTV_CTL_EL0: 6,
  CNTV_CVAL_EL0: 7,
} as const;
export type TimerRegister = (typeof TIMER)[keyof typeof TIMER];
