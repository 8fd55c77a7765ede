import type { SpawnOptions } from 'node:child_process';

export const root: string;
export const env: NodeJS.ProcessEnv;
export const version: string;
export const DEMO_PACKAGES: readonly string[];
export const TEST_PACKAGES: readonly string[];
export function run(command: string, args: readonly string[], options?: SpawnOptions): Promise<number>;
export function installNpm(): void;
export function installDebian(packages: readonly string[]): void;
export function isBuilt(): boolean;
export function build(): Promise<void>;
