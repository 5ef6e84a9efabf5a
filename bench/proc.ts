import { readdirSync, readFileSync } from "node:fs";

/** A file of /proc, or nothing where the process has ended or there is no /proc. */
export function readProc(path: string): string {
	try {
		return readFileSync(`/proc/${path}`, "utf8");
	} catch {
		return "";
	}
}

export function childrenOf(pid: number): number[] {
	return tasksOf(pid).flatMap((task) => (readProc(`${pid}/task/${task}/children`).match(/\d+/g) ?? []).map(Number));
}

function tasksOf(pid: number): string[] {
	try {
		return readdirSync(`/proc/${pid}/task`);
	} catch {
		return [];
	}
}
