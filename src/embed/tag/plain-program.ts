/** Whether a block's text is all there is to it: no colours, links or line numbers of the page's would be lost if it were shown anew. */
export const isPlain = (block: Pick<ParentNode, 'querySelectorAll'>): boolean =>
  [...block.querySelectorAll('*')].every(({ localName }) => localName === 'code');
