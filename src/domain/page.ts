/** A page that Vite builds and this program serves. */
export interface Page {
  /** Its address under /ultronex/, and the name of its file without `.html`: `ledger`. The home page is `index`. */
  name: string;
  /** Title of the window, before the name of the program; '' for the home page. */
  title: string;
  /** The script that mounts it, relative to `src`: `web/pages/ledger/main.ts`. */
  main: string;
  /** Whether a route of its name sends it to browsers, and JSON to other clients. The route sets `config.page`. */
  isRoute?: boolean;
  /** Whether it needs no login. */
  open?: boolean;
  /** Its link at the top of every page; links with a smaller `at` come first. `onlyWhenOn`: no link while its part is off. */
  nav?: { label: string; at: number; onlyWhenOn?: boolean };
  /** Its card on the home page: a sentence, and the name of an icon in `web/components/icons.ts`. */
  card?: { icon: string; about: string };
  /** The part of /ultronex/status that the page needs. Without it, the page only says how to turn it on. */
  part?: string;
}
