/** The outcome of one address translation; one object per MMU, overwritten by every walk so that a walk allocates nothing. */
export class Translation {
  /** Physical address in bytes, page offset included. */
  pa = 0;
  /** Level of the leaf descriptor (3: page, less: block), or where the fault was found. */
  level = 0;
  /** log2 of the bytes that the leaf maps; 0 with the MMU off. */
  leafShift = 0;
  /** True with the MMU off: the address is its own translation and everything is permitted. */
  flat = false;
  /** Physical address of the leaf descriptor. */
  descriptor = 0;
  /** The access flag is clear, and hardware is to set it (FEAT_HAFDBS). */
  notAccessed = false;
  /** The descriptor says read-only for no other reason than that nothing was written yet: a write makes it writable (FEAT_HAFDBS, “writable-clean”). */
  clean = false;
  nonGlobal = false;
  /** Indirect branches may only go to marked places of it (FEAT_BTI). */
  guarded = false;
  /** The MAIR_EL1 attribute byte, and the descriptor's SH field. With the MMU off 0 (Device-nGnRnE) and 0. */
  attribute = 0;
  shareability = 0;
  /** Device memory by page tables. False with the MMU off: see impdef.ts. */
  device = false;
  /** AP[2] and AP[1], UXN and PXN with the hierarchical controls applied. */
  readOnly = false;
  userAccess = false;
  uxn = false;
  pxn = false;
  /** What the access's EL (and PAN) may do; set by `permit`. */
  readable = false;
  writable = false;
  executable = false;

  /**
   * Works out the permissions of stage 1 of the EL1&0 regime (pseudocode AArch64.S1CheckPermission). `enhancedPan`: PAN is for what EL0 may only execute,
   * too (FEAT_PAN3).
   */
  permit(el0: boolean, pan: boolean, wxn: boolean, enhancedPan: boolean): void {
    if (this.flat) {
      this.readable = this.writable = this.executable = true;
      return;
    }
    const userWrite = this.userAccess && !this.readOnly;
    if (el0) {
      this.readable = this.userAccess;
      this.writable = userWrite;
      this.executable = !this.uxn && !(userWrite && wxn);
      return;
    }
    // Execution is judged by the permissions without PAN, and never allowed where EL0 can write.
    this.executable = !this.pxn && !userWrite && !(!this.readOnly && wxn);
    const blocked = pan && (this.userAccess || (enhancedPan && !this.uxn));
    this.readable = !blocked;
    this.writable = !this.readOnly && !blocked;
  }
}
