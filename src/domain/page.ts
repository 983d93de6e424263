/** A page for people, built by Vite and served by this program. */
export interface Page {
  /** Its address under /ultronex/ and the name of its file without `.html`: `ledger`. The home page is `index`. */
  name: string;
  /** Of the window, before the name of the program; '' for the home page. */
  title: string;
  /** The script that mounts it, from the folder `src`: `web/pages/ledger/main.ts`. */
  main: string;
  /** Without the login. */
  open?: boolean;
  /** Its link at the top of every page; links with a smaller `at` come first. */
  nav?: { label: string; at: number };
  /** Its card on the home page: a sentence, and a name of `web/components/icons.ts`. */
  card?: { icon: string; about: string };
  /** The part in /ultronex/status without which the page only says how it is turned on. */
  part?: string;
}
