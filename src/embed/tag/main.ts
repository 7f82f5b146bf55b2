/** The script of `dormouse-embed.js`: the tag, and static code that becomes live by one attribute. A page may have it twice. */
import { DormouseVm } from './element';
import { enliven } from './enliven';

const NAME = 'dormouse-vm';

if (!customElements.get(NAME)) {
  customElements.define(NAME, DormouseVm);
  enliven(document);
}
