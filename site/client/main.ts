/** What every page of the docs does with a script. Without one the text, the navigation and the recorded machines are all there. */
import '../../src/ui/styles/tokens.css';
import '../styles/base.css';
import '../styles/frame.css';
import '../styles/article.css';
import '../styles/code.css';
import '../styles/machine.css';
import '../styles/search.css';
import '../styles/forms.css';
import '../styles/print.css';
import { registerOffline } from '../../src/ui/register-offline';
import { startContents } from './contents';
import { startCopyButtons } from './copy';
import { startSearchBox } from './search-box';
import { startThemeButton } from './theme-button';

startThemeButton();
startSearchBox();
startCopyButtons();
startContents();
registerOffline('../sw.js');
