/**
 * The optional modules: what each says about itself. `module.ts` tells what that may be, `registry.ts` lists them.
 * Importing this loads none of their code; a module that is off costs nothing.
 */
import type { Static, TObject, TProperties } from 'typebox';
import type { ModuleEntry } from './module.ts';
import * as registry from './registry.ts';

export type { Module, ModuleCommand, ModuleContext, ModuleEntry } from './module.ts';

export const modules: readonly ModuleEntry[] = Object.values(registry);

type Entry = (typeof registry)[keyof typeof registry];
type SettingsOf<E> = E extends { settings: infer S extends TProperties } ? Static<TObject<S>> : never;
type All<U> = (U extends unknown ? (each: U) => void : never) extends (each: infer I) => void ? I : never;

/** The settings of all modules. */
export type ModuleSettings = All<SettingsOf<Entry>>;
