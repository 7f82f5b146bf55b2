/** What the build knows of the site that the light parts cannot ask for before a click. Development has none of it. */
export interface SiteFacts {
  /** Bytes of the stage (scripts, styles, worker) as a host that packs them sends them. */
  stageBytes: number;
  /** The same of the editor for programs, which is loaded when its panel is shown. */
  editorBytes: number;
  /** The same of all panels but console and editor. */
  panelBytes: number;
  guests: Readonly<Record<string, { title: string; bytes: number }>>;
  /** Addresses below the site's root, of the stage's module and its styles. */
  stage?: { script: string; styles: readonly string[] };
}

declare const __DORMOUSE_SITE__: SiteFacts | undefined;

const DEVELOPMENT: SiteFacts = { stageBytes: 0, editorBytes: 0, panelBytes: 0, guests: {} };

export const SITE: SiteFacts = typeof __DORMOUSE_SITE__ === 'undefined' ? DEVELOPMENT : __DORMOUSE_SITE__;
